import { hash } from 'node:crypto'
import {
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import pg from 'pg'
import { operatorRoles } from '#contract/roles'
import type { AnyEvent, EventName, EventOf } from '#events/index'
import { packEvent } from '#events/packed'
import type { Clock } from '#platform/clock'
import { newId } from '#platform/ids'
import type { Log } from '#platform/log'
import { assert, type Outcome } from '#platform/outcome'
import { type Actor, systemActor } from './actor.ts'
import { type EventMemory, openEventMemory } from './event-memory.ts'
import { parametersOf } from './parameters.ts'

/** Queries only; tables are named in `sql` templates with their schema. */
export type Db = Kysely<Record<string, never>>

/** Lives as long as one transaction. Use cases receive it, ask for the part they need, and never commit. */
export interface Tx {
  db: Db
  now: Temporal.Instant
  actor: Actor
  /** Writes the event and one delivery per reaction in this transaction, just before it commits. */
  emit<Name extends EventName>(event: EventOf<Name>): void
  /** A reliable message on a topic: numbered in this transaction, sent after it commits, kept for who was away. */
  tell(topic: string, message: object): void
  /** Runs after the commit, never when it rolled back. Must not throw and must not be relied on: the process may die first. */
  afterCommit(run: () => void): void
  /** A named, prepared statement for hot paths: the text must be the same at each call. */
  hot<Row>(name: string, text: string, values: readonly unknown[]): Promise<Row[]>
  /** As `db`, for reads that a hot path makes again and again: each is planned once for a connection. Only for fixed texts. */
  prepared: Db
}

export interface Told {
  topic: string
  number: number
  message: object
}

export interface Database {
  pool: pg.Pool
  /** Reads outside a transaction: pages and lists. */
  db: Db
  clock: Pick<Clock, 'now'>
  log: Log
  url: string
  /** The name that all connections of this process carry, new at each start. */
  process: string
  /** Which reactions hear an event; set once by the composition. */
  reactionsTo(name: EventName): readonly string[]
  events: EventMemory
  /** After each commit with events or messages. */
  committed: Set<(what: { events: number; told: readonly Told[] }) => void>
  close(): Promise<void>
}

// int8 arrives as a number: money and counts stay below 2^53 (ninety trillion yuan), and beyond it we stop rather than round.
const parsers = new Map<number, (text: string) => unknown>([
  [
    pg.types.builtins.INT8,
    (text) => {
      const value = Number(text)
      assert(Number.isSafeInteger(value), 'a bigint from the database is a safe integer')
      return value
    },
  ],
  [pg.types.builtins.TIMESTAMPTZ, (text) => Temporal.Instant.from(isoOf(text))],
  [pg.types.builtins.DATE, (text) => Temporal.PlainDate.from(text)],
])

/** For our connections only: the job queue, which has its own, expects the driver's own types. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(oid)) ?? pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig

/** PostgreSQL prints `2026-11-11 00:00:00.123+00`; Temporal wants a T, and minutes in the offset. */
function isoOf(text: string): string {
  const iso = text.replace(' ', 'T')
  return /[+-]\d\d$/.test(iso) ? `${iso}:00` : iso
}

/** Whose changes are noted row by row, as they were before and after. */
function isOperator(actor: Actor): actor is Extract<Actor, { kind: 'person' }> {
  return actor.kind === 'person' && (operatorRoles as readonly string[]).includes(actor.role)
}

export const lockTimeoutMs = 5_000
export const idleInTransactionTimeoutMs = 10_000
export const connectTimeoutMs = 5_000
/** Deadlocks and serialisation failures are retried this often before they surface as a fault. */
export const transactionTriesMax = 6
export function openDatabase(options: {
  url: string
  connectionsMax: number
  statementTimeoutMs: number
  clock: Pick<Clock, 'now'>
  log: Log
}): Database {
  const process = `hawker ${newId()}`
  const pool = new pg.Pool({
    connectionString: options.url,
    types,
    max: options.connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    // The network may swallow an answer: give up a little after the server would have.
    query_timeout: options.statementTimeoutMs + 2_000,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    application_name: process,
    options: '-c search_path=pg_catalog -c timezone=UTC -c synchronous_commit=on',
    keepAlive: true,
    // Statements that are asked for at once travel at once, and are answered in order: a use case that waits for several
    // things waits one round trip for all of them.
    pipeline: true,
  } as pg.PoolConfig)
  let closing = false
  pool.on('error', (error) => {
    // A cluster that stops right after us may end connections that are just saying goodbye.
    if (!closing) options.log.warn({ err: error }, 'an idle database connection broke')
  })
  // The pool hears of idle connections only. Without an ear of its own, one that breaks while it is lent out ends the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return {
    pool,
    db: kyselyOver(pool),
    clock: options.clock,
    log: options.log,
    url: options.url,
    process,
    reactionsTo: () => [],
    events: openEventMemory(),
    committed: new Set(),
    close: () => {
      closing = true
      return pool.end()
    },
  }
}

