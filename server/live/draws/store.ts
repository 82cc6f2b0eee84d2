import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'

export interface DrawRow {
  id: string
  roomId: string
  sessionId: string
  creatorId: string
  prize: string
  units: number
  mustFollow: boolean
  word: string | null
  /** Goods from the shelf; null where the host sends it himself. */
  skuId: string | null
  /** How long one must have watched before taking part. */
  watchSeconds: number
  seed: string
  commitment: string
  state: 'open' | 'drawn' | 'cancelled'
  startedAt: Temporal.Instant
  endsAt: Temporal.Instant
}

export interface EntryRow {
  id: string
  personId: string
  name: string
  eligible: boolean | null
  won: boolean
  claimBy: Temporal.Instant | null
  claimedAt: Temporal.Instant | null
}

const columns = sql.raw(`id, room_id as "roomId", session_id as "sessionId", creator_id as "creatorId", prize, units,
  must_follow as "mustFollow", word, sku_id as "skuId", watch_seconds as "watchSeconds", seed, commitment, state, started_at as "startedAt", ends_at as "endsAt"`)
const entryColumns = sql.raw(
  `id, person_id as "personId", name, eligible, won, claim_by as "claimBy", claimed_at as "claimedAt"`,
)

/** False when one is open in the room already. */
export async function insertDraw(tx: Tx, draw: Omit<DrawRow, 'state' | 'startedAt'>): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into draws.draws (id, room_id, session_id, creator_id, prize, units, must_follow, word, sku_id, watch_seconds, seed, commitment, state,
        started_at, ends_at)
      values (${draw.id}, ${draw.roomId}, ${draw.sessionId}, ${draw.creatorId}, ${draw.prize}, ${draw.units},
        ${draw.mustFollow}, ${draw.word}, ${draw.skuId}, ${draw.watchSeconds}, ${draw.seed}, ${draw.commitment}, 'open', ${tx.now.toString()},
        ${draw.endsAt.toString()}) on conflict do nothing`,
  )
  return inserted === 1
}

export function findDraw(db: Db, id: string): Promise<DrawRow | null> {
  return first(db, sql<DrawRow>`select ${columns} from draws.draws where id = ${id}`)
}

/** Held against changes: who enters shares it, who draws has it alone. */
export function shareDraw(tx: Tx, id: string): Promise<DrawRow | null> {
  return first(tx.db, sql<DrawRow>`select ${columns} from draws.draws where id = ${id} for share`)
}

export function lockDraw(tx: Tx, id: string): Promise<DrawRow | null> {
  return first(tx.db, sql<DrawRow>`select ${columns} from draws.draws where id = ${id} for update`)
}

export function drawsOfRoom(db: Db, roomId: string, limit: number): Promise<DrawRow[]> {
  return all(
    db,
    sql<DrawRow>`select ${columns} from draws.draws where room_id = ${roomId} and state <> 'cancelled'
      order by started_at desc limit ${limit}`,
  )
}

export async function openDrawOfSession(db: Db, sessionId: string): Promise<string | null> {
  const row = await first(
    db,
    sql<{ id: string }>`select id from draws.draws where session_id = ${sessionId} and state = 'open'`,
  )
  return row?.id ?? null
}

export async function dueDraws(db: Db, now: Temporal.Instant, limit: number): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ id: string }>`select id from draws.draws where state = 'open' and ends_at <= ${now.toString()}
      order by ends_at limit ${limit}`,
  )
  return rows.map((row) => row.id)
}

export async function insertEntry(
  tx: Tx,
  entry: { drawId: string; personId: string; id: string; name: string },
): Promise<void> {
  await sql`insert into draws.entries (draw_id, person_id, id, name, at)
    values (${entry.drawId}, ${entry.personId}, ${entry.id}, ${entry.name}, ${tx.now.toString()})
    on conflict do nothing`.execute(tx.db)
}

export function entriesOf(db: Db, drawId: string): Promise<EntryRow[]> {
  return all(db, sql<EntryRow>`select ${entryColumns} from draws.entries where draw_id = ${drawId} order by id`)
}

export async function countEntries(db: Db, drawIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await all(
    db,
    sql<{ id: string; entries: number }>`select draw_id as id, count(*) as entries from draws.entries
      where draw_id = any(${[...drawIds]}::uuid[]) group by draw_id`,
  )
  return new Map(rows.map((row) => [row.id, row.entries]))
}

export function winnersIn(db: Db, drawIds: readonly string[]): Promise<(EntryRow & { drawId: string })[]> {
  return all(
    db,
    sql<EntryRow & { drawId: string }>`select draw_id as "drawId", ${entryColumns} from draws.entries
      where draw_id = any(${[...drawIds]}::uuid[]) and won order by place`,
  )
}

export function entriesOfPerson(
  db: Db,
  personId: string,
  drawIds: readonly string[],
): Promise<(EntryRow & { drawId: string })[]> {
  return all(
    db,
    sql<EntryRow & { drawId: string }>`select draw_id as "drawId", ${entryColumns} from draws.entries
      where draw_id = any(${[...drawIds]}::uuid[]) and person_id = ${personId}`,
  )
}

export async function writeResult(
  tx: Tx,
  of: {
    drawId: string
    entries: readonly { id: string; eligible: boolean; place: number; won: boolean }[]
    claimBy: Temporal.Instant
  },
): Promise<void> {
  await sql`update draws.draws set state = 'drawn', drawn_at = ${tx.now.toString()} where id = ${of.drawId}`.execute(
    tx.db,
  )
  await sql`update draws.entries e set eligible = r.eligible, place = r.place, won = r.won,
      claim_by = case when r.won then ${of.claimBy.toString()}::timestamptz end
    from unnest(${of.entries.map((entry) => entry.id)}::uuid[], ${of.entries.map((entry) => entry.eligible)}::boolean[],
      ${of.entries.map((entry) => entry.place)}::int[], ${of.entries.map((entry) => entry.won)}::boolean[])
      as r (id, eligible, place, won)
    where e.draw_id = ${of.drawId} and e.id = r.id`.execute(tx.db)
}

export async function setCancelled(tx: Tx, id: string): Promise<void> {
  await sql`update draws.draws set state = 'cancelled' where id = ${id}`.execute(tx.db)
}

export async function lockEntry(tx: Tx, drawId: string, personId: string): Promise<EntryRow | null> {
  return first(
    tx.db,
    sql<EntryRow>`select ${entryColumns} from draws.entries where draw_id = ${drawId} and person_id = ${personId} for update`,
  )
}

export async function writeClaim(tx: Tx, of: { drawId: string; personId: string; shipTo: object }): Promise<void> {
  await sql`update draws.entries set claimed_at = ${tx.now.toString()}, ship_to = ${JSON.stringify(of.shipTo)}::jsonb
    where draw_id = ${of.drawId} and person_id = ${of.personId}`.execute(tx.db)
}
