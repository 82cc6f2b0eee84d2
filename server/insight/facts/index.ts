/**
 * Facts: what stood on screens and what was tapped. They come in masses, so they pass no outbox: they are counted in memory
 * and written once a second.
 *
 * Always true: what is kept in memory has an end, and what does not fit is counted as dropped; a fact of a session that is
 * not on air is none; nothing that people do waits for a fact.
 * Not here: what follows from facts (`conversion`), sales (they are events).
 */
export { type Facts, factKeysMax, openFacts } from './intake.ts'
export { type FactSum, factsByMinute, factsByProduct } from './store.ts'
