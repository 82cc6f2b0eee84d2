import { listFeeRules, setFeeRule } from '#contract/finance'
import type { App } from '#platform/app'
import { inTransaction } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { loadFeeSchedule, openFeeRule, openFeeTax } from './schedule.ts'
import { selectRules } from './store.ts'

export function feesRoutes(app: Pick<App, 'database' | 'clock' | 'config'>): Route[] {
  const { db } = app.database
  return [
    route(listFeeRules, async () => {
      const now = app.clock.now()
      const [rules, { taxBasisPoints }] = [await selectRules(db, now), await loadFeeSchedule(db, now)]
      return done({
        rules: rules.map(({ fromAt, ...rule }) => ({
          ...rule,
          taxBasisPoints: taxBasisPoints.get(rule.kind) ?? 0,
          fromAt: fromAt.toString(),
        })),
      })
    }),
    route(setFeeRule, ({ actor, body }) =>
      inTransaction(app, actor, async (tx) => {
        const { taxBasisPoints, ...rule } = body
        const opened = await openFeeRule(tx, { ...rule, currency: app.config.currency })
        if (!opened.ok) return opened
        // The tax is on the kind: every rule of it, whatever the category.
        const { taxBasisPoints: before } = await loadFeeSchedule(tx.db, tx.now)
        if ((before.get(rule.kind) ?? 0) !== taxBasisPoints)
          await openFeeTax(tx, { id: rule.id, kind: rule.kind, basisPoints: taxBasisPoints })
        return done({ id: rule.id })
      }),
    ),
  ]
}
