import { sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { CatalogueGift } from './gift.ts'

const giftColumns = sql`id, name, picture, coins, effect`

export function loadCatalogue(db: Db): Promise<CatalogueGift[]> {
  return all(db, sql<CatalogueGift>`select ${giftColumns} from gifts.catalogue where on_sale order by position, id`)
}

export function findGift(db: Db, id: string): Promise<CatalogueGift | null> {
  return first(db, sql<CatalogueGift>`select ${giftColumns} from gifts.catalogue where id = ${id} and on_sale`)
}

export async function loadLimits(
  db: Db,
  at: Temporal.Instant,
): Promise<{ dayCoins: number; dayCoinsUnverified: number }> {
  const row = await first(
    db,
    sql<{ dayCoins: number; dayCoinsUnverified: number }>`select day_coins as "dayCoins",
        day_coins_unverified as "dayCoinsUnverified"
      from gifts.limits where effective_from <= ${at.toString()} order by effective_from desc limit 1`,
  )
  if (row === null) throw new Error('Broken assertion: the first limits came with the table')
  return row
}

export async function spentOn(db: Db, personId: string, day: Temporal.PlainDate): Promise<number> {
  const row = await first(
    db,
    sql<{
      coins: number
    }>`select coins from gifts.day_spends where person_id = ${personId} and day = ${day.toString()}`,
  )
  return row?.coins ?? 0
}

/** False when it would go beyond the limit: the row itself holds it, whoever comes at the same time. */
export async function addToDay(
  tx: Tx,
  spend: { personId: string; day: Temporal.PlainDate; coins: number; limitCoins: number },
): Promise<boolean> {
  const row = await touched(
    tx.db,
    sql`insert into gifts.day_spends as d (person_id, day, coins, limit_coins)
      values (${spend.personId}, ${spend.day.toString()}, ${spend.coins}, ${spend.limitCoins})
      on conflict (person_id, day) do update set coins = d.coins + excluded.coins, limit_coins = excluded.limit_coins
        where d.coins + excluded.coins <= excluded.limit_coins`,
  )
  return row === 1
}

export interface SendRow {
  id: string
  roomId: string
  sessionId: string
  number: number
  personId: string
  creatorId: string
  giftId: string
  giftName: { en: string; zh: string }
  picture: string
  effect: CatalogueGift['effect']
  units: number
  coins: number
  comboId: string
  comboUnits: number
  day: Temporal.PlainDate
  at: Temporal.Instant
  thankedAt: Temporal.Instant | null
  returnedAt: Temporal.Instant | null
}

const sendColumns = sql`s.id, s.room_id as "roomId", s.session_id as "sessionId", s.number, s.person_id as "personId",
  s.creator_id as "creatorId", s.gift_id as "giftId", c.name as "giftName", c.picture, c.effect, s.units, s.coins,
  s.combo_id as "comboId", s.combo_units as "comboUnits", s.day, s.at, s.thanked_at as "thankedAt",
  s.returned_at as "returnedAt"`
const sends = sql`gifts.sends s join gifts.catalogue c on c.id = s.gift_id`

export function findSend(db: Db, id: string): Promise<SendRow | null> {
  return first(db, sql<SendRow>`select ${sendColumns} from ${sends} where s.id = ${id}`)
}

export function lockSend(tx: Tx, id: string): Promise<SendRow | null> {
  return first(tx.db, sql<SendRow>`select ${sendColumns} from ${sends} where s.id = ${id} for update of s`)
}

/** How many units a combo has so far; of this person in this session, whatever others call theirs. */
export async function comboSoFar(
  db: Db,
  combo: { comboId: string; personId: string; sessionId: string; giftId: string },
): Promise<number> {
  const row = await first(
    db,
    sql<{ units: number }>`select coalesce(sum(units), 0)::bigint as units from gifts.sends
      where combo_id = ${combo.comboId} and person_id = ${combo.personId} and session_id = ${combo.sessionId}
        and gift_id = ${combo.giftId}`,
  )
  return row?.units ?? 0
}

/** The next number of a session. Its row stays locked until the transaction ends, so this comes last. */
export async function nextNumber(tx: Tx, sessionId: string): Promise<number> {
  const row = await first(
    tx.db,
    sql<{ number: number }>`insert into gifts.sessions as s (session_id, last_number) values (${sessionId}, 1)
      on conflict (session_id) do update set last_number = s.last_number + 1 returning last_number as number`,
  )
  return row?.number ?? 1
}

export async function insertSend(
  tx: Tx,
  send: Omit<SendRow, 'giftName' | 'picture' | 'effect' | 'thankedAt' | 'returnedAt' | 'at'>,
): Promise<void> {
  await sql`insert into gifts.sends (id, room_id, session_id, number, person_id, creator_id, gift_id, units, coins, combo_id,
      combo_units, day, at)
    values (${send.id}, ${send.roomId}, ${send.sessionId}, ${send.number}, ${send.personId}, ${send.creatorId}, ${send.giftId},
      ${send.units}, ${send.coins}, ${send.comboId}, ${send.comboUnits}, ${send.day.toString()}, ${tx.now.toString()})`.execute(
    tx.db,
  )
}

export interface Contribution {
  roomId: string
  day: Temporal.PlainDate
  personId: string
  coins: number
}

/** Adds to the top lists, or takes off; in the order of their keys, so that two who come at once cannot deadlock. */
export async function addContributions(tx: Tx, changes: readonly Contribution[]): Promise<void> {
  if (changes.length === 0) return
  await sql`insert into gifts.contributions as c (room_id, day, person_id, coins, reached_at)
    select n.room_id, n.day, n.person_id, n.coins, ${tx.now.toString()}
    from unnest(${changes.map((each) => each.roomId)}::uuid[], ${changes.map((each) => each.day.toString())}::date[],
      ${changes.map((each) => each.personId)}::uuid[], ${changes.map((each) => each.coins)}::bigint[])
      as n (room_id, day, person_id, coins)
    order by n.room_id, n.day, n.person_id
    on conflict (room_id, day, person_id) do update set coins = c.coins + excluded.coins, reached_at = excluded.reached_at
    `.execute(tx.db)
}

/** Takes off the top lists what was given back. Rows are there, since gifts stand behind them. */
export async function lowerContributions(tx: Tx, changes: readonly Contribution[]): Promise<void> {
  if (changes.length === 0) return
  await sql`update gifts.contributions c set coins = c.coins - n.coins
    from unnest(${changes.map((each) => each.roomId)}::uuid[], ${changes.map((each) => each.day.toString())}::date[],
      ${changes.map((each) => each.personId)}::uuid[], ${changes.map((each) => each.coins)}::bigint[])
      as n (room_id, day, person_id, coins)
    where c.room_id = n.room_id and c.day = n.day and c.person_id = n.person_id`.execute(tx.db)
}

export interface Ranked {
  rank: number
  personId: string
  coins: number
}

export function topOf(db: Db, of: { roomId: string; day: Temporal.PlainDate; limit: number }): Promise<Ranked[]> {
  return all(
    db,
    sql<Ranked>`select row_number() over (order by coins desc, reached_at, person_id)::int as rank, person_id as "personId", coins
      from gifts.contributions where room_id = ${of.roomId} and day = ${of.day.toString()} and coins > 0
      order by coins desc, reached_at, person_id limit ${of.limit}`,
  )
}

export async function placeOf(
  db: Db,
  of: { roomId: string; day: Temporal.PlainDate; personId: string },
): Promise<{ rank: number | null; coins: number }> {
  const row = await first(
    db,
    sql<{ rank: number; coins: number }>`select m.coins, 1 + (
        select count(*) from gifts.contributions o where o.room_id = m.room_id and o.day = m.day
          and (o.coins > m.coins or (o.coins = m.coins and (o.reached_at, o.person_id) < (m.reached_at, m.person_id))))::int as rank
      from gifts.contributions m
      where m.room_id = ${of.roomId} and m.day = ${of.day.toString()} and m.person_id = ${of.personId} and m.coins > 0`,
  )
  return row ?? { rank: null, coins: 0 }
}

export function giftsAfter(db: Db, of: { sessionId: string; after: number; limit: number }): Promise<SendRow[]> {
  return all(
    db,
    sql<SendRow>`select ${sendColumns} from ${sends}
      where s.session_id = ${of.sessionId} and s.number > ${of.after} order by s.number limit ${of.limit}`,
  )
}

export async function lastNumberOf(db: Db, sessionId: string): Promise<number> {
  const row = await first(
    db,
    sql<{ number: number }>`select last_number as number from gifts.sessions where session_id = ${sessionId}`,
  )
  return row?.number ?? 0
}

export function giftsOfCreator(db: Db, creatorId: string, limit: number): Promise<SendRow[]> {
  return all(
    db,
    sql<SendRow>`select ${sendColumns} from ${sends} where s.creator_id = ${creatorId} and s.returned_at is null
      order by s.at desc, s.id desc limit ${limit}`,
  )
}

export async function coinsOfDay(db: Db, of: { creatorId: string; day: Temporal.PlainDate }): Promise<number> {
  const row = await first(
    db,
    sql<{ coins: number }>`select coalesce(sum(coins), 0)::bigint as coins from gifts.sends
      where creator_id = ${of.creatorId} and day = ${of.day.toString()} and returned_at is null`,
  )
  return row?.coins ?? 0
}

export async function markThanked(tx: Tx, id: string): Promise<boolean> {
  return (
    (await touched(
      tx.db,
      sql`update gifts.sends set thanked_at = ${tx.now.toString()} where id = ${id} and thanked_at is null`,
    )) === 1
  )
}

/** What a person gave in a time and was not given back, oldest first, locked. */
export function lockGiven(
  tx: Tx,
  of: { personId: string; from: Temporal.Instant; until: Temporal.Instant; limit: number },
): Promise<SendRow[]> {
  return all(
    tx.db,
    sql<SendRow>`select ${sendColumns} from ${sends}
      where s.person_id = ${of.personId} and s.at >= ${of.from.toString()} and s.at < ${of.until.toString()}
        and s.returned_at is null
      order by s.at, s.id limit ${of.limit} for update of s`,
  )
}

export async function markReturned(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`update gifts.sends set returned_at = ${tx.now.toString()}
    where id = any(${[...ids]}::uuid[])`.execute(tx.db)
}

export interface MinorCase {
  id: string
  personId: string
  from: Temporal.Instant
  until: Temporal.Instant
  note: string
  gifts: number
  giftCoins: number
  refundedMinor: number
  currency: Currency
  at: Temporal.Instant
}

const caseColumns = sql`id, person_id as "personId", from_at as "from", until_at as "until", note, gifts,
  gift_coins as "giftCoins", refunded_minor as "refundedMinor", currency, at`

export async function insertCase(tx: Tx, of: Omit<MinorCase, 'at'>, openedBy: string | null): Promise<void> {
  await sql`insert into gifts.minor_cases
      (id, person_id, from_at, until_at, note, gifts, gift_coins, refunded_minor, currency, opened_by, at)
    values (${of.id}, ${of.personId}, ${of.from.toString()}, ${of.until.toString()}, ${of.note}, ${of.gifts}, ${of.giftCoins},
      ${of.refundedMinor}, ${of.currency}, ${openedBy}, ${tx.now.toString()})`.execute(tx.db)
}

export function findCase(db: Db, id: string): Promise<MinorCase | null> {
  return first(db, sql<MinorCase>`select ${caseColumns} from gifts.minor_cases where id = ${id}`)
}

export function casesPage(
  db: Db,
  page: { before: { at: string; id: string } | null; limit: number },
): Promise<MinorCase[]> {
  const before =
    page.before === null ? sql`` : sql`where (at, id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)`
  return all(
    db,
    sql<MinorCase>`select ${caseColumns} from gifts.minor_cases ${before} order by at desc, id desc limit ${page.limit}`,
  )
}
