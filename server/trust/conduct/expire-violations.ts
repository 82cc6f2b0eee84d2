import type { App } from '#platform/app'
import { transact } from '#platform/database'
import { tellClosed } from './record-violation.ts'
import { takeExpired } from './store.ts'

const violationsPerBite = 200

/** Tells of violations that time has ended. The gate asks the record itself, so it needs no sweep to open. */
export function expireViolations(app: Pick<App, 'database'>): Promise<{ more: boolean }> {
  return transact(app, async (tx) => {
    const expired = await takeExpired(tx.db, tx.now, violationsPerBite)
    for (const violation of expired) await tellClosed(tx, violation)
    return { more: expired.length === violationsPerBite }
  })
}
