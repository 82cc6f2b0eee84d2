/**
 * Moderation: what is reported and by when it is decided, and words that nobody may say.
 *
 * Always true: a report keeps what it is about as it was then and is decided once; a forbidden word is found behind the
 * simple disguises.
 * Not here: what a decision leads to (`conduct` records violations, `live/rooms` stops rooms), words of a single room
 * (`live/chat`), whether what is reported exists (the asker has to know).
 */
export { foldText, wordIn } from './fold.ts'
export { type NewReport, reportTo } from './report.ts'
export { moderationRoutes } from './routes.ts'
export { forbiddenWords } from './store.ts'
