/**
 * A server that is told to stop while people buy: whoever was heard gets his answer, whoever was not can ask again under the
 * same id, and the next server goes on with exactly what was acknowledged.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runAudit } from '../../server/app/audit.ts'
import { type RunningServer, startServer } from '../../server/app/server.ts'
import { openShop, settleIn } from '../goods.ts'
import { Allowance } from '../pace.ts'
import { type Client, clientOf, newId, startWorld, type World } from '../world.ts'

const buyersCount = 24
const priceMinor = 1_000

let world: World
let next: RunningServer | undefined

beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  await next?.stop()
  await world?.stop()
})

interface Asked {
  wish: { id: string }
  cookie: string
  /** Null: no answer came. */
  status: number | null
}

test('a stop under load loses no order, doubles none, and fails none that was taken', async () => {
  const operator = await world.person('Shen Mo', 'operations')
  const shop = await openShop(world, operator)
  const { skuId } = await shop.sell({ units: 10_000, priceMinor })
  const buyers = await Promise.all(Array.from({ length: buyersCount }, (_, index) => buyerWithMoney(index)))

  const asked: Asked[] = []
  let isOver = false
  const buying = buyers.map(async ({ buyer, addressId }) => {
    while (!isOver) {
      const wish = {
        id: newId(),
        lines: [{ skuId, units: 1 }],
        addressId,
        shownPayMinor: priceMinor,
        payment: 'wallet',
      }
      const status = await buyer.post('/api/v1/orders', wish).then(
        (answer) => answer.status,
        () => null,
      )
      asked.push({ wish, cookie: buyer.cookie, status })
      if (status !== 201) await sleep(20)
    }
  })
  await world.eventually(() => asked.filter(({ status }) => status === 201).length > 2 * buyersCount, 'everybody buys')
  const { config } = world.server.app
  const allowance = new Allowance()
  const stoppedSince = performance.now()
  await world.server.stop()
  const stopMs = performance.now() - stoppedSince
  await sleep(100)
  isOver = true
  await Promise.all(buying)

  const answered = asked.filter(({ status }) => status !== null)
  expect(answered.filter(({ status }) => status === 201).length).toBeGreaterThan(buyersCount)
  // Told to come back is an answer; a fault is none.
  expect(answered.filter(({ status }) => status !== 201 && status !== 503)).toEqual([])
  expect(stopMs).toBeLessThan(config.drainMsMax + allowance.of(5_000))

  next = await startServer(config)
  const again = clientOf(`http://127.0.0.1:${next.port}`)
  for (const { wish, cookie, status } of asked.slice(-3 * buyersCount)) {
    again.cookie = cookie
    const answer = await again.post('/api/v1/orders', wish)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    if (status === 201) expect(answer.body.order.repeated, 'what was acknowledged is there').toBe(true)
  }
  await next.outbox.drained(30_000)
  const audit = await runAudit(next.app.database)
  expect(audit.invariants.filter(({ broken }) => broken > 0)).toEqual([])
})

async function buyerWithMoney(index: number): Promise<{ buyer: Client; addressId: string }> {
  const buyer = await world.person(`Buyer ${index}`, 'buyer')
  return { buyer, ...(await settleIn(buyer)) }
}
