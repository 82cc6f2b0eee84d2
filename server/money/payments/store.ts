import { sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { ProviderAnswer, ProviderMessage } from './provider.ts'

export type TopUpState = 'pending' | 'succeeded' | 'failed'

export interface TopUp {
  id: string
  personId: string
  amountMinor: number
  currency: Currency
  provider: string
  state: TopUpState
  requestedAt: Temporal.Instant
  /** The orders that wait for it, if any. */
  groupId: string | null
}

const topUpColumns = sql`id, person_id as "personId", amount_minor as "amountMinor", currency, provider, state,
  requested_at as "requestedAt", group_id as "groupId"`

/** Rows that are new; an id that was used before is left alone. */
export function insertTopUps(
  tx: Tx,
  topUps: readonly (Omit<TopUp, 'requestedAt' | 'groupId'> & { groupId?: string | null })[],
): Promise<{ id: string }[]> {
  return all(
    tx.db,
    sql`insert into payments.top_ups (id, person_id, amount_minor, currency, provider, state, requested_at, decided_at, group_id)
      select id, person_id, amount_minor, currency, provider, state, ${tx.now.toString()}::timestamptz,
        case when state <> 'pending' then ${tx.now.toString()}::timestamptz end, group_id
      from unnest(${topUps.map((each) => each.id)}::uuid[], ${topUps.map((each) => each.personId)}::uuid[],
        ${topUps.map((each) => each.amountMinor)}::bigint[], ${topUps.map((each) => each.currency)}::text[],
        ${topUps.map((each) => each.provider)}::text[], ${topUps.map((each) => each.state)}::text[],
        ${topUps.map((each) => each.groupId ?? null)}::uuid[])
        as t (id, person_id, amount_minor, currency, provider, state, group_id)
      on conflict (id) do nothing returning id`,
  )
}

export function findTopUp(db: Db, id: string): Promise<TopUp | null> {
  return first(db, sql<TopUp>`select ${topUpColumns} from payments.top_ups where id = ${id}`)
}

export function lockTopUp(tx: Tx, id: string): Promise<TopUp | null> {
  return first(tx.db, sql<TopUp>`select ${topUpColumns} from payments.top_ups where id = ${id} for update`)
}

export function decideTopUp(tx: Tx, id: string, state: 'succeeded' | 'failed', reference: string): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.top_ups set state = ${state}, decided_at = ${tx.now.toString()}, provider_reference = ${reference}
      where id = ${id}`,
  )
}

/** What a person put in, or is about to, since an instant. */
export async function toppedUpSince(db: Db, personId: string, since: Temporal.Instant): Promise<number> {
  const row = await first(
    db,
    sql<{ sum: number }>`select coalesce(sum(amount_minor), 0)::bigint as sum from payments.top_ups
      where person_id = ${personId} and requested_at >= ${since.toString()} and state <> 'failed'`,
  )
  return row?.sum ?? 0
}

export function openTopUps(db: Db, before: Temporal.Instant, limit: number): Promise<TopUp[]> {
  return all(
    db,
    sql<TopUp>`select ${topUpColumns} from payments.top_ups
      where state = 'pending' and requested_at <= ${before.toString()} order by requested_at limit ${limit}`,
  )
}

export function lockTopUpsToSettle(tx: Tx, before: Temporal.Instant, limit: number): Promise<TopUp[]> {
  return all(
    tx.db,
    sql<TopUp>`select ${topUpColumns} from payments.top_ups
      where state = 'succeeded' and settled_at is null and decided_at <= ${before.toString()}
      order by decided_at, id limit ${limit} for update skip locked`,
  )
}

export function markSettled(tx: Tx, settled: readonly { id: string; feeMinor: number }[]): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.top_ups t set settled_at = ${tx.now.toString()}, fee_minor = s.fee
      from unnest(${settled.map((each) => each.id)}::uuid[], ${settled.map((each) => each.feeMinor)}::bigint[])
        as s (id, fee)
      where t.id = s.id and t.settled_at is null`,
  )
}

/** True when the message is new. */
export async function insertCallback(tx: Tx, message: ProviderMessage): Promise<boolean> {
  return (
    (await touched(
      tx.db,
      sql`insert into payments.callbacks (provider, message_id, top_up_id, outcome, received_at)
        values (${message.provider}, ${message.messageId}, ${message.reference}, ${message.outcome},
          ${tx.now.toString()})
        on conflict (provider, message_id) do nothing`,
    )) === 1
  )
}

type Outcome = ProviderAnswer['outcome']

export async function insertSandboxPayment(
  tx: Tx,
  payment: { reference: string; direction: 'in' | 'out'; amountMinor: number; currency: Currency; outcome: Outcome },
): Promise<boolean> {
  return (
    (await touched(
      tx.db,
      sql`insert into payments.sandbox_payments (reference, direction, amount_minor, currency, outcome, at)
        values (${payment.reference}, ${payment.direction}, ${payment.amountMinor}, ${payment.currency},
          ${payment.outcome}, ${tx.now.toString()})
        on conflict (reference, direction) do nothing`,
    )) === 1
  )
}

export async function findSandboxPayment(db: Db, reference: string, direction: 'in' | 'out'): Promise<Outcome | null> {
  const row = await first(
    db,
    sql<{ outcome: Outcome }>`select outcome from payments.sandbox_payments
      where reference = ${reference} and direction = ${direction}`,
  )
  return row?.outcome ?? null
}

export function setSandboxOutcome(tx: Tx, reference: string, outcome: Outcome): Promise<number> {
  return touched(
    tx.db,
    sql`update payments.sandbox_payments set outcome = ${outcome}
      where reference = ${reference} and direction = 'in' and outcome = 'pending'`,
  )
}

export async function insertSandboxMessages(
  tx: Tx,
  reference: string,
  messages: readonly { messageId: string; outcome: Outcome; dueAt: Temporal.Instant }[],
): Promise<void> {
  if (messages.length === 0) return
  await sql`insert into payments.sandbox_messages (reference, no, message_id, outcome, due_at)
    select ${reference}::uuid, no, message_id, outcome, due_at
    from unnest(${messages.map((_, index) => index + 1)}::integer[], ${messages.map((each) => each.messageId)}::text[],
      ${messages.map((each) => each.outcome)}::text[], ${messages.map((each) => each.dueAt.toString())}::timestamptz[])
      as m (no, message_id, outcome, due_at)`.execute(tx.db)
}

export function dueSandboxMessages(
  db: Db,
  now: Temporal.Instant,
  limit: number,
): Promise<{ reference: string; no: number; messageId: string; outcome: Outcome }[]> {
  return all(
    db,
    sql`select reference, no, message_id as "messageId", outcome from payments.sandbox_messages
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
