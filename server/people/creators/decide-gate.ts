import { followersOf } from '#people/follows'
import { suretiesOf } from '#people/sureties'
import { verifiedAmong } from '#people/verification'
import type { Db, Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert } from '#platform/outcome'
import { listedAmong } from '#trust/blacklist'
import { activeViolationsOf, type Restriction, restrictionsOf, scoresOf } from '#trust/conduct'
import { type Capability, type GateDecision, type GateRule, judgeGate } from './gate.ts'
import { findRule, insertDecision, insertGatedCategory, insertRule, loadGatedCategories, loadLeft } from './store.ts'

/** A transaction, or `{ db, now: app.clock.now() }` for a page. */
export interface At {
  db: Db
  now: Temporal.Instant
}

/** Judges the facts of this moment by the rule in force; nothing is remembered between two askings. */
export async function decideGate(at: At, ask: { creatorId: string; capability: Capability }): Promise<GateDecision> {
  const decisions = await decideGates(at, { creatorIds: [ask.creatorId], capability: ask.capability })
  const decision = decisions.get(ask.creatorId)
  assert(decision !== undefined, 'everybody who is asked about gets a decision')
  return decision
}

export async function decideGates(
  { db, now }: At,
  ask: { creatorIds: readonly string[]; capability: Capability },
): Promise<Map<string, GateDecision>> {
  const rule = await findRule(db, ask.capability, now)
  assert(rule !== null, 'the first rule of each gate came with the tables')
  const [followers, violations, verified, restrictions, scores, left, listed, sureties] = await Promise.all([
    followersOf(db, ask.creatorIds),
    activeViolationsOf(db, ask.creatorIds, now),
    verifiedAmong(db, ask.creatorIds),
    restrictionsOf(db, ask.creatorIds, now),
    scoresOf(db, ask.creatorIds, now),
    loadLeft(db, ask.creatorIds, now),
    listedAmong(db, { personIds: ask.creatorIds, what: 'create' }, now),
    // A deposit answers for what is said in a room.
    ask.capability === 'live' ? suretiesOf(db, { kind: 'creator', partyIds: ask.creatorIds }, now) : null,
  ])
  const restriction: Restriction = ask.capability
  return new Map(
    ask.creatorIds.map((creatorId) => {
      const facts = {
        followers: followers.get(creatorId) ?? 0,
        activeViolations: violations.get(creatorId) ?? 0,
        isVerified: verified.has(creatorId),
        restrictions: [
          restrictions.get(creatorId)?.has(restriction),
          left.includes(creatorId),
          listed.has(creatorId),
        ].filter(Boolean).length,
        score: scores.get(creatorId) ?? 0,
        surety: sureties?.get(creatorId) ?? null,
      }
      return [creatorId, judgeGate(rule, { creatorId, facts }, now)]
    }),
  )
}

/**
 * Keeps a decision on which something was built, with the facts and the version it came from. A refusal rolls its
 * transaction back, so a "no" that shall be kept is recorded in a transaction of its own.
 */
export async function recordGateDecision(tx: Tx, decision: GateDecision, purpose = 'asked'): Promise<void> {
  await insertDecision(tx.db, { ...decision, id: newId(), purpose })
}

/** A new version of a rule from an instant on; earlier versions stay, and so do the decisions they made. */
export async function setGateRule(
  tx: Tx,
  rule: Omit<GateRule, 'version'> & { effectiveFrom: Temporal.Instant },
): Promise<{ version: number }> {
  return { version: await insertRule(tx.db, rule) }
}

/** Which of these categories a creator may not promote goods of, and what score each needs. */
export async function categoriesClosedTo(
  at: At,
  ask: { creatorId: string; categoryCodes: readonly string[] },
): Promise<{ categoryCode: string; needed: number; actual: number }[]> {
  const gated = await loadGatedCategories(at.db, ask.categoryCodes, at.now)
  if (gated.length === 0) return []
  const [gate, scores] = await Promise.all([
    decideGate(at, { creatorId: ask.creatorId, capability: 'gated' }),
    scoresOf(at.db, [ask.creatorId], at.now),
  ])
  const actual = scores.get(ask.creatorId) ?? 0
  return gated
    .filter(({ scoreMin }) => !gate.passed || actual < scoreMin)
    .map(({ categoryCode, scoreMin }) => ({ categoryCode, needed: scoreMin, actual }))
}

/** From an instant on, goods of a category need a record that good; null opens it to everybody. */
export async function gateCategory(
  tx: Tx,
  gate: { categoryCode: string; scoreMin: number | null; effectiveFrom: Temporal.Instant },
): Promise<{ version: number }> {
  return { version: await insertGatedCategory(tx.db, gate) }
}
