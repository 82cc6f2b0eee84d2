/** Many hands on the same shelves: nothing is sold twice, nothing is lost, and the history adds up. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventOf } from '#events/index'
import { all, inTransaction, systemActor, transact } from '#platform/database'
import { newId, randomInt } from '#platform/ids'
import { done, mustBeDone, type Outcome } from '#platform/outcome'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import { allocateUnits, lockStock, platformStock, type UnitsAt } from './allocate-units.ts'
import { adjustUnits, receiveUnits, releaseUnits, shipUnits } from './move-units.ts'
import { openWarehouse, putAway, unitsLeftOf, warehousesOf } from './open-warehouse.ts'
import { allocationCause, batchCause, type Owner } from './stock.ts'
import { selectHomes } from './store.ts'

let house: TestApp
const east = newId()
const west = newId()

beforeAll(async () => {
  house = await openTestApp()
  await transact(house.app, async (tx) => {
    for (const [id, code] of [
      [east, 'HGH'],
      [west, 'CTU'],
    ] as const) {
      const name = { en: code, zh: code }
      const place = { province: '浙江省', city: '杭州市', district: '萧山区', street: '1', serves: ['上海市'] }
      await openWarehouse(tx, { id, code, name, ...place, bins: ['A-01-1', 'A-01-2', 'B-02-10'] })
    }
  })
})
afterAll(() => house.close())

async function receive(skuId: string, units: number, warehouseId = east, unitCostMinor = 1_000) {
  const cause = `receipt:${newId()}`
  await inTransaction(house.app, systemActor, (tx) =>
    receiveUnits(tx, [{ skuId, warehouseId, units, cause, unitCostMinor, currency: 'CNY' }]),
  )
}

function allocate(asked: readonly UnitsAt[]): Promise<Outcome<null, 'sold_out'>> {
  return inTransaction(house.app, systemActor, (tx) => allocateUnits(tx, asked))
}

interface Row {
  warehouseId: string
  onHand: number
  allocated: number
  reserved: number
  valueMinor: number
  version: number
}

function shelvesOf(skuId: string): Promise<Row[]> {
  return all(
    house.app.database.db,
    sql<Row>`select warehouse_id as "warehouseId", on_hand as "onHand", allocated, reserved, value_minor as "valueMinor", version
      from warehouse.stock where sku_id = ${skuId} order by warehouse_id`,
  )
}

async function deadlocks(): Promise<number | undefined> {
  // Sessions hand in what they counted when they have been idle for a second.
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  const [row] = await all(
    house.app.database.db,
    sql<{ count: number }>`select deadlocks as count from pg_stat_database where datname = current_database()`,
  )
  return row?.count
}

/** The formula of the door's header, as a query: rows where the balance is not the fold of the movements. */
function brokenFolds(skuIds: readonly string[]): Promise<unknown[]> {
  return all(
    house.app.database.db,
    sql`select s.* from warehouse.stock s left join (
        select sku_id, warehouse_id, owner_kind, owner_id,
          sum(case when kind in ('received', 'adjusted') then units when kind = 'shipped' then -units else 0 end) as on_hand,
          sum(case when kind = 'allocated' then units when kind in ('released', 'shipped') then -units else 0 end) as allocated,
          sum(value_minor) as value_minor
        from warehouse.movements group by sku_id, warehouse_id, owner_kind, owner_id) m
        using (sku_id, warehouse_id, owner_kind, owner_id)
      where s.sku_id = any(${skuIds}::uuid[]) and (s.on_hand, s.allocated, s.reserved, s.value_minor)
        is distinct from (coalesce(m.on_hand, 0), coalesce(m.allocated, 0), 0, coalesce(m.value_minor, 0))`,
  )
}

