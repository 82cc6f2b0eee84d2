import { sql } from 'kysely'
import type { App } from '#platform/app'
import { touched } from '#platform/database'

/** Kept messages answer clients that were away this long; who stayed away longer loads the page's state anew. */
export const messagesKeptHours = 6
export const idempotencyKeysKeptHours = 24
const rowsPerBite = 5_000

/** Forgets what nobody can ask for any more: old topic messages and old answers. Events stay: they are facts. */
export async function forgetOldRows(app: App): Promise<{ more: boolean }> {
  const now = app.clock.now()
  const messages = await touched(
    app.database.db,
    sql`delete from platform.messages where (topic, number) in (
      select topic, number from platform.messages where at < ${now.subtract({ hours: messagesKeptHours }).toString()} limit ${rowsPerBite})`,
  )
  const keys = await touched(
    app.database.db,
    sql`delete from platform.idempotency_keys where (person_id, key) in (
      select person_id, key from platform.idempotency_keys
      where at < ${now.subtract({ hours: idempotencyKeysKeptHours }).toString()} limit ${rowsPerBite})`,
  )
  return { more: messages === rowsPerBite || keys === rowsPerBite }
}
