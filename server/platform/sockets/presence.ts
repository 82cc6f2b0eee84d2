import { sql } from 'kysely'
import { all, type Database, type Db } from '#platform/database'
import { newId } from '#platform/ids'
import { every } from '#platform/jobs'
import type { Log } from '#platform/log'

/** How often a process says how many have joined at it, and hears how many at the others. */
export const presenceEveryMs = 500
/** Who has said nothing for so long is gone, and who had joined at it with it. */
export const processGoneAfterMs = 4_000
/** Rows of processes that are long gone are taken away after this. */
const processForgottenAfterMs = 60_000

export interface SharedPresence {
  /** How many have joined at other processes, as they said last. */
  elsewhere(topic: string): number
  /** Says that nobody is here any more. */
  stop(): Promise<void>
}

/**
 * Presence over all server processes on one database. A process that is alone asks one small question twice a second and writes nothing
 * else; one that dies is left out some seconds later, however it died.
 */
export function sharePresence(
  app: { database: Database; log: Log },
  here: { joined: () => Iterable<readonly [topic: string, sockets: number]>; heard: () => void },
): SharedPresence {
  const { db } = app.database
  const id = newId()
  let elsewhere = new Map<string, number>()
  let said = new Map<string, number>()
  let isStopped = false
  let working: Promise<void> = Promise.resolve()
  let isWorking = false

  async function share(): Promise<void> {
    const others = await sayAlive(db, id)
    if (isStopped) return
    if (others === 0) {
      if (said.size > 0) await unsay(db, { id, topics: [...said.keys()] })
      said = new Map()
      if (elsewhere.size > 0) {
        elsewhere = new Map()
        here.heard()
      }
      return
    }
    const now = new Map([...here.joined()].filter(([, sockets]) => sockets > 0))
    const changed = [...now].filter(([topic, sockets]) => said.get(topic) !== sockets)
    if (changed.length > 0) await say(db, { id, changed })
    const left = [...said.keys()].filter((topic) => !now.has(topic))
    if (left.length > 0) await unsay(db, { id, topics: left })
    said = now
    elsewhere = await heardOfOthers(db, id)
    here.heard()
  }

  const end = every(presenceEveryMs, () => {
    if (isWorking || isStopped) return
    isWorking = true
    working = share()
      .catch((error: unknown) => {
        // The table was emptied by a crash of the database: all is said anew.
        said = new Map()
        if (!isStopped) app.log.warn({ err: error }, 'presence could not be shared; it is tried again')
      })
      .finally(() => {
        isWorking = false
      })
  })

  return {
    elsewhere: (topic) => elsewhere.get(topic) ?? 0,
    async stop() {
      if (isStopped) return
      isStopped = true
      end()
      await working
      await sql`delete from platform.socket_processes where id = ${id}`.execute(db).catch(() => undefined)
    },
  }
}

/** Answers how many others are there. */
async function sayAlive(db: Db, id: string): Promise<number> {
  const rows = await all(
    db,
    sql<{ others: number }>`with me as (
        insert into platform.socket_processes (id, seen_at) values (${id}, clock_timestamp())
        on conflict (id) do update set seen_at = excluded.seen_at
      ), gone as (
        delete from platform.socket_processes where seen_at < clock_timestamp() - make_interval(secs => ${processForgottenAfterMs / 1_000})
          and id <> ${id}
      )
      select count(*) as others from platform.socket_processes
      where id <> ${id} and seen_at > clock_timestamp() - make_interval(secs => ${processGoneAfterMs / 1_000})`,
  )
  return rows[0]?.others ?? 0
}

async function say(db: Db, of: { id: string; changed: readonly (readonly [string, number])[] }): Promise<void> {
  await sql`insert into platform.socket_presence (process_id, topic, sockets)
    select ${of.id}, topic, sockets from unnest(${of.changed.map(([topic]) => topic)}::text[],
      ${of.changed.map(([, sockets]) => sockets)}::int[]) as c (topic, sockets)
    on conflict (process_id, topic) do update set sockets = excluded.sockets`.execute(db)
}

async function unsay(db: Db, of: { id: string; topics: readonly string[] }): Promise<void> {
  await sql`delete from platform.socket_presence where process_id = ${of.id} and topic = any(${[...of.topics]}::text[])`.execute(
    db,
  )
}

async function heardOfOthers(db: Db, id: string): Promise<Map<string, number>> {
  const rows = await all(
    db,
    sql<{ topic: string; sockets: number }>`select topic, sum(sockets)::int as sockets
      from platform.socket_presence join platform.socket_processes p on p.id = process_id
      where p.id <> ${id} and p.seen_at > clock_timestamp() - make_interval(secs => ${processGoneAfterMs / 1_000})
      group by topic`,
  )
  return new Map(rows.map((row) => [row.topic, row.sockets]))
}
