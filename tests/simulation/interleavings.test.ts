/**
 * Pairs of commands that touch the same thing, statement by statement in orders that a seed chooses, on a real PostgreSQL.
 * Nobody may be promised a unit twice, no money may be lost, no deadlock may reach an asker, and the auditor must find
 * nothing. A naive reservation stands beside them, to show that the scheduler would catch it.
 */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCategories, setProductState } from '#goods/catalog'
import { listProduct } from '#goods/listings'
import type { Attribution } from '#money/commissions'
import { balancesOf, walletOf } from '#money/ledger'
import { sandboxProvider, topUp, topUpThrough } from '#money/payments'
import { closePayout, releaseDueEarnings } from '#money/settlements'
import { follow, unfollow } from '#people/follows'
import { openPeople } from '#people/identity'
import { saveAddress } from '#people/profiles'
import { first, inTransaction, systemActor, type Tx, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { startMetrics } from '#platform/metrics'
import { startOutbox } from '#platform/outbox'
import { mustBeDone, type Outcome } from '#platform/outcome'
import { handOverParcel, packParcel, parcelIdOf, pickParcel } from '#supply/fulfilment'
import { advanceSandboxParcel, advanceSandboxParcels, refillWaybills, tracksOfParcels } from '#supply/logistics'
import { openSupplier, receiveStock } from '#supply/procurement'
import { adjustStock, openWarehouse } from '#supply/warehouse'
import { type OrderDesk, openOrderDesk } from '#trade/checkout'
import { cancelOrder, confirmOrder, type OrderWish } from '#trade/orders'
import { runAudit } from '../../server/app/audit.ts'
import { reactionsOf } from '../../server/app/reactions.ts'
import { openTestApp, type TestApp } from '../../server/platform/database/test-database.ts'
import { replayOf, seedsOf } from './dice.ts'
import { gate, interleave } from './scheduler.ts'

const seeds = seedsOf(25)
const priceMinor = 1_000
const words = (text: string) => ({ en: text, zh: text })
const [warehouseId, supplierId, creatorId] = [newId(), newId(), newId()]

let here: TestApp
/** Two desks that know nothing of each other, as in two processes. */
let desks: [OrderDesk, OrderDesk]
let deadlocks = 0

beforeAll(async () => {
  here = await openTestApp()
  gate(here.app.database)
  // A deadlock is found after a second by default; there are enough of them here to wait for.
  await here.app.database.pool.query(
    `do $$ begin execute format('alter database %I set deadlock_timeout = ''20ms''', current_database()); end $$`,
  )
  desks = [
    openOrderDesk({ ...here.app, metrics: startMetrics() }),
    openOrderDesk({ ...here.app, metrics: startMetrics() }),
  ]
  await drain()
  await refillWaybills(here.app)
  await transact(here.app, async (tx) => {
    await openCategories(tx.db, [{ code: 'tea', name: words('Tea') }])
    const place = { province: '浙江省', city: '杭州市', district: '萧山区', street: '集栖路118号' }
    const house = { id: warehouseId, code: 'HGH', name: words('Hangzhou'), ...place, serves: [], bins: ['A-01-1'] }
    await openWarehouse(tx, house)
    const supplier = { id: supplierId, code: 'S1', name: words('Kiln'), city: '', contact: '', leadDays: 3 }
    await openSupplier(tx.db, { ...supplier, accountPeriodDays: 30, orderUnitsMin: 1 })
    await openPeople(tx, [{ id: creatorId, name: 'Lin', roles: ['buyer', 'creator'] }])
  })
})
afterAll(async () => {
  console.info(`${deadlocks} deadlocks, all tried again`)
  await Promise.all((desks ?? []).map((desk) => desk.close()))
  await here?.close()
})

/** Lets every consequence happen, without a gate and all at once. */
async function drain(): Promise<void> {
  const reopen = (skuId: string) => {
    for (const desk of desks) desk.reopen(skuId)
  }
  const outbox = startOutbox(here.app, reactionsOf({ app: here.app, desk: { reopen }, media: () => null }))
  await outbox.drained(60_000)
  await outbox.stop()
}

const run = <Value, Code extends string>(use: (tx: Tx) => Promise<Outcome<Value, Code>>) =>
  inTransaction(here.app, systemActor, use)
const codeOf = (outcome: Outcome<unknown, string>) => (outcome.ok ? 'done' : outcome.code)

interface Case {
  skuId: string
  barcode: string
  /** Two, each with an address and money for ten units. */
  buyers: [Buyer, Buyer]
}
interface Buyer {
  id: string
  addressId: string
}

let barcodes = 300_000_000_000

/** One case per seed: a SKU of its own with so many units, and two buyers. */
async function openCases(of: { units: number; purseMinor?: number }): Promise<Case[]> {
  const cases = seeds.map((): Case => {
    const twelve = String(barcodes++)
    const sum = [...twelve].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0)
    const buyer = (): Buyer => ({ id: newId(), addressId: newId() })
    return { skuId: newId(), barcode: `${twelve}${(10 - (sum % 10)) % 10}`, buyers: [buyer(), buyer()] }
  })
  const buyers = cases.flatMap((each) => each.buyers)
  const purseMinor = of.purseMinor ?? 10 * priceMinor
  for (let from = 0; from < cases.length; from += 100) {
    await transact(here.app, async (tx) => {
      const productId = newId()
      const part = cases.slice(from, from + 100)
      const skus = part.map(({ skuId, barcode }) => ({
        id: skuId,
        barcode,
        code: `T${skuId.slice(-8)}`,
        label: words('100 g'),
        priceMinor,
        listPriceMinor: null,
        costMinor: 300,
        weightGrams: 100,
      }))
      const product = { id: productId, slug: `tea-${productId}`, categoryCode: 'tea', title: words('Tea') }
      const terms = {
        subtitle: words(''),
        story: words(''),
        currency: 'CNY' as const,
        commissionBasisPoints: 2_000,
        skus,
      }
      mustBeDone(await listProduct(tx, { ...product, ...terms }))
      mustBeDone(await setProductState(tx, { productId, state: 'on_sale' }))
      for (const { skuId } of part) {
        const receipt = { id: newId(), supplierId, warehouseId, skuId, bin: 'A-01-1', units: of.units }
        mustBeDone(await receiveStock(tx, { ...receipt, unitCostMinor: 300, currency: 'CNY' }))
      }
    })
  }
  await transact(here.app, async (tx) => {
    await openPeople(
      tx,
      buyers.map(({ id }) => ({ id, name: 'Chen', roles: ['buyer' as const] })),
    )
    const where = { province: '四川省', city: '成都市', district: '武侯区', street: '人民南路11号', isDefault: true }
    for (const { id, addressId } of buyers) {
      const to = { recipient: '陈一诺', phone: '+8613900001234' }
      mustBeDone(await saveAddress(tx, { id: addressId, ownerId: id, ...to, ...where }))
    }
    if (purseMinor > 0) {
      const wishes = buyers.map(({ id }) => ({
        id: newId(),
        personId: id,
        amountMinor: purseMinor,
        currency: 'CNY' as const,
      }))
      await topUp(tx, ...wishes)
    }
  })
  await drain()
  return cases
}

