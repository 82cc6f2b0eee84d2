import { sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, allOf, type Db, type Tx, touched } from '#platform/database'
import type { CommissionLine, CommissionState, PartyKind } from './commission.ts'
import type { Pact } from './pact.ts'

/** Titles that were not written before travel with the lines. */
export async function insertLines(
  tx: Tx,
  lines: readonly (CommissionLine & { titleId: string })[],
  titles: readonly { id: string; title: object }[],
): Promise<void> {
  const column = <Value>(pick: (line: CommissionLine & { titleId: string }) => Value) => lines.map(pick)
  // The attribution is the chain's: it stands on its first party.
  const first = <Value>(pick: (line: CommissionLine) => Value) =>
    lines.map((line) => (line.position === 1 ? pick(line) : null))
  const works: Promise<unknown>[] = []
  if (titles.length > 0)
    works.push(
      tx.hot(
        'commissions.insert_titles',
        `insert into commissions.titles (id, title) select id, title::jsonb from unnest($1::uuid[], $2::text[]) as t (id, title)
          order by id on conflict (id) do nothing`,
        [titles.map(({ id }) => id), titles.map(({ title }) => JSON.stringify(title))],
      ),
    )
  works.push(
    tx.hot(
      'commissions.insert_lines',
      `insert into commissions.lines (order_id, line_no, party_kind, party_id, position, base_minor, basis_points,
        commission_minor, gross_minor, keeps_basis_points, amount_minor, currency, plan_kind, room_id, session_id, attributed_at,
        order_number, title_id, party_name, placed_at, share_basis_points)
      select order_id, line_no, party_kind, party_id, position, base_minor, basis_points, commission_minor, gross_minor,
        keeps_basis_points, amount_minor, currency, plan_kind, room_id, session_id, attributed_at, order_number, title_id,
        party_name, $20::timestamptz, share_basis_points
      from unnest($1::uuid[], $2::integer[], $3::text[], $4::uuid[], $5::smallint[], $6::bigint[], $7::integer[],
        $8::bigint[], $9::bigint[], $10::integer[], $11::bigint[], $12::text[], $13::text[], $14::uuid[], $15::uuid[],
        $16::timestamptz[], $17::text[], $18::uuid[], $19::text[], $21::integer[])
        as l (order_id, line_no, party_kind, party_id, position, base_minor, basis_points, commission_minor, gross_minor,
          keeps_basis_points, amount_minor, currency, plan_kind, room_id, session_id, attributed_at, order_number, title_id,
          party_name, share_basis_points)`,
      [
        column((line) => line.orderId),
        column((line) => line.lineNo),
        column((line) => line.partyKind),
        column((line) => line.partyId),
        column((line) => line.position),
        column((line) => line.baseMinor),
        column((line) => line.basisPoints),
        column((line) => line.commissionMinor),
        column((line) => line.grossMinor),
        column((line) => line.keepsBasisPoints),
        column((line) => line.amountMinor),
        column((line) => line.currency),
        column((line) => line.planKind),
        first((line) => line.attribution.roomId),
        first((line) => line.attribution.sessionId),
        first((line) => line.attribution.issuedAt.toString()),
        column((line) => line.orderNumber),
        column((line) => line.titleId),
        column((line) => line.partyName),
        tx.now.toString(),
        column((line) => line.shareBasisPoints),
      ],
    ),
  )
  await allOf(works)
}

/** Parties whose estimate is void now. */
export function voidLines(tx: Tx, orderIds: readonly string[], reason: string): Promise<{ partyId: string }[]> {
  return all(
    tx.db,
    sql`update commissions.lines set state = 'ineligible', reason = ${reason}
      where order_id = any(${orderIds}::uuid[]) and state = 'estimated' returning party_id as "partyId"`,
  )
}

export interface LineRow {
  orderId: string
  orderNumber: string
  lineNo: number
  title: { en: string; zh: string }
  currency: Currency
  partyKind: PartyKind
  partyId: string
  partyName: string | null
  position: number
  baseMinor: number
  basisPoints: number
  commissionMinor: number
  /** The plan that applied when it was sold. */
  planKind: string
  grossMinor: number
  keepsBasisPoints: number | null
  amountMinor: number
  reversedMinor: number
  state: CommissionState
  reason: string
  placedAt: Temporal.Instant
  confirmedAt: Temporal.Instant | null
  releaseAt: Temporal.Instant | null
  settledAt: Temporal.Instant | null
}