test('fifty who want the last seven units: seven get one, nobody waits for ever', async () => {
  const skuId = newId()
  await receive(skuId, 7)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      allocate([{ skuId, warehouseId: east, units: 1, cause: allocationCause(newId(), index) }]),
    ),
  )
  expect(answers.filter(({ ok }) => ok)).toHaveLength(7)
  expect(answers.filter((answer) => !answer.ok && answer.code !== 'sold_out')).toEqual([])
  expect(await shelvesOf(skuId)).toMatchObject([{ onHand: 7, allocated: 7 }])
  expect(await unitsLeftOf(house.app.database.db, [skuId])).toEqual(new Map([[skuId, 0]]))
  expect(await brokenFolds([skuId])).toEqual([])
})

test('200 transactions over five SKUs in any order: no deadlock, no unit too many, versions that only grow', async () => {
  const before = await deadlocks()
  const skuIds = Array.from({ length: 5 }, () => newId())
  for (const skuId of skuIds) {
    await receive(skuId, 60, east)
    await receive(skuId, 40, west)
  }
  const told: EventOf<'stock.changed'>['stocks'] = []
  const answers = await Promise.all(
    Array.from({ length: 200 }, async () => {
      // Two to five shelves in random order, some of a SKU twice.
      const asked = Array.from({ length: 2 + randomInt(4) }, (_, no) => ({
        skuId: skuIds[randomInt(5)] as string,
        warehouseId: randomInt(2) === 0 ? east : west,
        units: 1 + randomInt(2),
        cause: allocationCause(newId(), no),
      }))
      let stocks: typeof told = []
      const outcome = await inTransaction(house.app, systemActor, async (tx) => {
        stocks = []
        const emit = tx.emit as (event: EventOf<'stock.changed'>) => void
        const spy = (event: EventOf<'stock.changed'>) => {
          stocks.push(...event.stocks)
          emit(event)
        }
        if (randomInt(2) === 0) await lockStock(tx, [...new Set(asked.map(({ skuId }) => skuId))])
        return allocateUnits({ ...tx, emit: spy as typeof tx.emit }, asked)
      })
      if (outcome.ok) told.push(...stocks)
      return { asked, outcome }
    }),
  )
  const sold = answers.filter(({ outcome }) => outcome.ok).flatMap(({ asked }) => asked)
  // A transaction that met a deadlock is run again, so the answers would not show it: PostgreSQL counts them.
  expect(await deadlocks()).toBe(before)
  expect(sold.length).toBeGreaterThan(50)
  for (const skuId of skuIds) {
    const shelves = await shelvesOf(skuId)
    const units = sold.filter((one) => one.skuId === skuId).reduce((sum, one) => sum + one.units, 0)
    expect(shelves.reduce((sum, { allocated }) => sum + allocated, 0)).toBe(units)
    // The newest fact that was told is the truth, so whoever keeps the highest version shows what is there.
    const facts = told.filter((one) => one.skuId === skuId).sort((one, other) => one.version - other.version)
    expect(new Set(facts.map(({ version }) => version)).size).toBe(facts.length)
    expect(facts.at(-1)?.unitsLeft).toBe(100 - units)
  }
  expect(await brokenFolds(skuIds)).toEqual([])
})

test('the same cause again allocates nothing, and a refused batch leaves no trace', async () => {
  const [skuId, scarce] = [newId(), newId()]
  await receive(skuId, 10)
  await receive(scarce, 1)
  const asked = { skuId, warehouseId: east, units: 3, cause: allocationCause(newId(), 1) }
  expect(await allocate([asked])).toEqual(done(null))
  expect(await allocate([asked])).toEqual(done(null))
  expect(await shelvesOf(skuId)).toMatchObject([{ onHand: 10, allocated: 3 }])

  const before = [await shelvesOf(skuId), await shelvesOf(scarce)]
  const refused = await allocate([
    { ...asked, cause: allocationCause(newId(), 1) },
    { skuId: scarce, warehouseId: east, units: 2, cause: allocationCause(newId(), 2) },
  ])
  expect(refused).toEqual({ ok: false, code: 'sold_out', params: { skuId: scarce } })
  expect([await shelvesOf(skuId), await shelvesOf(scarce)]).toEqual(before)
  expect(await allocate([{ ...asked, skuId: newId() }])).toMatchObject({ ok: false, code: 'sold_out' })
})

