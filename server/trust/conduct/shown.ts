/** Records as they stand in the contract. */
import { appealableUntil } from './appeal.ts'
import { isInForce, type Measure } from './standing.ts'
import type { AppealRow, RuleRow } from './store.ts'
import { stateAt, type ViolationRecord } from './violation.ts'

/** With the text of the version by which each was judged, and what was said against it. */
export function shownViolations(
  violations: readonly ViolationRecord[],
  of: { rules: readonly RuleRow[]; appeals: readonly AppealRow[]; at: Temporal.Instant },
) {
  return violations.map((violation) => {
    const { recordedAt, expiresAt, closedAt: _, ...rest } = violation
    const rule = of.rules.find(({ rule, version }) => rule === violation.rule && version === violation.ruleVersion)
    const appeal = of.appeals.find(({ violationId }) => violationId === violation.id)
    return {
      ...rest,
      clause: rule?.clause ?? '',
      ruleTitle: rule?.title ?? { en: violation.rule, zh: violation.rule },
      ruleText: rule?.body ?? { en: '', zh: '' },
      state: stateAt(violation, of.at),
      recordedAt: recordedAt.toString(),
      expiresAt: expiresAt.toString(),
      appealUntil: appealableUntil(violation).toString(),
      appeal: appeal === undefined ? null : shownAppeal(appeal),
    }
  })
}

export function shownAppeal({ decision, filedAt, decidedAt, ...rest }: AppealRow) {
  return {
    ...rest,
    state: decision ?? ('open' as const),
    filedAt: filedAt.toString(),
    decidedAt: decidedAt?.toString() ?? null,
  }
}

export function shownMeasure(measure: Measure, at: Temporal.Instant) {
  const { id, kind, mark, rule, score, restricts, startsAt, endsAt, liftedAt } = measure
  return {
    id,
    kind,
    mark,
    rule,
    score,
    restricts: [...restricts],
    inForce: isInForce(measure, at),
    startsAt: startsAt.toString(),
    endsAt: endsAt?.toString() ?? null,
    lifted: liftedAt !== null,
  }
}

export function shownRule(rule: RuleRow, all: readonly RuleRow[], at: Temporal.Instant) {
  const { effectiveFrom, publishedAt: _, ...rest } = rule
  const begun = all.filter((each) => each.rule === rule.rule && Temporal.Instant.compare(each.effectiveFrom, at) <= 0)
  const latest = begun.toSorted((a, b) => Temporal.Instant.compare(b.effectiveFrom, a.effectiveFrom))[0]
  return { ...rest, effectiveFrom: effectiveFrom.toString(), inForce: latest?.version === rule.version }
}
