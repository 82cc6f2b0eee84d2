import { sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { PaymentState, RefundState } from './payment.ts'
import type { ProviderAnswer, ProviderMessage } from './provider.ts'

export interface Payment {
  id: string
  personId: string
  amountMinor: number
  currency: Currency
  provider: string
  state: PaymentState
  /** The orders that wait for it; null for a top-up. */
  groupId: string | null
  /** What waits with it out of its owner's wallet. */
  holdMinor: number
  usedAt: Temporal.Instant | null
  refundedMinor: number
  providerReference: string | null
  redirectUrl: string | null
  requestedAt: Temporal.Instant
  decidedAt: Temporal.Instant | null
  settledAt: Temporal.Instant | null
  feeMinor: number | null
  asks: number
}

const paymentColumns = sql`id, person_id as "personId", amount_minor as "amountMinor", currency, provider, state,
  group_id as "groupId", hold_minor as "holdMinor", used_at as "usedAt", refunded_minor as "refundedMinor",
  provider_reference as "providerReference", redirect_url as "redirectUrl", requested_at as "requestedAt",
  decided_at as "decidedAt", settled_at as "settledAt", fee_minor as "feeMinor", asks`

export interface NewPayment {
  id: string
  personId: string
  amountMinor: number
  currency: Currency
  provider: string
  state: PaymentState
  groupId?: string | null
  holdMinor?: number
}

/** Rows that are new; an id that was used before is left alone. */
export function insertPayments(
  tx: Tx,
  payments: readonly NewPayment[],
  askAt: Temporal.Instant,
): Promise<{ id: string }[]> {
  return all(
    tx.db,
    sql`insert into payments.payments (id, person_id, amount_minor, currency, provider, state, requested_at, decided_at, group_id,
        hold_minor, ask_at)
      select id, person_id, amount_minor, currency, provider, state, ${tx.now.toString()}::timestamptz,
        case when state <> 'pending' then ${tx.now.toString()}::timestamptz end, group_id, hold_minor, ${askAt.toString()}::timestamptz
      from unnest(${payments.map((each) => each.id)}::uuid[], ${payments.map((each) => each.personId)}::uuid[],
        ${payments.map((each) => each.amountMinor)}::bigint[], ${payments.map((each) => each.currency)}::text[],
        ${payments.map((each) => each.provider)}::text[], ${payments.map((each) => each.state)}::text[],
        ${payments.map((each) => each.groupId ?? null)}::uuid[], ${payments.map((each) => each.holdMinor ?? 0)}::bigint[])
        as t (id, person_id, amount_minor, currency, provider, state, group_id, hold_minor)
      on conflict (id) do nothing returning id`,
  )
}

export function findPayment(db: Db, id: string): Promise<Payment | null> {
  return first(db, sql<Payment>`select ${paymentColumns} from payments.payments where id = ${id}`)
}

export function paymentsByIds(db: Db, ids: readonly string[]): Promise<Payment[]> {
  if (ids.length === 0) return Promise.resolve([])
  return all(db, sql<Payment>`select ${paymentColumns} from payments.payments where id = any(${ids}::uuid[])`)
}

export function lockPayment(tx: Tx, id: string): Promise<Payment | null> {
  return first(tx.db, sql<Payment>`select ${paymentColumns} from payments.payments where id = ${id} for update`)
}

export function decidePayment(tx: Tx, id: string, state: PaymentState, reference: string | null): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.payments set state = ${state}, decided_at = ${tx.now.toString()},
        provider_reference = coalesce(${reference}, provider_reference), redirect_url = null
      where id = ${id}`,
  )
}

/** What the provider told about a payment that is still open. */
export function noteOpened(
  tx: Tx,
  id: string,
  opened: { providerReference: string | null; redirectUrl: string | null },
): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.payments set provider_reference = coalesce(${opened.providerReference}, provider_reference),
        redirect_url = ${opened.redirectUrl}
      where id = ${id} and state = 'pending'`,
  )
}