test('a release gives units back once; what was released cannot be shipped, and the other way round', async () => {
  const skuId = newId()
  await receive(skuId, 5)
  const one = { skuId, warehouseId: east, units: 2, cause: allocationCause(newId(), 1) }
  const two = { skuId, warehouseId: east, units: 1, cause: allocationCause(newId(), 1) }
  mustBeDone(await allocate([one, two]))
  for (let times = 0; times < 2; times++) await transact(house.app, (tx) => releaseUnits(tx, [one]))
  expect(await shelvesOf(skuId)).toMatchObject([{ onHand: 5, allocated: 1 }])
  expect(await inTransaction(house.app, systemActor, (tx) => shipUnits(tx, [one]))).toMatchObject({
    code: 'not_allocated',
  })

  mustBeDone(await inTransaction(house.app, systemActor, (tx) => shipUnits(tx, [two])))
  await expect(transact(house.app, (tx) => releaseUnits(tx, [two]))).rejects.toThrow()
  expect(await shelvesOf(skuId)).toMatchObject([{ onHand: 4, allocated: 0 }])
  expect(await brokenFolds([skuId])).toEqual([])
})

test('an allocation for many ends in parts, each once, and never more of it than there is', async () => {
  const skuId = newId()
  await receive(skuId, 9)
  const allocatedBy = batchCause(newId())
  mustBeDone(await allocate([{ skuId, warehouseId: east, units: 5, cause: allocatedBy }]))
  const part = (units: number) => ({ skuId, warehouseId: east, units, cause: allocationCause(newId(), 1), allocatedBy })
  const [shipped, released, tooMuch] = [part(2), part(2), part(2)]
  for (let times = 0; times < 2; times++) {
    mustBeDone(await inTransaction(house.app, systemActor, (tx) => shipUnits(tx, [shipped])))
    await transact(house.app, (tx) => releaseUnits(tx, [released]))
  }
  expect(await shelvesOf(skuId)).toMatchObject([{ onHand: 7, allocated: 1 }])
  await expect(transact(house.app, (tx) => releaseUnits(tx, [tooMuch]))).rejects.toThrow('never more')
  expect(await inTransaction(house.app, systemActor, (tx) => shipUnits(tx, [{ ...released }]))).toMatchObject({
    code: 'not_allocated',
  })
  expect(await shelvesOf(skuId)).toMatchObject([{ onHand: 7, allocated: 1 }])
  expect(await brokenFolds([skuId])).toEqual([])
})

test('goods leave at the moving average, and the last unit takes the last fen', async () => {
  const skuId = newId()
  await receive(skuId, 2, east, 1_000)
  await receive(skuId, 1, east, 1_001)
  const causes = [1, 2, 3].map((no) => ({ skuId, warehouseId: east, units: 1, cause: allocationCause(newId(), no) }))
  mustBeDone(await allocate(causes))
  const costs: number[] = []
  for (const cause of [...causes, causes[0]!]) {
    const shipped = await inTransaction(house.app, systemActor, (tx) => shipUnits(tx, [cause]))
    costs.push(mustBeDone(shipped).costMinor)
  }
  // The repetition answers what the first shipment cost.
  expect(costs).toEqual([1_000, 1_001, 1_000, 1_000])
  expect(await shelvesOf(skuId)).toMatchObject([{ onHand: 0, allocated: 0, valueMinor: 0 }])
  expect(await brokenFolds([skuId])).toEqual([])
})

test('a count corrects what is on hand, but never below what is promised', async () => {
  const skuId = newId()
  await receive(skuId, 4, east, 500)
  mustBeDone(await allocate([{ skuId, warehouseId: east, units: 3, cause: allocationCause(newId(), 1) }]))
  const adjust = (units: number) =>
    inTransaction(house.app, systemActor, (tx) =>
      adjustUnits(tx, [{ skuId, warehouseId: east, units, cause: `adjustment:${newId()}` }]),
    )
  expect(await adjust(-2)).toMatchObject({ ok: false, code: 'below_allocated' })
  expect(await adjust(-1)).toMatchObject({ ok: true, value: { movements: [{ valueMinor: -500 }] } })
  expect(await adjust(5)).toMatchObject({ ok: true, value: { movements: [{ valueMinor: 2_500 }] } })
  expect(await shelvesOf(skuId)).toMatchObject([{ onHand: 8, allocated: 3, valueMinor: 4_000 }])
  expect(await brokenFolds([skuId])).toEqual([])
})

