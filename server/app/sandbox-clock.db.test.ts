/** The sandbox clock moves once for each wish to move it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, newId, startWorld, type World } from '../../tests/world.ts'

let world: World
let operator: Client
beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
})
afterAll(() => world.stop())

const move = (seconds: number, key = newId(), who = operator) =>
  who.post('/api/v1/sandbox/clock', { seconds }, { 'idempotency-key': key })
const aheadSeconds = async () => (await operator.get('/api/v1/sandbox/clock')).body.aheadSeconds as number

test('sent again it is the same move, also at once; another under its key is refused, another key is another move', async () => {
  const key = newId()
  expect(await move(3_600, key)).toMatchObject({ status: 200, body: { aheadSeconds: 3_600 } })
  expect(await move(3_600, key)).toMatchObject({ status: 200, body: { aheadSeconds: 3_600 } })
  expect(await move(7_200, key)).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } })
  expect(await aheadSeconds()).toBe(3_600)

  const same = newId()
  const answers = await Promise.all(Array.from({ length: 10 }, () => move(3_600, same)))
  for (const { status, body } of answers)
    expect(status === 200 || body.code === 'request_in_progress', JSON.stringify(body)).toBe(true)
  expect(await aheadSeconds()).toBe(7_200)

  const other = await world.person('Another operator', 'operations')
  expect((await move(3_600, same, other)).body.aheadSeconds, 'keys are each his own').toBe(10_800)
  expect((await operator.send('POST', '/api/v1/sandbox/clock', { seconds: 60 })).status, 'without a key').toBe(400)
})

test('what failed after the clock had moved is done again without moving it again', async () => {
  const { jobs } = world.server.app
  const { sweepAll } = jobs
  const before = await aheadSeconds()
  const key = newId()
  jobs.sweepAll = () => Promise.reject(new Error('what was due could not be done'))
  expect((await move(3_600, key)).status).toBe(500)
  jobs.sweepAll = sweepAll
  expect(await move(3_600, key)).toMatchObject({ status: 200, body: { aheadSeconds: before + 3_600 } })
  expect(await aheadSeconds()).toBe(before + 3_600)
})
