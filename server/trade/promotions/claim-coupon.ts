import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import type { Coupon } from './coupon.ts'
import { countClaim, countClaimsOf, findClaim, findOffer, insertClaim, isHandedOut } from './store.ts'

/** In the order in which they are told. */
export type ClaimRefusal = 'not_found' | 'id_reused' | 'coupon_not_now' | 'room_only' | 'coupon_limit' | 'coupon_gone'

/**
 * Gives a person a coupon: within its time, to who is in its room where it is for one, as often as each may have it, and to no
 * more people than there are coupons. The asker makes the id: the same one again is the same claim.
 */
export async function claimCoupon(
  tx: Tx,
  wish: {
    id: string
    couponId: string
    personId: string
    /** The room that a token of ours says he is in. */
    inRoomId: string | null
    /** Somebody decided that he shall have it; else a personal coupon looks like one that is not there. */
    isDecided?: boolean
  },
): Promise<Outcome<Coupon, ClaimRefusal>> {
  const offer = await findOffer(tx.db, wish.couponId)
  if (offer === null || (offer.personal && !wish.isDecided)) return refuse('not_found')
  const asked = async (): Promise<Outcome<Coupon, 'id_reused'> | null> => {
    const claim = await findClaim(tx.db, wish.id)
    if (claim === null) return null
    return claim.ownerId === wish.personId && claim.couponId === wish.couponId ? done(claim) : refuse('id_reused')
  }
  const earlier = await asked()
  if (earlier !== null) return earlier
  const isNow =
    Temporal.Instant.compare(offer.startsAt, tx.now) <= 0 && Temporal.Instant.compare(tx.now, offer.endsAt) < 0
  if (!isNow) return refuse('coupon_not_now')
  if (offer.roomId !== null && offer.roomId !== wish.inRoomId) return refuse('room_only')
  if (offer.byHost && !(await isHandedOut(tx.db, { couponId: offer.id, now: tx.now }))) return refuse('coupon_not_now')
  const validUntil = tx.now.add({ hours: 24 * offer.validDays })
  // What the same person claims at once comes one after the other: it may be this very claim, or leave room for one more.
  for (let written = false; !written; ) {
    const before = await countClaimsOf(tx.db, wish)
    if (before >= offer.perPerson) return (await asked()) ?? refuse('coupon_limit')
    written = await insertClaim(tx, { ...wish, no: before + 1, validUntil })
    const meanwhile = written ? null : await asked()
    if (meanwhile !== null) return meanwhile
  }
  // Last, because everybody who claims this coupon waits here for the one before.
  if (!(await countClaim(tx, wish.couponId))) return refuse('coupon_gone')
  const claim = await findClaim(tx.db, wish.id)
  return claim === null ? refuse('not_found') : done(claim)
}
