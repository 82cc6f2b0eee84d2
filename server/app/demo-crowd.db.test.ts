import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop } from '../../tests/goods.ts'
import { openRoom } from '../../tests/rooms.ts'
import { startWorld, type World } from '../../tests/world.ts'
import { gatherCrowd } from './demo-crowd.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

test('the crowd is counted in the room, what it sees is counted for the host, and when it is sent away nobody is left', async () => {
  const shop = await openShop(world, await world.person('Operator', 'operations'))
  const { productId } = await shop.sell({ units: 2, priceMinor: 10_000 })
  const { host, roomId, sessionId } = await openRoom(world, 'host_of_crowd')
  const viewers = async () => (await world.client().get(`/api/v1/rooms/${roomId}`)).body.room.viewers
  const leaving = new AbortController()
  const room = { sessionId, roomId, shownProductId: productId, bagProductIds: [productId] }
  const crowd = gatherCrowd(world.server, room, { people: 5, signal: leaving.signal })
  await world.eventually(async () => (await viewers()) === 5, 'five who watch', 20_000)
  await world.eventually(
    async () => {
      const { body } = await host.get(`/api/v1/studio/sessions/${sessionId}/numbers`)
      return body.numbers.impressions >= 5 && body.numbers.viewers === 5
    },
    'what five have seen',
    20_000,
  )
  leaving.abort()
  await crowd
  await world.eventually(async () => (await viewers()) === 0, 'an empty room', 20_000)
  expect(await viewers()).toBe(0)
})