function wishOf(buyer: Buyer, lines: { skuId: string; units: number }[], id = newId()): OrderWish {
  const shownPayMinor = lines.reduce((sum, line) => sum + line.units * priceMinor, 0)
  const attribution: Attribution = {
    creatorId,
    roomId: creatorId,
    sessionId: creatorId,
    roomTitle: 'Tea',
    personId: buyer.id,
    issuedAt: here.app.clock.now(),
  }
  // What the wish says; another wish under the same id has other bytes.
  const requestHash = Buffer.from(JSON.stringify(lines).padEnd(16).slice(-16))
  return {
    id,
    requestHash,
    buyerId: buyer.id,
    lines,
    addressId: buyer.addressId,
    payment: 'wallet',
    couponId: null,
    flashSaleId: null,
    shownPayMinor,
    attribution,
    isDemo: false,
  }
}

async function place(desk: OrderDesk, wish: OrderWish): Promise<string> {
  const outcome = await desk.place(wish)
  if (!outcome.ok) return outcome.code
  return outcome.value.kind === 'refused' ? outcome.value.code : outcome.value.kind
}

/** An order of one unit by the first buyer of each case, as far along as is asked for. */
async function openOrders(
  cases: readonly Case[],
  until: 'paid' | 'picked' | 'packed' | 'handed over' | 'delivered',
): Promise<string[]> {
  const wishes = cases.map(({ buyers, skuId }) => wishOf(buyers[0], [{ skuId, units: 1 }]))
  for (const answer of await Promise.all(wishes.map((wish) => place(desks[0], wish)))) expect(answer).toBe('placed')
  await drain()
  for (const [index, wish] of wishes.entries()) {
    const parcelId = parcelIdOf(wish.id, warehouseId)
    if (until === 'paid') break
    mustBeDone(await run((tx) => pickParcel(tx, { parcelId, barcode: cases[index]?.barcode ?? '', units: 1 })))
    if (until === 'picked') continue
    mustBeDone(await run((tx) => packParcel(tx, { parcelId, weightGrams: 200 })))
    if (until === 'packed') continue
    mustBeDone(await run((tx) => handOverParcel(tx, { parcelId })))
  }
  if (until === 'delivered') {
    await drain()
    here.app.clock.advance({ hours: 30 })
    while ((await advanceSandboxParcels.sweep(here.app)).more);
    await drain()
  }
  return wishes.map((wish) => wish.id)
}

