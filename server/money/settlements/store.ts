import { sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, type Db, first, type Tx, touched } from '#platform/database'

export type EntryKind =
  | 'commission'
  | 'reserve_kept'
  | 'reserve_returned'
  | 'reversal'
  | 'payout_failed'
  | 'frozen'
  | 'thawed'
  | 'gifts'
  | 'gift_returned'
  | 'charge'
  | 'deposit_returned'
  | 'sale'
  | 'sale_commission'
  | 'sale_fees'
  | 'sale_tax'
  | 'sale_reversal'

/** One line of a party's statement: positive is earned, negative is kept back or taken back. */
export interface Entry {
  partyId: string
  cause: string
  kind: EntryKind
  orderId: string | null
  orderNumber: string | null
  amountMinor: number
  currency: Currency
}

export function insertEntries(tx: Tx, entries: readonly Entry[]): Promise<number> {
  return touched(
    tx.db,
    sql`insert into settlements.entries (party_id, cause, kind, order_id, order_number, amount_minor, currency, at)
      select party_id, cause, kind, order_id, order_number, amount_minor, currency, ${tx.now.toString()}
      from unnest(${entries.map((entry) => entry.partyId)}::uuid[], ${entries.map((entry) => entry.cause)}::text[],
        ${entries.map((entry) => entry.kind)}::text[], ${entries.map((entry) => entry.orderId)}::uuid[],
        ${entries.map((entry) => entry.orderNumber)}::text[], ${entries.map((entry) => entry.amountMinor)}::bigint[],
        ${entries.map((entry) => entry.currency)}::text[])
        as e (party_id, cause, kind, order_id, order_number, amount_minor, currency)`,
  )
}

export interface Reserve {
  partyId: string
  orderId: string
  lineNo: number
  partyKind: string
  orderNumber: string
  amountMinor: number
  currency: Currency
}

export function insertReserves(tx: Tx, reserves: readonly Reserve[], returnAt: Temporal.Instant): Promise<number> {
  return touched(
    tx.db,
    sql`insert into settlements.reserves (party_id, order_id, line_no, party_kind, order_number, amount_minor, currency,
        kept_at, return_at)
      select r.*, ${tx.now.toString()}::timestamptz, ${returnAt.toString()}::timestamptz
      from unnest(${reserves.map((each) => each.partyId)}::uuid[], ${reserves.map((each) => each.orderId)}::uuid[],
        ${reserves.map((each) => each.lineNo)}::integer[], ${reserves.map((each) => each.partyKind)}::text[],
        ${reserves.map((each) => each.orderNumber)}::text[], ${reserves.map((each) => each.amountMinor)}::bigint[],
        ${reserves.map((each) => each.currency)}::text[]) as r`,
  )
}

const reserveColumns = sql`party_id as "partyId", order_id as "orderId", line_no as "lineNo", party_kind as "partyKind",
  order_number as "orderNumber", amount_minor as "amountMinor", currency`

/** Reserves whose days are over, marked as returned; rows that another process is at are left to it. */
export function takeDueReserves(tx: Tx, limit: number): Promise<Reserve[]> {
  return all(
    tx.db,
    sql<Reserve>`update settlements.reserves set returned_at = ${tx.now.toString()}
      where (party_id, order_id, line_no, party_kind) in (
        select party_id, order_id, line_no, party_kind from settlements.reserves
        where returned_at is null and return_at <= ${tx.now.toString()}
        order by return_at limit ${limit} for update skip locked)
      returning ${reserveColumns}`,
  )
}

export function takeReservesOfOrder(tx: Tx, orderId: string, partyIds: readonly string[]): Promise<Reserve[]> {
  return all(
    tx.db,
    sql<Reserve>`update settlements.reserves set returned_at = ${tx.now.toString()}
      where party_id = any(${partyIds}::uuid[]) and order_id = ${orderId} and returned_at is null
      returning ${reserveColumns}`,
  )
}

export interface PayableEntry extends Entry {
  at: Temporal.Instant
}

/** Entries that no payout holds, locked: what is owed to us first, then the oldest. */
export function lockPayableEntries(tx: Tx, partyId: string, limit: number): Promise<PayableEntry[]> {
  return all(
    tx.db,
    sql<PayableEntry>`select party_id as "partyId", cause, kind, order_id as "orderId", order_number as "orderNumber",
        amount_minor as "amountMinor", currency, at
      from settlements.entries where party_id = ${partyId} and payout_id is null
      order by amount_minor > 0, at, cause limit ${limit} for update`,
  )
}

