/**
 * Leaderboards: creators by what they sold.
 *
 * Always true: a rank equals its recomputation from the paid orders less the cancelled ones and what was refunded; equal sums rank by who
 * reached theirs first.
 * Not here: what creators earned (`money/commissions`), sums of the whole platform (`insight/gmv`).
 */
export { creatorDaysOf, lowerCreator, rankCreators, rememberHost, unrankCreator } from './rank.ts'
export { leaderboardsRoutes, rankingOfDay } from './routes.ts'
