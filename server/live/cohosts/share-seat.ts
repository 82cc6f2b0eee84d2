import { createStreamKey, hashStreamKey } from '#live/media'
import { topicOf } from '#live/showcase'
import { beginPact, endPact, noteBrought, type PactRule } from '#money/commissions'
import { creatorsOf, decideGate } from '#people/creators'
import { notify } from '#people/notifications'
import type { Db, Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { endOf, type SeatRow } from './seat.ts'
import {
  endSeat,
  findSeatRow,
  insertSeat,
  lockSeat,
  openSeats,
  seatByKey,
  seatGuest,
  setKey,
  setPicture,
} from './store.ts'

/** Offers the second seat. What they earn is said now, and does not change while the guest thinks about it, or sits there. */
export async function inviteCohost(
  tx: Tx,
  of: {
    id: string
    session: { id: string; roomId: string; creatorId: string; title: string }
    guestId: string
    rule: PactRule
    guestBasisPoints: number | null
  },
): Promise<Outcome<SeatRow, 'not_found' | 'seat_taken'>> {
  const { session, guestId, id } = of
  const creators = await creatorsOf(tx.db, [guestId, session.creatorId])
  if (guestId === session.creatorId || !creators.has(guestId)) return refuse('not_found')
  const { rule } = of
  const guestBasisPoints = rule === 'shared' ? of.guestBasisPoints : null
  const isNew = await insertSeat(tx, {
    ...{ id, sessionId: session.id, roomId: session.roomId, hostId: session.creatorId, guestId },
    ...{ rule, guestBasisPoints },
  })
  const seat = await findSeatRow(tx.db, id)
  if (seat === null || seat.sessionId !== session.id || seat.guestId !== guestId) return refuse('seat_taken')
  if (!isNew) return done(seat)
  tell(tx, seat)
  const name = creators.get(session.creatorId)?.name ?? ''
  await notify(tx, [
    {
      personId: guestId,
      kind: 'cohost_invited',
      cause: id,
      title: { en: `${name} invites you to host together`, zh: `${name} 邀请您连麦` },
      body: { en: session.title, zh: session.title },
      link: '/studio',
    },
  ])
  return done(seat)
}

/**
 * The guest sits down: only through an open gate of his own, and not while he is on air himself (the asker knows). From this commit on
 * the two earn by their rule.
 */
export async function joinAsCohost(
  tx: Tx,
  of: { id: string; guestId: string },
): Promise<
  Outcome<{ seat: SeatRow; streamKey: string }, 'not_found' | 'invitation_over' | 'gate_closed' | 'seat_taken'>
> {
  const seat = await lockSeat(tx, of.id)
  if (seat === null || seat.guestId !== of.guestId) return refuse('not_found')
  if (seat.state !== 'invited') return refuse('invitation_over')
  const gate = await decideGate(tx, { creatorId: of.guestId, capability: 'live' })
  if (!gate.passed) {
    const failed = gate.clauses.find((clause) => !clause.passed)
    const { clause = '', needed = 0, actual = 0, short = 0 } = failed ?? {}
    return refuse('gate_closed', { clause, needed, actual, short })
  }
  const { key, hash } = createStreamKey()
  if (!(await seatGuest(tx, { id: seat.id, keyHash: hash }))) return refuse('seat_taken')
  const { id, sessionId, hostId, guestId, rule, guestBasisPoints } = seat
  await beginPact(tx, { id, sessionId, hostId, guestId, rule, guestBasisPoints })
  const joined: SeatRow = { ...seat, state: 'joined', joinedAt: tx.now }
  tell(tx, joined)
  return done({ seat: joined, streamKey: key })
}

/** A new key; the old one stops at once. */
export async function rotateCohostKey(
  tx: Tx,
  of: { id: string; guestId: string },
): Promise<Outcome<{ streamKey: string }, 'not_found'>> {
  const seat = await lockSeat(tx, of.id)
  if (seat === null || seat.guestId !== of.guestId || seat.state !== 'joined') return refuse('not_found')
  const { key, hash } = createStreamKey()
  await setKey(tx, { id: seat.id, keyHash: hash })
  return done({ streamKey: key })
}

/** Host or guest ends it, in whichever state it is. Again changes nothing. */
export async function endCohosting(
  tx: Tx,
  of: { id: string; personId: string },
): Promise<Outcome<SeatRow, 'not_found'>> {
  const seat = await lockSeat(tx, of.id)
  if (seat === null || (seat.hostId !== of.personId && seat.guestId !== of.personId)) return refuse('not_found')
  return done(await end(tx, seat, seat.hostId === of.personId ? 'host' : 'guest'))
}

/** The broadcast is over, or its guest may not sit there any more. */
export async function vacateSeat(tx: Tx, of: { sessionId: string }): Promise<void> {
  const open = (await openSeats(tx.db, [of.sessionId])).get(of.sessionId)
  const seat = open === undefined ? null : await lockSeat(tx, open.id)
  if (seat !== null) await end(tx, seat, 'host')
}

async function end(tx: Tx, seat: SeatRow, by: 'host' | 'guest'): Promise<SeatRow> {
  const state = endOf(seat.state, by)
  if (state === null) return seat
  await endSeat(tx, { id: seat.id, state })
  if (seat.state === 'joined') await endPact(tx, seat.id)
  const ended: SeatRow = { ...seat, state, hasPicture: false }
  tell(tx, ended)
  return ended
}

/** What a guest hangs up is his where the rule is that who brings earns. Of others nothing is noted. */
export async function noteBroughtBy(
  tx: Tx,
  of: { sessionId: string; personId: string; productIds: readonly string[] },
): Promise<void> {
  const seat = (await openSeats(tx.db, [of.sessionId])).get(of.sessionId)
  if (seat?.state !== 'joined' || seat.guestId !== of.personId) return
  await noteBrought(tx, { pactId: seat.id, productIds: of.productIds })
}

/** Whose key this is: the seat of a guest who sits there now. */
export async function findSeatByKey(db: Db, key: string): Promise<SeatRow | null> {
  const seat = await seatByKey(db, hashStreamKey(key))
  return seat?.state === 'joined' ? seat : null
}

/** The guest's picture arrives or is lost; the room is told. Answers false when this stream is no guest's. */
export async function noteCohostPicture(tx: Tx, of: { id: string; isArriving: boolean }): Promise<boolean> {
  const seat = await lockSeat(tx, of.id)
  if (seat === null) return false
  if (seat.state !== 'joined' || seat.hasPicture === of.isArriving) return true
  await setPicture(tx, of)
  tell(tx, { ...seat, hasPicture: of.isArriving })
  return true
}

/** Everybody who looks at the seat loads it anew: the room, and both hosts wherever they are. */
function tell(tx: Tx, seat: SeatRow): void {
  const message = { kind: 'cohost', seatId: seat.id, state: seat.state, picture: seat.hasPicture }
  // An invitation is nobody's business yet.
  if (seat.joinedAt !== null) tx.tell(topicOf(seat.roomId), message)
  for (const personId of [seat.hostId, seat.guestId]) tx.tell(`person:${personId}`, message)
}