export type PayoutState = 'closed' | 'paid' | 'failed'

export interface PayoutRow {
  partyId: string
  id: string
  number: string
  partyName: string
  amountMinor: number
  currency: Currency
  state: PayoutState
  closedAt: Temporal.Instant
  endedAt: Temporal.Instant | null
  lines: {
    sentence: { en: string; zh: string }
    orderId: string | null
    orderNumber: string | null
    amountMinor: number
  }[]
}

export interface NewPayout {
  partyId: string
  id: string
  partyName: string
  amountMinor: number
  currency: Currency
  lines: {
    cause: string
    sentence: { en: string; zh: string }
    orderId: string | null
    orderNumber: string | null
    amountMinor: number
  }[]
}

export async function insertPayout(tx: Tx, payout: NewPayout): Promise<void> {
  const { partyId, id, lines } = payout
  await sql`insert into settlements.payouts (party_id, id, number, party_name, amount_minor, currency, closed_at)
    values (${partyId}, ${id}, 'P' || nextval('settlements.payout_numbers'), ${payout.partyName}, ${payout.amountMinor},
      ${payout.currency}, ${tx.now.toString()})`.execute(tx.db)
  await sql`update settlements.entries set payout_id = ${id}
    where party_id = ${partyId} and cause = any(${lines.map((line) => line.cause)}::text[])`.execute(tx.db)
  await sql`insert into settlements.payout_lines (party_id, payout_id, no, cause, sentence, order_id, order_number,
      amount_minor)
    select ${partyId}, ${id}, l.no, l.cause, l.sentence::jsonb, l.order_id, l.order_number, l.amount_minor
    from unnest(${lines.map((_, index) => index + 1)}::integer[], ${lines.map((line) => line.cause)}::text[],
      ${lines.map((line) => JSON.stringify(line.sentence))}::text[], ${lines.map((line) => line.orderId)}::uuid[],
      ${lines.map((line) => line.orderNumber)}::text[], ${lines.map((line) => line.amountMinor)}::bigint[])
      as l (no, cause, sentence, order_id, order_number, amount_minor)`.execute(tx.db)
}

const payoutColumns = sql`p.party_id as "partyId", p.id, p.number, p.party_name as "partyName",
  p.amount_minor as "amountMinor", p.currency, p.state, p.closed_at as "closedAt", p.ended_at as "endedAt", (
    select json_agg(json_build_object('sentence', l.sentence, 'orderId', l.order_id, 'orderNumber', l.order_number,
      'amountMinor', l.amount_minor) order by l.no)
    from settlements.payout_lines l where l.party_id = p.party_id and l.payout_id = p.id) as lines`

export function findPayout(db: Db, partyId: string, id: string): Promise<PayoutRow | null> {
  return first(
    db,
    sql<PayoutRow>`select ${payoutColumns} from settlements.payouts p where p.party_id = ${partyId} and p.id = ${id}`,
  )
}

/** Newest first; of one party or of all. */
export function payoutsPage(
  db: Db,
  page: { partyId: string | null; before: { at: string; id: string } | null; limit: number },
): Promise<PayoutRow[]> {
  const ofParty = page.partyId === null ? sql`` : sql`and p.party_id = ${page.partyId}`
  const before =
    page.before === null
      ? sql``
      : sql`and (p.closed_at, p.id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)`
  return all(
    db,
    sql<PayoutRow>`select ${payoutColumns} from settlements.payouts p where true ${ofParty} ${before}
      order by p.closed_at desc, p.id desc limit ${page.limit}`,
  )
}

/** By their ids alone, whoever's they are: for whoever reads a statement. */
export function payoutsByIds(
  db: Db,
  ids: readonly string[],
): Promise<{ id: string; amountMinor: number; currency: Currency; state: PayoutState }[]> {
  return all(
    db,
    sql`select id, amount_minor as "amountMinor", currency, state from settlements.payouts where id = any(${ids}::uuid[])`,
  )
}

export function closedPayouts(db: Db, limit: number): Promise<PayoutRow[]> {
  return all(
    db,
    sql<PayoutRow>`select ${payoutColumns} from settlements.payouts p where p.state = 'closed'
      order by p.closed_at limit ${limit}`,
  )
}

/** One row when the payout was still open; none when somebody else ended it first. */
export function endPayout(
  tx: Tx,
  end: { partyId: string; id: string; state: 'paid' | 'failed'; providerReference: string },
): Promise<number> {
  return touched(
    tx.db,
    sql`update settlements.payouts
      set state = ${end.state}, ended_at = ${tx.now.toString()}, provider_reference = ${end.providerReference}
      where party_id = ${end.partyId} and id = ${end.id} and state = 'closed'`,
  )
}

