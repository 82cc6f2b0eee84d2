import type { EventOf } from '#events/index'
import type { App } from '#platform/app'
import type { Tx } from '#platform/database'
import { forfeitEarnings, freezeEarnings, thawEarnings } from './freeze-earnings.ts'

/**
 * What a violation does to money. A severe one freezes all that its creator has earned; a serious one what he earned in the broadcast
 * in which it was seen; a minor one nothing. The violation's id is the freeze's, so each freezes and ends once.
 */
export async function freezeOnViolation(tx: Tx, event: EventOf<'violation.recorded'>, app: App): Promise<void> {
  const { severity, sessionId } = event
  if (severity === 'minor' || (severity === 'serious' && sessionId === null)) return
  await freezeEarnings(tx, {
    id: event.violationId,
    partyId: event.creatorId,
    currency: app.config.currency,
    reason: event.rule,
    sessionId: severity === 'severe' ? null : sessionId,
  })
}

/** Closed, or set aside after an appeal: the money stands where it stood. That its points have expired decides nothing about it. */
export async function thawOnClosedViolation(tx: Tx, event: EventOf<'violation.closed'>): Promise<void> {
  if (event.outcome === 'expired') return
  // Where nothing was frozen there is nothing to give back, and what was forfeited before stays forfeited.
  await thawEarnings(tx, { id: event.violationId, partyId: event.creatorId })
}

/** Nobody appealed in time, or the appeal was rejected: what was frozen for it is lost. */
export async function forfeitOnFinalViolation(tx: Tx, event: EventOf<'violation.final'>): Promise<void> {
  await forfeitEarnings(tx, { id: event.violationId, partyId: event.creatorId })
}
