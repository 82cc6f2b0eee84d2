/**
 * Returns: goods that come back, from the day a wish is accepted to the shelf, the workbench or the bin.
 *
 * Always true: no more comes back of a line than was sent; every unit that arrives has one grade; what it cost when it left goes to
 * the shelf, to what is being made good, or is lost, in the same commit; a return is graded once.
 * Not here: who may send what back and what he gets for it (`trade/orders`), units and their value (`supply/warehouse`).
 */
export { checkGradings, costsOfGradings, type Grade, grades, type Grading } from './grading.ts'
export { finishRefurbishing, gradeReturn, lapseReturn, noteReturnSent, openReturn } from './take-back.ts'
export { type ReturnRow, returnsOfOrders } from './store.ts'
export { returnsRoutes, returnView } from './routes.ts'
