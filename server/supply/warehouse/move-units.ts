import { timesUnits } from '#contract/money'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { platformStock, type UnitsAt } from './allocate-units.ts'
import { availableOf, averageCostOf, decideMovement, type MovementKind } from './stock.ts'
import {
  insertMovements,
  type LockedStock,
  lockRows,
  type MovementRow,
  openRows,
  selectMovementsOf,
  updateRows,
} from './store.ts'

export interface ReceivedUnits extends UnitsAt {
  unitCostMinor: number
  currency: string
}

/** Puts units on the shelf, at their cost. */
export async function receiveUnits(
  tx: Tx,
  received: readonly ReceivedUnits[],
  owner = platformStock,
): Promise<Outcome<Moved, never>> {
  for (const [currency, shelves] of Map.groupBy(received, (each) => each.currency)) {
    await openRows(tx.db, { owner, currency }, shelves)
  }
  const outcome = await moveUnits(tx, 'received', received, owner, (_, { units, unitCostMinor }) =>
    timesUnits(unitCostMinor, units),
  )
  assert(outcome.ok, 'goods can always be received')
  return outcome
}

/** Puts units that were sold on the shelf again, at what they cost when they left; the shelf is there, since they came from it. */
export async function takeBackUnits(tx: Tx, back: readonly (UnitsAt & { valueMinor: number })[]): Promise<void> {
  const outcome = await moveUnits(tx, 'received', back, platformStock, (_, { valueMinor }) => valueMinor)
  assert(outcome.ok, 'goods can always come back')
}

/** Gives back what was allocated: the order was cancelled before it left. */
export async function releaseUnits(
  tx: Tx,
  released: readonly UnitsAt[],
  owner = platformStock,
): Promise<Outcome<Moved, never>> {
  const outcome = await moveUnits(tx, 'released', released, owner, () => 0)
  assert(outcome.ok, 'only what was allocated is released')
  return outcome
}

/**
 * Lets allocated units leave. Answers what each movement cost at the moving average, also when it had been shipped
 * before. Refuses what is not allocated (any more): the order was cancelled.
 */
export async function shipUnits(
  tx: Tx,
  shipped: readonly UnitsAt[],
  owner = platformStock,
): Promise<Outcome<{ costsMinor: number[]; costMinor: number }, 'not_allocated'>> {
  const known = await selectMovementsOf(tx.db, idsOf(shipped))
  const lost = shipped.some((each) => allocationOf(each, known) === undefined)
  const released = shipped.some((each) => known.some((one) => one.kind === 'released' && isSame(one, each)))
  if (lost || released) return refuse('not_allocated')
  const outcome = await moveUnits(tx, 'shipped', shipped, owner, (row, { units }) => -averageCostOf(row, units))
  assert(outcome.ok, 'what is allocated is on hand')
  const costsMinor = outcome.value.movements.map(({ valueMinor }) => -valueMinor)
  return done({ costsMinor, costMinor: costsMinor.reduce((sum, cost) => sum + cost, 0) })
}

/** Corrects what a count found. Units that turn up come at the present average, units that are gone go at it. */
export function adjustUnits(
  tx: Tx,
  adjusted: readonly UnitsAt[],
  owner = platformStock,
): Promise<Outcome<Moved, 'below_allocated'>> {
  return moveUnits(tx, 'adjusted', adjusted, owner, (row, { units }) => {
    if (row.onHand === 0) return 0
    // Found units may be more than are there, so the average is taken of one and not of all of them.
    return units > 0 ? units * averageCostOf(row, 1) : -averageCostOf(row, Math.min(-units, row.onHand))
  })
}

/**
 * Keeps units back for a sale of their own: nobody else can buy them until they are given back. All or nothing: where a shelf has
 * too few it refuses, and nothing of it is written.
 */
export async function reserveUnits(
  tx: Tx,
  reserved: readonly UnitsAt[],
  owner = platformStock,
): Promise<Outcome<Moved, 'sold_out'>> {
  const outcome = await moveUnits(tx, 'reserved', reserved, owner, () => 0)
  return outcome.ok ? outcome : refuse('sold_out')
}

/** Gives back what was kept back and not sold. */
export async function unreserveUnits(
  tx: Tx,
  unreserved: readonly UnitsAt[],
  owner = platformStock,
): Promise<Outcome<Moved, never>> {
  const outcome = await moveUnits(tx, 'unreserved', unreserved, owner, () => 0)
  assert(outcome.ok, 'only what was kept back is given back')
  return outcome
}

export interface Moved {
  /** In the order of what was asked; a repetition answers the first one's. */
  movements: MovementRow[]
  /** The shelves that were touched, as they stand now. */
  shelves: LockedStock[]
}

