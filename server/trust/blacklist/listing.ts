import type { Db, Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import {
  findListing,
  insertListing,
  type Listing,
  loadListings,
  lockListing,
  writeLifting,
  writeObjection,
} from './store.ts'

/** `give`: gifts; `create`: becoming and being a creator. */
export type Closed = 'give' | 'create'

export interface NewListing {
  /** Made by the asker: the same id again is the same listing. */
  id: string
  personId: string
  restricts: readonly Closed[]
  reason: string
  /** Null: until it is lifted. */
  days: number | null
}

/** Closes something to a person, for a reason and a time that he is told. Whether the person exists, the asker has to know. */
export async function listPerson(tx: Tx, wish: NewListing): Promise<Outcome<Listing, 'id_reused'>> {
  const { days, ...rest } = wish
  const by = tx.actor.kind === 'person' ? tx.actor.personId : null
  const endsAt = days === null ? null : tx.now.add({ hours: 24 * days })
  const isNew = await insertListing(tx, { ...rest, endsAt }, by)
  const listing = await findListing(tx.db, wish.id)
  if (listing === null || listing.personId !== wish.personId) return refuse('id_reused')
  if (isNew) tx.tell(`person:${wish.personId}`, { kind: 'gate' })
  return done(listing)
}

/** Opens again what a listing closed, before its time, with a reason. */
export async function liftListing(
  tx: Tx,
  of: { id: string; reason: string },
): Promise<Outcome<Listing, 'not_found' | 'listing_over'>> {
  const listing = await lockListing(tx, of.id)
  if (listing === null) return refuse('not_found')
  if (!isInForce(listing, tx.now)) return refuse('listing_over')
  await writeLifting(tx, of)
  tx.tell(`person:${listing.personId}`, { kind: 'gate' })
  return done({ ...listing, liftedAt: tx.now, liftedReason: of.reason })
}

/** The person says something against it, once, while it is in force. */
export async function objectTo(
  tx: Tx,
  of: { id: string; personId: string; text: string },
): Promise<Outcome<Listing, 'not_found' | 'listing_over' | 'already_appealed'>> {
  const listing = await lockListing(tx, of.id)
  if (listing === null || listing.personId !== of.personId) return refuse('not_found')
  if (!isInForce(listing, tx.now)) return refuse('listing_over')
  if (listing.objection !== null) return listing.objection === of.text ? done(listing) : refuse('already_appealed')
  await writeObjection(tx, of)
  return done({ ...listing, objection: of.text })
}

export function isInForce(listing: Listing, at: Temporal.Instant): boolean {
  const { startsAt, endsAt, liftedAt } = listing
  if (Temporal.Instant.compare(at, startsAt) < 0) return false
  if (liftedAt !== null && Temporal.Instant.compare(at, liftedAt) >= 0) return false
  return endsAt === null || Temporal.Instant.compare(at, endsAt) < 0
}

/** To whom of these people this is closed at that instant. */
export async function listedAmong(
  db: Db,
  of: { personIds: readonly string[]; what: Closed },
  at: Temporal.Instant,
): Promise<Set<string>> {
  const listings = await loadListings(db, of.personIds)
  return new Set(
    listings
      .filter((listing) => listing.restricts.includes(of.what) && isInForce(listing, at))
      .map((listing) => listing.personId),
  )
}
