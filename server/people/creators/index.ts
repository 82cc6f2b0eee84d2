/**
 * Creators: who sells by mouth, and whether he may go live or open a showcase.
 *
 * Always true: a creator's id is his person id; the gate is judged from the facts at the moment of asking, by the rule
 * version in force then; a decision that matters is stored with its clauses and that version.
 * Not here: followers (`follows`), agencies (`agencies`), violations (`trust/conduct`), what is sold (`live/showcase`).
 */
import type { Db } from '#platform/database'
import { hasCreator } from './store.ts'

export { type CreatorCard, creatorsOf } from './creator.ts'
export { openCreator, type NewCreator, type OpenCreatorRefusal } from './open-creator.ts'
export type { Capability, GateClause, GateDecision, GateRule } from './gate.ts'
export {
  type At,
  categoriesClosedTo,
  decideGate,
  decideGates,
  gateCategory,
  recordGateDecision,
  setGateRule,
} from './decide-gate.ts'
export { creatorByHandle } from './store.ts'
export { leaveAsCreator, leftAmong } from './leave.ts'
export { creatorsRoutes } from './routes.ts'
export { tellGateOfClosedViolation, tellGateOfViolation, tellGateOfFollowers } from './tell-gate.ts'

export function isCreator(db: Db, id: string): Promise<boolean> {
  return hasCreator(db, id)
}
