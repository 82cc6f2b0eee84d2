import { expect, test } from 'vitest'
import {
  codeAttemptsMax,
  codesPerAddressAndHourMax,
  codesPerNumberAndHourMax,
  decideSend,
  hashCode,
  judgeAttempt,
} from './phone-code.ts'

const now = Temporal.Instant.from('2026-11-10T12:00:00Z')
const ago = (seconds: number) => ({ sentAt: now.subtract({ seconds }) })
const never = { toNumber: [], fromAddress: [] }
const secret = 'a secret that is long enough for a test'
const phone = '+8613800000000'
const right = hashCode(secret, { phone, code: '123456' })
const wrong = hashCode(secret, { phone, code: '123457' })
const kept = { codeHash: right, expiresAt: now.add({ minutes: 10 }), attemptsLeft: codeAttemptsMax, used: false }

test('the first code may be sent, a second one after a minute and not a moment before', () => {
  expect(decideSend(never, now).ok).toBe(true)
  expect(decideSend({ ...never, toNumber: [ago(60)] }, now).ok).toBe(true)
  expect(decideSend({ ...never, toNumber: [ago(59)] }, now)).toEqual({
    ok: false,
    code: 'too_many_codes',
    params: { retryAfterMs: 1_000 },
  })
})

test('a number gets five codes in any hour, and the refusal says when the oldest is out of it', () => {
  const five = [3_500, 3_000, 2_000, 1_000, 100].map(ago)
  expect(five).toHaveLength(codesPerNumberAndHourMax)
  expect(decideSend({ ...never, toNumber: five }, now)).toMatchObject({ params: { retryAfterMs: 100_000 } })
  expect(decideSend({ ...never, toNumber: five.toReversed() }, now)).toMatchObject({
    params: { retryAfterMs: 100_000 },
  })
  expect(decideSend({ ...never, toNumber: [ago(3_600), ...five.slice(1)] }, now).ok).toBe(true)
})

test('an address gets more than a number, and also has an end', () => {
  const many = Array.from({ length: codesPerAddressAndHourMax }, (_, index) => ago(index + 1))
  expect(decideSend({ ...never, fromAddress: many.slice(1) }, now).ok).toBe(true)
  expect(decideSend({ ...never, fromAddress: many }, now).ok).toBe(false)
})

test('an attempt is judged by age, attempts left, and only then by the code', () => {
  expect(judgeAttempt(kept, right, now)).toBe('right')
  expect(judgeAttempt(kept, wrong, now)).toBe('wrong_code')
  expect(judgeAttempt(null, right, now)).toBe('wrong_code')
  expect(judgeAttempt({ ...kept, used: true }, right, now)).toBe('code_expired')
  expect(judgeAttempt({ ...kept, expiresAt: now }, right, now)).toBe('code_expired')
  expect(judgeAttempt({ ...kept, attemptsLeft: 0 }, right, now)).toBe('too_many_attempts')
})

test('the hash of a code is bound to its number and to the secret', () => {
  expect(hashCode(secret, { phone: '+8613800000001', code: '123456' })).not.toBe(right)
  expect(hashCode(`${secret}.`, { phone, code: '123456' })).not.toBe(right)
})