/** Locks all shelves of the SKUs, decides one movement after the other, writes them, and tells what is left. */
async function moveUnits<Asked extends UnitsAt>(
  tx: Tx,
  kind: MovementKind,
  asked: readonly Asked[],
  owner: typeof platformStock,
  worthOf: (row: LockedStock, asked: Asked) => number,
): Promise<Outcome<Moved, 'below_allocated'>> {
  const rows = await lockRows(tx, [...new Set(asked.map(({ skuId }) => skuId))])
  // Read after the lock: nobody else can write movements of these SKUs now.
  const known = await selectMovementsOf(tx.db, idsOf(asked))
  const before = new Map(rows.map((row) => [row, { ...row }]))

  const movements: MovementRow[] = []
  const fresh: MovementRow[] = []
  for (const each of asked) {
    const repeated = [...known, ...fresh].find((one) => one.kind === kind && isSame(one, each))
    if (repeated) {
      movements.push(repeated)
      continue
    }
    const ends = kind === 'released' || kind === 'shipped'
    const allocation = ends ? allocationOf(each, known) : undefined
    // What ends an allocation takes from whose units were allocated.
    const whose =
      allocation === undefined ? (each.owner ?? owner) : { kind: allocation.ownerKind, id: allocation.ownerId }
    const row = rows.find(
      (one) =>
        one.skuId === each.skuId &&
        one.warehouseId === each.warehouseId &&
        one.ownerKind === whose.kind &&
        one.ownerId === whose.id,
    )
    if (row === undefined) return refuse('below_allocated')
    const { skuId, warehouseId, units, cause } = each
    if (ends) {
      assert(allocation !== undefined, 'only what was allocated comes to an end')
      const ended = [...known, ...fresh].filter((one) => endsOf(one) === allocation.cause && isOnShelf(one, each))
      const endedUnits = ended.reduce((sum, one) => sum + one.units, 0)
      assert(
        each.allocatedBy === undefined ? allocation.units === units : endedUnits + units <= allocation.units,
        'an allocation ends whole by its own cause, or in parts that are never more than it is',
      )
    }
    const valueMinor = worthOf(row, each)
    const decided = decideMovement(row, { kind, units, valueMinor })
    if (!decided.ok) return refuse('below_allocated')
    Object.assign(row, decided.value)
    const movement: MovementRow = {
      id: newId(),
      skuId,
      warehouseId,
      ownerKind: whose.kind,
      ownerId: whose.id,
      kind,
      units,
      valueMinor,
      cause,
      ends: ends ? (each.allocatedBy ?? null) : null,
      note: each.note ?? '',
    }
    fresh.push(movement)
    movements.push(movement)
  }
  if (fresh.length > 0) {
    const changed = rows.filter((row) =>
      fresh.some(
        (one) =>
          one.skuId === row.skuId &&
          one.warehouseId === row.warehouseId &&
          row.ownerKind === one.ownerKind &&
          row.ownerId === one.ownerId,
      ),
    )
    await insertMovements(tx.db, fresh, tx.now)
    assert((await updateRows(tx.db, changed)) === changed.length, "a locked shelf changes under nobody's hands")
    for (const row of changed) row.version += 1
    tellWhatIsLeft(tx, rows, before)
  }
  return done({ movements, shelves: rows })
}

/** The version of a SKU is the sum of its shelves' versions: with all of them locked, it grows with each change. */
function tellWhatIsLeft(
  tx: Pick<Tx, 'emit'>,
  rows: readonly LockedStock[],
  before: ReadonlyMap<LockedStock, LockedStock>,
): void {
  const stocks = []
  for (const [skuId, shelves] of Map.groupBy(rows, (row) => row.skuId)) {
    const unitsLeft = shelves.reduce((sum, row) => sum + availableOf(row), 0)
    const unitsBefore = shelves.reduce((sum, row) => sum + availableOf(before.get(row) ?? row), 0)
    // A shipment takes what nobody could buy any more: there is nothing to tell.
    if (unitsLeft === unitsBefore) continue
    stocks.push({ skuId, unitsLeft, version: shelves.reduce((sum, row) => sum + row.version, 0) })
  }
  if (stocks.length > 0) tx.emit({ name: 'stock.changed', stocks })
}

type At = Pick<MovementRow, 'skuId' | 'warehouseId' | 'cause'>

function isOnShelf(one: Omit<At, 'cause'>, other: Omit<At, 'cause'>): boolean {
  return one.skuId === other.skuId && one.warehouseId === other.warehouseId
}

function isSame(one: At, other: UnitsAt): boolean {
  return one.cause === other.cause && isOnShelf(one, other)
}

/** The allocation that these units are, or are a part of. */
function allocationOf(each: UnitsAt, known: readonly MovementRow[]): MovementRow | undefined {
  const cause = each.allocatedBy ?? each.cause
  return known.find((one) => one.kind === 'allocated' && one.cause === cause && isOnShelf(one, each))
}

/** The allocation that a movement ends, whole or in part. */
function endsOf(one: MovementRow): string | null {
  return one.kind === 'released' || one.kind === 'shipped' ? (one.ends ?? one.cause) : null
}

function idsOf(asked: readonly UnitsAt[]): { skuIds: string[]; causes: string[] } {
  return {
    skuIds: [...new Set(asked.map(({ skuId }) => skuId))],
    causes: [...new Set(asked.flatMap(({ cause, allocatedBy }) => [cause, allocatedBy ?? cause]))],
  }
}
