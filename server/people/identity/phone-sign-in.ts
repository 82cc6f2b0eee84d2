import type { App } from '#platform/app'
import { inTransaction, systemActor, type Tx, transact } from '#platform/database'
import { newId, randomInt } from '#platform/ids'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { openHashed } from './open-person.ts'
import { type CodeVerdict, codeAttemptsMax, codeLifeMinutes, decideSend, hashCode, judgeAttempt } from './phone-code.ts'
import {
  countAttempt,
  findPersonByPhone,
  insertCode,
  loadSentCodes,
  lockCodes,
  lockNewestCode,
  spendCode,
} from './store.ts'

/** Hands a code to whoever sends texts. Called after the commit, never while a transaction is open. */
export type SendCode = (to: { phone: string; code: string }) => Promise<void>

export interface IssuedCode {
  code: string
  expiresAt: Temporal.Instant
}

/** Makes a code for a number; the newest code is the only one that counts. */
export function issueCode(
  app: Pick<App, 'database' | 'secret'>,
  to: { phone: string; address: string },
): Promise<Outcome<IssuedCode, 'too_many_codes'>> {
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  return inTransaction(app, systemActor, async (tx) => {
    await lockCodes(tx.db, to)
    const sent = await loadSentCodes(tx.db, { ...to, since: tx.now.subtract({ hours: 1 }) })
    const decision = decideSend(sent, tx.now)
    if (!decision.ok) return decision
    const expiresAt = tx.now.add({ minutes: codeLifeMinutes })
    await insertCode(tx.db, {
      id: newId(),
      ...to,
      codeHash: hashCode(app.secret, { phone: to.phone, code }),
      sentAt: tx.now,
      expiresAt,
      attemptsLeft: codeAttemptsMax,
    })
    return done({ code, expiresAt })
  })
}

/** Checks a code and answers whose number it is; a new number becomes a person. A wrong guess is counted and committed. */
export async function redeemCode(
  app: Pick<App, 'database' | 'secret'>,
  given: { phone: string; code: string; name?: string | undefined },
): Promise<Outcome<{ personId: string }, Exclude<CodeVerdict, 'right'>>> {
  // A refusal would roll the counted attempt back, so the verdict travels as a value.
  const answer = await transact(app, (tx) => attempt(tx, app.secret, given))
  return typeof answer === 'string' ? refuse(answer) : done(answer)
}

async function attempt(
  tx: Tx,
  secret: string,
  given: { phone: string; code: string; name?: string | undefined },
): Promise<{ personId: string } | Exclude<CodeVerdict, 'right'>> {
  const kept = await lockNewestCode(tx.db, given.phone)
  const verdict = judgeAttempt(kept, hashCode(secret, given), tx.now)
  if (verdict === 'wrong_code' && kept !== null) await countAttempt(tx.db, kept.id)
  if (verdict !== 'right' || kept === null) return verdict === 'right' ? 'wrong_code' : verdict
  await spendCode(tx.db, kept.id, tx.now)
  const known = await findPersonByPhone(tx.db, given.phone)
  if (known !== null) return { personId: known.personId }
  const id = newId()
  // The last digits of a phone would tell others something of it; these tell nothing.
  const name = given.name ?? `Guest ${1_000 + randomInt(9_000)}`
  const opened = await openHashed(tx, { id, name, phone: given.phone, roles: ['buyer'] })
  assert(opened.ok, 'a number under lock that nobody has can be given to somebody')
  return { personId: id }
}
