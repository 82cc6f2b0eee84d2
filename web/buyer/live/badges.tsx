import { Trans, useLingui } from '@lingui/react/macro'
import { Eye } from 'lucide-react'
import { count, Rolling } from '../../kit/index.ts'
import css from './badges.module.css'

export function OnAir() {
  return (
    <span className={css['onAir']}>
      <span className={css['bars']} aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <Trans>LIVE</Trans>
    </span>
  )
}

/** `rolling` where the number changes before one's eyes; elsewhere nobody is told of an empty room. */
export function Viewers({ value, rolling = false }: { value: number; rolling?: boolean }) {
  const { t } = useLingui()
  if (value === 0 && !rolling) return null
  return (
    <span className={css['viewers']}>
      <Eye size={14} aria-hidden="true" />
      {rolling ? <Rolling value={value} compact /> : count(value)}
      <span className="visually-hidden"> {t`watching`}</span>
    </span>
  )
}