export function noteAsked(tx: Tx, id: string, askAt: Temporal.Instant): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.payments set asks = asks + 1, ask_at = ${askAt.toString()} where id = ${id} and state = 'pending'`,
  )
}

/** What a person put in, or is about to, since an instant. */
export async function toppedUpSince(db: Db, personId: string, since: Temporal.Instant): Promise<number> {
  const row = await first(
    db,
    sql<{ sum: number }>`select coalesce(sum(amount_minor), 0)::bigint as sum from payments.payments
      where person_id = ${personId} and requested_at >= ${since.toString()} and state <> 'failed' and group_id is null`,
  )
  return row?.sum ?? 0
}

/** Payments that nobody has decided, whose provider is to be asked again. */
export function paymentsToAsk(db: Db, now: Temporal.Instant, limit: number): Promise<Payment[]> {
  return all(
    db,
    sql<Payment>`select ${paymentColumns} from payments.payments
      where state = 'pending' and ask_at <= ${now.toString()} order by ask_at limit ${limit}`,
  )
}

/** Newest first: of one person or of all. */
export function paymentsPage(
  db: Db,
  page: {
    personId?: string
    groupId?: string
    state?: PaymentState
    before: { at: string; id: string } | null
    limit: number
  },
): Promise<Payment[]> {
  const conditions = [
    page.personId ? sql`and person_id = ${page.personId}` : sql``,
    page.groupId ? sql`and group_id = ${page.groupId}` : sql``,
    page.state ? sql`and state = ${page.state}` : sql``,
    page.before ? sql`and (requested_at, id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)` : sql``,
  ]
  return all(
    db,
    sql<Payment>`select ${paymentColumns} from payments.payments where true ${sql.join(conditions, sql` `)}
      order by requested_at desc, id desc limit ${page.limit}`,
  )
}

export function setHold(tx: Tx, id: string, holdMinor: number): Promise<number> {
  return touched(tx.db, sql`update payments.payments set hold_minor = ${holdMinor} where id = ${id}`)
}

export function markUsed(tx: Tx, id: string): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.payments set used_at = ${tx.now.toString()}, hold_minor = 0
      where id = ${id} and state = 'succeeded' and used_at is null`,
  )
}

