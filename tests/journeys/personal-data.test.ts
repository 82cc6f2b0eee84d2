/** Somebody takes along what the platform knows of him, and goes; the books stay and name nobody. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, settleIn } from '../goods.ts'
import { newId, startWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

test('a person takes his data along, and cannot go while something is open', async () => {
  const shop = await openShop(world, await world.person('Operator', 'operations'))
  const { skuId } = await shop.sell({ units: 5, priceMinor: 1_000 })
  const [person, other] = [await world.person('Lin Xiaoyue', 'buyer'), await world.person('Somebody else', 'buyer')]
  const { addressId } = await settleIn(person)
  await settleIn(other)
  const order = { id: newId(), lines: [{ skuId, units: 1 }], addressId, shownPayMinor: 1_000, payment: 'wallet' }
  expect((await person.post('/api/v1/orders', order)).status).toBe(201)

  const file = (await person.get('/api/v1/me/data')).body
  const data = Buffer.isBuffer(file) ? JSON.parse(file.toString()) : file
  expect(data.person).toMatchObject([{ id: person.personId, name: 'Lin Xiaoyue' }])
  expect(data.addresses).toHaveLength(1)
  expect(data.orders).toMatchObject([{ id: order.id }])
  expect(JSON.stringify(data)).not.toContain(other.personId)
  expect(JSON.stringify(data)).not.toMatch(/password|token_hash/)

  const go = (name: string) => person.post('/api/v1/me/erasures', { name })
  expect((await go('Somebody else')).body.code).toBe('name_does_not_fit')
  const blocked = (await go('Lin Xiaoyue')).body
  expect(blocked).toMatchObject({ code: 'erasure_blocked', params: { openOrders: 1 } })
  // Money that is left is his: he takes it out first.
  expect(blocked.params.walletMinor).toBe((await person.get('/api/v1/wallet')).body.balanceMinor)
})

test('who has nothing open is replaced by a tombstone, and the books do not move', async () => {
  const [person, other] = [await world.person('Lin Xiaoyue', 'buyer'), await world.person('Somebody else', 'buyer')]
  await settleIn(other)
  const address = {
    ...{ recipient: '林晓月', phone: '15400000001', province: '浙江省', city: '杭州市', district: '西湖区' },
    ...{ street: '文三路12号', isDefault: true },
  }
  expect((await person.put(`/api/v1/me/addresses/${newId()}`, address)).status).toBe(200)
  const { pool } = world.server.app.database
  const books = async () =>
    (await pool.query('select count(*) as postings, sum(abs(amount_minor)) as moved from ledger.postings')).rows[0]
  const addressesOf = async (id: string) =>
    (await pool.query('select count(*) as rows from profiles.addresses where owner_id = $1', [id])).rows[0].rows
  const before = await books()
  expect((await person.post('/api/v1/me/erasures', { name: 'Lin Xiaoyue' })).status).toBe(200)
  expect(await books()).toEqual(before)
  await world.eventually(async () => (await person.get('/api/v1/wallet')).status === 401, 'he is signed out')
  const { rows } = await pool.query('select name, email, phone from identity.persons where id = $1', [person.personId])
  expect(rows).toEqual([{ name: '–', email: null, phone: null }])
  expect([await addressesOf(person.personId), await addressesOf(other.personId)]).toEqual([0, 1])
})
