/**
 * Reconciliation: what the payment providers say they moved, line by line, beside what we say.
 *
 * Always true: a statement file is taken once; a line matches one of ours and each of ours one line; what a provider paid us is booked
 * when its statement says so, with the fee that it kept; what stands on one side only is a break with a state and a note.
 * Not here: the payments themselves and what a provider may keep by its rule (`payments`), the books (`ledger`).
 */
export { bringStatement, matchBite, reconcile } from './reconcile.ts'
export { reconciliationRoutes } from './routes.ts'