function kyselyOver(pool: { connect(): Promise<pg.PoolClient>; end(): Promise<void> }): Db {
  return new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new PostgresDriver({ pool: pool as never }),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
}

// Query builders are kept with their connection: building one costs more than a small query.
const builders = new WeakMap<pg.PoolClient, { plain: Db; prepared: Db }>()

function buildersFor(client: pg.PoolClient): { plain: Db; prepared: Db } {
  let both = builders.get(client)
  if (both === undefined) {
    // The transaction owns the connection: a query that is done must not give it back.
    const borrowed = (query: unknown) =>
      new Proxy(client, {
        get: (target, key) => {
          if (key === 'release') return () => undefined
          if (key === 'query') return query
          const value = Reflect.get(target, key)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    const over = (query: unknown) => kyselyOver({ connect: async () => borrowed(query), end: async () => undefined })
    both = {
      plain: over((text: string, values: unknown[]) => client.query(text, values)),
      prepared: over((text: string, values: readonly unknown[]) => {
        const name = nameOf(text)
        return client.query({ name, text, values: parametersOf(name, text, values) })
      }),
    }
    builders.set(client, both)
  }
  return both
}

const names = new Map<string, string>()

function nameOf(text: string): string {
  let name = names.get(text)
  if (name === undefined) {
    name = `prepared ${hash('sha256', text, 'hex').slice(0, 32)}`
    names.set(text, name)
  }
  return name
}

/**
 * Opens a transaction, runs the use case, commits when it is done, rolls back when it refuses or throws.
 * The body may run again (deadlock, serialisation failure), so it must have no effect outside the transaction.
 */
export async function inTransaction<Value, Code extends string>(
  app: { database: Database },
  actor: Actor,
  body: (tx: Tx) => Promise<Outcome<Value, Code>>,
): Promise<Outcome<Value, Code>> {
  for (let tries = 1; ; tries++) {
    try {
      return await runOnce(app.database, actor, body)
    } catch (error) {
      if (tries >= transactionTriesMax || !isRetryable(error)) throw error
      // Full jitter, so that two who met do not meet again.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tries))
    }
  }
}

/** For work that cannot refuse: what it returns is returned, a throw rolls back. */
export async function transact<Value>(
  app: { database: Database },
  body: (tx: Tx) => Promise<Value>,
  actor: Actor = systemActor,
): Promise<Value> {
  const outcome = await inTransaction(app, actor, async (tx) => ({ ok: true as const, value: await body(tx) }))
  assert(outcome.ok, 'work that cannot refuse did not refuse')
  return outcome.value
}

async function runOnce<Value, Code extends string>(
  database: Database,
  actor: Actor,
  body: (tx: Tx) => Promise<Outcome<Value, Code>>,
): Promise<Outcome<Value, Code>> {
  const client = await database.pool.connect()
  let broken: Error | undefined
  try {
    // Not waited for: it travels with the first statement of the body.
    const begun = client.query('begin')
    begun.catch(() => undefined)
    if (isOperator(actor)) {
      const who = JSON.stringify({ request: actor.requestId ?? newId(), person: actor.personId, role: actor.role })
      client.query("select set_config('hawker.operator', $1, true)", [who]).catch(() => undefined)
    }
    const events: { name: EventName }[] = []
    const messages: { topic: string; message: object }[] = []
    const after: (() => void)[] = []
    const own = buildersFor(client)
    const tx: Tx = {
      db: own.plain,
      prepared: own.prepared,
      now: database.clock.now(),
      actor,
      emit: (event) => void events.push(event),
      tell: (topic, message) => void messages.push({ topic, message }),
      afterCommit: (run) => void after.push(run),
      hot: async <Row>(name: string, text: string, values: readonly unknown[]) =>
        (await client.query({ name, text, values: parametersOf(name, text, values) })).rows as Row[],
    }
    const outcome = await body(tx)
    await begun
    if (!outcome.ok) {
      await client.query('rollback')
      return outcome
    }
    const told = messages.length > 0 ? await numberMessages(client, messages, tx.now) : []
    const writing = events.length > 0 ? writeEvents(client, database, events, tx.now) : null
    const [committed, written] = await Promise.all([client.query('commit'), writing])
    // To a commit of what has failed before, PostgreSQL answers with a rollback and no error.
    assert(committed.command === 'COMMIT', 'a commit commits')
    for (const { id, event, text } of written ?? []) database.events.remember(id, event, text)
    for (const run of after) run()
    if (events.length > 0 || told.length > 0) {
      for (const hear of database.committed) hear({ events: events.length, told })
    }
    return outcome
  } catch (error) {
    broken = await rollback(client)
    throw error
  } finally {
    // A connection whose rollback failed is not given back: nobody knows what it still holds.
    client.release(broken)
  }
}

async function rollback(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback')
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

export function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === '40P01' || code === '40001'
}

/** True when the error is the violation of the named constraint or unique index. */
export function violates(error: unknown, constraint: string): boolean {
  return (error as { constraint?: unknown } | null)?.constraint === constraint
}

async function writeEvents(
  client: pg.PoolClient,
  database: Database,
  events: readonly { name: EventName }[],
  now: Temporal.Instant,
): Promise<{ id: string; event: { name: EventName }; text: string }[]> {
  const ids: string[] = []
  const names: string[] = []
  const bodies: string[] = []
  const deliveryEvents: string[] = []
  const reactions: string[] = []
  for (const event of events) {
    const id = newId()
    ids.push(id)
    names.push(event.name)
    bodies.push(packEvent(event as AnyEvent))
    for (const reaction of database.reactionsTo(event.name)) {
      deliveryEvents.push(id)
      reactions.push(reaction)
    }
  }
  const text = `with written as (
      insert into platform.events (id, name, body, at)
      select id, name, body::json, $6 from unnest($1::uuid[], $2::text[], $3::text[]) as e (id, name, body))
    insert into platform.deliveries (event_id, reaction, due_at)
    select event_id, reaction, clock_timestamp() from unnest($4::uuid[], $5::text[]) as d (event_id, reaction)`
  const values = [ids, names, bodies, deliveryEvents, reactions, now.toString()]
  const name = 'platform.write_events'
  await client.query({ name, text, values: parametersOf(name, text, values) })
  const heard = new Set(deliveryEvents)
  return events.flatMap((event, index) => {
    const [id, text] = [ids[index], bodies[index]]
    return id !== undefined && text !== undefined && heard.has(id) ? [{ id, event, text }] : []
  })
}

/**
 * Numbers messages per topic without gaps: the counter rows are locked until the commit, so numbers become visible in
 * order. Topics are taken in name order, so two transactions cannot deadlock over them. Two statements, however many
 * topics: a batch of sales speaks to hundreds of creators.
 */
async function numberMessages(
  client: pg.PoolClient,
  messages: readonly { topic: string; message: object }[],
  now: Temporal.Instant,
): Promise<Told[]> {
  const byTopic = Map.groupBy(messages, (each) => each.topic)
  const topics = [...byTopic.keys()].sort()
  const counted = await client.query<{ topic: string; last_number: number }>({
    name: 'platform.number_messages',
    text: `insert into platform.topics as t (topic, last_number)
      select topic, count from unnest($1::text[], $2::bigint[]) with ordinality as n (topic, count, place) order by place
      on conflict (topic) do update set last_number = t.last_number + excluded.last_number returning topic, last_number`,
    values: [topics, topics.map((topic) => byTopic.get(topic)?.length ?? 0)],
  })
  const lastOf = new Map(counted.rows.map((row) => [row.topic, row.last_number]))
  const told = topics.flatMap((topic): Told[] => {
    const group = byTopic.get(topic) ?? []
    const last = lastOf.get(topic) ?? 0
    return group.map(({ message }, index) => ({ topic, message, number: last - group.length + index + 1 }))
  })
  await client.query({
    name: 'platform.keep_messages',
    text: `insert into platform.messages (topic, number, body, at)
      select topic, number, body::jsonb, $4 from unnest($1::text[], $2::bigint[], $3::text[]) as m (topic, number, body)`,
    values: [
      told.map((each) => each.topic),
      told.map((each) => each.number),
      told.map((each) => JSON.stringify(each.message)),
      now.toString(),
    ],
  })
  return told
}

/**
 * Waits for things that were asked for at once in one transaction. For all of them, also when one fails: a use case that is
 * under way must not ask on when its transaction has ended. Throws what went wrong first, not what followed from it.
 */
export async function allOf<const Works extends readonly unknown[]>(
  works: Works,
): Promise<{ -readonly [Index in keyof Works]: Awaited<Works[Index]> }> {
  const settled = await Promise.allSettled(works)
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
  if (failures.length > 0) throw failures.find((error) => !isAfterFailure(error)) ?? failures[0]
  return settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as never
}

/** What PostgreSQL says to all that comes after a statement that failed. */
function isAfterFailure(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '25P02'
}

/** All rows of a `sql` template. */
export async function all<Row>(db: Db, query: RawBuilder<Row>): Promise<Row[]> {
  return (await query.execute(db)).rows
}

/** The first row, or null. */
export async function first<Row>(db: Db, query: RawBuilder<Row>): Promise<Row | null> {
  return (await query.execute(db)).rows[0] ?? null
}

/** How many rows a write touched. */
export async function touched(db: Db, query: RawBuilder<unknown>): Promise<number> {
  return Number((await query.execute(db)).numAffectedRows ?? 0n)
}

/** The number of the last reliable message on a topic; 0 when none was told. A page asks for what comes after it. */
export async function lastNumberOf(db: Db, topic: string): Promise<number> {
  const row = await first(
    db,
    sql<{ number: number }>`select last_number as number from platform.topics where topic = ${topic}`,
  )
  return row?.number ?? 0
}