async function stockOf(skuId: string): Promise<{ onHand: number; allocated: number }> {
  const row = await first(
    here.app.database.db,
    sql<{
      onHand: number
      allocated: number
    }>`select on_hand as "onHand", allocated from warehouse.stock where sku_id = ${skuId}`,
  )
  if (row === null) throw new Error('A SKU of a case has stock.')
  return row
}

async function purseOf(buyer: Buyer): Promise<number> {
  // Books say what we owe as less than nothing.
  return 0 - ((await balancesOf(here.app.database.db, [walletOf(buyer.id)])).get(walletOf(buyer.id)) ?? 0)
}

/**
 * Runs the pair of each case in the order of its seed; `check` sees what the two were answered. Faults are never an
 * answer, deadlocks never reach the asker, and afterwards the auditor looks at everything.
 */
async function everySeed<Each>(
  cases: readonly Each[],
  pair: (each: Each, index: number) => Promise<(() => Promise<string>)[]> | (() => Promise<string>)[],
  check: (answers: string[], each: Each, index: number) => Promise<void> | void,
): Promise<Map<string, number>> {
  const seen = new Map<string, number>()
  for (const [index, each] of cases.entries()) {
    const seed = seeds[index] ?? 0
    const bodies = await pair(each, index)
    const { results, trace, deadlocks: found } = await interleave(here.app.database, seed, bodies)
    deadlocks += found
    const answers = results.map((result) =>
      result.status === 'fulfilled' ? String(result.value) : `fault: ${result.reason}`,
    )
    try {
      expect(answers.filter((answer) => answer.startsWith('fault'))).toEqual([])
      await check(answers, each, index)
    } catch (error) {
      throw new Error(
        `seed ${seed}, statements ${trace}, answers ${answers.join(' / ')}\n${String(error)}\n` +
          replayOf(seed, 'tests/simulation/interleavings'),
        { cause: error },
      )
    }
    const key = answers.join(' / ')
    seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  await drain()
  const report = await runAudit(here.app.database)
  const broken = report.invariants.filter((invariant) => invariant.broken > 0)
  expect(broken, `after seeds ${seeds[0]} to ${seeds.at(-1)}`).toEqual([])
  console.info(`seeds ${seeds[0]} to ${seeds.at(-1)}: ${JSON.stringify(Object.fromEntries(seen))}`)
  return seen
}

describe('a shelf', () => {
  test('two buyers want the last unit: one gets it', async () => {
    const seen = await everySeed(
      await openCases({ units: 1 }),
      ({ buyers, skuId }) => [
        () => place(desks[0], wishOf(buyers[0], [{ skuId, units: 1 }])),
        () => place(desks[1], wishOf(buyers[1], [{ skuId, units: 1 }])),
      ],
      async (answers, { skuId }) => {
        expect(answers.toSorted()).toEqual(['placed', 'sold_out'])
        expect(await stockOf(skuId)).toEqual({ onHand: 1, allocated: 1 })
      },
    )
    if (seeds.length >= 10) expect(seen.size, 'each of them wins sometimes').toBe(2)
  })

  test('the same wish twice is one order', async () => {
    await everySeed(
      await openCases({ units: 2 }),
      ({ buyers, skuId }) => {
        const wish = wishOf(buyers[0], [{ skuId, units: 1 }])
        return [() => place(desks[0], wish), () => place(desks[1], wish)]
      },
      async (answers, { skuId, buyers }) => {
        expect(answers.toSorted()).toEqual(['placed', 'repeated'])
        expect(await stockOf(skuId)).toEqual({ onHand: 2, allocated: 1 })
        expect(await purseOf(buyers[0])).toBe(9 * priceMinor)
      },
    )
  })

  test('two wishes under one id: one of them is an order', async () => {
    await everySeed(
      await openCases({ units: 5 }),
      ({ buyers, skuId }) => {
        const id = newId()
        return [
          () => place(desks[0], wishOf(buyers[0], [{ skuId, units: 1 }], id)),
          () => place(desks[1], wishOf(buyers[1], [{ skuId, units: 2 }], id)),
        ]
      },
      async (answers, { skuId }) => {
        expect(answers.toSorted()).toEqual(['order_id_reused', 'placed'])
        expect((await stockOf(skuId)).allocated).toBe(answers[0] === 'placed' ? 1 : 2)
      },
    )
  })

  test('two carts hold the same two things the other way round', async () => {
    const cases = await openCases({ units: 2 })
    const others = await openCases({ units: 2 })
    await everySeed(
      cases,
      ({ buyers, skuId }, index) => {
        const both = [
          { skuId, units: 1 },
          { skuId: others[index]?.skuId ?? '', units: 1 },
        ]
        return [
          () => place(desks[0], wishOf(buyers[0], both)),
          () => place(desks[1], wishOf(buyers[1], both.toReversed())),
        ]
      },
      (answers) => expect(answers).toEqual(['placed', 'placed']),
    )
  })

  test('one takes his order back while another wants the unit', async () => {
    const cases = await openCases({ units: 1 })
    const orders = await openOrders(cases, 'paid')
    await everySeed(
      cases,
      ({ buyers, skuId }, index) => [
        () => run((tx) => cancelOrder(tx, { orderId: orders[index] ?? '', buyerId: buyers[0].id })).then(codeOf),
        () => place(desks[1], wishOf(buyers[1], [{ skuId, units: 1 }])),
      ],
      async (answers, { skuId, buyers }) => {
        expect(answers[0]).toBe('done')
        expect(['placed', 'sold_out']).toContain(answers[1])
        expect(await stockOf(skuId)).toEqual({ onHand: 1, allocated: answers[1] === 'placed' ? 1 : 0 })
        expect(await purseOf(buyers[0])).toBe(10 * priceMinor)
      },
    )
  })

  test('a count finds the last unit gone while somebody buys it', async () => {
    await everySeed(
      await openCases({ units: 1 }),
      ({ buyers, skuId }) => {
        const found = { id: newId(), skuId, warehouseId, units: -1, reason: 'counted', currency: 'CNY' as const }
        return [
          () => place(desks[0], wishOf(buyers[0], [{ skuId, units: 1 }])),
          () => run((tx) => adjustStock(tx, found)).then(codeOf),
        ]
      },
      async (answers, { skuId }) => {
        expect([
          ['placed', 'below_allocated'],
          ['sold_out', 'done'],
        ]).toContainEqual(answers)
        const { onHand, allocated } = await stockOf(skuId)
        expect(onHand).toBeGreaterThanOrEqual(allocated)
      },
    )
  })

  test('a naive reservation sells the last unit twice, and is caught', async () => {
    const cases = await openCases({ units: 1 })
    // What must not be written: it reads, decides, and writes what it had read.
    const naive = (skuId: string) =>
      transact(here.app, async (tx) => {
        const row = await first(
          tx.db,
          sql<{
            left: number
            allocated: number
          }>`select on_hand - allocated as left, allocated from warehouse.stock where sku_id = ${skuId}`,
        )
        if (row === null || row.left < 1) return 'sold_out'
        await sql`update warehouse.stock set allocated = ${row.allocated + 1} where sku_id = ${skuId}`.execute(tx.db)
        return 'placed'
      })
    let oversold = 0
    for (const [index, { skuId }] of cases.entries()) {
      const { results } = await interleave(here.app.database, seeds[index] ?? 0, [
        () => naive(skuId),
        () => naive(skuId),
      ])
      const placed = results.filter((result) => result.status === 'fulfilled' && result.value === 'placed').length
      if (placed > 1) oversold++
      await sql`update warehouse.stock set allocated = 0 where sku_id = ${skuId}`.execute(here.app.database.db)
    }
    console.info(`the naive reservation oversold in ${oversold} of ${cases.length} seeds`)
    if (seeds.length >= 10) expect(oversold).toBeGreaterThan(seeds.length / 5)
  })
})

describe('an order', () => {
  test('is packed while its buyer takes it back', async () => {
    const cases = await openCases({ units: 1 })
    const orders = await openOrders(cases, 'picked')
    const seen = await everySeed(
      cases,
      ({ buyers }, index) => {
        const orderId = orders[index] ?? ''
        const parcelId = parcelIdOf(orderId, warehouseId)
        return [
          () => run((tx) => cancelOrder(tx, { orderId, buyerId: buyers[0].id })).then(codeOf),
          () => run((tx) => packParcel(tx, { parcelId, weightGrams: 200 })).then(codeOf),
        ]
      },
      async (answers, { buyers, skuId }, index) => {
        expect(['done', 'order_not_cancellable']).toContain(answers[0])
        const parcelId = parcelIdOf(orders[index] ?? '', warehouseId)
        if (answers[0] === 'order_not_cancellable') expect(answers[1]).toBe('done')
        else {
          // Whatever was done to the box: what was taken back does not leave, and its money is there.
          expect(codeOf(await run((tx) => handOverParcel(tx, { parcelId })))).toBe('parcel_not_packed')
          expect(await stockOf(skuId)).toEqual({ onHand: 1, allocated: 0 })
          expect(await purseOf(buyers[0])).toBe(10 * priceMinor)
        }
      },
    )
    if (seeds.length >= 10) expect(seen.size, 'each of them wins sometimes').toBeGreaterThan(1)
  })

  test('is picked by two, and no unit is put in twice', async () => {
    const cases = await openCases({ units: 2 })
    const wishes = cases.map(({ buyers, skuId }) => wishOf(buyers[0], [{ skuId, units: 2 }]))
    for (const answer of await Promise.all(wishes.map((wish) => place(desks[0], wish)))) expect(answer).toBe('placed')
    await drain()
    await everySeed(
      cases,
      ({ barcode }, index) => {
        const parcelId = parcelIdOf(wishes[index]?.id ?? '', warehouseId)
        const pick = (units: number) => () => run((tx) => pickParcel(tx, { parcelId, barcode, units })).then(codeOf)
        // One unit and one, or one and two, of two that belong in the box.
        return [pick(1), pick(index % 2 === 0 ? 1 : 2)]
      },
      async (answers, _, index) => {
        const parcelId = parcelIdOf(wishes[index]?.id ?? '', warehouseId)
        const packed = codeOf(await run((tx) => packParcel(tx, { parcelId, weightGrams: 200 })))
        // Failed once (shop, seed 1791451404): both were told "done", and one scan was forgotten.
        if (index % 2 === 0) expect([...answers, packed]).toEqual(['done', 'done', 'done'])
        else expect(answers.filter((answer) => answer === 'done')).toHaveLength(1)
      },
    )
  })

  test('is taken back twice, and paid back once', async () => {
    const cases = await openCases({ units: 1 })
    const orders = await openOrders(cases, 'paid')
    await everySeed(
      cases,
      ({ buyers }, index) => {
        const cancel = () =>
          run((tx) => cancelOrder(tx, { orderId: orders[index] ?? '', buyerId: buyers[0].id })).then(codeOf)
        return [cancel, cancel]
      },
      async (answers, { buyers, skuId }) => {
        expect(answers).toEqual(['done', 'done'])
        expect(await purseOf(buyers[0])).toBe(10 * priceMinor)
        expect(await stockOf(skuId)).toEqual({ onHand: 1, allocated: 0 })
      },
    )
  })

  test('is handed over twice, and leaves once', async () => {
    const cases = await openCases({ units: 1 })
    const orders = await openOrders(cases, 'packed')
    await everySeed(
      cases,
      (_, index) => {
        const parcelId = parcelIdOf(orders[index] ?? '', warehouseId)
        const handOver = () => run((tx) => handOverParcel(tx, { parcelId })).then(codeOf)
        return [handOver, handOver]
      },
      async (answers, { skuId }) => {
        expect(answers).toEqual(['done', 'done'])
        expect(await stockOf(skuId)).toEqual({ onHand: 0, allocated: 0 })
      },
    )
  })

  test('is scanned twice, and is two steps further', async () => {
    const cases = await openCases({ units: 1 })
    const orders = await openOrders(cases, 'handed over')
    await everySeed(
      cases,
      (_, index) => {
        const parcelId = parcelIdOf(orders[index] ?? '', warehouseId)
        const scan = () => run((tx) => advanceSandboxParcel(here.app, tx, parcelId)).then(codeOf)
        return [scan, scan]
      },
      async (answers, _, index) => {
        expect(answers).toEqual(['done', 'done'])
        const parcelId = parcelIdOf(orders[index] ?? '', warehouseId)
        // Failed once (shop, seed 1791451400): the second scan was dated before the first.
        expect((await tracksOfParcels(here.app.database.db, [parcelId])).get(parcelId)?.state).toBe('in_transit')
      },
    )
  })

  test('is confirmed twice, and pays once', async () => {
    const cases = await openCases({ units: 1 })
    const orders = await openOrders(cases, 'delivered')
    await everySeed(
      cases,
      ({ buyers }, index) => {
        const confirm = () =>
          run((tx) => confirmOrder(tx, { orderId: orders[index] ?? '', buyerId: buyers[0].id })).then(codeOf)
        return [confirm, confirm]
      },
      (answers) => expect(answers).toEqual(['done', 'done']),
    )
  })
})

describe('money', () => {
  const topUpOf = (buyer: Buyer, id = newId()) =>
    topUpThrough(here.app, sandboxProvider(here.app), systemActor, {
      id,
      personId: buyer.id,
      amountMinor: priceMinor,
      currency: 'CNY',
    }).then((outcome) => (outcome.ok ? outcome.value.state : outcome.code))

  test('comes in while it is spent', async () => {
    await everySeed(
      await openCases({ units: 1, purseMinor: 0 }),
      ({ buyers, skuId }) => [
        () => topUpOf(buyers[0]),
        () => place(desks[1], wishOf(buyers[0], [{ skuId, units: 1 }])),
      ],
      async (answers, { buyers }) => {
        expect(answers[0]).toBe('succeeded')
        expect(['placed', 'balance_too_low']).toContain(answers[1])
        expect(await purseOf(buyers[0])).toBe(answers[1] === 'placed' ? 0 : priceMinor)
      },
    )
  })

  test('of one purse pays for one of two orders', async () => {
    const cases = await openCases({ units: 1, purseMinor: priceMinor })
    const others = await openCases({ units: 1 })
    await everySeed(
      cases,
      ({ buyers, skuId }, index) => [
        () => place(desks[0], wishOf(buyers[0], [{ skuId, units: 1 }])),
        () => place(desks[1], wishOf(buyers[0], [{ skuId: others[index]?.skuId ?? '', units: 1 }])),
      ],
      async (answers, { buyers }) => {
        expect(answers.toSorted()).toEqual(['balance_too_low', 'placed'])
        expect(await purseOf(buyers[0])).toBe(0)
      },
    )
  })

  test('that is topped up twice under one id comes once', async () => {
    await everySeed(
      await openCases({ units: 1, purseMinor: 0 }),
      ({ buyers }) => {
        const id = newId()
        return [() => topUpOf(buyers[0], id), () => topUpOf(buyers[0], id)]
      },
      async (answers, { buyers }) => {
        expect(answers).toContain('succeeded')
        expect(await purseOf(buyers[0])).toBe(priceMinor)
      },
    )
  })

  test('that was earned is released while a payout is asked for, and another payout beside it', async () => {
    const cases = await openCases({ units: 1 })
    const orders = await openOrders(cases, 'delivered')
    const payOut = () =>
      run((tx) => closePayout(tx, { id: newId(), partyId: creatorId, partyName: 'Lin', currency: 'CNY' })).then(codeOf)
    const seen = await everySeed(
      cases,
      async ({ buyers }, index) => {
        mustBeDone(await run((tx) => confirmOrder(tx, { orderId: orders[index] ?? '', buyerId: buyers[0].id })))
        here.app.clock.advance({ hours: 24 * 15 })
        return [() => releaseDueEarnings(here.app).then(() => 'done'), payOut, payOut]
      },
      (answers) => {
        expect(answers[0]).toBe('done')
        for (const answer of answers.slice(1)) expect(['done', 'nothing_available', 'below_minimum']).toContain(answer)
      },
    )
    if (seeds.length >= 10) expect([...seen.keys()].some((answers) => answers.includes('/ done'))).toBe(true)
  })
})

test('a ring of locks is found, and whoever was chosen tries again by himself', async () => {
  const cases = await openCases({ units: 1 })
  const others = await openCases({ units: 1 })
  const before = deadlocks
  const lockBoth = (...skuIds: string[]) =>
    transact(here.app, async (tx) => {
      for (const skuId of skuIds)
        await sql`select from warehouse.stock where sku_id = ${skuId} for update`.execute(tx.db)
      return 'done'
    })
  await everySeed(
    cases,
    ({ skuId }, index) => {
      const other = others[index]?.skuId ?? ''
      return [() => lockBoth(skuId, other), () => lockBoth(other, skuId)]
    },
    (answers) => expect(answers).toEqual(['done', 'done']),
  )
  if (seeds.length >= 10) expect(deadlocks).toBeGreaterThan(before)
})

describe('followers', () => {
  const count = (each: string) =>
    first(
      here.app.database.db,
      sql<{ n: number }>`select followers as n from follows.follower_counts where creator_id = ${each}`,
    )

  test('two follow at once, and one goes', async () => {
    await everySeed(
      seeds.map(() => ({ creatorId: newId(), people: [newId(), newId()] as const })),
      async ({ creatorId, people }) => {
        mustBeDone(await run((tx) => follow(tx, { creatorId, personId: people[0] })))
        return [
          () => run((tx) => follow(tx, { creatorId, personId: people[1] })).then(codeOf),
          () => run((tx) => follow(tx, { creatorId, personId: people[1] })).then(codeOf),
          () => run((tx) => unfollow(tx, { creatorId, personId: people[0] })).then(codeOf),
        ]
      },
      async (answers, { creatorId }) => {
        expect(answers).toEqual(['done', 'done', 'done'])
        expect((await count(creatorId))?.n).toBe(1)
      },
    )
  })
})
