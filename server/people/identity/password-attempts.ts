import { createHmac } from 'node:crypto'
import type { App } from '#platform/app'
import { transact } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { countPasswordAttempt, deletePasswordAttempts } from './store.ts'

/** The limit of an address alone does not stop who has many of them. */
export const passwordAttemptsMax = 10
export const passwordAttemptsMinutes = 15

/**
 * Takes one of the attempts that an e-mail has before a password is even looked at, so that many at once do not get more;
 * a right password gives them back. Who holds a session, or signs in by phone, is not kept out by somebody's guessing.
 */
export async function takePasswordAttempt(
  app: Pick<App, 'database' | 'secret'>,
  email: string,
): Promise<Outcome<{ wasRight(): Promise<void> }, 'too_many_attempts'>> {
  const emailHash = createHmac('sha256', app.secret).update(`password of ${email.toLowerCase()}`).digest('hex')
  const { tried, waitMs } = await transact(app, async (tx) => {
    const expired = tx.now.subtract({ minutes: passwordAttemptsMinutes })
    const kept = await countPasswordAttempt(tx.db, { emailHash, now: tx.now, expired })
    return { tried: kept.tried, waitMs: Math.max(1_000, kept.since.epochMilliseconds - expired.epochMilliseconds) }
  })
  if (tried > passwordAttemptsMax) return refuse('too_many_attempts', { retryAfterMs: waitMs })
  return done({ wasRight: () => transact(app, (tx) => deletePasswordAttempts(tx.db, emailHash)) })
}
