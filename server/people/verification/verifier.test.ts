import fc from 'fast-check'
import { expect, test } from 'vitest'
import { birthdayIn, checkDigitOf, sandboxVerifier } from './verifier.ts'
import { isMinor } from './verify-person.ts'

const ask = (idNumber: string, legalName = '林晓月') => sandboxVerifier.verify({ reference: 'r', legalName, idNumber })

test('a number is believed when its check digit is right, and its birthday is read from it', async () => {
  // The example of GB 11643-1999.
  expect(String(birthdayIn('11010519491231002X'))).toBe('1949-12-31')
  expect(birthdayIn('110105194912310021')).toBeNull()
  expect(birthdayIn('440524188001010014')?.year).toBe(1880)
  expect(await ask('11010519491231002X')).toMatchObject({ outcome: 'verified' })
  expect(await ask('11010519491231002X', 'Nobody')).toEqual({ outcome: 'refused', reason: 'name_does_not_fit' })
  expect(await ask('123456')).toEqual({ outcome: 'refused', reason: 'number_invalid' })
})

test('one wrong digit is always seen', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (place, shift) => {
      const right = '11010519900307213'
      const wrong = [...right]
        .map((digit, at) => (at === place ? String((Number(digit) + shift) % 10) : digit))
        .join('')
      expect(checkDigitOf(wrong)).not.toBe(checkDigitOf(right))
    }),
  )
})

test('a day that there is not is no birthday', () => {
  const seventeen = '11010519900231001'
  expect(birthdayIn(seventeen + checkDigitOf(seventeen))).toBeNull()
})

test('a person is a minor until the day on which he is eighteen', () => {
  const bornOn = Temporal.PlainDate.from('2008-11-11')
  expect(isMinor(bornOn, Temporal.Instant.from('2026-11-10T23:59:59Z'))).toBe(true)
  expect(isMinor(bornOn, Temporal.Instant.from('2026-11-11T00:00:00Z'))).toBe(false)
})
