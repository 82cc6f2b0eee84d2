import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { findOffer, insertHandOut } from './store.ts'

/**
 * A host gives a coupon of his room to who is there, for some seconds; everybody in the room is told in the commit that says so.
 * The same id again is the same hand-out.
 */
export async function handOutCoupon(
  tx: Tx,
  of: { id: string; couponId: string; seconds: number; room: { roomId: string; sessionId: string } | null },
): Promise<Outcome<{ until: Temporal.Instant }, 'not_found' | 'room_not_live' | 'coupon_not_now' | 'coupon_gone'>> {
  const offer = await findOffer(tx.db, of.couponId)
  if (of.room === null) return refuse('room_not_live')
  if (offer === null || offer.roomId !== of.room.roomId) return refuse('not_found')
  const isNow =
    Temporal.Instant.compare(offer.startsAt, tx.now) <= 0 && Temporal.Instant.compare(tx.now, offer.endsAt) < 0
  if (!isNow) return refuse('coupon_not_now')
  if (offer.claimed >= offer.quota) return refuse('coupon_gone')
  const until = tx.now.add({ seconds: of.seconds })
  const isNew = await insertHandOut(tx, { id: of.id, couponId: offer.id, sessionId: of.room.sessionId, until })
  if (isNew) tx.tell(`room:${of.room.roomId}`, { kind: 'coupon', couponId: offer.id, until: until.toString() })
  return done({ until })
}