const lineColumns = sql`order_id as "orderId", order_number as "orderNumber", line_no as "lineNo",
  coalesce(title, (select t.title from commissions.titles t where t.id = title_id)) as title, currency,
  party_kind as "partyKind", party_id as "partyId", party_name as "partyName", position, base_minor as "baseMinor",
  basis_points as "basisPoints", commission_minor as "commissionMinor", plan_kind as "planKind", gross_minor as "grossMinor",
  keeps_basis_points as "keepsBasisPoints", amount_minor as "amountMinor", reversed_minor as "reversedMinor", state,
  reason, placed_at as "placedAt", confirmed_at as "confirmedAt", release_at as "releaseAt", settled_at as "settledAt"`

export function confirmLines(
  tx: Tx,
  of: { orderId: string; confirmedAt: Temporal.Instant; releaseAt: Temporal.Instant },
): Promise<LineRow[]> {
  return all(
    tx.db,
    sql<LineRow>`update commissions.lines
      set state = 'pending', confirmed_at = ${of.confirmedAt.toString()}, release_at = ${of.releaseAt.toString()}
      where order_id = ${of.orderId} and state = 'estimated' returning ${lineColumns}`,
  )
}

export function linesOfOrders(db: Db, orderIds: readonly string[]): Promise<LineRow[]> {
  return all(
    db,
    sql<LineRow>`select ${lineColumns} from commissions.lines where order_id = any(${orderIds}::uuid[])
      order by order_id, line_no, position`,
  )
}

/** Locked in key order, so that a release and a reversal of the same order cannot deadlock. */
export function lockLinesOfOrder(tx: Tx, orderId: string): Promise<LineRow[]> {
  return all(
    tx.db,
    sql<LineRow>`select ${lineColumns} from commissions.lines where order_id = ${orderId}
      order by order_id, line_no, position for update`,
  )
}

/** Due lines that no other process is at, oldest first. */
export function lockDueLines(tx: Tx, limit: number): Promise<LineRow[]> {
  return all(
    tx.db,
    sql<LineRow>`select ${lineColumns} from commissions.lines
      where state = 'pending' and not held and release_at <= ${tx.now.toString()}
      order by release_at, order_id, line_no, position limit ${limit} for update skip locked`,
  )
}

type LineKey = Pick<LineRow, 'orderId' | 'lineNo' | 'partyKind' | 'partyId'>

export function settleLines(tx: Tx, lines: readonly LineKey[]): Promise<number> {
  return touched(
    tx.db,
    sql`update commissions.lines l set state = 'settled', settled_at = ${tx.now.toString()}
      from unnest(${lines.map((line) => line.orderId)}::uuid[], ${lines.map((line) => line.lineNo)}::integer[],
        ${lines.map((line) => line.partyKind)}::text[], ${lines.map((line) => line.partyId)}::uuid[])
        as k (order_id, line_no, party_kind, party_id)
      where l.order_id = k.order_id and l.line_no = k.line_no and l.party_kind = k.party_kind
        and l.party_id = k.party_id and l.state = 'pending'`,
  )
}

export async function setHeld(tx: Tx, orderId: string, held: boolean): Promise<void> {
  await sql`update commissions.lines set held = ${held}
    where order_id = ${orderId} and state in ('estimated', 'pending', 'frozen') and held <> ${held}`.execute(tx.db)
}

export function setReversed(tx: Tx, line: LineKey, reversedMinor: number): Promise<number> {
  return touched(
    tx.db,
    sql`update commissions.lines set reversed_minor = ${reversedMinor}
      where order_id = ${line.orderId} and line_no = ${line.lineNo} and party_kind = ${line.partyKind}
        and party_id = ${line.partyId}`,
  )
}

