/**
 * Feed: what a visitor sees first.
 *
 * Always true: rooms on air come before products, both newest first; a page never repeats what the one before it showed,
 * unless it was published in between.
 * Not here: rooms (`live/rooms`), products (`goods/listings`).
 */
export { feedRoutes } from './routes.ts'
