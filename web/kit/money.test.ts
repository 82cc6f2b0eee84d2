import { expect, test } from 'vitest'
import { decimalOf, minorOf, money, priceParts } from './money.ts'

test('an amount becomes an exact decimal, however large', () => {
  expect(decimalOf(0)).toBe('0.00')
  expect(decimalOf(5)).toBe('0.05')
  expect(decimalOf(-990)).toBe('-9.90')
  expect(decimalOf(Number.MAX_SAFE_INTEGER)).toBe('90071992547409.91')
  expect(() => decimalOf(0.5)).toThrow('safe integer')
})

test('people read a narrow symbol in either language, and every cent', () => {
  expect(money(990, 'CNY', 'en')).toBe('¥9.90')
  expect(money(990, 'CNY', 'zh-CN')).toBe('¥9.90')
  expect(money(-123_456, 'USD', 'en')).toBe('-$1,234.56')
  // A float would round this one.
  expect(money(Number.MAX_SAFE_INTEGER, 'CNY', 'en')).toBe('¥90,071,992,547,409.91')
})

test('a price tag drops the cents of a whole price and keeps them of any other', () => {
  const textOf = (minor: number) =>
    priceParts(minor, 'CNY', 'zh-CN')
      .map((part) => part.value)
      .join('')
  expect(textOf(7_900)).toBe('¥79')
  expect(textOf(7_990)).toBe('¥79.90')
  expect(priceParts(7_990, 'CNY', 'en').map((part) => part.type)).toEqual(['symbol', 'whole', 'fraction', 'fraction'])
})

test('what people type becomes minor units, or nothing', () => {
  expect(minorOf('88')).toBe(8_800)
  expect(minorOf('9.9')).toBe(990)
  expect(minorOf('¥ 12,05')).toBe(1_205)
  expect(minorOf('0.005')).toBeNull()
  expect(minorOf('much')).toBeNull()
  expect(minorOf('-3')).toBeNull()
})
