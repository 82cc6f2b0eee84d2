import { Trans } from '@lingui/react/macro'
import css from './stock-left.module.css'

/** Above this nobody needs to hurry, and nothing is shown. */
const scarceBelow = 30

export function StockLeft({ units }: { units: number }) {
  if (units > scarceBelow) return null
  return (
    <span className={css['left']} data-none={units === 0}>
      <span className={css['bar']} aria-hidden="true">
        <i style={{ width: `${Math.max(units === 0 ? 0 : 6, (units / scarceBelow) * 100)}%` }} />
      </span>
      {units === 0 ? <Trans>Sold out</Trans> : <Trans>Only {units} left</Trans>}
    </span>
  )
}
