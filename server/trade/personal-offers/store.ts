import { sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { Features, Reason } from './decide.ts'

export interface PersonalOffer {
  id: string
  name: { en: string; zh: string }
  currency: string
  seed: string
  heldOutBasisPoints: number
  couponIds: string[]
  startsAt: Temporal.Instant
  endsAt: Temporal.Instant
}

const columns = sql.raw(`id, name, currency, seed, held_out_points as "heldOutBasisPoints", coupon_ids as "couponIds",
  starts_at as "startsAt", ends_at as "endsAt" from personal_offers.offers`)

/** False when the id is there already. */
export async function insertOffer(tx: Tx, offer: PersonalOffer): Promise<boolean> {
  const written = await touched(
    tx.db,
    sql`insert into personal_offers.offers (id, name, currency, seed, held_out_points, coupon_ids, starts_at, ends_at)
      values (${offer.id}, ${JSON.stringify(offer.name)}::jsonb, ${offer.currency}, ${offer.seed}, ${offer.heldOutBasisPoints},
        ${offer.couponIds}::uuid[], ${offer.startsAt.toString()}, ${offer.endsAt.toString()}) on conflict (id) do nothing`,
  )
  return written === 1
}

export function findPersonalOffer(db: Db, id: string): Promise<PersonalOffer | null> {
  return first(db, sql<PersonalOffer>`select ${columns} where id = ${id}`)
}

export function offersPage(db: Db, of: { before: string | null; limit: number }): Promise<PersonalOffer[]> {
  return all(
    db,
    sql<PersonalOffer>`select ${columns} where (${of.before}::uuid is null or id < ${of.before}::uuid)
      order by id desc limit ${of.limit}`,
  )
}

/** Offers in force about which nothing was decided yet for this person. */
export function undecidedOffers(
  db: Db,
  of: { personId: string; now: Temporal.Instant; limit: number },
): Promise<PersonalOffer[]> {
  return all(
    db,
    sql<PersonalOffer>`select ${columns} where starts_at <= ${of.now.toString()} and ends_at > ${of.now.toString()}
      and not exists (select 1 from personal_offers.decisions d where d.offer_id = offers.id and d.person_id = ${of.personId})
      order by id limit ${of.limit}`,
  )
}

export async function endOffer(tx: Tx, id: string): Promise<void> {
  await sql`update personal_offers.offers set ends_at = greatest(starts_at, least(ends_at, ${tx.now.toString()}::timestamptz))
    where id = ${id}`.execute(tx.db)
}

export interface DecisionRow {
  id: string
  personId: string
  reason: Reason
  step: number | null
  score: number
  features: Features
  decidedAt: Temporal.Instant
}

/** False when it was decided already: who asks twice at once waits here for himself. */
export async function insertDecision(
  tx: Tx,
  of: Omit<DecisionRow, 'decidedAt'> & { offerId: string; claimId: string | null },
): Promise<boolean> {
  const written = await touched(
    tx.db,
    sql`insert into personal_offers.decisions (id, offer_id, person_id, reason, step, claim_id, score, features, decided_at)
      values (${of.id}, ${of.offerId}, ${of.personId}, ${of.reason}, ${of.step}, ${of.claimId}, ${of.score},
        ${JSON.stringify(of.features)}::jsonb, ${tx.now.toString()})
      on conflict on constraint decisions_once do nothing`,
  )
  return written === 1
}

/** What was given to this person, newest first. */
export async function claimsGiven(db: Db, personId: string, limit: number): Promise<Set<string>> {
  const rows = await all(
    db,
    sql<{ claimId: string }>`select claim_id as "claimId" from personal_offers.decisions
      where person_id = ${personId} and claim_id is not null order by decided_at desc limit ${limit}`,
  )
  return new Set(rows.map(({ claimId }) => claimId))
}

export function decisionsPage(
  db: Db,
  of: { offerId: string; before: string | null; limit: number },
): Promise<DecisionRow[]> {
  return all(
    db,
    sql<DecisionRow>`select id, person_id as "personId", reason, step, score, features, decided_at as "decidedAt"
      from personal_offers.decisions where offer_id = ${of.offerId} and (${of.before}::uuid is null or id < ${of.before}::uuid)
      order by id desc limit ${of.limit}`,
  )
}

export async function countDecisions(db: Db, offerIds: readonly string[]): Promise<Map<string, Map<Reason, number>>> {
  const rows = await all(
    db,
    sql<{
      offerId: string
      reason: Reason
      people: number
    }>`select offer_id as "offerId", reason, count(*)::int as people
      from personal_offers.decisions where offer_id = any(${[...offerIds]}::uuid[]) group by offer_id, reason`,
  )
  const counts = new Map<string, Map<Reason, number>>()
  for (const { offerId, reason, people } of rows) {
    const of = counts.get(offerId) ?? new Map<Reason, number>()
    counts.set(offerId, of.set(reason, people))
  }
  return counts
}
