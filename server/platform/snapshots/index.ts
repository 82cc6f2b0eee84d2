/**
 * Snapshots: what many rows were frozen with is written once and named by its content.
 *
 * Always true: the same content has the same id, everywhere and at any time, so nobody can change what an id means; an id
 * counts as known only after a commit that wrote it, in that database.
 * Not here: the tables (each module keeps its own), what is frozen and why.
 */
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Tx } from '#platform/database'

/** Ids kept in memory for each table of a database: titles of what sells and addresses of who buys, not all there ever were. */
export const knownIdsMax = 100_000

const known = new WeakMap<object, Map<string, Set<string>>>()

// Each batch loads what it freezes anew, and mostly it is what an earlier one froze: hashing costs more than looking it up.
const named = new LRUCache<string, string>({
  max: 50_000,
  maxSize: 20_000_000,
  sizeCalculation: (_, content) => content.length,
})

/** A UUID made of the content (RFC 9562, version 8). */
export function snapshotIdOf(content: string): string {
  let id = named.get(content)
  if (id === undefined) {
    id = hashedIdOf(content)
    named.set(content, id)
  }
  return id
}

function hashedIdOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/**
 * Of these rows those that may not be there yet, in the order of their ids, so that two transactions which write the same ones
 * wait for each other and never in a ring. The caller writes them with `on conflict do nothing`.
 */
export function unwritten<Row extends { id: string }>(
  tx: Pick<Tx, 'afterCommit'>,
  of: { database: object; table: string },
  rows: Iterable<Row>,
): Row[] {
  let tables = known.get(of.database)
  if (tables === undefined) {
    tables = new Map()
    known.set(of.database, tables)
  }
  const ids = tables.get(of.table) ?? new Set()
  tables.set(of.table, ids)
  const fresh = [...new Map([...rows].filter(({ id }) => !ids.has(id)).map((row) => [row.id, row])).values()]
  if (fresh.length > 0) {
    tx.afterCommit(() => {
      if (ids.size + fresh.length > knownIdsMax) ids.clear()
      for (const { id } of fresh) ids.add(id)
    })
  }
  return fresh.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}