export function addRefunded(tx: Tx, id: string, amountMinor: number): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.payments set refunded_minor = refunded_minor + ${amountMinor} where id = ${id}`,
  )
}

// What of an order was paid by which payment.

export interface Share {
  orderId: string
  paymentId: string
  paidMinor: number
  refundedMinor: number
}

const shareColumns = sql`order_id as "orderId", payment_id as "paymentId", paid_minor as "paidMinor", refunded_minor as "refundedMinor"`

export async function insertShares(
  tx: Tx,
  paymentId: string,
  shares: readonly { orderId: string; paidMinor: number }[],
): Promise<void> {
  if (shares.length === 0) return
  await sql`insert into payments.shares (order_id, payment_id, paid_minor)
    select order_id, ${paymentId}::uuid, paid_minor
    from unnest(${shares.map((each) => each.orderId)}::uuid[], ${shares.map((each) => each.paidMinor)}::bigint[])
      as s (order_id, paid_minor)`.execute(tx.db)
}

/** Locked, so that two refunds of one order do not send the same part back twice. */
export function lockShares(tx: Tx, orderId: string): Promise<Share[]> {
  return all(
    tx.db,
    sql<Share>`select ${shareColumns} from payments.shares where order_id = ${orderId} order by payment_id for update`,
  )
}

export function sharesOfPayments(db: Db, paymentIds: readonly string[]): Promise<Share[]> {
  if (paymentIds.length === 0) return Promise.resolve([])
  return all(
    db,
    sql<Share>`select ${shareColumns} from payments.shares where payment_id = any(${paymentIds}::uuid[]) order by order_id`,
  )
}

export async function refundShares(
  tx: Tx,
  orderId: string,
  parts: readonly { paymentId: string; amountMinor: number }[],
): Promise<void> {
  await sql`update payments.shares s set refunded_minor = s.refunded_minor + p.amount
    from unnest(${parts.map((each) => each.paymentId)}::uuid[], ${parts.map((each) => each.amountMinor)}::bigint[])
      as p (payment_id, amount)
    where s.order_id = ${orderId} and s.payment_id = p.payment_id`.execute(tx.db)
}

// Money on its way back.

export interface Refund {
  id: string
  paymentId: string
  personId: string
  orderId: string | null
  cause: string
  amountMinor: number
  currency: Currency
  state: RefundState
  requestedAt: Temporal.Instant
  decidedAt: Temporal.Instant | null
  settledAt: Temporal.Instant | null
  asks: number
}

const refundColumns = sql`id, payment_id as "paymentId", person_id as "personId", order_id as "orderId", cause,
  amount_minor as "amountMinor", currency, state, requested_at as "requestedAt", decided_at as "decidedAt",
  settled_at as "settledAt", asks`

export type NewRefund = Pick<Refund, 'id' | 'paymentId' | 'personId' | 'orderId' | 'cause' | 'amountMinor' | 'currency'>

/** True when it is new; a cause gives back once. */
export async function insertRefund(tx: Tx, refund: NewRefund): Promise<boolean> {
  const rows = await touched(
    tx.db,
    sql`insert into payments.refunds (id, payment_id, person_id, order_id, cause, amount_minor, currency, requested_at, ask_at)
      values (${refund.id}, ${refund.paymentId}, ${refund.personId}, ${refund.orderId}, ${refund.cause}, ${refund.amountMinor},
        ${refund.currency}, ${tx.now.toString()}, ${tx.now.toString()})
      on conflict (cause) do nothing`,
  )
  return rows === 1
}

export function lockRefund(tx: Tx, id: string): Promise<Refund | null> {
  return first(tx.db, sql<Refund>`select ${refundColumns} from payments.refunds where id = ${id} for update`)
}

export function refundsByIds(db: Db, ids: readonly string[]): Promise<Refund[]> {
  if (ids.length === 0) return Promise.resolve([])
  return all(db, sql<Refund>`select ${refundColumns} from payments.refunds where id = any(${ids}::uuid[])`)
}

export function refundsOfPayments(db: Db, paymentIds: readonly string[]): Promise<Refund[]> {
  if (paymentIds.length === 0) return Promise.resolve([])
  return all(
    db,
    sql<Refund>`select ${refundColumns} from payments.refunds where payment_id = any(${paymentIds}::uuid[])
      order by requested_at, id`,
  )
}

export function refundsToSend(db: Db, now: Temporal.Instant, limit: number): Promise<Refund[]> {
  return all(
    db,
    sql<Refund>`select ${refundColumns} from payments.refunds where state = 'requested' and ask_at <= ${now.toString()}
      order by ask_at limit ${limit}`,
  )
}

export function noteRefundAsked(tx: Tx, id: string, askAt: Temporal.Instant): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.refunds set asks = asks + 1, ask_at = ${askAt.toString()} where id = ${id} and state = 'requested'`,
  )
}

