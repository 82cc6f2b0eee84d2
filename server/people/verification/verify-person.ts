import { createHmac } from 'node:crypto'
import type { App } from '#platform/app'
import { type Actor, type Db, inTransaction, type Tx, transact, violates } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import {
  decide,
  deleteVerification,
  findVerification,
  insertMinor,
  insertVerified,
  loadMinors,
  loadVerified,
  openAsk,
  pendingAsks,
  type Verification,
} from './store.ts'
import type { IdentityVerifier, VerifierAnswer } from './verifier.ts'

/** From this birthday on a person is grown up. */
export const adultYears = 18
const pendingBite = 50

export interface VerificationWish {
  /** Made by the asker; the same id again is the same asking. */
  id: string
  personId: string
  legalName: string
  idNumber: string
}

export type VerifyRefusal = 'already_verified' | 'identity_taken' | 'verifier_failed'

/** Notes the asking, asks the verifier between two transactions, notes the answer. The number is digested before it is kept. */
export async function verifyPerson(
  app: Pick<App, 'database' | 'log' | 'secret'>,
  verifier: IdentityVerifier,
  actor: Actor,
  wish: VerificationWish,
): Promise<Outcome<Verification, VerifyRefusal>> {
  const idDigest = digestOf(app, wish.idNumber)
  const opened = await inTransaction(app, actor, async (tx): Promise<Outcome<Verification, VerifyRefusal>> => {
    const earlier = await findVerification(tx.db, wish.personId)
    if (earlier?.state === 'verified') return earlier.askId === wish.id ? done(earlier) : refuse('already_verified')
    await openAsk(tx, {
      personId: wish.personId,
      askId: wish.id,
      maskedName: masked(wish.legalName),
      idDigest,
      verifier: verifier.name,
    })
    return done(await mustFind(tx.db, wish.personId))
  })
  if (!opened.ok || opened.value.state !== 'pending') return opened
  let answer: VerifierAnswer
  try {
    answer = await verifier.verify({ reference: wish.id, legalName: wish.legalName, idNumber: wish.idNumber })
  } catch (error) {
    app.log.warn({ err: error, personId: wish.personId }, 'the identity verifier did not answer')
    return refuse('verifier_failed')
  }
  try {
    return done(await transact(app, (tx) => noteAnswer(tx, wish.personId, answer)))
  } catch (error) {
    if (!violates(error, 'people_are_verified_once')) throw error
    await transact(app, (tx) => decide(tx, wish.personId, { state: 'refused', bornOn: null, reason: 'identity_taken' }))
    return refuse('identity_taken')
  }
}

async function noteAnswer(tx: Tx, personId: string, answer: VerifierAnswer): Promise<Verification> {
  if (answer.outcome === 'verified') {
    await decide(tx, personId, { state: 'verified', bornOn: answer.bornOn, reason: null })
    if (isMinor(answer.bornOn, tx.now)) await insertMinor(tx, { personId, bornOn: answer.bornOn, source: 'papers' })
    tx.tell(`person:${personId}`, { kind: 'gate' })
  } else if (answer.outcome === 'refused') {
    await decide(tx, personId, { state: 'refused', bornOn: null, reason: answer.reason })
  }
  return mustFind(tx.db, personId)
}

/** Askings whose answer was lost are given up after a while, so that their people can ask again. */
export async function giveUpLostAsks(app: App): Promise<{ more: boolean }> {
  const before = app.clock.now().subtract({ minutes: 10 })
  const lost = await pendingAsks(app.database.db, before, pendingBite)
  for (const personId of lost) {
    await transact(app, (tx) => decide(tx, personId, { state: 'refused', bornOn: null, reason: 'no_answer' }))
  }
  return { more: lost.length === pendingBite }
}

/** Who of these people has been verified. */
export async function verifiedAmong(db: Db, personIds: readonly string[]): Promise<Set<string>> {
  return new Set((await loadVerified(db, personIds)).map((row) => row.personId))
}

/** Who of these people is known to be a minor at that instant; nobody is one who has merely not said how old he is. */
export async function minorsAmong(db: Db, personIds: readonly string[], at: Temporal.Instant): Promise<Set<string>> {
  const rows = await loadMinors(db, personIds)
  return new Set(rows.filter((row) => row.bornOn === null || isMinor(row.bornOn, at)).map((row) => row.personId))
}

/** A guardian has shown that this person is a minor. */
export async function noteMinor(tx: Tx, personId: string): Promise<void> {
  await insertMinor(tx, { personId, bornOn: null, source: 'guardian' })
}

/** He has gone: his papers are nobody's business any more. That he was a minor stays, since his gifts were given back for it. */
export function forgetVerification(tx: Tx, personId: string): Promise<void> {
  return deleteVerification(tx, personId)
}

/** Verified without papers: for seeds. */
export async function seedVerified(tx: Tx, ...personIds: readonly string[]): Promise<void> {
  await insertVerified(tx, personIds)
}

export function isMinor(bornOn: Temporal.PlainDate, at: Temporal.Instant): boolean {
  const today = at.toZonedDateTimeISO('UTC').toPlainDate()
  return Temporal.PlainDate.compare(bornOn.add({ years: adultYears }), today) > 0
}

/** 林晓月 -> 林**; Anna Lind -> A***. */
function masked(legalName: string): string {
  const [first = '*', ...rest] = [...legalName.trim()]
  return first + '*'.repeat(Math.min(3, Math.max(1, rest.length)))
}

/** With the platform's secret, so that the few hundred million numbers there are cannot be tried against it. */
function digestOf(app: Pick<App, 'secret'>, idNumber: string): string {
  return createHmac('sha256', app.secret).update(`identity ${idNumber.trim().toUpperCase()}`).digest('hex')
}

async function mustFind(db: Db, personId: string): Promise<Verification> {
  const found = await findVerification(db, personId)
  if (found === null) throw new Error('Broken assertion: an asking that was opened is there')
  return found
}
