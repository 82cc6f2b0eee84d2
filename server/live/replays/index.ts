/**
 * Replays: broadcasts that are over, to be watched again, for how long they are kept, and what was cut from them.
 *
 * Always true: a recording is kept for as long as the rule of its time says (three years), and while somebody holds it; until then
 * nobody deletes it, and the database refuses it as well; a replay finds the moment in which a product was explained;
 * a clip is its creator's own, shown beside a product that he had in his bag, and gone when its recording is.
 * Not here: the bytes (`live/media`), what was explained when (`live/showcase`), the states of a session (`live/rooms`).
 */
export { noteRecording, removeOldRecordingsFrom, showReplayOfEnded } from './keep.ts'
export { replaysRoutes } from './routes.ts'
