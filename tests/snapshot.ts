/**
 * What a database holds, table by table, cheap enough to compare before and after many requests at once.
 *
 * Always true: all tables of all schemas count, but for the few that may change when somebody is refused.
 */
import { sql } from 'kysely'
import { all, type Db } from '#platform/database'

/** Each of these may change though the answer was no, and why. */
const mayChange: Readonly<Record<string, string>> = {
  'platform.idempotency_keys': 'a refusal under a key is kept, so that its repetition gets the same answer',
  'identity.sessions': 'a session is prolonged by being used',
  'creators.gate_decisions': 'a decision of the gate is kept also when it is no',
  'platform.socket_processes': 'each process says every second that it lives',
  'jobs.*': 'the bookkeeping of the jobs goes on by itself',
}

export type Snapshot = ReadonlyMap<string, string>

/** Rows and a hash of their contents for each table, in one statement. */
export async function takeSnapshot(db: Db): Promise<Snapshot> {
  const tables = await all(
    db,
    sql<{ schema: string; name: string }>`select n.nspname as schema, c.relname as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema$)' order by 1, 2`,
  )
  const compared = tables.filter(
    ({ schema, name }) => !(`${schema}.${name}` in mayChange) && !(`${schema}.*` in mayChange),
  )
  if (compared.length === 0) throw new Error('there are tables to compare')
  const parts = compared.map(
    ({ schema, name }) => sql`select ${`${schema}.${name}`}::text as name,
      (select count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, chr(10) order by t::text)), '')
        from ${sql.table(`${schema}.${name}`)} t) as content`,
  )
  const rows = await all(db, sql<{ name: string; content: string }>`${sql.join(parts, sql` union all `)}`)
  return new Map(rows.map(({ name, content }) => [name, content]))
}

/** The tables that differ, each with what it held before and holds now. */
export function changesBetween(before: Snapshot, after: Snapshot): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name}: ${before.get(name)} -> ${after.get(name)}`)
}

/**
 * Runs all steps between two snapshots. When they differ, the steps are run again in halves to find those that change
 * something; answers one sentence for each of those, and none when nothing changed.
 */
export async function stepsThatChange<Step>(of: {
  steps: readonly Step[]
  run: (steps: readonly Step[]) => Promise<void>
  snapshot: () => Promise<Snapshot>
  nameOf: (step: Step) => string
}): Promise<string[]> {
  const before = await of.snapshot()
  await of.run(of.steps)
  const changes = changesBetween(before, await of.snapshot())
  if (changes.length === 0) return []
  if (of.steps.length === 1) return of.steps.map((step) => `${of.nameOf(step)} changed ${changes.join('; ')}`)
  const middle = Math.ceil(of.steps.length / 2)
  const found: string[] = []
  for (const steps of [of.steps.slice(0, middle), of.steps.slice(middle)]) {
    found.push(...(await stepsThatChange({ ...of, steps })))
  }
  // What happens once only cannot be found by doing it again.
  return found.length > 0
    ? found
    : [`one of ${of.steps.length} steps from ${of.nameOf(of.steps[0]!)}: ${changes.join('; ')}`]
}
