import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction, systemActor, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import {
  creatorsFollowedBy,
  type Following,
  follow,
  followedBy,
  followersOf,
  seedFollowers,
  unfollow,
} from './index.ts'

let world: TestApp
beforeAll(async () => {
  world = await openTestApp()
})
afterAll(() => world.close())

const doFollow = (following: Following) => inTransaction(world.app, systemActor, (tx) => follow(tx, following))
const doUnfollow = (following: Following) => inTransaction(world.app, systemActor, (tx) => unfollow(tx, following))
const count = async (creatorId: string) => (await followersOf(world.app.database.db, [creatorId])).get(creatorId)

async function rows(creatorId: string): Promise<number> {
  const { pool } = world.app.database
  return (await pool.query('select 1 from follows.followers where creator_id = $1', [creatorId])).rows.length
}

async function events(creatorId: string): Promise<number[]> {
  const { rows } = await world.app.database.pool.query(
    `select (body->>'followers')::int as followers from platform.events
     where name = 'creator.followers_changed' and body->>'creatorId' = $1`,
    [creatorId],
  )
  return rows.map((row: { followers: number }) => row.followers).toSorted((a: number, b: number) => a - b)
}

test('following twice is following once, also at once', async () => {
  const following = { creatorId: newId(), personId: newId() }
  const answers = await Promise.all([doFollow(following), doFollow(following)])
  expect(answers.map((answer) => mustBeDone(answer).followers)).toEqual([1, 1])
  expect(await events(following.creatorId)).toEqual([1])
  expect(mustBeDone(await doUnfollow(following)).followers).toBe(0)
  expect(mustBeDone(await doUnfollow(following)).followers).toBe(0)
  expect(await events(following.creatorId)).toEqual([0, 1])
})

test('many followers at once are all counted, each change tells its own number', async () => {
  const creatorId = newId()
  const people = Array.from({ length: 40 }, () => newId())
  await Promise.all(people.map((personId) => doFollow({ creatorId, personId })))
  await Promise.all(people.slice(0, 10).map((personId) => doUnfollow({ creatorId, personId })))
  expect(await count(creatorId)).toBe(30)
  expect(await rows(creatorId)).toBe(30)
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const wanted = [...numbers(1, 40), ...numbers(30, 39)].toSorted((a, b) => a - b)
  expect(await events(creatorId)).toEqual(wanted)
})

test('nobody follows himself', async () => {
  const id = newId()
  expect(await doFollow({ creatorId: id, personId: id })).toMatchObject({ code: 'not_found' })
})

test('the count cannot be set, and a follower cannot be turned into another', async () => {
  const following = { creatorId: newId(), personId: newId() }
  await doFollow(following)
  const { pool } = world.app.database
  for (const statement of [
    'update follows.follower_counts set followers = 2000',
    'delete from follows.follower_counts',
    `insert into follows.follower_counts values ('${newId()}', 5)`,
    `update follows.followers set person_id = '${newId()}'`,
    'truncate follows.followers',
  ]) {
    await expect(pool.query(statement)).rejects.toThrow('neither is edited')
  }
  expect(await count(following.creatorId)).toBe(1)
})

test('demo followers are rows like others, and sowing again sows nothing', async () => {
  const creatorId = newId()
  const sow = (number: number) => transact(world.app, (tx) => seedFollowers(tx, { creatorId, count: number }))
  expect(await sow(1_999)).toEqual({ followers: 1_999 })
  expect(await sow(1_999)).toEqual({ followers: 1_999 })
  expect(await sow(2_000)).toEqual({ followers: 2_000 })
  expect(await rows(creatorId)).toBe(2_000)
})

test('whom I follow, the latest first', async () => {
  const personId = newId()
  const [one, two, three] = [newId(), newId(), newId()]
  for (const creatorId of [one, two]) {
    await doFollow({ creatorId, personId })
    world.app.clock.advance({ seconds: 1 })
  }
  expect(await followedBy(world.app.database.db, personId, [one, three])).toEqual(new Set([one]))
  expect(await creatorsFollowedBy(world.app.database.db, personId)).toEqual([two, one])
})
