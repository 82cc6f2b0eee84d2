import type { App } from '#platform/app'
import { transact } from '#platform/database'
import { deleteExpiredSessions, deleteOldCodes, deleteOldPasswordAttempts } from './store.ts'

const rowsPerBite = 1_000

/** Forgets sessions that ended, and codes and tried passwords that no limit counts any more. */
export function forgetOldSessions(app: Pick<App, 'database'>): Promise<{ more: boolean }> {
  return transact(app, async (tx) => {
    const sessions = await deleteExpiredSessions(tx.db, rowsPerBite)
    const codes = await deleteOldCodes(tx.db, tx.now.subtract({ hours: 24 }), rowsPerBite)
    const tried = await deleteOldPasswordAttempts(tx.db, tx.now.subtract({ hours: 24 }), rowsPerBite)
    return { more: [sessions, codes, tried].includes(rowsPerBite) }
  })
}
