import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedFollowers } from '#people/follows'
import { listedAmong } from '#trust/blacklist'
import { type Client, newId, startWorld, transact, type World } from '../world.ts'

type Person = Client & { personId: string }
let world: World
let moderator: Person
beforeAll(async () => {
  world = await startWorld()
  moderator = await world.person('Moderator', 'moderator')
})
afterAll(() => world.stop())

const list = (person: Person, more: Record<string, unknown> = {}) =>
  moderator.post('/api/v1/blacklist', {
    ...{
      id: newId(),
      personId: person.personId,
      restricts: ['create'],
      reason: 'sold fakes under three names',
      days: 30,
    },
    ...more,
  })

test('a listing without a reason is impossible, for the program as for the database', async () => {
  const person = await world.person('Person', 'buyer')
  expect((await list(person, { reason: '   ' })).status).toBe(400)
  await expect(
    world.server.app.database.pool.query(
      `insert into blacklist.listings (id, person_id, restricts, reason, starts_at) values ($1, $2, '{give}', '   ', now())`,
      [newId(), person.personId],
    ),
  ).rejects.toThrow('listings_reason_check')
  expect((await moderator.post('/api/v1/blacklist', { id: newId(), personId: newId() })).status).toBe(400)
})

test('its person is told why and until when, objects once, and cannot create until it is lifted', async () => {
  const [person, other] = [await world.person('Person', 'buyer'), await world.person('Other', 'buyer')]
  const id = newId()
  const again = await Promise.all([list(person, { id }), list(person, { id })])
  expect(again.map((answer) => answer.status)).toEqual([201, 201])
  const become = () =>
    person.post('/api/v1/me/creator', { id: newId(), handle: `c_${person.personId.slice(-8)}`, name: 'P', bio: '' })
  expect((await become()).body.code).toBe('blacklisted')
  const [mine] = (await person.get('/api/v1/me/listings')).body.listings
  expect(mine).toMatchObject({ id, reason: 'sold fakes under three names', inForce: true })
  expect((await other.get('/api/v1/me/listings')).body.listings).toEqual([])
  const object = (who: Person, text: string) => who.post(`/api/v1/me/listings/${id}/objections`, { text })
  expect((await object(other, 'not mine')).status).toBe(404)
  expect((await object(person, 'that was my brother')).status).toBe(200)
  expect((await object(person, 'and another thing')).body.code).toBe('already_appealed')
  const lift = () => moderator.post(`/api/v1/blacklist/${id}/liftings`, { reason: 'it was his brother' })
  expect((await lift()).status).toBe(200)
  expect((await lift()).body.code).toBe('listing_over')
  expect((await become()).status).toBe(201)
})

test('a listing closes the gate of a creator at once, and ends with its time', async () => {
  const creator = await world.person('Creator', 'buyer', 'creator')
  await creator.post('/api/v1/me/creator', { id: newId(), handle: 'listed_one', name: 'C', bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: creator.personId, count: 2_000 }))
  const live = async () => (await creator.get('/api/v1/studio/gate')).body.gates[0].passed
  expect(await live()).toBe(true)
  await list(creator, { days: 1 })
  expect(await live()).toBe(false)
  const { db } = world.server.app.database
  const tomorrow = world.server.app.clock.now().add({ hours: 25 })
  const of = { personIds: [creator.personId], what: 'create' as const }
  expect((await listedAmong(db, of, tomorrow)).size).toBe(0)
  expect((await listedAmong(db, { ...of, what: 'give' }, world.server.app.clock.now())).size).toBe(0)
})
