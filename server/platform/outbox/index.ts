/**
 * Outbox: every consequence of an event happens once, after the commit that caused it.
 *
 * Always true: a reaction's database effects and the end of its delivery commit together; a failed reaction is tried again
 * with growing pauses and, after `reactionTriesMax`, stays visible as failed until somebody retries it.
 * Not here: which reaction follows which event (`server/app/reactions.ts`), writing events (`tx.emit`).
 */
import { sql } from 'kysely'
import type { EventName, EventOf } from '#events/index'
import { unpackEvent } from '#events/packed'
import type { App } from '#platform/app'
import { crashPoint } from '#platform/crash-points'
import { all, allOf, first, inTransaction, systemActor, touched, type Tx } from '#platform/database'
import { done } from '#platform/outcome'

export { forgetOldRows } from './forget.ts'

/** An ordinary use case that takes an event. Its name is the key of its deliveries: renaming one is a migration. */
export type Reaction<Name extends EventName> = (tx: Tx, event: EventOf<Name>, app: App) => Promise<void>
export type Reactions = { [Name in EventName]: readonly Reaction<Name>[] }

/** How several events become one, for those that carry lists: as if their batches had been one batch. */
export type Joins = { [Name in EventName]?: (events: readonly EventOf<Name>[]) => EventOf<Name> }

export const reactionTriesMax = 12
/** Batches that one run of a reaction takes: enough to catch up, few enough that nobody else waits long for the process. */
export const eventsJoinedMax = 16
export const outboxWorkers = 3
/** So many may be in other workers' hands; the next after them is free. */
const candidatesMax = outboxWorkers * eventsJoinedMax
const idlePollMs = 500
const busyPollMs = 100

export interface Outbox {
  /** Waits until nothing is due; for tests, seeds and the graceful stop. */
  drained(timeoutMs?: number): Promise<void>
  stop(): Promise<void>
}

/** Which reactions leave the processor to what is more urgent, and when. */
export interface Patience {
  mayWait: readonly ((...words: never) => Promise<void>)[]
  isBusy(): boolean
}

/** What may wait waits no longer than this, however busy it is: the peak of a sale lasts seconds, a parcel hours. */
export const reactionWaitMsMax = 20_000
/** While it is busy, everything else waits as long as this too, and then takes all that has come: what people see is as fresh. */
export const reactionPaceMs = 400

