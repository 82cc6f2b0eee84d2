/** The demo world is whole, however often its making was cut off and by however many servers at once it is made. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from '../../tests/world.ts'
import { runAudit } from './audit.ts'
import { seedDemoRows } from './demo-world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const minutes = 60_000

test(
  'a world whose making was cut off is finished by the next start, also by two at once, and made once',
  async () => {
    const { app, outbox } = world.server
    const say = () => undefined
    const drained = () => outbox.drained(5 * minutes)
    for (const cutAt of [1, 2, 5]) {
      let steps = 0
      const cutOff = () => (++steps < cutAt ? drained() : Promise.reject(new Error('the process ended here')))
      await expect(seedDemoRows(app, { say, drained: cutOff })).rejects.toThrow('the process ended here')
    }
    let made = 0
    const start = () =>
      seedDemoRows(app, {
        say: (sentence) => {
          if (sentence === 'making the demo world') made++
        },
        drained,
      })
    await Promise.all([start(), start()])
    await start()
    expect(made, 'the second found it').toBe(1)
    const { rows } = await app.database.pool.query(
      `select (select count(*)::int from catalog.products) as products, (select count(*)::int from flash.grants) as grants,
      (select count(*)::int from promotions.coupons) as coupons, (select count(*)::int from orders.orders) as orders`,
    )
    for (const [what, count] of Object.entries(rows[0])) expect(count, what).toBeGreaterThan(0)
    await drained()
    const report = await runAudit(app.database)
    expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
  },
  10 * minutes,
)
