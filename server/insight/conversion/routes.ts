import type { z } from 'zod'
import * as contract from '#contract/conversion'
import { factsByMinute, factsByProduct } from '#insight/facts'
import type { App } from '#platform/app'
import { personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { every } from '#platform/jobs'
import { done, refuse } from '#platform/outcome'
import { audienceOf, ctorOf, ctrOf, gpmOf } from './numbers.ts'
import { addLooks, minutesOf, productsOf } from './store.ts'

type Numbers = z.input<typeof contract.sessionNumbers>

/** What the composition knows of a session, for somebody who may look at it; null for everybody else. */
export interface ConversionAsk {
  deskOf(
    sessionId: string,
    personId: string,
  ): Promise<{ topic: string; questionsWaiting: number; violations: number; soldOut: number } | null>
}

/** The chart shows the last hours; a broadcast of 13 hours is 780 minutes. */
const minutesShownMax = 780

export function conversionRoutes(app: Pick<App, 'database' | 'sockets' | 'config'>, ask: ConversionAsk): Route[] {
  const { db } = app.database
  return [
    route(contract.getSessionNumbers, async ({ actor, params }) => {
      const desk = await ask.deskOf(params.id, personOf(actor))
      if (desk === null) return refuse('not_found')
      const { topic, ...more } = desk
      return done({ numbers: { ...(await numbersOf(app, params.id)), viewers: app.sockets.present(topic), ...more } })
    }),
    route(contract.getSessionTable, async ({ actor, params }) => {
      if ((await ask.deskOf(params.id, personOf(actor))) === null) return refuse('not_found')
      const { products, currency } = await numbersOf({ database: { db }, config: app.config }, params.id)
      const head = `product_id,impressions,clicks,orders,units,paid_minor_${currency.toLowerCase()}`
      const rows = products.map((each) =>
        [each.productId, each.impressions, each.clicks, each.orders, each.units, each.paidMinor].join(','),
      )
      return done({ name: 'products.csv', bytes: Buffer.from(`\uFEFF${[head, ...rows].join('\r\n')}\r\n`) })
    }),
  ]
}

async function numbersOf(
  app: { database: Pick<App['database'], 'db'>; config: Pick<App['config'], 'currency'> },
  sessionId: string,
): Promise<Omit<Numbers, 'viewers' | 'questionsWaiting' | 'violations' | 'soldOut'>> {
  const { db } = app.database
  const [minutes, sold, seenByMinute, seenByProduct] = await Promise.all([
    minutesOf(db, sessionId),
    productsOf(db, sessionId),
    factsByMinute(db, sessionId),
    factsByProduct(db, sessionId),
  ])
  const total = (of: 'paidMinor' | 'orders' | 'units') => minutes.reduce((sum, minute) => sum + minute[of], 0)
  const seen = (of: 'impressions' | 'clicks') => seenByMinute.reduce((sum, minute) => sum + minute[of], 0)
  const counts = {
    paidMinor: total('paidMinor'),
    orders: total('orders'),
    impressions: seen('impressions'),
    clicks: seen('clicks'),
  }
  const at = new Map<string, Numbers['minutes'][number]>()
  const minuteAt = (minute: Temporal.Instant) => {
    const key = minute.toString()
    const known = at.get(key) ?? { at: key, paidMinor: 0, orders: 0, viewers: 0, impressions: 0, clicks: 0 }
    at.set(key, known)
    return known
  }
  for (const { minute, paidMinor, orders, sum, looks } of minutes)
    Object.assign(minuteAt(minute), { paidMinor, orders, viewers: looks === 0 ? 0 : Math.round(sum / looks) })
  for (const { minute, impressions, clicks } of seenByMinute) Object.assign(minuteAt(minute), { impressions, clicks })
  const soldBy = new Map(sold.map((product) => [product.productId, product]))
  const seenBy = new Map(seenByProduct.map((product) => [product.productId, product]))
  const nothing = { impressions: 0, clicks: 0, orders: 0, units: 0, paidMinor: 0 }
  return {
    currency: app.config.currency as Numbers['currency'],
    ...counts,
    units: total('units'),
    gpmMinor: gpmOf(counts),
    ctrBasisPoints: ctrOf(counts),
    ctorBasisPoints: ctorOf(counts),
    ...audienceOf(minutes),
    minutes: [...at.values()].toSorted((a, b) => (a.at < b.at ? -1 : 1)).slice(-minutesShownMax),
    products: [...new Set([...soldBy.keys(), ...seenBy.keys()])].map((productId) => ({
      ...nothing,
      ...seenBy.get(productId),
      ...soldBy.get(productId),
      productId,
    })),
  }
}

const lookEveryMs = 5_000

/** Looks every few seconds who is in the rooms on air. `roomsOnAir` comes from the composition. */
export function watchViewers(
  app: Pick<App, 'database' | 'sockets' | 'clock' | 'log'>,
  roomsOnAir: () => Promise<readonly { sessionId: string; topic: string }[]>,
): () => void {
  let looking = false
  return every(lookEveryMs, () => {
    if (looking) return
    looking = true
    const look = async () => {
      const minute = app.clock.now().round({ smallestUnit: 'minute', roundingMode: 'floor' }).toString()
      const rooms = await roomsOnAir()
      await addLooks(
        app.database.db,
        minute,
        rooms.map(({ sessionId, topic }) => ({ sessionId, viewers: app.sockets.present(topic) })),
      )
    }
    look()
      .catch((error: unknown) => app.log.warn({ err: error }, 'nobody looked who is there; the next look counts'))
      .finally(() => {
        looking = false
      })
  })
}