/** What of a party waits (in one session, if one is named), frozen. */
export function freezeLines(
  tx: Tx,
  of: { partyId: string; freezeId: string; sessionId: string | null },
): Promise<LineRow[]> {
  // The attribution of a chain stands on its first party.
  const inSession =
    of.sessionId === null
      ? sql``
      : sql`and exists (select 1 from commissions.lines f where f.order_id = l.order_id and f.line_no = l.line_no
          and f.position = 1 and f.session_id = ${of.sessionId})`
  return all(
    tx.db,
    sql<LineRow>`update commissions.lines l set state = 'frozen', freeze_id = ${of.freezeId}
      where party_id = ${of.partyId} and state = 'pending' ${inSession} returning ${lineColumns}`,
  )
}

/** Frozen lines wait again, or have come to nothing. */
export function endFrozenLines(
  tx: Tx,
  of: { partyId: string; freezeId: string; state: 'pending' | 'ineligible'; reason: string },
): Promise<LineRow[]> {
  return all(
    tx.db,
    sql<LineRow>`update commissions.lines set state = ${of.state}, reason = ${of.reason}, freeze_id = null
      where freeze_id = ${of.freezeId} and party_id = ${of.partyId} and state = 'frozen' returning ${lineColumns}`,
  )
}

/** What settled lines of a party earned in one session, less what went back. */
export function settledInSession(db: Db, of: { partyId: string; sessionId: string }): Promise<{ minor: number }[]> {
  return all(
    db,
    sql`select coalesce(sum(amount_minor - reversed_minor), 0)::bigint as minor from commissions.lines l
      where party_id = ${of.partyId} and state = 'settled' and exists (select 1 from commissions.lines f
        where f.order_id = l.order_id and f.line_no = l.line_no and f.position = 1 and f.session_id = ${of.sessionId})`,
  )
}

/** Newest first, after the cursor. */
export function linesOfParty(
  db: Db,
  page: { partyId: string; before: { placedAt: string; orderId: string; lineNo: number } | null; limit: number },
): Promise<LineRow[]> {
  const before =
    page.before === null
      ? sql``
      : sql`and (placed_at, order_id, line_no)
          < (${page.before.placedAt}::timestamptz, ${page.before.orderId}::uuid, ${page.before.lineNo}::integer)`
  return all(
    db,
    sql<LineRow>`select ${lineColumns} from commissions.lines where party_id = ${page.partyId} ${before}
      order by placed_at desc, order_id desc, line_no desc limit ${page.limit}`,
  )
}

export function estimatedOfParty(db: Db, partyId: string): Promise<{ amountMinor: number }[]> {
  return all(
    db,
    sql`select coalesce(sum(amount_minor), 0)::bigint as "amountMinor" from commissions.lines
      where party_id = ${partyId} and state = 'estimated'`,
  )
}

export async function insertPact(tx: Tx, pact: Omit<Pact, 'broughtIds'>): Promise<void> {
  await sql`insert into commissions.pacts (id, session_id, host_id, guest_id, rule, guest_basis_points, from_at)
    values (${pact.id}, ${pact.sessionId}, ${pact.hostId}, ${pact.guestId}, ${pact.rule}, ${pact.guestBasisPoints},
      ${tx.now.toString()}) on conflict (id) do nothing`.execute(tx.db)
}

export async function endPactRow(tx: Tx, id: string): Promise<void> {
  await sql`update commissions.pacts set until_at = greatest(from_at, ${tx.now.toString()}::timestamptz)
    where id = ${id} and until_at is null`.execute(tx.db)
}

export async function insertBrought(tx: Tx, of: { pactId: string; productIds: readonly string[] }): Promise<void> {
  await sql`insert into commissions.brought (pact_id, product_id)
    select ${of.pactId}, id from unnest(${[...of.productIds]}::uuid[]) as p (id) on conflict do nothing`.execute(tx.db)
}

export function openPactsOf(db: Db, sessionIds: readonly string[]): Promise<Pact[]> {
  return all(
    db,
    sql<Pact>`select p.id, p.session_id as "sessionId", p.host_id as "hostId", p.guest_id as "guestId", p.rule,
        p.guest_basis_points as "guestBasisPoints",
        array(select b.product_id from commissions.brought b where b.pact_id = p.id) as "broughtIds"
      from commissions.pacts p where p.session_id = any(${[...sessionIds]}::uuid[]) and p.until_at is null`,
  )
}
