import type { App } from '#platform/app'
import { transact } from '#platform/database'
import { tellClosed } from './record-violation.ts'
import { settleStanding } from './settle-standing.ts'
import { appealDays } from './standing.ts'
import { insertFinal, lockCreator, takeExpired, unappealedSince } from './store.ts'

const violationsPerBite = 200

/** Tells of violations that time has ended. The gate asks the record itself, so it needs no sweep to open. */
export function expireViolations(app: Pick<App, 'database'>): Promise<{ more: boolean }> {
  return transact(app, async (tx) => {
    const expired = await takeExpired(tx.db, tx.now, violationsPerBite)
    // In the order of their ids, as everybody locks them.
    for (const creatorId of [...new Set(expired.map((violation) => violation.creatorId))].toSorted()) {
      await lockCreator(tx, creatorId)
      await settleStanding(tx, { creatorId })
    }
    for (const violation of expired) await tellClosed(tx, violation, 'expired')
    return { more: expired.length === violationsPerBite }
  })
}

/** Violations against which nobody has appealed in time are final: what was frozen for them is forfeited. */
export function closeAppealWindows(app: Pick<App, 'database'>): Promise<{ more: boolean }> {
  return transact(app, async (tx) => {
    const before = tx.now.subtract({ hours: 24 * appealDays })
    const due = await unappealedSince(tx.db, before, violationsPerBite)
    for (const violation of due) {
      if (!(await insertFinal(tx, { violationId: violation.id, outcome: 'not_appealed' }))) continue
      tx.emit({
        name: 'violation.final',
        violationId: violation.id,
        creatorId: violation.creatorId,
        outcome: 'not_appealed',
      })
    }
    return { more: due.length === violationsPerBite }
  })
}
