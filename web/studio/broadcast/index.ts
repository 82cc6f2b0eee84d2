/**
 * Broadcast: going live from this browser.
 *
 * Always true: the stream key is in a header or in a first message, never in an address; the shortest way that gets
 * through is found without asking; a line that was lost is sought again until the host stops.
 * Not here: the session and its one red button (`studio/live`), the beauty filter (`studio/beauty`).
 */
export { default as BroadcastCard } from './broadcast-card.tsx'
