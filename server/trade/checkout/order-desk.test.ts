import { expect, test } from 'vitest'
import { expectedWaitMsOf } from './order-desk.ts'

const desk = { batchMax: 500, batchMs: 400, lanes: 2 }

test('a wish waits for the full batches before it, shared among the lanes', () => {
  expect(expectedWaitMsOf({ ...desk, queued: 5_000 })).toBe(2_000)
})

test('a queue that the next batch takes is no reason to send anybody away, however slow the last one was', () => {
  expect(expectedWaitMsOf({ ...desk, batchMs: 60_000, queued: 499 })).toBe(0)
})
