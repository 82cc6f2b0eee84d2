/**
 * Deposits: what creators and shops leave with us against what they may have to answer for.
 *
 * Always true: a deposit is its owner's money, held by us, and is the sum of its movements; it never falls below zero: what a charge
 * finds no deposit for is taken from what its owner earns; it goes back to who has left when nothing of his can come back any more.
 * Not here: how much is asked for (`people/sureties`), violations (`trust/conduct`), frozen earnings (`settlements`).
 */
export { depositsRoutes } from './routes.ts'
