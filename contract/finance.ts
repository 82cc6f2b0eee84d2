/** Where is the money: wallet, earnings, payouts, the books. */
import { z } from 'zod'
import { byId, currency, endpoint, id, instant, minor, pageOf, pageQuery, text2 } from './endpoint.ts'

const tag = 'money'
const entry = z.object({
  id,
  kind: z.string(),
  sentence: text2,
  amountMinor: minor,
  balanceMinor: minor.nullable(),
  at: instant,
  orderId: id.nullable(),
})
export const getMyWallet = endpoint({
  id: 'getMyWallet',
  method: 'GET',
  path: '/api/v1/wallet',
  tag,
  who: ['buyer'],
  summary: 'My balance and its last entries',
  query: pageQuery,
  reply: z.object({ balanceMinor: minor, currency, entries: pageOf(entry) }),
})
export const paymentProvider = z.enum(['sandbox', 'stripe', 'alipay'])
export const topUpWallet = endpoint({
  id: 'topUpWallet',
  method: 'POST',
  path: '/api/v1/wallet/top-ups',
  tag,
  who: ['buyer'],
  status: 201,
  idempotent: true,
  summary: 'Top up through the payment provider; the sandbox provider answers at once',
  body: z.strictObject({
    id,
    amountMinor: z.int().min(100).max(5_000_000),
    /** One of the payment means; the first of them where it is left out. */
    provider: paymentProvider.optional(),
  }),
  reply: z.object({
    balanceMinor: minor,
    state: z.enum(['succeeded', 'pending', 'failed']),
    redirectUrl: z.string().nullable(),
  }),
  refusals: { top_up_limit: 409, provider_failed: 409, id_reused: 409 },
})
export const listPaymentMeans = endpoint({
  id: 'listPaymentMeans',
  method: 'GET',
  path: '/api/v1/payment-means',
  tag,
  who: ['buyer'],
  summary: 'Through whom I can pay besides my wallet',
  reply: z.object({ means: z.array(z.object({ provider: paymentProvider, name: text2 })) }),
})
const paymentState = z.enum(['pending', 'succeeded', 'failed'])
const refundView = z.object({
  id,
  amountMinor: minor,
  state: z.enum(['requested', 'succeeded', 'failed']),
  orderId: id.nullable(),
  requestedAt: instant,
  decidedAt: instant.nullable(),
})
const payment = z.object({
  id,
  provider: z.string(),
  providerName: text2,
  state: paymentState,
  /** For orders that wait, the wish they came from; null for a top-up. */
  groupId: id.nullable(),
  amountMinor: minor,
  currency,
  /** What of the wallet waits with it. */
  holdMinor: minor,
  refundedMinor: minor,
  redirectUrl: z.string().nullable(),
  requestedAt: instant,
  decidedAt: instant.nullable(),
  /** What of which order it paid. */
  shares: z.array(z.object({ orderId: id, paidMinor: minor, refundedMinor: minor })),
  refunds: z.array(refundView),
})
export const listMyPayments = endpoint({
  id: 'listMyPayments',
  method: 'GET',
  path: '/api/v1/me/payments',
  tag,
  who: ['buyer'],
  summary: 'My payments from outside, newest first: where each stands, what it paid, what of it came back',
  query: pageQuery.extend({ groupId: id.optional() }),
  reply: pageOf(payment),
})
export const takeProviderCallback = endpoint({
  id: 'takeProviderCallback',
  method: 'POST',
  path: '/api/v1/payment-callbacks/:provider',
  tag,
  who: 'anyone',
  summary: "A payment provider's message about a payment: what counts is its signature over the bytes as they came",
  params: z.strictObject({ provider: paymentProvider }),
  raw: true,
  file: 'text/plain',
  reply: z.unknown(),
  refusals: { callback_not_believed: 403 },
})
const earningLine = z.object({
  orderId: id,
  orderNumber: z.string(),
  lineNo: z.int(),
  title: text2,
  baseMinor: minor,
  /** The whole commission of the line; `amountMinor` is my part of it, less what was refunded. */
  commissionMinor: minor,
  basisPoints: z.int(),
  amountMinor: minor,
  /** What went back of my part with refunds. */
  reversedMinor: minor,
  /** The plan that was frozen with the order, as its rate was. */
  planKind: z.string(),
  state: z.enum(['estimated', 'pending', 'available', 'paid', 'reversed', 'ineligible', 'frozen']),
  /** Why it is not due: `order_cancelled`, `order_not_paid`, `forfeited`; empty otherwise. */
  reason: z.string(),
  placedAt: instant,
  availableAt: instant.nullable(),
  payoutId: id.nullable(),
})
export const getMyEarnings = endpoint({
  id: 'getMyEarnings',
  method: 'GET',
  path: '/api/v1/studio/earnings',
  tag,
  who: ['creator', 'agency'],
  summary: 'What I earn: estimated, pending, available, reserved, paid; each line names its order',
  query: pageQuery,
  reply: z.object({
    currency,
    estimatedMinor: minor,
    pendingMinor: minor,
    availableMinor: minor,
    reserveMinor: minor,
    frozenMinor: minor,
    paidMinor: minor,
    lines: pageOf(earningLine),
  }),
})
export const payout = z.object({
  id,
  number: z.string(),
  partyName: z.string(),
  amountMinor: minor,
  currency,
  state: z.enum(['closed', 'paid', 'failed']),
  closedAt: instant,
  paidAt: instant.nullable(),
  lines: z.array(
    z.object({ sentence: text2, orderId: id.nullable(), orderNumber: z.string().nullable(), amountMinor: minor }),
  ),
})
export const requestPayout = endpoint({
  id: 'requestPayout',
  method: 'POST',
  path: '/api/v1/studio/payouts',
  tag,
  who: ['creator', 'agency'],
  status: 201,
  idempotent: true,
  summary: 'Pay out all that is available; the payout lists every line',
  body: z.strictObject({ id }),
  reply: z.object({ payout }),
  refusals: { identity_not_verified: 403, nothing_available: 409, below_minimum: 409 },
})
export const listMyPayouts = endpoint({
  id: 'listMyPayouts',
  method: 'GET',
  path: '/api/v1/studio/payouts',
  tag,
  who: ['creator', 'agency'],
  summary: 'My payouts, newest first',
  query: pageQuery,
  reply: pageOf(payout),
})
const books = ['finance', 'admin', 'auditor'] as const
export const listBalances = endpoint({
  id: 'listBalances',
  method: 'GET',
  path: '/api/v1/books/balances',
  tag,
  who: books,
  summary: "The trial balance: every account's kind with its sum; all sum to zero",
  reply: z.object({
    currency,
    totalMinor: minor,
    balances: z.array(
      z.object({
        account: z.string(),
        name: text2,
        kind: z.enum(['asset', 'liability', 'equity', 'income', 'expense']),
        amountMinor: minor,
      }),
    ),
  }),
})
export const listJournals = endpoint({
  id: 'listJournals',
  method: 'GET',
  path: '/api/v1/books/journals',
  tag,
  who: books,
  summary: 'Journals, newest first; by account or order',
  query: pageQuery.extend({ account: z.string().max(100).optional(), orderId: id.optional() }),
  reply: pageOf(
    z.object({
      id,
      kind: z.string(),
      cause: z.string(),
      at: instant,
      orderId: id.nullable(),
      /** The first; those of a batch name their orders. */
      postings: z.array(z.object({ account: z.string(), amountMinor: minor, orderId: id.nullable() })),
      morePostings: z.int(),
    }),
  ),
})
const feeRule = z.object({
  id,
  kind: z.enum(['referral', 'provider', 'service', 'fulfilment']),
  /** Null: whatever has no rule of its own, here or above it in the tree of categories. */
  categoryCode: z.string().max(60).nullable(),
  base: z.enum(['paid', 'sale']),
  basisPoints: z.int().min(0).max(10_000),
  /** Per unit. */
  fixedMinor: z.int().min(0).max(9_000_000_000),
  minMinor: z.int().min(0).max(9_000_000_000).nullable(),
  maxMinor: z.int().min(0).max(9_000_000_000).nullable(),
  /** Whether it goes back with a refund, and what of that we keep. */
  isReturned: z.boolean(),
  keptBasisPoints: z.int().min(0).max(10_000),
  keptMaxMinor: z.int().min(0).max(9_000_000_000).nullable(),
  /** On every fee of this kind, stored apart from it. */
  taxBasisPoints: z.int().min(0).max(10_000),
})
export const listFeeRules = endpoint({
  id: 'listFeeRules',
  method: 'GET',
  path: '/api/v1/fees',
  tag,
  who: books,
  summary: 'What sellers pay us of each line that they sell: the rules that hold now',
  reply: z.object({ rules: z.array(feeRule.extend({ currency, fromAt: instant })) }),
})
export const setFeeRule = endpoint({
  id: 'setFeeRule',
  method: 'POST',
  path: '/api/v1/fees',
  tag,
  who: ['finance', 'admin'],
  status: 201,
  idempotent: true,
  summary: 'Set a fee from now on; orders that exist keep theirs. The same id again is the same rule',
  body: z
    .strictObject(feeRule.shape)
    .refine((rule) => rule.maxMinor === null || rule.maxMinor >= (rule.minMinor ?? 0), {
      error: 'the most is not below the least',
      path: ['maxMinor'],
    }),
  reply: z.object({ id }),
  refusals: { id_reused: 409 },
})
export const listPayouts = endpoint({
  id: 'listPayouts',
  method: 'GET',
  path: '/api/v1/payouts',
  tag,
  who: books,
  summary: 'Payouts to all parties',
  query: pageQuery,
  reply: pageOf(payout),
})
export const runAudit = endpoint({
  id: 'runAudit',
  method: 'POST',
  path: '/api/v1/books/audits',
  tag,
  who: books,
  summary: 'Run the auditor now: every invariant, and the rows that break one',
  reply: z.object({
    invariants: z.array(
      z.object({
        id: z.string(),
        sentence: z.string(),
        broken: z.int(),
        rows: z.array(z.record(z.string(), z.unknown())),
      }),
    ),
    broken: z.int(),
    milliseconds: z.int(),
  }),
})
const paymentOfAll = payment.extend({
  personId: id,
  personName: z.string(),
  feeMinor: minor.nullable(),
  settledAt: instant.nullable(),
})
export const listPayments = endpoint({
  id: 'listPayments',
  method: 'GET',
  path: '/api/v1/payments',
  tag,
  who: [...books, 'support'],
  summary: 'Payments of all buyers through providers, newest first',
  query: pageQuery.extend({ state: paymentState.optional(), personId: id.optional() }),
  reply: pageOf(paymentOfAll),
})
const paymentStep = z.object({ kind: z.string(), note: z.string(), at: instant })
export const getPayment = endpoint({
  id: 'getPayment',
  method: 'GET',
  path: '/api/v1/payments/:id',
  tag,
  who: [...books, 'support'],
  summary: 'A payment with all that we learned of it, in the order in which we learned it',
  params: byId,
  reply: z.object({ payment: paymentOfAll, steps: z.array(paymentStep) }),
  refusals: { not_found: 404 },
})
export const askAboutPayment = endpoint({
  id: 'askAboutPayment',
  method: 'POST',
  path: '/api/v1/payments/:id/questions',
  tag,
  who: ['finance', 'admin', 'support'],
  summary: 'Ask the provider now what became of a payment and of its refunds',
  params: byId,
  reply: z.object({ payment: paymentOfAll, steps: z.array(paymentStep) }),
  refusals: { not_found: 404 },
  limit: { per: 'person', count: 30, seconds: 60 },
})
const sandboxSwitch = z.object({
  what: z.enum(['payment', 'refund', 'payout']),
  behaviour: z.enum(['decline', 'delay', 'repeat', 'lose_answer', 'delay_decline', 'reorder', 'lose_request']),
  times: z.int().min(0).max(1_000),
})
export const getSandboxProvider = endpoint({
  id: 'getSandboxProvider',
  method: 'GET',
  path: '/api/v1/sandbox/payments',
  tag,
  who: ['operations', 'finance', 'admin', 'support', 'auditor'],
  summary: 'What the sandbox payment provider was told to do with what comes next',
  reply: z.object({ switches: z.array(sandboxSwitch) }),
  refusals: { not_in_sandbox: 403 },
})
export const tellSandboxProvider = endpoint({
  id: 'tellSandboxProvider',
  method: 'POST',
  path: '/api/v1/sandbox/payments',
  tag,
  who: ['operations', 'finance', 'admin'],
  summary: 'Tell the sandbox payment provider to delay, repeat, reorder, fail or fall silent, so many times from now',
  body: z.strictObject(sandboxSwitch.shape),
  reply: z.object({ switches: z.array(sandboxSwitch) }),
  refusals: { not_in_sandbox: 403 },
})
const breakKind = z.enum([
  'unknown_to_us',
  'unknown_to_provider',
  'amount_differs',
  'fee_differs',
  'not_taken_by_us',
  'twice',
])
const breakState = z.enum(['open', 'explained', 'resolved'])
const reconciliationBreak = z.object({
  id,
  kind: breakKind,
  state: breakState,
  provider: z.string(),
  /** What the line or our row speaks of. */
  about: z.enum(['payment', 'refund', 'payout']),
  reference: z.string(),
  statementId: id.nullable(),
  statementName: z.string().nullable(),
  lineNo: z.int().nullable(),
  /** What we have, and what the statement says; null on the side that has nothing. */
  oursMinor: minor.nullable(),
  theirsMinor: minor.nullable(),
  currency,
  note: z.string(),
  foundAt: instant,
  closedAt: instant.nullable(),
})
const statement = z.object({
  id,
  provider: z.string(),
  name: z.string(),
  from: instant.nullable(),
  until: instant.nullable(),
  importedAt: instant,
  lines: z.int(),
  matched: z.int(),
  broken: z.int(),
  takenMinor: minor,
  givenBackMinor: minor,
  feesMinor: minor,
  currency,
})
export const listStatements = endpoint({
  id: 'listStatements',
  method: 'GET',
  path: '/api/v1/reconciliation/statements',
  tag,
  who: books,
  summary: "The providers' statements, newest first: how many lines, how many of them are matched",
  query: pageQuery,
  reply: pageOf(statement),
})
export const importStatement = endpoint({
  id: 'importStatement',
  method: 'POST',
  path: '/api/v1/reconciliation/statements',
  tag,
  who: ['finance', 'admin'],
  status: 201,
  summary: 'Bring a statement file; the same file again is the same statement',
  body: z.strictObject({
    provider: z.string().trim().min(1).max(40),
    name: z.string().trim().min(1).max(100),
    text: z.string().min(1).max(200_000),
  }),
  reply: z.object({ statement, isNew: z.boolean() }),
  refusals: { statement_unreadable: 422 },
})
export const reconcileNow = endpoint({
  id: 'reconcileNow',
  method: 'POST',
  path: '/api/v1/reconciliation/runs',
  tag,
  who: ['finance', 'admin'],
  summary: 'Fetch the statements that are due, and match what is not matched yet',
  reply: z.object({ statements: z.int(), matched: z.int(), openBreaks: z.int() }),
  limit: { per: 'person', count: 10, seconds: 60 },
})
export const listBreaks = endpoint({
  id: 'listBreaks',
  method: 'GET',
  path: '/api/v1/reconciliation/breaks',
  tag,
  who: books,
  summary: 'What stands on one side only, or differs: each with a state and a note',
  query: pageQuery.extend({ state: breakState.optional() }),
  reply: pageOf(reconciliationBreak),
})
export const explainBreak = endpoint({
  id: 'explainBreak',
  method: 'POST',
  path: '/api/v1/reconciliation/breaks/:id/explanations',
  tag,
  who: ['finance', 'admin'],
  summary: 'Say why a break is there; it is closed with the note, or opened again',
  params: byId,
  body: z.strictObject({ state: z.enum(['open', 'explained']), note: z.string().trim().min(1).max(500) }),
  reply: z.object({ break: reconciliationBreak }),
  refusals: { not_found: 404, break_resolved: 409 },
})
const withdrawalState = z.enum(['review', 'approved', 'sent', 'paid', 'refused', 'failed'])
const withdrawal = z.object({
  id,
  number: z.string(),
  /** What leaves the wallet; the bank gets it less the fee. */
  amountMinor: minor,
  feeMinor: minor,
  currency,
  holder: z.string(),
  bank: z.string(),
  /** Its last digits. */
  account: z.string(),
  state: withdrawalState,
  paysBy: z.enum(['provider', 'file']),
  note: z.string(),
  fileId: id.nullable(),
  requestedAt: instant,
  endedAt: instant.nullable(),
})
const ruleOfWithdrawals = z.object({
  version: z.int(),
  validFrom: instant,
  minimumMinor: minor,
  feeMinor: minor,
  feeBasisPoints: z.int(),
  reviewAboveMinor: minor,
  perDayMinorMax: minor,
})
export const listMyWithdrawals = endpoint({
  id: 'listMyWithdrawals',
  method: 'GET',
  path: '/api/v1/wallet/withdrawals',
  tag,
  who: ['buyer'],
  summary: 'What I took out of my wallet, newest first, and the terms that hold now',
  query: pageQuery,
  reply: z.object({ terms: ruleOfWithdrawals, currency, withdrawals: pageOf(withdrawal) }),
})
export const requestWithdrawal = endpoint({
  id: 'requestWithdrawal',
  method: 'POST',
  path: '/api/v1/wallet/withdrawals',
  tag,
  who: ['buyer'],
  status: 201,
  idempotent: true,
  summary: 'Take money out of my wallet: it is reserved at once, and looked at first above a limit',
  body: z.strictObject({
    id,
    amountMinor: z.int().min(1).max(100_000_000),
    holder: z.string().trim().min(1).max(60),
    bank: z.string().trim().min(1).max(60),
    account: z.string().regex(/^[0-9A-Za-z]{4,40}$/),
  }),
  reply: z.object({ withdrawal }),
  refusals: { id_reused: 409, below_minimum: 409, withdrawal_limit: 409, balance_too_low: 402 },
})
export const listWithdrawals = endpoint({
  id: 'listWithdrawals',
  method: 'GET',
  path: '/api/v1/withdrawals',
  tag,
  who: books,
  summary: 'Withdrawals from all wallets, newest first, and the rules that held',
  query: pageQuery.extend({ state: withdrawalState.optional() }),
  reply: z.object({
    /** What holds now, and all rules, the latest first. */
    terms: ruleOfWithdrawals,
    rules: z.array(ruleOfWithdrawals),
    currency,
    /** Whether some provider pays out; else all go by file. */
    paysByProvider: z.boolean(),
    items: z.array(withdrawal.extend({ personId: id, personName: z.string() })),
    next: z.string().nullable(),
  }),
})
export const reviewWithdrawal = endpoint({
  id: 'reviewWithdrawal',
  method: 'POST',
  path: '/api/v1/withdrawals/:id/reviews',
  tag,
  who: ['finance', 'admin'],
  summary: 'Approve a withdrawal, or refuse it with a reason; nobody decides on his own',
  params: byId,
  body: z.strictObject({
    decision: z.enum(['approved', 'refused']),
    paysBy: z.enum(['provider', 'file']),
    note: z.string().trim().max(500),
  }),
  reply: z.object({ withdrawal }),
  refusals: { not_found: 404, own_withdrawal: 403, withdrawal_decided: 409, answer_missing: 422 },
})
export const noteWithdrawalResult = endpoint({
  id: 'noteWithdrawalResult',
  method: 'POST',
  path: '/api/v1/withdrawals/:id/results',
  tag,
  who: ['finance', 'admin'],
  summary: 'What the bank said of a withdrawal that went out by file',
  params: byId,
  body: z.strictObject({ result: z.enum(['paid', 'failed']), note: z.string().trim().max(500) }),
  reply: z.object({ withdrawal }),
  refusals: { not_found: 404, withdrawal_decided: 409, answer_missing: 422 },
})
export const setWithdrawalRule = endpoint({
  id: 'setWithdrawalRule',
  method: 'POST',
  path: '/api/v1/withdrawal-rules',
  tag,
  who: ['finance', 'admin'],
  summary: 'Set what holds for withdrawals from an instant on; those asked for before keep their terms',
  body: z.strictObject({
    validFrom: instant,
    minimumMinor: z.int().min(1).max(1_000_000),
    feeMinor: z.int().min(0).max(100_000),
    feeBasisPoints: z.int().min(0).max(5_000),
    reviewAboveMinor: z.int().min(0).max(100_000_000),
    perDayMinorMax: z.int().min(1).max(1_000_000_000),
  }),
  reply: z.object({ rules: z.array(ruleOfWithdrawals) }),
  refusals: { rule_in_the_past: 409, rule_is_there: 409, fee_above_minimum: 422 },
})
const payoutFile = z.object({
  id,
  number: z.string(),
  madeAt: instant,
  lines: z.int(),
  /** How many of them the bank has answered. */
  ended: z.int(),
  sumMinor: minor,
  currency,
})
export const makePayoutFile = endpoint({
  id: 'makePayoutFile',
  method: 'POST',
  path: '/api/v1/payout-files',
  tag,
  who: ['finance', 'admin'],
  status: 201,
  idempotent: true,
  summary: 'Put the withdrawals that wait for a file into one; the same id again is the same file',
  body: z.strictObject({ id }),
  reply: z.object({ file: payoutFile }),
  refusals: { nothing_to_pay: 409 },
})
export const listPayoutFiles = endpoint({
  id: 'listPayoutFiles',
  method: 'GET',
  path: '/api/v1/payout-files',
  tag,
  who: books,
  summary: 'The files for the bank, newest first',
  query: pageQuery,
  reply: pageOf(payoutFile),
})
export const getPayoutFile = endpoint({
  id: 'getPayoutFile',
  method: 'GET',
  path: '/api/v1/payout-files/:id/content',
  tag,
  who: ['finance', 'admin'],
  summary: 'A file for the bank, as CSV that no spreadsheet takes for a formula',
  params: byId,
  file: 'text/csv; charset=utf-8',
  reply: z.unknown(),
  refusals: { not_found: 404 },
})
