/**
 * Cohosts: the second seat of a broadcast.
 *
 * Always true: two sit in a room at most, and nobody in two rooms; who sits there was invited, agreed, and came through an open gate of
 * his own; by which rule they earn was said with the invitation and never changes; with the broadcast the seat is over.
 * Not here: who earns what (`money/commissions` keeps the pact), whose room it is and what is on air (`live/rooms`), the picture
 * (`live/media`; the seat's id is its stream).
 *
 * Locks: the session first (its room's routes hold it), then the seat.
 */
export type { SeatRow, SeatState } from './seat.ts'
export {
  endCohosting,
  findSeatByKey,
  inviteCohost,
  joinAsCohost,
  noteBroughtBy,
  noteCohostPicture,
  rotateCohostKey,
  vacateSeat,
} from './share-seat.ts'
export { findSeatRow as findSeat, isJoinedIn as isCohostIn, openSeats, seatsOfGuest, seatsOfSession } from './store.ts'
