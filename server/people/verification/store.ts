import { sql } from 'kysely'
import { all, type Db, first, type Tx } from '#platform/database'

export interface Verification {
  personId: string
  state: 'pending' | 'verified' | 'refused'
  maskedName: string
  askId: string
  reason: string | null
  decidedAt: Temporal.Instant | null
}

export function findVerification(db: Db, personId: string): Promise<Verification | null> {
  return first(
    db,
    sql<Verification>`select person_id as "personId", state, masked_name as "maskedName", ask_id as "askId", reason,
      decided_at as "decidedAt" from verification.people where person_id = ${personId}`,
  )
}

/** A new asking takes the place of one that was refused or never answered. */
export async function openAsk(
  tx: Tx,
  ask: { personId: string; askId: string; maskedName: string; idDigest: string; verifier: string },
): Promise<void> {
  await sql`insert into verification.people as p (person_id, state, masked_name, id_digest, verifier, ask_id, asked_at)
    values (${ask.personId}, 'pending', ${ask.maskedName}, ${ask.idDigest}, ${ask.verifier}, ${ask.askId}, ${tx.now.toString()})
    on conflict (person_id) do update set state = 'pending', masked_name = excluded.masked_name,
      id_digest = excluded.id_digest, verifier = excluded.verifier, ask_id = excluded.ask_id, asked_at = excluded.asked_at,
      decided_at = null, reason = null, born_on = null
    where p.state <> 'verified'`.execute(tx.db)
}

export async function decide(
  tx: Tx,
  personId: string,
  decision: { state: 'verified' | 'refused'; bornOn: Temporal.PlainDate | null; reason: string | null },
): Promise<void> {
  await sql`update verification.people set state = ${decision.state}, born_on = ${decision.bornOn?.toString() ?? null}::date,
      reason = ${decision.reason}, decided_at = ${tx.now.toString()}
    where person_id = ${personId} and state = 'pending'`.execute(tx.db)
}

export async function pendingAsks(db: Db, before: Temporal.Instant, limit: number): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ personId: string }>`select person_id as "personId" from verification.people
      where state = 'pending' and asked_at <= ${before.toString()} order by asked_at limit ${limit}`,
  )
  return rows.map((row) => row.personId)
}

export function loadVerified(db: Db, personIds: readonly string[]): Promise<{ personId: string }[]> {
  return all(
    db,
    sql<{ personId: string }>`select person_id as "personId" from verification.people
      where person_id = any(${[...personIds]}::uuid[]) and state = 'verified'`,
  )
}

export function loadMinors(
  db: Db,
  personIds: readonly string[],
): Promise<{ personId: string; bornOn: Temporal.PlainDate | null }[]> {
  return all(
    db,
    sql<{ personId: string; bornOn: Temporal.PlainDate | null }>`select person_id as "personId", born_on as "bornOn"
      from verification.minors where person_id = any(${[...personIds]}::uuid[])`,
  )
}

export async function insertMinor(
  tx: Tx,
  minor: { personId: string; bornOn: Temporal.PlainDate | null; source: 'papers' | 'guardian' },
): Promise<void> {
  await sql`insert into verification.minors (person_id, born_on, source, noted_at)
    values (${minor.personId}, ${minor.bornOn?.toString() ?? null}::date, ${minor.source}, ${tx.now.toString()})
    on conflict do nothing`.execute(tx.db)
}

export async function insertVerified(tx: Tx, personIds: readonly string[]): Promise<void> {
  await sql`insert into verification.people
      (person_id, state, masked_name, id_digest, born_on, verifier, ask_id, asked_at, decided_at)
    select id, 'verified', '*', encode(sha256(id::text::bytea), 'hex'), '1990-01-01', 'seed', id, ${tx.now.toString()},
      ${tx.now.toString()}
    from unnest(${[...personIds]}::uuid[]) as seeded (id) on conflict do nothing`.execute(tx.db)
}

export async function deleteVerification(tx: Tx, personId: string): Promise<void> {
  await sql`delete from verification.people where person_id = ${personId}`.execute(tx.db)
}
