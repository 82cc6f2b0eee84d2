import { LRUCache } from 'lru-cache'
import * as contract from '#contract/conversion'
import type { App } from '#platform/app'
import { type Route, route } from '#platform/http'
import { every } from '#platform/jobs'
import { done } from '#platform/outcome'
import { addFacts, type FactSum } from './store.ts'

/** Session, minute and product: so many counts wait in memory at most. A room of 100 products has 100 a minute. */
export const factKeysMax = 20_000
const flushEveryMs = 500
const sessionsKnownMax = 10_000
const sessionKnownForMs = 10_000

export interface Facts {
  routes: Route[]
  note(sessionId: string, facts: readonly { kind: 'impression' | 'click'; productId: string }[]): void
  flush(): Promise<void>
  close(): Promise<void>
}

/** `isOnAir` comes from the composition: this area calls nobody. */
export function openFacts(
  app: Pick<App, 'database' | 'clock' | 'log' | 'metrics'>,
  ask: { isOnAir: (sessionId: string) => Promise<boolean> },
): Facts {
  let waiting = new Map<string, FactSum>()
  const dropped = app.metrics.counter('facts_dropped_total', 'Impressions and clicks that did not fit into memory.')
  const onAir = new LRUCache<string, boolean>({ max: sessionsKnownMax, ttl: sessionKnownForMs })
  let flushing: Promise<void> = Promise.resolve()

  async function isOnAir(sessionId: string): Promise<boolean> {
    const known = onAir.get(sessionId)
    if (known !== undefined) return known
    const found = await ask.isOnAir(sessionId)
    onAir.set(sessionId, found)
    return found
  }

  const facts: Facts = {
    routes: [
      route(contract.noteFacts, async ({ body }) => {
        if (await isOnAir(body.sessionId)) facts.note(body.sessionId, body.facts)
        return done({})
      }),
    ],
    note(sessionId, some) {
      const minute = app.clock.now().round({ smallestUnit: 'minute', roundingMode: 'floor' }).toString()
      for (const { kind, productId } of some) {
        const key = `${sessionId} ${minute} ${productId}`
        let sum = waiting.get(key)
        if (sum === undefined) {
          if (waiting.size >= factKeysMax) {
            dropped.inc(1)
            continue
          }
          sum = { sessionId, minute, productId, impressions: 0, clicks: 0 }
          waiting.set(key, sum)
        }
        if (kind === 'impression') sum.impressions++
        else sum.clicks++
      }
    },
    flush() {
      flushing = flushing.then(async () => {
        const sums = [...waiting.values()]
        if (sums.length === 0) return
        waiting = new Map()
        try {
          await addFacts(app.database.db, sums)
        } catch (error) {
          app.log.warn({ err: error }, 'facts wait for the database')
          putBack(sums)
        }
      })
      return flushing
    },
    async close() {
      endFlushing()
      await facts.flush()
    },
  }
  const endFlushing = every(flushEveryMs, () => void facts.flush())

  function putBack(sums: readonly FactSum[]): void {
    for (const sum of sums) {
      const key = `${sum.sessionId} ${sum.minute} ${sum.productId}`
      const later = waiting.get(key)
      if (later === undefined && waiting.size >= factKeysMax) dropped.inc(sum.impressions + sum.clicks)
      else {
        waiting.set(key, {
          ...sum,
          impressions: sum.impressions + (later?.impressions ?? 0),
          clicks: sum.clicks + (later?.clicks ?? 0),
        })
      }
    }
  }
  return facts
}
