/** What creators and shops leave with us against what they may have to answer for. */
import { z } from 'zod'
import { currency, endpoint, id, instant, minor, pageOf, pageQuery } from './endpoint.ts'

const tag = 'money'
const kind = z.enum(['creator', 'shop'])
const movement = z.object({
  id,
  kind: z.enum(['top_up', 'charge', 'return']),
  /** Positive came, negative went. */
  amountMinor: minor,
  /** Of a charge: what the deposit did not cover. */
  owedMinor: minor,
  currency,
  reason: z.string(),
  at: instant,
})
const deposit = z.object({
  currency,
  heldMinor: minor,
  neededMinor: minor,
  /** What is missing until he may sell again. */
  missingMinor: minor,
  hasLeft: z.boolean(),
})
const mine = ['creator', 'merchant'] as const
export const getMyDeposit = endpoint({
  id: 'getMyDeposit',
  method: 'GET',
  path: '/api/v1/studio/deposit',
  tag,
  who: mine,
  summary: 'My deposit, or that of the shop that I act for: what is held, what is asked for, what came and went',
  query: pageQuery.extend({ of: kind }),
  reply: z.object({ deposit, movements: pageOf(movement) }),
  refusals: { not_found: 404 },
})
export const topUpMyDeposit = endpoint({
  id: 'topUpMyDeposit',
  method: 'POST',
  path: '/api/v1/studio/deposit/top-ups',
  tag,
  who: mine,
  status: 201,
  idempotent: true,
  summary: 'Put money from my wallet into the deposit; the same id again is the same top-up',
  body: z.strictObject({ id, of: kind, amountMinor: z.int().min(1).max(1_000_000_000) }),
  reply: z.object({ deposit, movement }),
  refusals: { not_found: 404, id_reused: 409, balance_too_low: 402 },
})
export const returnMyDeposit = endpoint({
  id: 'returnMyDeposit',
  method: 'POST',
  path: '/api/v1/studio/deposit/returns',
  tag,
  who: mine,
  status: 201,
  idempotent: true,
  summary: 'I have left and nothing of mine waits: the deposit becomes available, less what I owe',
  body: z.strictObject({ id, of: kind }),
  reply: z.object({ deposit, movement }),
  refusals: { not_found: 404, id_reused: 409, not_left: 409, nothing_held: 409, earnings_wait: 409 },
})
const desk = ['finance', 'moderator', 'admin'] as const
const party = z.strictObject({ kind, id })
export const getDeposit = endpoint({
  id: 'getDeposit',
  method: 'GET',
  path: '/api/v1/deposits/:kind/:id',
  tag,
  who: [...desk, 'auditor'],
  summary: 'The deposit of a creator or a shop, with what came and went',
  params: party,
  query: pageQuery,
  reply: z.object({ deposit, movements: pageOf(movement) }),
  refusals: { not_found: 404 },
})
export const chargeDeposit = endpoint({
  id: 'chargeDeposit',
  method: 'POST',
  path: '/api/v1/deposits/:kind/:id/charges',
  tag,
  who: desk,
  status: 201,
  idempotent: true,
  summary: 'Charge a deposit with a reason; what it does not cover is taken from what its owner earns',
  params: party,
  body: z.strictObject({
    id,
    amountMinor: z.int().min(1).max(1_000_000_000),
    to: z.enum(['penalty', 'compensation']),
    reason: z.string().trim().min(1).max(500),
    violationId: id.nullable(),
  }),
  reply: z.object({ deposit, movement }),
  refusals: { not_found: 404, id_reused: 409 },
})
const level = z.object({ kind, version: z.int(), minorMin: minor, effectiveFrom: instant })
export const listDepositLevels = endpoint({
  id: 'listDepositLevels',
  method: 'GET',
  path: '/api/v1/deposit-levels',
  tag,
  who: [...desk, 'auditor'],
  summary: 'How much creators and shops must have left with us, from when on; the latest first',
  reply: z.object({ currency, levels: z.array(level) }),
})
export const setDepositLevel = endpoint({
  id: 'setDepositLevel',
  method: 'POST',
  path: '/api/v1/deposit-levels',
  tag,
  who: ['finance', 'admin'],
  status: 201,
  summary: 'Ask for another deposit from an instant on that is not past; levels that were set stay as they were',
  body: z.strictObject({ kind, minorMin: z.int().min(0).max(1_000_000_000), effectiveFrom: instant }),
  reply: z.object({ levels: z.array(level) }),
  refusals: { rule_in_the_past: 409, rule_is_there: 409 },
})
