/** What a place shows when it has nothing to show: loading, empty, failed; always with a next step. */
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Problem } from '../client/problem.ts'
import { Button } from './button.tsx'
import { wordsOf } from './problems.ts'
import css from './states.module.css'

export function Skeleton({
  shape,
  height,
  width,
}: {
  shape?: number
  height?: number | string
  width?: number | string
}) {
  return <span aria-hidden="true" className={css['skeleton']} style={{ aspectRatio: shape, height, width }} />
}

export function EmptyState({ icon, title, children }: { icon?: ReactNode; title: ReactNode; children?: ReactNode }) {
  return (
    <div className={css['state']}>
      {icon && <div className={css['icon']}>{icon}</div>}
      <p className={css['title']}>{title}</p>
      {children}
    </div>
  )
}

/** Says what went wrong in the reader's words and offers to try again. */
export function ErrorState({
  error,
  onRetry,
  children,
}: {
  error: unknown
  onRetry?: () => void
  children?: ReactNode
}) {
  return (
    <div className={css['state']} role="alert">
      <p className={css['title']}>{wordsOf(error)}</p>
      {error instanceof Problem && error.status >= 500 && error.requestId && (
        <p className={css['request']}>
          <Trans>Request {error.requestId}</Trans>
        </p>
      )}
      {onRetry && (
        <Button look="tinted" onClick={onRetry}>
          <Trans>Try again</Trans>
        </Button>
      )}
      {children}
    </div>
  )
}