export function decideRefundRow(tx: Tx, id: string, state: RefundState, reference: string | null): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.refunds set state = ${state}, decided_at = ${tx.now.toString()}, provider_reference = ${reference}
      where id = ${id} and state = 'requested'`,
  )
}

// What happened, for people.

export interface Step {
  paymentId: string
  kind: string
  note: string
  at: Temporal.Instant
}

export async function addPaymentStep(tx: Tx, paymentId: string, kind: string, note = ''): Promise<void> {
  await sql`insert into payments.steps (payment_id, kind, note, at)
    values (${paymentId}, ${kind}, ${note.slice(0, 300)}, ${tx.now.toString()})`.execute(tx.db)
}

export function stepsOfPayment(db: Db, paymentId: string): Promise<Step[]> {
  return all(
    db,
    sql<Step>`select payment_id as "paymentId", kind, note, at from payments.steps where payment_id = ${paymentId}
      order by no limit 200`,
  )
}

/** True when the message is new. */
export async function insertCallback(tx: Tx, message: ProviderMessage): Promise<boolean> {
  return (
    (await touched(
      tx.db,
      sql`insert into payments.callbacks (provider, message_id, payment_id, outcome, received_at)
        values (${message.provider}, ${message.messageId}, ${message.reference}, ${message.outcome},
          ${tx.now.toString()})
        on conflict (provider, message_id) do nothing`,
    )) === 1
  )
}

// The provider pays us.

/** Of the given payments those that are to settle, locked. */
export function lockToSettle(tx: Tx, ids: readonly string[]): Promise<Payment[]> {
  return all(
    tx.db,
    sql<Payment>`select ${paymentColumns} from payments.payments
      where id = any(${ids}::uuid[]) and state = 'succeeded' and settled_at is null order by id for update`,
  )
}

export function markSettled(tx: Tx, settled: readonly { id: string; feeMinor: number }[]): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.payments t set settled_at = ${tx.now.toString()}, fee_minor = s.fee
      from unnest(${settled.map((each) => each.id)}::uuid[], ${settled.map((each) => each.feeMinor)}::bigint[])
        as s (id, fee)
      where t.id = s.id and t.settled_at is null`,
  )
}

export function lockRefundsToSettle(tx: Tx, ids: readonly string[]): Promise<Refund[]> {
  return all(
    tx.db,
    sql<Refund>`select ${refundColumns} from payments.refunds
      where id = any(${ids}::uuid[]) and state = 'succeeded' and settled_at is null order by id for update`,
  )
}

export function markRefundsSettled(tx: Tx, ids: readonly string[]): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.refunds set settled_at = ${tx.now.toString()} where id = any(${ids}::uuid[]) and settled_at is null`,
  )
}

/** Succeeded before an instant and not settled: what a statement should have spoken of. */
export function unsettledPayments(
  db: Db,
  of: { provider: string; before: Temporal.Instant; limit: number },
): Promise<Payment[]> {
  return all(
    db,
    sql<Payment>`select ${paymentColumns} from payments.payments
      where provider = ${of.provider} and state = 'succeeded' and settled_at is null and decided_at < ${of.before.toString()}
      order by decided_at, id limit ${of.limit}`,
  )
}

export function unsettledRefunds(
  db: Db,
  of: { provider: string; before: Temporal.Instant; limit: number },
): Promise<Refund[]> {
  return all(
    db,
    sql<Refund>`select ${refundColumns} from payments.refunds
      where state = 'succeeded' and settled_at is null and decided_at < ${of.before.toString()}
        and payment_id in (select id from payments.payments where provider = ${of.provider})
      order by decided_at, id limit ${of.limit}`,
  )
}

/** Asks the provider at the next look, whatever the pause. */
export function askSoon(tx: Tx, id: string): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.payments set ask_at = ${tx.now.toString()} where id = ${id} and state = 'pending'`,
  )
}

// The sandbox provider's own books.

type Outcome = ProviderAnswer['outcome']
export type SandboxDirection = 'in' | 'out' | 'refund'
export interface SandboxPayment {
  reference: string
  direction: SandboxDirection
  amountMinor: number
  currency: Currency
  outcome: Outcome
}

/** References that are new. */
export function insertSandboxPayments(tx: Tx, payments: readonly SandboxPayment[]): Promise<{ reference: string }[]> {
  return all(
    tx.db,
    sql`insert into payments.sandbox_payments (reference, direction, amount_minor, currency, outcome, at)
      select reference, direction, amount, currency, outcome, ${tx.now.toString()}::timestamptz
      from unnest(${payments.map((each) => each.reference)}::uuid[], ${payments.map((each) => each.direction)}::text[],
        ${payments.map((each) => each.amountMinor)}::bigint[], ${payments.map((each) => each.currency)}::text[],
        ${payments.map((each) => each.outcome)}::text[]) as p (reference, direction, amount, currency, outcome)
      on conflict (reference, direction) do nothing returning reference`,
  )
}

