/**
 * The auditor: every invariant of the platform as a query against the live database.
 *
 * Always true: one audit sees one instant (a single read-only snapshot), changes nothing, and locks nothing that a sale needs.
 * Not here: the invariants themselves (`audit-invariants.ts`); mending what is broken, which is for people.
 */
import { runAudit as runAuditEndpoint } from '#contract/finance'
import type { App } from '#platform/app'
import type { Database } from '#platform/database'
import { type Route, route } from '#platform/http'
import { firstIdSince } from '#platform/ids'
import { every } from '#platform/jobs'
import { done } from '#platform/outcome'
import { auditInvariants, type Invariant, sqlSince } from './audit-invariants.ts'

export { auditInvariants, type Invariant } from './audit-invariants.ts'

/** Rows that are shown of what breaks an invariant; all are counted. */
export const brokenRowsMax = 20
/** A query that takes longer stops the audit rather than the platform. */
export const auditQueryMsMax = 120_000

type Pool = Pick<Database['pool'], 'connect'>
const borrow = (pool: Pool) => pool.connect()
type Client = Awaited<ReturnType<typeof borrow>>

export interface AuditReport {
  invariants: {
    id: string
    sentence: string
    broken: number
    rows: Record<string, unknown>[]
    milliseconds: number
  }[]
  /** Invariants that do not hold. */
  broken: number
  milliseconds: number
}

/**
 * All invariants over all there is or, with `since`, over the orders, journals and SKUs that were touched since that instant
 * of the real clock; what cannot be told apart is read whole either way.
 */
export async function runAudit(
  database: { pool: Pool },
  { invariants = auditInvariants, since }: { invariants?: readonly Invariant[]; since?: Temporal.Instant } = {},
): Promise<AuditReport> {
  const startedAt = performance.now()
  const client = await borrow(database.pool)
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(`set local statement_timeout = ${auditQueryMsMax}; set local jit = off`)
    const checked: AuditReport['invariants'] = []
    for (const invariant of invariants) {
      const checkedAt = performance.now()
      const { broken, rows } = await check(client, invariant, since)
      const milliseconds = Math.round(performance.now() - checkedAt)
      checked.push({ id: invariant.id, sentence: invariant.sentence, broken, rows, milliseconds })
    }
    return {
      invariants: checked,
      broken: checked.filter((each) => each.broken > 0).length,
      milliseconds: Math.round(performance.now() - startedAt),
    }
  } finally {
    await client.query('rollback').catch(() => undefined)
    client.release()
  }
}

async function check(
  client: Client,
  invariant: Invariant,
  since?: Temporal.Instant,
): Promise<{ broken: number; rows: Record<string, unknown>[] }> {
  const part = since === undefined ? null : sqlSince(invariant)
  const answer = await client.query<{ broken: number; rows: Record<string, unknown>[] }>({
    text: `with ${part === null ? '' : `touched as materialized (${part.touched}),`}
      broken as materialized (${part?.sql ?? invariant.sql})
      select (select count(*) from broken) as broken,
        (select coalesce(json_agg(b), '[]') from (select * from broken limit ${brokenRowsMax}) b) as rows`,
    values: part === null || since === undefined ? [] : [firstIdSince(since)],
    query_timeout: auditQueryMsMax + 2_000,
  } as never)
  const row = answer.rows[0]
  if (row === undefined) throw new Error('An audit query answered nothing.')
  return row
}

/** How often a running platform looks at itself, and how far back it then looks where it can: twice as far. */
export const auditEveryMs = 5 * 60_000

/** Looks at every invariant again and again and shows each as a gauge: 0 is well. Answers how to end it. */
export function watchInvariants(app: Pick<App, 'database' | 'metrics' | 'log'>, everyMs = auditEveryMs): () => void {
  const gauge = app.metrics.gauge('audit_broken', 'Rows that break an invariant, when it was last looked at.', [
    'invariant',
  ])
  let isLooking = false
  const look = async () => {
    try {
      const since = Temporal.Now.instant().subtract({ milliseconds: 2 * everyMs })
      for (const { id, broken, rows } of (await runAudit(app.database, { since })).invariants) {
        gauge.set({ invariant: id }, broken)
        if (broken > 0) app.log.error({ invariant: id, broken, rows: rows.slice(0, 3) }, 'an invariant does not hold')
      }
    } catch (error) {
      app.log.warn({ err: error }, 'the auditor could not look')
    }
  }
  return every(everyMs, () => {
    // One at a time: a look that takes longer than the pause is not joined by another.
    if (isLooking) return
    isLooking = true
    void look().finally(() => {
      isLooking = false
    })
  })
}

export interface Proof {
  id: string
  sentence: string
  /** Rows before and after the plant; caught when there are more. */
  before: number
  after: number
  caught: boolean
}

/**
 * Breaks each invariant on purpose and shows that its query notices. Everything happens in transactions that are rolled back,
 * but some plants hold locks while they stand, so this is for a database that nobody is shopping in. Needs a database user
 * that may switch triggers off (a superuser, or one with a grant on session_replication_role).
 */
export async function proveAudit(
  database: { pool: Pool },
  invariants: readonly Invariant[] = auditInvariants,
): Promise<Proof[]> {
  const proofs: Proof[] = []
  for (const invariant of invariants) {
    const client = await borrow(database.pool)
    try {
      await client.query(`begin; set local statement_timeout = ${auditQueryMsMax}; set local lock_timeout = '5s'`)
      const { broken: before } = await check(client, invariant)
      await client.query('set local session_replication_role = replica')
      await client.query(invariant.plant)
      const { broken: after } = await check(client, invariant)
      proofs.push({ id: invariant.id, sentence: invariant.sentence, before, after, caught: after > before })
    } finally {
      await client.query('rollback').catch(() => undefined)
      client.release()
    }
  }
  return proofs
}

export function auditRoutes(app: Pick<App, 'database'>): Route[] {
  return [
    route(runAuditEndpoint, async () => {
      const { invariants, broken, milliseconds } = await runAudit(app.database)
      return done({
        invariants: invariants.map(({ id, sentence, broken, rows }) => ({ id, sentence, broken, rows })),
        broken,
        milliseconds,
      })
    }),
  ]
}
