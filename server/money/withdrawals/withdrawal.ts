import { type Currency, decimalsOf, type Minor, shareOf } from '#contract/money'
import { done, type Outcome, refuse } from '#platform/outcome'

export const withdrawalStates = ['review', 'approved', 'sent', 'paid', 'refused', 'failed'] as const
export type WithdrawalState = (typeof withdrawalStates)[number]
export type PaysBy = 'provider' | 'file'

export interface Rule {
  version: number
  validFrom: Temporal.Instant
  minimumMinor: Minor
  feeMinor: Minor
  feeBasisPoints: number
  reviewAboveMinor: Minor
  perDayMinorMax: Minor
}

/** Where the money goes. */
export interface BankAccount {
  holder: string
  bank: string
  account: string
}

export interface Withdrawal extends BankAccount {
  id: string
  number: string
  personId: string
  personName: string
  /** What leaves the wallet; the bank gets it less the fee. */
  amountMinor: Minor
  feeMinor: Minor
  currency: Currency
  ruleVersion: number
  state: WithdrawalState
  paysBy: PaysBy
  note: string
  requestedAt: Temporal.Instant
  fileId: string | null
  endedAt: Temporal.Instant | null
  asks: number
}

export function feeOfWithdrawal(rule: Pick<Rule, 'feeMinor' | 'feeBasisPoints'>, amountMinor: Minor): Minor {
  return rule.feeMinor + shareOf(amountMinor, rule.feeBasisPoints)
}

/** Whether so much may leave a wallet now, what it costs, and whether somebody looks at it first. Pure. */
export function decideRequest(of: {
  rule: Rule
  amountMinor: Minor
  balanceMinor: Minor
  todayMinor: Minor
}): Outcome<
  { feeMinor: Minor; state: 'review' | 'approved' },
  'below_minimum' | 'withdrawal_limit' | 'balance_too_low'
> {
  const { rule, amountMinor } = of
  const feeMinor = feeOfWithdrawal(rule, amountMinor)
  // A fee that eats all of it would send nothing.
  if (amountMinor < rule.minimumMinor || feeMinor >= amountMinor)
    return refuse('below_minimum', { minimumMinor: rule.minimumMinor })
  if (of.todayMinor + amountMinor > rule.perDayMinorMax)
    return refuse('withdrawal_limit', { limitMinor: rule.perDayMinorMax })
  if (amountMinor > of.balanceMinor) return refuse('balance_too_low', { missingMinor: amountMinor - of.balanceMinor })
  return done({ feeMinor, state: amountMinor > rule.reviewAboveMinor ? 'review' : 'approved' })
}

const legalMoves: Record<WithdrawalState, readonly WithdrawalState[]> = {
  review: ['approved', 'refused'],
  approved: ['sent', 'paid', 'failed'],
  sent: ['paid', 'failed'],
  paid: [],
  refused: [],
  failed: [],
}

export function mayMove(from: WithdrawalState, to: WithdrawalState): boolean {
  return legalMoves[from].includes(to)
}

/** What others see of an account number. */
export function maskedAccount(account: string): string {
  return account.length <= 4 ? account : `•••• ${account.slice(-4)}`
}

/**
 * The file that goes to the bank. A spreadsheet runs what begins like a formula, and names are typed by people: such a cell gets an
 * apostrophe in front. Amounts are in whole units with two decimals, as banks read them.
 */
export function payoutFileOf(withdrawals: readonly Withdrawal[]): string {
  const rows = withdrawals.map(({ number, holder, bank, account, amountMinor, feeMinor, currency }) => [
    number,
    holder,
    bank,
    account,
    decimalsOf(amountMinor - feeMinor),
    currency,
  ])
  const header = ['number', 'holder', 'bank', 'account', 'amount', 'currency']
  // The mark at the front lets spreadsheets read Chinese names.
  return `\uFEFF${[header, ...rows].map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`
}

export function cellOf(text: string): string {
  const safe = /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