export async function paidTo(db: Db, partyId: string): Promise<number> {
  const row = await first(
    db,
    sql<{ paid: number }>`select coalesce(sum(amount_minor), 0)::bigint as paid from settlements.payouts
      where party_id = ${partyId} and state = 'paid'`,
  )
  return row?.paid ?? 0
}

/** Which of these orders' earnings stand in which payout. */
export function payoutsOfOrders(
  db: Db,
  partyId: string,
  orderIds: readonly string[],
): Promise<{ cause: string; payoutId: string; paid: boolean }[]> {
  return all(
    db,
    sql`select e.cause, e.payout_id as "payoutId", p.state = 'paid' as paid from settlements.entries e
      join settlements.payouts p on p.party_id = e.party_id and p.id = e.payout_id
      where e.party_id = ${partyId} and e.order_id = any(${orderIds}::uuid[]) and e.kind = 'commission'`,
  )
}

/** Keeps our advisory locks apart from those of others. */
const takingLock = 4_200_010

/** Whoever takes from what a party may be paid waits here: two who saw the same money would take it twice. */
export async function lockParty(tx: Tx, partyId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${partyId}, ${takingLock}::bigint))`.execute(tx.db)
}

/** What of a party no payout holds. */
export async function availableOfParty(db: Db, partyId: string, currency: Currency): Promise<number> {
  const row = await first(
    db,
    sql<{ minor: number }>`select coalesce(sum(amount_minor), 0)::bigint as minor from settlements.entries
      where party_id = ${partyId} and payout_id is null and currency = ${currency}`,
  )
  return row?.minor ?? 0
}

export interface FreezeRow {
  partyId: string
  id: string
  amountMinor: number
  currency: Currency
  reason: string
  state: 'frozen' | 'thawed' | 'forfeited'
}

const freezeColumns = sql`party_id as "partyId", id, amount_minor as "amountMinor", currency, reason, state`

/** False when there is one under this id. */
export async function insertFreeze(tx: Tx, freeze: Omit<FreezeRow, 'state'>): Promise<boolean> {
  return (
    (await touched(
      tx.db,
      sql`insert into settlements.freezes (party_id, id, amount_minor, currency, reason, frozen_at)
        values (${freeze.partyId}, ${freeze.id}, ${freeze.amountMinor}, ${freeze.currency}, ${freeze.reason},
          ${tx.now.toString()}) on conflict do nothing`,
    )) === 1
  )
}

/** Those of whom something is frozen now: what they earn meanwhile waits with it. */
export async function partiesFrozen(db: Db): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ id: string }>`select distinct party_id as id from settlements.freezes where state = 'frozen'`,
  )
  return rows.map((row) => row.id)
}

export function lockFreeze(tx: Tx, partyId: string, id: string): Promise<FreezeRow | null> {
  return first(
    tx.db,
    sql<FreezeRow>`select ${freezeColumns} from settlements.freezes where party_id = ${partyId} and id = ${id} for update`,
  )
}

export async function endFreeze(
  tx: Tx,
  of: { partyId: string; id: string; state: 'thawed' | 'forfeited' },
): Promise<void> {
  await sql`update settlements.freezes set state = ${of.state}, ended_at = ${tx.now.toString()}
    where party_id = ${of.partyId} and id = ${of.id}`.execute(tx.db)
}

/** What a seller is owed of one line that he sold. */
export interface SellerLine {
  orderId: string
  lineNo: number
  sellerId: string
  orderNumber: string
  currency: Currency
  grossMinor: number
  commissionMinor: number
  feesMinor: number
  taxMinor: number
  amountMinor: number
}

export interface SellerLineRow extends SellerLine {
  reversedMinor: number
  state: 'pending' | 'settled'
  held: boolean
  confirmedAt: Temporal.Instant
  releaseAt: Temporal.Instant
}

const sellerColumns = sql.raw(`order_id as "orderId", line_no as "lineNo", seller_id as "sellerId",
  order_number as "orderNumber", currency, gross_minor as "grossMinor", commission_minor as "commissionMinor",
  fees_minor as "feesMinor", tax_minor as "taxMinor", amount_minor as "amountMinor", reversed_minor as "reversedMinor", state, held,
  confirmed_at as "confirmedAt", release_at as "releaseAt"`)

export async function insertSellerLines(
  tx: Tx,
  lines: readonly SellerLine[],
  of: { confirmedAt: Temporal.Instant; releaseAt: Temporal.Instant; isHeld: boolean },
): Promise<void> {
  const column = <Key extends keyof SellerLine>(key: Key) => lines.map((line) => line[key])
  await sql`insert into settlements.seller_lines (order_id, line_no, seller_id, order_number, currency, gross_minor,
      commission_minor, fees_minor, tax_minor, amount_minor, confirmed_at, release_at, held)
    select l.*, ${of.confirmedAt.toString()}::timestamptz, ${of.releaseAt.toString()}::timestamptz, ${of.isHeld}::boolean
    from unnest(${column('orderId')}::uuid[], ${column('lineNo')}::integer[], ${column('sellerId')}::uuid[],
      ${column('orderNumber')}::text[], ${column('currency')}::text[], ${column('grossMinor')}::bigint[],
      ${column('commissionMinor')}::bigint[], ${column('feesMinor')}::bigint[], ${column('taxMinor')}::bigint[],
      ${column('amountMinor')}::bigint[]) as l`.execute(tx.db)
}

export function lockSellerLines(tx: Tx, orderId: string): Promise<SellerLineRow[]> {
  return all(
    tx.db,
    sql<SellerLineRow>`select ${sellerColumns} from settlements.seller_lines where order_id = ${orderId}
      order by order_id, line_no for update`,
  )
}

export function sellerLinesOfOrders(db: Db, orderIds: readonly string[]): Promise<SellerLineRow[]> {
  return all(
    db,
    sql<SellerLineRow>`select ${sellerColumns} from settlements.seller_lines where order_id = any(${orderIds}::uuid[])
      order by order_id, line_no`,
  )
}

/** Lines whose days are over and that no other process is at, marked as settled. */
export function settleSellerLines(tx: Tx, limit: number): Promise<SellerLineRow[]> {
  return all(
    tx.db,
    sql<SellerLineRow>`update settlements.seller_lines set state = 'settled', settled_at = ${tx.now.toString()}
      where (order_id, line_no) in (
        select order_id, line_no from settlements.seller_lines
        where state = 'pending' and not held and release_at <= ${tx.now.toString()}
        order by release_at, order_id, line_no limit ${limit} for update skip locked)
      returning ${sellerColumns}`,
  )
}

export async function setSellerHeld(tx: Tx, orderId: string, held: boolean): Promise<void> {
  await sql`update settlements.seller_lines set held = ${held}
    where order_id = ${orderId} and state = 'pending' and held <> ${held}`.execute(tx.db)
}

export function setSellerReversed(tx: Tx, line: SellerLineRow, reversedMinor: number): Promise<number> {
  return touched(
    tx.db,
    sql`update settlements.seller_lines set reversed_minor = ${reversedMinor}
      where order_id = ${line.orderId} and line_no = ${line.lineNo}`,
  )
}

export async function insertTier(
  tx: Tx,
  tier: { sellerId: string; id: string; days: number; setBy: string | null },
): Promise<void> {
  await sql`insert into settlements.seller_tiers (seller_id, id, days, from_at, set_by)
    values (${tier.sellerId}, ${tier.id}, ${tier.days}, ${tx.now.toString()}, ${tier.setBy})
    on conflict do nothing`.execute(tx.db)
}

/** The tier that holds now; null for who has none of his own. */
export function tierOf(db: Db, sellerId: string): Promise<{ days: number; since: Temporal.Instant } | null> {
  return first(
    db,
    sql<{ days: number; since: Temporal.Instant }>`select days, from_at as since from settlements.seller_tiers
      where seller_id = ${sellerId} order by from_at desc, id desc limit 1`,
  )
}

/** A seller's lines, the latest confirmed first, after the cursor. */
export function sellerLinesPage(
  db: Db,
  page: {
    sellerId: string
    state: SellerLineRow['state'] | null
    before: { at: string; orderId: string; lineNo: number } | null
    limit: number
  },
): Promise<SellerLineRow[]> {
  const { before, state } = page
  return all(
    db,
    sql<SellerLineRow>`select ${sellerColumns} from settlements.seller_lines where seller_id = ${page.sellerId}
        and (${state}::text is null or state = ${state})
        and (${before?.at ?? null}::timestamptz is null or (confirmed_at, order_id, line_no)
          < (${before?.at ?? null}::timestamptz, ${before?.orderId ?? null}::uuid, ${before?.lineNo ?? null}::integer))
      order by confirmed_at desc, order_id desc, line_no desc limit ${page.limit}`,
  )
}

/** In which payout each of these entries of a party stands. */
export function payoutsOfCauses(
  db: Db,
  partyId: string,
  causes: readonly string[],
): Promise<{ cause: string; number: string }[]> {
  return all(
    db,
    sql`select e.cause, p.number from settlements.entries e
      join settlements.payouts p on p.party_id = e.party_id and p.id = e.payout_id
      where e.party_id = ${partyId} and e.cause = any(${[...causes]}::text[])`,
  )
}

/** What a party had available at an instant: what had come and gone by then, less what had been closed in payouts. */
export async function availableAt(
  db: Db,
  of: { partyId: string; currency: Currency; at: Temporal.Instant },
): Promise<number> {
  const row = await first(
    db,
    sql<{ minor: number }>`select (
        coalesce((select sum(amount_minor) from settlements.entries
          where party_id = ${of.partyId} and currency = ${of.currency} and at < ${of.at.toString()}), 0)
        - coalesce((select sum(amount_minor) from settlements.payouts
          where party_id = ${of.partyId} and currency = ${of.currency} and closed_at < ${of.at.toString()}), 0))::bigint as minor`,
  )
  return row?.minor ?? 0
}

export interface Span {
  partyId: string
  currency: Currency
  from: Temporal.Instant
  until: Temporal.Instant
}

/** What came and went in a span of time, by kind. */
export function entrySums(db: Db, of: Span): Promise<{ kind: EntryKind; count: number; amountMinor: number }[]> {
  return all(
    db,
    sql`select kind, count(*)::int as count, sum(amount_minor)::bigint as "amountMinor" from settlements.entries
      where party_id = ${of.partyId} and currency = ${of.currency} and at >= ${of.from.toString()} and at < ${of.until.toString()}
      group by kind order by min(at), kind`,
  )
}

export async function payoutSum(db: Db, of: Span): Promise<{ count: number; amountMinor: number }> {
  const row = await first(
    db,
    sql<{ count: number; amountMinor: number }>`select count(*)::int as count,
        coalesce(sum(amount_minor), 0)::bigint as "amountMinor"
      from settlements.payouts where party_id = ${of.partyId} and currency = ${of.currency}
        and closed_at >= ${of.from.toString()} and closed_at < ${of.until.toString()}`,
  )
  return row ?? { count: 0, amountMinor: 0 }
}

export interface StatementRow extends PayableEntry {
  payoutNumber: string | null
}

/** The entries of a span, newest first, after the cursor; of one kind or of all. */
export function statementPage(
  db: Db,
  of: Span & { kind: string | null; before: { at: string; cause: string } | null; limit: number },
): Promise<StatementRow[]> {
  const { before, kind } = of
  return all(
    db,
    sql<StatementRow>`select e.party_id as "partyId", e.cause, e.kind, e.order_id as "orderId", e.order_number as "orderNumber",
        e.amount_minor as "amountMinor", e.currency, e.at, p.number as "payoutNumber"
      from settlements.entries e
      left join settlements.payouts p on p.party_id = e.party_id and p.id = e.payout_id
      where e.party_id = ${of.partyId} and e.currency = ${of.currency}
        and e.at >= ${of.from.toString()} and e.at < ${of.until.toString()} and (${kind}::text is null or e.kind = ${kind})
        and (${before?.at ?? null}::timestamptz is null
          or (e.at, e.cause) < (${before?.at ?? null}::timestamptz, ${before?.cause ?? null}::text))
      order by e.at desc, e.cause desc limit ${of.limit}`,
  )
}

/** When a party's first entry was written; null for who has none. */
export async function firstEntryAt(db: Db, partyId: string): Promise<Temporal.Instant | null> {
  const row = await first(
    db,
    sql<{ at: Temporal.Instant | null }>`select min(at) as at from settlements.entries where party_id = ${partyId}`,
  )
  return row?.at ?? null
}

/** What a payout paid, line by line; each names its order line in its cause. */
export function payoutLinesOf(
  db: Db,
  of: { partyId: string; id: string; limit: number },
): Promise<{ cause: string; sentence: { en: string; zh: string }; orderId: string | null; amountMinor: number }[]> {
  return all(
    db,
    sql`select cause, sentence, order_id as "orderId", amount_minor as "amountMinor" from settlements.payout_lines
      where party_id = ${of.partyId} and payout_id = ${of.id} order by no limit ${of.limit}`,
  )
}
