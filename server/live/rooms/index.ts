/**
 * Rooms: the place of a creator and the broadcasts in it.
 *
 * Always true: nobody opens, starts or publishes through a closed gate, whichever way he tries; a creator has one open
 * session; a stream key is shown once and kept as its hash; what is over stays over.
 * Not here: bytes of video (`live/media`), the bag (`live/showcase`), comments (`live/chat`), who may go live
 * (`people/creators`).
 */
export { authorizePublishOf, cutOffPublishers, endAbandonedSessions, noteMediaEvent } from './media-events.ts'
export { endSession, openReplay, openSession, pauseSession, rotateKey, startSession } from './run-session.ts'
export { lapseAnnouncements, tellReminded, tellRemindersLeft, tellWhoWaited } from './announce.ts'
export { consoleFactsOf, isSessionOnAir, roomsOnAir } from './console-facts.ts'
export { isOnAir, isOpen, legalMoves, mayMove, type SessionState } from './session.ts'
export {
  countSalesOfSession,
  endSessionOfLeaver,
  showSaleInRoom,
  stopRoomOnSevereViolation,
  uncountSaleOfSession,
} from './reactions.ts'
export type { MediaOf } from './ingest.ts'
export { openRooms, type Rooms } from './routes.ts'
export { hostsOf, type RoomCard, type RoomView, type StudioSession } from './views.ts'
export { findOnAir, findOpenSession, findSession, holdSessionOnAir, type SessionRow } from './store.ts'
export { sessionInRoom, type ShownSession, shownSessionOf } from './shown-session.ts'
