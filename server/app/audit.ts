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
import { done } from '#platform/outcome'
import { auditInvariants, type Invariant } from './audit-invariants.ts'

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

export async function runAudit(
  database: { pool: Pool },
  invariants: readonly Invariant[] = auditInvariants,
): Promise<AuditReport> {
  const startedAt = performance.now()
  const client = await borrow(database.pool)
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(`set local statement_timeout = ${auditQueryMsMax}; set local jit = off`)
    const checked: AuditReport['invariants'] = []
    for (const invariant of invariants) {
      const since = performance.now()
      const { broken, rows } = await check(client, invariant)
      const milliseconds = Math.round(performance.now() - since)
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

async function check(client: Client, { sql }: Invariant): Promise<{ broken: number; rows: Record<string, unknown>[] }> {
  const answer = await client.query<{ broken: number; rows: Record<string, unknown>[] }>({
    text: `with broken as materialized (${sql})
      select (select count(*) from broken) as broken,
        (select coalesce(json_agg(b), '[]') from (select * from broken limit ${brokenRowsMax}) b) as rows`,
    query_timeout: auditQueryMsMax + 2_000,
  } as never)
  const row = answer.rows[0]
  if (row === undefined) throw new Error('An audit query answered nothing.')
  return row
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
