import fc from 'fast-check'
import { expect, test } from 'vitest'
import { amfDepthMax, decodeAmf, encodeAmf } from './amf.ts'
import { ProtocolError } from './protocol-error.ts'

test('what is encoded is decoded again', () => {
  const values = ['connect', 1, { app: 'live', nested: { yes: true, none: null } }, [1, 'two', false], undefined]
  expect(JSON.stringify(decodeAmf(encodeAmf(values)))).toBe(JSON.stringify(values))
})

test('a long text, a date and an ECMA array are read', () => {
  const long = 'x'.repeat(70_000)
  expect(decodeAmf(encodeAmf([long]))).toEqual([long])
  const date = Buffer.alloc(11)
  date.writeUInt8(0x0b)
  date.writeDoubleBE(1_234, 1)
  expect(decodeAmf(date)).toEqual([1_234])
  const array = Buffer.concat([Buffer.from([0x08, 0, 0, 0, 9]), encodeAmf([{ a: 1 }]).subarray(1)])
  expect(JSON.stringify(decodeAmf(array))).toBe('[{"a":1}]')
})

test('a property that is called __proto__ is a property', () => {
  const bytes = encodeAmf([JSON.parse('{"__proto__": {"isAdmin": true}}')])
  const [object] = decodeAmf(bytes)
  expect(Object.keys(object as object)).toEqual(['__proto__'])
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
})

test('a message that is cut at any place is refused, never read beyond its end', () => {
  const whole = encodeAmf(['publish', 5, null, { app: 'live', list: [1, 2] }])
  for (let length = 1; length < whole.length; length += 1) {
    try {
      decodeAmf(whole.subarray(0, length))
    } catch (fault) {
      expect(fault).toBeInstanceOf(ProtocolError)
    }
  }
})

test('depth and number of values are bounded', () => {
  const nested = Buffer.concat([Buffer.alloc(5 * (amfDepthMax + 2)), Buffer.from([5])])
  for (let at = 0; at < nested.length - 1; at += 5) nested.set([0x0a, 0, 0, 0, 1], at)
  expect(() => decodeAmf(nested)).toThrow('nested too deep')
  expect(() => decodeAmf(Buffer.alloc(10_000, 5))).toThrow('too many values')
  expect(() => decodeAmf(Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff]))).toThrow('too long')
})

test('any bytes are either read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeAmf(Buffer.from(bytes))
      } catch (fault) {
        expect(fault).toBeInstanceOf(ProtocolError)
      }
    }),
    { numRuns: 2_000, seed: 1 },
  )
})