export async function findSandboxPayment(
  db: Db,
  reference: string,
  direction: SandboxDirection,
): Promise<Outcome | null> {
  const row = await first(
    db,
    sql<{ outcome: Outcome }>`select outcome from payments.sandbox_payments
      where reference = ${reference} and direction = ${direction}`,
  )
  return row?.outcome ?? null
}

/** The provider's own word changes when it sends it; success is its last. */
export function setSandboxOutcome(
  tx: Tx,
  reference: string,
  direction: SandboxDirection,
  outcome: Outcome,
): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.sandbox_payments set outcome = ${outcome}, at = ${tx.now.toString()}
      where reference = ${reference} and direction = ${direction} and outcome = 'pending'`,
  )
}

/** What the sandbox moved in a span of time: the rows of its statement. */
export function sandboxMovements(
  db: Db,
  span: { from: Temporal.Instant; until: Temporal.Instant },
): Promise<(SandboxPayment & { at: Temporal.Instant })[]> {
  return all(
    db,
    sql`select reference, direction, amount_minor as "amountMinor", currency, outcome, at from payments.sandbox_payments
      where outcome = 'succeeded' and at >= ${span.from.toString()} and at < ${span.until.toString()} order by at, reference`,
  )
}

export async function insertSandboxMessages(
  tx: Tx,
  of: { reference: string; direction: SandboxDirection },
  messages: readonly { messageId: string; outcome: Outcome; dueAt: Temporal.Instant }[],
): Promise<void> {
  if (messages.length === 0) return
  await sql`insert into payments.sandbox_messages (reference, no, message_id, outcome, due_at, direction)
    select ${of.reference}::uuid, no, message_id, outcome, due_at, ${of.direction}::text
    from unnest(${messages.map((_, index) => index + 1)}::integer[], ${messages.map((each) => each.messageId)}::text[],
      ${messages.map((each) => each.outcome)}::text[], ${messages.map((each) => each.dueAt.toString())}::timestamptz[])
      as m (no, message_id, outcome, due_at)`.execute(tx.db)
}

export function dueSandboxMessages(
  db: Db,
  now: Temporal.Instant,
  limit: number,
): Promise<{ reference: string; no: number; messageId: string; outcome: Outcome; direction: SandboxDirection }[]> {
  return all(
    db,
    sql`select reference, no, message_id as "messageId", outcome, direction from payments.sandbox_messages
      where delivered_at is null and due_at <= ${now.toString()} order by due_at, reference, no limit ${limit}`,
  )
}

export function markSandboxMessage(tx: Tx, reference: string, no: number): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.sandbox_messages set delivered_at = ${tx.now.toString()}
      where reference = ${reference} and no = ${no} and delivered_at is null`,
  )
}

/** What an operator told the sandbox to do with the next one of this kind, if any; it is told once less then. */
export async function takeSandboxSwitch(tx: Tx, direction: SandboxDirection): Promise<string | null> {
  const row = await first(
    tx.db,
    sql<{ behaviour: string }>`update payments.sandbox_switches set times_left = times_left - 1
      where direction = ${direction} and times_left > 0 returning behaviour`,
  )
  return row?.behaviour ?? null
}

export function sandboxSwitches(
  db: Db,
): Promise<{ direction: SandboxDirection; behaviour: string; timesLeft: number }[]> {
  return all(
    db,
    sql`select direction, behaviour, times_left as "timesLeft" from payments.sandbox_switches order by direction`,
  )
}

export async function setSandboxSwitch(
  tx: Tx,
  wanted: { direction: SandboxDirection; behaviour: string; timesLeft: number },
): Promise<void> {
  await sql`insert into payments.sandbox_switches (direction, behaviour, times_left)
    values (${wanted.direction}, ${wanted.behaviour}, ${wanted.timesLeft})
    on conflict (direction) do update set behaviour = excluded.behaviour, times_left = excluded.times_left`.execute(
    tx.db,
  )
}