test('movements are facts: nobody changes or deletes one', async () => {
  const skuId = newId()
  await receive(skuId, 1)
  const { db } = house.app.database
  await expect(sql`update warehouse.movements set units = 2 where sku_id = ${skuId}`.execute(db)).rejects.toThrow(
    'never change',
  )
  await expect(sql`delete from warehouse.movements where sku_id = ${skuId}`.execute(db)).rejects.toThrow('never change')
  await expect(sql`update warehouse.stock set allocated = 2 where sku_id = ${skuId}`.execute(db)).rejects.toThrow(
    'stock_is_there',
  )
})

test('a SKU lives in a bin that exists', async () => {
  const skuId = newId()
  const put = (bin: string) =>
    inTransaction(house.app, systemActor, (tx) => putAway(tx, { skuId, warehouseId: east, bin }))
  expect(await put('Z-99-1')).toMatchObject({ code: 'not_found' })
  expect(await put('B-02-10')).toEqual(done(null))
  expect(await selectHomes(house.app.database.db, [skuId])).toMatchObject([
    { code: 'B-02-10', zone: 'B', aisle: 2, slot: 10 },
  ])
  expect((await warehousesOf(house.app.database.db)).map(({ code }) => code)).toEqual(['CTU', 'HGH'])
})

test('the first receipts of a SKU in two warehouses at once: the newest fact has both', async () => {
  for (let times = 0; times < 10; times++) {
    const skuId = newId()
    const told: EventOf<'stock.changed'>['stocks'] = []
    await Promise.all(
      [east, west].map((warehouseId) =>
        transact(house.app, (tx) => {
          const spy = (event: EventOf<'stock.changed'>) => void told.push(...event.stocks)
          const goods = { skuId, warehouseId, units: 3, cause: `receipt:${newId()}`, unitCostMinor: 1, currency: 'CNY' }
          return receiveUnits({ ...tx, emit: spy as typeof tx.emit }, [goods])
        }),
      ),
    )
    const newest = told.sort((one, other) => one.version - other.version).at(-1)
    expect(newest).toEqual({ skuId, unitsLeft: 6, version: 2 })
  }
})

test('one SKU of two owners on one shelf: each sale takes from the owner that it names', async () => {
  const skuId = newId()
  const brand = { kind: 'brand', id: newId() } as const
  await receive(skuId, 2)
  const goods = { skuId, warehouseId: east, units: 3, cause: `receipt:${newId()}`, unitCostMinor: 0, currency: 'CNY' }
  await transact(house.app, (tx) => receiveUnits(tx, [goods], brand))
  const sale = (units: number) => ({ skuId, warehouseId: east, units, cause: allocationCause(newId(), 1) })
  const take = (asked: UnitsAt, owner: Owner = platformStock) =>
    inTransaction(house.app, systemActor, (tx) => allocateUnits(tx, [asked], owner))

  // Five lie there, but nobody owns three and three.
  expect(await take(sale(3))).toMatchObject({ code: 'sold_out' })
  const branded = sale(3)
  mustBeDone(await take(branded, brand))
  mustBeDone(await take(sale(2)))
  mustBeDone(await inTransaction(house.app, systemActor, (tx) => shipUnits(tx, [branded], brand)))
  const shelves = await all(
    house.app.database.db,
    sql`select owner_kind, on_hand, allocated from warehouse.stock where sku_id = ${skuId} order by owner_kind`,
  )
  expect(shelves).toEqual([
    { owner_kind: 'brand', on_hand: 0, allocated: 0 },
    { owner_kind: 'platform', on_hand: 2, allocated: 2 },
  ])
  expect(await brokenFolds([skuId])).toEqual([])
})
