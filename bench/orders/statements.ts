/** Where the database's time goes, statement by statement, as the server waits for it: for whoever looks for the next cost. */
import type { Database } from '#platform/database'

const shownMax = 30

export interface StatementProfile {
  reset(): void
  show(orders: number): void
}

/** Measures every statement that the pool's connections run from now on. */
export async function startStatementProfile(database: Pick<Database, 'pool'>): Promise<StatementProfile> {
  const client = await database.pool.connect()
  const prototype = Object.getPrototypeOf(client) as { query: (...words: unknown[]) => unknown }
  client.release()
  const spent = new Map<string, { calls: number; ms: number }>()
  const { query } = prototype
  prototype.query = function measured(this: unknown, ...words: unknown[]) {
    const [config] = words
    const of = (typeof config === 'string' ? { text: config } : config) as { name?: string; text?: string }
    const name = of?.name ?? (of?.text ?? '').replace(/\s+/g, ' ').slice(0, 90)
    const since = performance.now()
    const answer = query.apply(this, words)
    const note = () => {
      const sum = spent.get(name) ?? { calls: 0, ms: 0 }
      spent.set(name, { calls: sum.calls + 1, ms: sum.ms + performance.now() - since })
    }
    if (answer instanceof Promise) answer.then(note, note)
    return answer
  }
  return {
    reset: () => spent.clear(),
    show(orders) {
      const rows = [...spent].sort(([, a], [, b]) => b.ms - a.ms).slice(0, shownMax)
      console.table(
        rows.map(([name, { calls, ms }]) => ({
          name,
          calls,
          'ms each': Math.round((ms / calls) * 100) / 100,
          'us an order': Math.round((ms * 1_000) / Math.max(1, orders)),
        })),
      )
    },
  }
}
