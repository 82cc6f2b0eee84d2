import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyEvent } from './index.ts'
import { packEvent, unpackEvent } from './packed.ts'

const place = fc.record({ province: fc.string(), street: fc.string() })
const places = fc.array(place, { minLength: 1, maxLength: 4 })

/** Rows with the shape of orders: few different addresses and rooms, ids of their own, lines of their own number. */
const event = places.chain((addresses) =>
  fc.record({
    name: fc.constant('orders.paid' as const),
    goods: fc.dictionary(fc.uuid(), fc.record({ title: fc.string() })),
    orders: fc.array(
      fc.record({
        orderId: fc.uuid(),
        payMinor: fc.integer(),
        roomId: fc.constantFrom(null, 'a', 'b', '', 0, false),
        isDemo: fc.boolean(),
        shipTo: fc.constantFrom(...addresses),
        lines: fc.array(fc.record({ no: fc.integer(), skuId: fc.constantFrom('x', 'y') }), { maxLength: 3 }),
        odd: fc.constantFrom<unknown>([], [1], [[]], [{}, null], {}, '', 1),
      }),
      { maxLength: 40 },
    ),
  }),
)

test('what was packed is read as it was told', () => {
  fc.assert(
    fc.property(event, (told) => {
      const written = packEvent(told as unknown as AnyEvent)
      expect(unpackEvent(JSON.parse(written))).toEqual(told)
    }),
  )
})

test('rows that differ in what they say are written as they are', () => {
  const orders = Array.from({ length: 20 }, (_, index) => (index === 7 ? { a: 1, b: 2 } : { a: 1 }))
  const told = { name: 'orders.paid', goods: {}, orders } as unknown as AnyEvent
  expect(JSON.parse(packEvent(told))).toEqual(told)
})

test('what a batch shares is written once', () => {
  const shipTo = { province: '浙江省', street: '文三路西溪里12幢3单元502室'.repeat(4) }
  const orders = Array.from({ length: 500 }, (_, index) => ({ orderId: `o${index}`, shipTo, state: 'paid' }))
  const told = { name: 'orders.paid', goods: {}, orders } as unknown as AnyEvent
  expect(packEvent(told).length * 8).toBeLessThan(JSON.stringify(told).length)
})
