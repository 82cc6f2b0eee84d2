import { expect, test } from 'vitest'
import { newId } from '#platform/ids'
import { checkSplit, type Split, usualSplitLimits } from './split.ts'

const shop = (amountMinor: number) => ({ partyId: newId(), amountMinor, isPerson: false })
const split = (more: Partial<Split>): Split => ({ receivers: [shop(3_000)], afterDays: 7, returnableDays: 7, ...more })
const limitOf = (of: Split, limits = usualSplitLimits as typeof usualSplitLimits | null) => {
  const fits = checkSplit(limits, { amountMinor: 10_000, split: of })
  return fits.ok ? null : fits.params?.['limit']
}

test.each([
  ['30 % is carried', split({}), null],
  ['a cent more is not', split({ receivers: [shop(3_001)] }), 'share'],
  ['the share is that of all', split({ receivers: [shop(1_500), shop(1_501)] }), 'share'],
  ['fifty receivers are carried', split({ receivers: Array.from({ length: 50 }, () => shop(1)) }), null],
  ['fifty-one are not', split({ receivers: Array.from({ length: 51 }, () => shop(1)) }), 'receivers'],
  ['nobody gets nothing', split({ receivers: [shop(0)] }), 'amount'],
  ['after thirty days the provider no longer waits', split({ afterDays: 31 }), 'freeze'],
  ['what may come back for longer than the provider calls back', split({ returnableDays: 181 }), 'return'],
  [
    'a person, before the return window is over',
    split({ afterDays: 6, receivers: [{ ...shop(100), isPerson: true }] }),
    'persons',
  ],
  ['a person, afterwards', split({ receivers: [{ ...shop(100), isPerson: true }] }), null],
])('%s', (_what, of, limit) => {
  expect(limitOf(of)).toBe(limit)
})

test('who splits nothing refuses every split', () => {
  expect(limitOf(split({}), null)).toBe('not_offered')
})
