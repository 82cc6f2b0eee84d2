import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildHttp, type HttpServer } from '#platform/http'
import { newId } from '#platform/ids'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import { addressesMax, defaultAddressOf, loadAddresses, profilesRoutes } from './index.ts'

let world: TestApp
let http: HttpServer
beforeAll(async () => {
  world = await openTestApp()
  http = await buildHttp(world.app, {
    authenticate: async (headers) => ({ personId: String(headers['x-person']), roles: ['buyer'] }),
    routes: profilesRoutes(world.app),
  })
})
afterAll(async () => {
  await http.close()
  await world.close()
})

const fields = (more: object = {}) => ({
  recipient: '林晓',
  phone: '13800000000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '文三路 1 号',
  isDefault: false,
  ...more,
})

async function call(person: string, method: 'GET' | 'PUT' | 'DELETE', id?: string, payload?: object) {
  const url = `/api/v1/me/addresses${id ? `/${id}` : ''}`
  const reply = await http.inject({ method, url, headers: { 'x-person': person }, ...(payload ? { payload } : {}) })
  return { status: reply.statusCode, body: reply.json() }
}

const listOf = async (person: string): Promise<{ id: string; isDefault: boolean }[]> =>
  (await call(person, 'GET')).body.addresses

test('the first address is the default, and exactly one stays it', async () => {
  const me = newId()
  const [home, work] = [newId(), newId()]
  expect((await call(me, 'PUT', home, fields())).body.address).toEqual({ id: home, ...fields({ isDefault: true }) })
  await call(me, 'PUT', work, fields({ isDefault: true, street: '2' }))
  expect((await listOf(me)).map(({ id, isDefault }) => [id, isDefault])).toEqual([
    [work, true],
    [home, false],
  ])
  expect((await call(me, 'PUT', work, fields({ isDefault: false }))).body.address.isDefault).toBe(true)
  expect((await call(me, 'DELETE', work)).status).toBe(200)
  expect(await listOf(me)).toMatchObject([{ id: home, isDefault: true }])
  expect(await defaultAddressOf(world.app.database.db, me)).toMatchObject({ id: home, ownerId: me })
})

test('somebody else can neither read, change nor remove it: it is not there for him', async () => {
  const [me, other] = [newId(), newId()]
  const home = newId()
  await call(me, 'PUT', home, fields())
  expect((await call(other, 'PUT', home, fields({ recipient: '别人' }))).status).toBe(404)
  expect((await call(other, 'DELETE', home)).status).toBe(404)
  expect((await call(other, 'DELETE', newId())).status).toBe(404)
  expect(await listOf(other)).toEqual([])
  expect(await defaultAddressOf(world.app.database.db, other)).toBeNull()
  const loaded = await loadAddresses(world.app.database.db, [home, newId()])
  expect([...loaded.values()]).toEqual([{ id: home, ownerId: me, ...fields({ isDefault: true }) }])
})

test('twenty addresses and no more, also when they are saved at once; changing one is still allowed', async () => {
  const me = newId()
  const ids = Array.from({ length: addressesMax + 5 }, () => newId())
  const replies = await Promise.all(ids.map((id) => call(me, 'PUT', id, fields({ isDefault: true }))))
  expect(replies.filter((reply) => reply.status === 200)).toHaveLength(addressesMax)
  expect(replies.filter((reply) => reply.body.code === 'too_many_addresses')).toHaveLength(5)
  const addresses = await listOf(me)
  expect(addresses.filter((address) => address.isDefault)).toHaveLength(1)
  const last = addresses.at(-1)?.id ?? ''
  expect((await call(me, 'PUT', last, fields({ street: '3' }))).status).toBe(200)
  expect((await call(me, 'DELETE', last)).status).toBe(200)
  expect((await call(me, 'PUT', newId(), fields())).status).toBe(200)
})
