import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cellOf,
  decideRequest,
  feeOfWithdrawal,
  mayMove,
  payoutFileOf,
  type Rule,
  type Withdrawal,
  type WithdrawalState,
  withdrawalStates,
} from './withdrawal.ts'

const rule: Rule = {
  version: 1,
  validFrom: Temporal.Instant.from('2026-01-01T00:00:00Z'),
  minimumMinor: 1_000,
  feeMinor: 50,
  feeBasisPoints: 10,
  reviewAboveMinor: 500_000,
  perDayMinorMax: 1_000_000,
}
const ask = (amountMinor: number, of: { balanceMinor?: number; todayMinor?: number } = {}) =>
  decideRequest({ rule, amountMinor, balanceMinor: 2_000_000, todayMinor: 0, ...of })

test('the fee is the fixed sum and the share, half up', () => {
  expect(feeOfWithdrawal(rule, 100_500)).toBe(151)
  expect(feeOfWithdrawal(rule, 100_499)).toBe(150)
})

test.each([
  [999, {}, 'below_minimum'],
  [1_000, {}, true],
  [500_000, {}, 'approved'],
  [500_001, {}, 'review'],
  [1_000, { balanceMinor: 999 }, 'balance_too_low'],
  [600_000, { todayMinor: 400_000 }, 'review'],
  [600_001, { todayMinor: 400_000 }, 'withdrawal_limit'],
])('%i, %j: %s', (amountMinor, of, expected) => {
  const decision = ask(amountMinor, of)
  if (expected === true) expect(decision.ok).toBe(true)
  else if (decision.ok) expect(decision.value.state).toBe(expected)
  else expect(decision.code).toBe(expected)
})

test('a fee that would eat all of it is refused like an amount that is too small', () => {
  expect(
    decideRequest({
      rule: { ...rule, minimumMinor: 1, feeMinor: 50 },
      amountMinor: 50,
      balanceMinor: 99,
      todayMinor: 0,
    }),
  ).toMatchObject({
    code: 'below_minimum',
  })
})

test('whatever is asked for: what leaves is never more than there is, and something arrives', () => {
  const any = fc.integer({ min: 0, max: 3_000_000 })
  fc.assert(
    fc.property(any, any, any, (amountMinor, balanceMinor, todayMinor) => {
      const decision = ask(amountMinor, { balanceMinor, todayMinor })
      if (!decision.ok) return
      expect(amountMinor).toBeLessThanOrEqual(balanceMinor)
      expect(amountMinor - decision.value.feeMinor).toBeGreaterThan(0)
      expect(decision.value.state).toBe(amountMinor > rule.reviewAboveMinor ? 'review' : 'approved')
    }),
    { numRuns: 1_000 },
  )
})

test('states only go forward: whatever is tried, it ends once', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...withdrawalStates), { maxLength: 30 }), (tries) => {
      let state: WithdrawalState = 'review'
      let ends = 0
      for (const to of tries) {
        if (!mayMove(state, to)) continue
        state = to
        if (['paid', 'refused', 'failed'].includes(to)) ends++
      }
      expect(ends).toBeLessThanOrEqual(1)
    }),
    { numRuns: 1_000 },
  )
})

const withdrawal: Withdrawal = {
  id: 'w',
  number: 'W100001',
  personId: 'p',
  personName: 'Ann',
  amountMinor: 100_500,
  feeMinor: 151,
  currency: 'CNY',
  holder: '陈一诺',
  bank: '招商银行',
  account: '6225881234567890',
  ruleVersion: 1,
  state: 'approved',
  paysBy: 'file',
  note: '',
  requestedAt: rule.validFrom,
  fileId: null,
  endedAt: null,
  asks: 0,
}

test('the file holds what the bank is to pay, in its decimals', () => {
  expect(payoutFileOf([withdrawal])).toBe(
    '\uFEFFnumber,holder,bank,account,amount,currency\r\nW100001,陈一诺,招商银行,6225881234567890,1003.49,CNY\r\n',
  )
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =cmd|x', '=HYPERLINK("http://x";"y")'])(
  'no cell is a formula: %j',
  (holder) => {
    const line = payoutFileOf([{ ...withdrawal, holder }]).split('\r\n')[1] ?? ''
    expect(cellOf(holder).replace(/^"/, '').startsWith("'")).toBe(true)
    expect(line).toContain(cellOf(holder))
  },
)

test('any names come back as they were typed, but for the apostrophe that disarms them', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 60 }), (holder) => {
      const cell = cellOf(holder)
      const plain = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
      expect([holder, `'${holder}`]).toContain(plain)
      expect(/^\s*[=+\-@]/.test(plain)).toBe(false)
    }),
    { numRuns: 1_000 },
  )
})
