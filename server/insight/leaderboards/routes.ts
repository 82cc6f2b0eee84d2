import { getCreatorLeaderboard } from '#contract/insight'
import type { App } from '#platform/app'
import { businessDayOf } from '#platform/clock'
import { type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { type Ranked, ranking } from './store.ts'

export const rankedMax = 50

export function leaderboardsRoutes(app: App): Route[] {
  return [
    route(getCreatorLeaderboard, async ({ query }) => {
      const today = businessDayOf(app.clock.now(), app.config.timeZone)
      const from = query.span === 'day' ? today : today.subtract({ days: 6 })
      const ranked = await ranking(app.database.db, { from: from.toString(), to: today.toString() }, rankedMax)
      return done({ currency: app.config.currency, span: query.span, day: today.toString(), ranking: ranked })
    }),
  ]
}

/** The board of one day, for the big screen. */
export function rankingOfDay(app: Pick<App, 'database'>, day: string, limit: number): Promise<Ranked[]> {
  return ranking(app.database.db, { from: day, to: day }, limit)
}
