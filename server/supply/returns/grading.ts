import { type Minor, reversalOf, splitByWeight } from '#contract/money'
import { done, type Outcome, refuse } from '#platform/outcome'

/** As good as new; can be made so; is worth nothing any more; is not what was sold, and goes back to who sent it. */
export const grades = ['restock', 'refurbish', 'scrap', 'rejected'] as const
export type Grade = (typeof grades)[number]

export interface Grading {
  lineNo: number
  grade: Grade
  units: number
}

/** Every unit of every line has one grade, and no other unit has any. Names the first line where that is not so. */
export function checkGradings(
  gradings: readonly Grading[],
  lines: readonly { lineNo: number; units: number }[],
): Outcome<null, 'units_not_graded'> {
  for (const { lineNo, units } of lines) {
    const own = gradings.filter((each) => each.lineNo === lineNo)
    const gradedUnits = own.reduce((sum, each) => sum + each.units, 0)
    const isTwice = new Set(own.map(({ grade }) => grade)).size < own.length
    if (gradedUnits !== units || isTwice) return refuse('units_not_graded', { lineNo, units, gradedUnits })
  }
  const stray = gradings.find(({ lineNo }) => !lines.some((line) => line.lineNo === lineNo))
  return stray === undefined
    ? done(null)
    : refuse('units_not_graded', { lineNo: stray.lineNo, units: 0, gradedUnits: stray.units })
}

/**
 * What the units of each grade cost when they left: the cost of all that was shipped of the line, by the fraction that is back now,
 * less what came back before; so the last unit closes it exactly. Rejected units carry none: they are not what we shipped.
 */
export function costsOfGradings(of: {
  gradings: readonly Grading[]
  shipped: { units: number; costMinor: Minor }
  before: { units: number; costMinor: Minor }
}): Minor[] {
  const kept = of.gradings.map(({ grade, units }) => (grade === 'rejected' ? 0 : units))
  const backUnits = kept.reduce((sum, units) => sum + units, 0)
  if (backUnits === 0) return kept
  const costMinor = reversalOf({
    originalMinor: of.shipped.costMinor,
    paidMinor: of.shipped.units,
    refundedMinor: of.before.units + backUnits,
    alreadyMinor: of.before.costMinor,
  })
  return splitByWeight(costMinor, kept)
}
