/**
 * Blacklist: people to whom giving or creating is closed for a time.
 *
 * Always true: no listing is without a reason, which its person can read, and can object to once; a listing never changes, it ends
 * with its time or is lifted with a reason.
 * Not here: violations and the score of creators (`conduct`), mutes and bans of one room (`live/chat`).
 */
export {
  type Closed,
  isInForce,
  liftListing,
  listedAmong,
  listPerson,
  type NewListing,
  objectTo,
} from './listing.ts'
export { blacklistRoutes } from './routes.ts'
