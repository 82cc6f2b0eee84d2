import type { z } from 'zod'
import { getScreen } from '#contract/insight'
import type { App } from '#platform/app'
import { businessDayOf } from '#platform/clock'
import { lastNumberOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { latestMax } from './count.ts'
import { countBuyers, daySum, lastMinutes, latestOrders, topSums } from './store.ts'

type Screen = z.input<typeof getScreen.reply>

const rankedMax = 10
const minutesMax = 120

/** `ranking` comes from the leaderboard, which the composition hands in: the two know nothing of each other. */
export function gmvRoutes(app: App, rankingOf: (day: string) => Promise<Screen['ranking']>): Route[] {
  app.sockets.topic({ prefix: 'screen', who: getScreen.who })
  return [
    route(getScreen, async () => {
      const { db } = app.database
      const topicNumber = await lastNumberOf(db, 'screen')
      const now = app.clock.now()
      const day = businessDayOf(now, app.config.timeZone).toString()
      const [sum, buyers, minutes, latest, products, rooms, provinces, ranking] = await Promise.all([
        daySum(db, day),
        countBuyers(db, day),
        lastMinutes(db, day, minutesMax),
        latestOrders(db, latestMax),
        topSums(db, day, 'product', rankedMax),
        topSums(db, day, 'room', rankedMax),
        topSums(db, day, 'province', 40),
        rankingOf(day),
      ])
      const names = new Map(ranking.map((each) => [each.creatorId, each.name]))
      return done({
        currency: app.config.currency,
        day,
        definition: 'paid' as const,
        ...sum,
        buyers,
        minutes: minutes.map((each) => ({ at: each.key, paidMinor: each.paidMinor, orders: each.orders })),
        latest: latest as Screen['latest'],
        topProducts: products.map((each) => ({
          productId: each.key,
          title: each.label?.['title'] as { en: string; zh: string },
          picture: String(each.label?.['picture'] ?? ''),
          paidMinor: each.paidMinor,
          units: each.units,
        })),
        topRooms: rooms.map((each) => ({
          roomId: each.key,
          title: String(each.label?.['title'] ?? ''),
          name: names.get(String(each.label?.['creatorId'] ?? '')) ?? '',
          paidMinor: each.paidMinor,
          orders: each.orders,
        })),
        regions: provinces.map((each) => ({ province: each.key, paidMinor: each.paidMinor, orders: each.orders })),
        ranking,
        topicNumber,
        now: now.toString(),
      })
    }),
  ]
}
