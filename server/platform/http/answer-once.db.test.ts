import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'

let world: World
let buyer: Client & { personId: string }
beforeAll(async () => {
  world = await startWorld()
  buyer = await world.person('Buyer', 'buyer')
})
afterAll(() => world.stop())

/** A request whose process has begun and not answered. */
async function claimed(by: 'a living process' | 'a dead one') {
  const [key, wish] = [newId(), { id: newId(), amountMinor: 5_000 }]
  const answer = await buyer.post('/api/v1/wallet/top-ups', wish, { 'idempotency-key': key })
  expect(answer.status).toBe(201)
  const { db, process } = world.server.app.database
  const owner = by === 'a dead one' ? 'hawker gone' : process
  await sql`update platform.idempotency_keys set status = null, reply = null, process = ${owner}
    where person_id = ${buyer.personId} and key = ${key}`.execute(db)
  return () => buyer.post('/api/v1/wallet/top-ups', wish, { 'idempotency-key': key })
}

test('who repeats a request of a process that died is answered at once, and it happens once', async () => {
  const again = await claimed('a dead one')
  const before = (await buyer.get('/api/v1/wallet')).body.balanceMinor
  expect((await again()).status).toBe(201)
  expect((await buyer.get('/api/v1/wallet')).body.balanceMinor).toBe(before)
})

test('who repeats a request that is under way is told so', async () => {
  const again = await claimed('a living process')
  expect(await again()).toMatchObject({ status: 409, body: { code: 'request_in_progress' } })
})
