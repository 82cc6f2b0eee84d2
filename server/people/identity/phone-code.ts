import { createHmac, timingSafeEqual } from 'node:crypto'
import { done, type Outcome, refuse } from '#platform/outcome'

export const codeLifeMinutes = 10
export const codeAttemptsMax = 5
export const codeResendAfterSeconds = 60
export const codesPerNumberAndHourMax = 5
/** An address may be a whole office behind one router, so it gets more than a number. */
export const codesPerAddressAndHourMax = 30

export interface SentCode {
  sentAt: Temporal.Instant
}

/** Decides whether one more code may be sent, from what the last hour saw for this number and this address. */
export function decideSend(
  sent: { toNumber: readonly SentCode[]; fromAddress: readonly SentCode[] },
  now: Temporal.Instant,
): Outcome<null, 'too_many_codes'> {
  const waitMs = Math.max(
    waitAfterLast(sent.toNumber, now),
    waitForRoom(sent.toNumber, codesPerNumberAndHourMax, now),
    waitForRoom(sent.fromAddress, codesPerAddressAndHourMax, now),
  )
  return waitMs > 0 ? refuse('too_many_codes', { retryAfterMs: waitMs }) : done(null)
}

function waitAfterLast(sent: readonly SentCode[], now: Temporal.Instant): number {
  const agesMs = sent.map((code) => ageMs(code, now))
  return agesMs.length === 0 ? 0 : Math.max(0, codeResendAfterSeconds * 1_000 - Math.min(...agesMs))
}

/** Until enough codes of the last hour are older than an hour; the list may come in any order. */
function waitForRoom(sent: readonly SentCode[], max: number, now: Temporal.Instant): number {
  const agesMs = sent
    .map((code) => ageMs(code, now))
    .filter((age) => age < 3_600_000)
    .sort((a, b) => a - b)
  const blocking = agesMs[max - 1]
  return blocking === undefined ? 0 : 3_600_000 - blocking
}

function ageMs(code: SentCode, now: Temporal.Instant): number {
  return now.epochMilliseconds - code.sentAt.epochMilliseconds
}

export interface KeptCode {
  codeHash: string
  expiresAt: Temporal.Instant
  attemptsLeft: number
  used: boolean
}

export type CodeVerdict = 'right' | 'wrong_code' | 'code_expired' | 'too_many_attempts'

/** Judges one attempt. Each attempt at a living code counts, the right one too. */
export function judgeAttempt(kept: KeptCode | null, givenHash: string, now: Temporal.Instant): CodeVerdict {
  // A number that was sent nothing answers like a wrong guess.
  if (kept === null) return 'wrong_code'
  if (kept.used || Temporal.Instant.compare(now, kept.expiresAt) >= 0) return 'code_expired'
  if (kept.attemptsLeft <= 0) return 'too_many_attempts'
  const same = timingSafeEqual(Buffer.from(kept.codeHash, 'hex'), Buffer.from(givenHash, 'hex'))
  return same ? 'right' : 'wrong_code'
}

/** Bound to the number, so that a code says nothing about another number. */
export function hashCode(secret: string, of: { phone: string; code: string }): string {
  return createHmac('sha256', secret).update('phone code\0').update(of.phone).update('\0').update(of.code).digest('hex')
}