/** Starts the workers that hand events to reactions. */
export function startOutbox(
  app: App,
  reactions: Reactions,
  joins: Joins = {},
  patience: Patience = { mayWait: [], isBusy: () => false },
): Outbox {
  const patient = patience.mayWait.map((reaction) => reaction.name)
  const names = [...new Set(Object.values(reactions).flatMap((list) => list.map((reaction) => reaction.name)))]
  const busyWaits = names.map((name) => (patient.includes(name) ? reactionWaitMsMax : reactionPaceMs))
  const noWaits = names.map(() => 0)
  let hurries = 0
  const byName = new Map<string, (tx: Tx, event: never, app: App) => Promise<void>>()
  for (const list of Object.values(reactions)) {
    for (const reaction of list) byName.set(reaction.name, reaction as never)
  }
  const joinable = (Object.keys(joins) as EventName[]).flatMap((name) => reactions[name].map((each) => each.name))
  app.database.reactionsTo = (name) => reactions[name].map((reaction) => reaction.name)

  let running = true
  let wake: (() => void)[] = []
  const wakeAll = () => {
    const waiting = wake
    wake = []
    for (const resume of waiting) resume()
  }
  const hear = (what: { events: number }) => {
    if (what.events > 0) wakeAll()
  }
  app.database.committed.add(hear)

  const lag = app.metrics.gauge('outbox_due', 'Deliveries that wait for a reaction.')
  const failures = app.metrics.counter('outbox_failures_total', 'Reactions that threw.', ['reaction'])

  async function work(): Promise<void> {
    while (running) {
      try {
        if (await deliverOne()) continue
      } catch (error) {
        app.log.error({ err: error }, 'the outbox could not reach the database')
      }
      // While buyers queue there is a commit every few milliseconds; nobody looks after each of them.
      if (hurries === 0 && patience.isBusy()) await new Promise((resolve) => setTimeout(resolve, busyPollMs))
      else
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, idlePollMs)
          wake.push(() => {
            clearTimeout(timer)
            resolve()
          })
        })
    }
  }

  /**
   * Takes the delivery that has waited longest and, where its events can be joined, others of the same reaction that wait
   * too: under load a reaction runs once for several batches. What has failed before runs alone.
   */
  async function deliverOne(): Promise<boolean> {
    let failed: { eventId: string; reaction: string; tries: number; error: unknown }[] = []
    let found = false
    try {
      await inTransaction(app, systemActor, async (tx) => {
        failed = []
        const isBusy = hurries === 0 && patience.isBusy()
        const rows = await tx.hot<{ event_id: string; reaction: string; tries: number }>(
          'platform.next_deliveries',
          // The oldest of each reaction, by its own end of the index: what may wait is not read over to find what may not.
          `with oldest as materialized (
            select c.event_id, c.reaction, c.due_at
            from unnest($3::text[], $4::int[]) as r (reaction, wait_ms) cross join lateral (
              select event_id, reaction, due_at from platform.deliveries
              where reaction = r.reaction and failed_at is null
                and due_at <= clock_timestamp() - r.wait_ms * interval '1 millisecond'
              order by due_at limit $5) c
          ), next as (
            select d.event_id, d.reaction, d.tries
            from oldest o join platform.deliveries d on d.event_id = o.event_id and d.reaction = o.reaction
            where d.failed_at is null and d.due_at = o.due_at
            order by o.due_at limit 1 for update of d skip locked)
          select d.event_id, d.reaction, d.tries from next n
          join platform.deliveries d on d.reaction = n.reaction
            and (d.event_id = n.event_id or (n.tries = 0 and d.tries = 0 and n.reaction = any($1::text[])))
          where d.failed_at is null and d.due_at <= clock_timestamp()
          order by d.event_id <> n.event_id, d.due_at limit $2 for update of d skip locked`,
          [joinable, eventsJoinedMax, names, isBusy ? busyWaits : noWaits, candidatesMax],
        )
        const [row] = rows
        if (row === undefined) return done(null)
        found = true
        try {
          const reaction = byName.get(row.reaction)
          if (reaction === undefined) throw new Error(`No reaction is called ${row.reaction}.`)
          crashPoint('outbox.claimed')
          const events = await allOf(rows.map((each) => eventOf(tx, each.event_id)))
          await reaction(tx, joined(events) as never, app)
          crashPoint('outbox.reacted')
          await tx.hot(
            'platform.end_deliveries',
            'delete from platform.deliveries where event_id = any($1::uuid[]) and reaction = $2',
            [rows.map((each) => each.event_id), row.reaction],
          )
        } catch (error) {
          failed = rows.map((each) => ({
            eventId: each.event_id,
            reaction: each.reaction,
            tries: each.tries + 1,
            error,
          }))
          throw error
        }
        return done(null)
      })
    } catch (error) {
      if (failed.length === 0) throw error
      // Of several nobody knows which one was at fault: each is tried again, alone.
      for (const each of failed) await noteFailure(each)
    }
    return found
  }

  function joined(events: readonly unknown[]): unknown {
    const [one] = events as readonly { name: EventName }[]
    const join = one && (joins[one.name] as ((events: readonly unknown[]) => unknown) | undefined)
    return events.length > 1 && join ? join(events) : one
  }

  /** What this process has written itself it still knows; anything else is read from its row. */
  async function eventOf(tx: Tx, eventId: string): Promise<unknown> {
    const known = app.database.events.find(eventId)
    if (known !== null) return known
    const row = await first(tx.db, sql<{ body: unknown }>`select body from platform.events where id = ${eventId}`)
    if (row === null) throw new Error(`The event ${eventId} is not there.`)
    const event = unpackEvent(row.body)
    app.database.events.keep(eventId, event)
    return event
  }

  async function noteFailure(failed: {
    eventId: string
    reaction: string
    tries: number
    error: unknown
  }): Promise<void> {
    failures.inc({ reaction: failed.reaction })
    app.log.error({ err: failed.error, reaction: failed.reaction, eventId: failed.eventId }, 'a reaction failed')
    const pauseMs = Math.min(200 * 2 ** failed.tries, 60_000)
    await inTransaction(app, systemActor, async (tx) => {
      await sql`update platform.deliveries
        set tries = ${failed.tries}, due_at = clock_timestamp() + make_interval(secs => ${pauseMs / 1_000}),
          error = ${String(failed.error).slice(0, 2_000)},
          failed_at = case when ${failed.tries}::int >= ${reactionTriesMax}::int then clock_timestamp() end
        where event_id = ${failed.eventId} and reaction = ${failed.reaction}`.execute(tx.db)
      return done(null)
    })
  }

  const workers = Array.from({ length: outboxWorkers }, () => work())
  const gaugeTimer = setInterval(() => {
    countDue(app).then(
      (due) => lag.set(due),
      () => undefined,
    )
  }, 5_000)
  gaugeTimer.unref()

  return {
    async drained(timeoutMs = 10_000) {
      const until = performance.now() + timeoutMs
      hurries++
      wakeAll()
      try {
        while ((await countDue(app)) > 0) {
          if (performance.now() > until) throw new Error('The outbox did not drain in time.')
          await new Promise((resolve) => setTimeout(resolve, 15))
        }
      } finally {
        hurries--
      }
    },
    async stop() {
      running = false
      clearInterval(gaugeTimer)
      app.database.committed.delete(hear)
      wakeAll()
      await Promise.all(workers)
    },
  }
}

/** Deliveries that are not failed for good, in flight ones included. */
async function countDue(app: Pick<App, 'database'>): Promise<number> {
  const row = await first(
    app.database.db,
    sql<{ due: number }>`select count(*) as due from platform.deliveries where failed_at is null`,
  )
  return row?.due ?? 0
}

/** Failed for good: for the console's jobs page. */
export function listFailedDeliveries(
  app: Pick<App, 'database'>,
): Promise<{ eventId: string; reaction: string; tries: number; error: string }[]> {
  return all(
    app.database.db,
    sql`select event_id as "eventId", reaction, tries, coalesce(error, '') as error from platform.deliveries
      where failed_at is not null order by failed_at desc limit 100`,
  )
}

/** Gives failed deliveries another round of tries. Answers how many. */
export function retryFailedDeliveries(tx: Tx): Promise<number> {
  return touched(
    tx.db,
    sql`update platform.deliveries set failed_at = null, tries = 0, due_at = clock_timestamp() where failed_at is not null`,
  )
}
