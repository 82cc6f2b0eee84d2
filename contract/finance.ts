/** Where is the money: wallet, earnings, payouts, the books. */
import { z } from 'zod'
import { currency, endpoint, id, instant, minor, pageOf, pageQuery, text2 } from './endpoint.ts'

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
export const topUpWallet = endpoint({
  id: 'topUpWallet',
  method: 'POST',
  path: '/api/v1/wallet/top-ups',
  tag,
  who: ['buyer'],
  status: 201,
  idempotent: true,
  summary: 'Top up through the payment provider; the sandbox provider answers at once',
  body: z.strictObject({ id, amountMinor: z.int().min(100).max(5_000_000) }),
  reply: z.object({ balanceMinor: minor, state: z.enum(['succeeded', 'pending', 'failed']) }),
  refusals: { top_up_limit: 409, provider_failed: 409, id_reused: 409 },
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
  state: z.enum(['estimated', 'pending', 'available', 'paid', 'ineligible', 'frozen']),
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
  refusals: { nothing_available: 409, below_minimum: 409 },
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
