import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction, systemActor, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import { agencyNamesOf, type ContractWish, contractsInForce, endContract, openAgency, signContract } from './index.ts'

let world: TestApp
const lantern = newId()
const weather = newId()
beforeAll(async () => {
  world = await openTestApp()
  await transact(world.app, async (tx) => {
    await openAgency(tx, { id: lantern, name: 'Lantern Street' })
    await openAgency(tx, { id: lantern, name: 'Lantern Street' })
    await openAgency(tx, { id: weather, name: 'Good Weather' })
  })
})
afterAll(() => world.close())

const may = Temporal.Instant.from('2027-05-01T00:00:00Z')
const midMay = Temporal.Instant.from('2027-05-15T12:00:00Z')
const june = Temporal.Instant.from('2027-06-01T00:00:00Z')
const sign = (wish: ContractWish) => inTransaction(world.app, systemActor, (tx) => signContract(tx, wish))
const inForce = async (creatorId: string, at: Temporal.Instant) =>
  (await contractsInForce(world.app.database.db, [creatorId], at)).get(creatorId)?.agencyId

test('the contract in force decides, exactly from its first instant and up to its last', async () => {
  const creatorId = newId()
  mustBeDone(await sign({ agencyId: lantern, creatorId, basisPoints: 2_000, from: may, until: midMay }))
  mustBeDone(await sign({ agencyId: weather, creatorId, basisPoints: 1_500, from: midMay, until: null }))
  const instant = { microseconds: 1 }
  expect(await inForce(creatorId, may.subtract(instant))).toBeUndefined()
  expect(await inForce(creatorId, may)).toBe(lantern)
  expect(await inForce(creatorId, midMay.subtract(instant))).toBe(lantern)
  expect(await inForce(creatorId, midMay)).toBe(weather)
  expect(await inForce(creatorId, june)).toBe(weather)
  expect(await agencyNamesOf(world.app.database.db, [weather])).toEqual(new Map([[weather, 'Good Weather']]))
})

test('overlapping contracts are refused, whoever signs first', async () => {
  const creatorId = newId()
  mustBeDone(await sign({ agencyId: lantern, creatorId, basisPoints: 2_000, from: may, until: june }))
  for (const [from, until] of [
    [midMay, null],
    [may, june],
    [may.subtract({ hours: 1 }), may.add({ nanoseconds: 1_000 })],
    [june.subtract({ nanoseconds: 1_000 }), null],
  ] as const) {
    const wish = { agencyId: weather, creatorId, basisPoints: 1_500, from, until }
    expect(await sign(wish)).toMatchObject({ code: 'contract_overlaps' })
  }
  mustBeDone(await sign({ agencyId: weather, creatorId, basisPoints: 1_500, from: june, until: null }))
})

test('of agencies that sign the same creator at once, one does', async () => {
  const creatorId = newId()
  const answers = await Promise.all(
    [lantern, weather, lantern, weather].map((agencyId) =>
      sign({ agencyId, creatorId, basisPoints: 1_000, from: may, until: null }),
    ),
  )
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
  for (const answer of answers) if (!answer.ok) expect(answer.code).toBe('contract_overlaps')
})

test('signing again with the same id is the same contract', async () => {
  const wish = { id: newId(), agencyId: lantern, creatorId: newId(), basisPoints: 1_000, from: may, until: null }
  mustBeDone(await sign(wish))
  mustBeDone(await sign(wish))
  expect(await sign({ ...wish, basisPoints: 9_000 })).toMatchObject({ code: 'contract_overlaps' })
  expect(await sign({ ...wish, id: newId(), agencyId: newId() })).toMatchObject({ code: 'not_found' })
  expect(await sign({ ...wish, id: newId(), until: may })).toMatchObject({ code: 'contract_ends_before_it_begins' })
})

test('a contract is ended for the future, never for the past', async () => {
  const creatorId = newId()
  const now = world.app.clock.now()
  const from = now.subtract({ hours: 24 })
  const { id } = mustBeDone(await sign({ agencyId: lantern, creatorId, basisPoints: 1_000, from, until: null }))
  const end = (at: Temporal.Instant) => inTransaction(world.app, systemActor, (tx) => endContract(tx, { id, at }))
  expect(await end(now.subtract({ hours: 1 }))).toMatchObject({ code: 'contract_over' })
  mustBeDone(await end(now.add({ hours: 1 })))
  expect(await end(now.add({ hours: 2 }))).toMatchObject({ code: 'contract_over' })
  expect(await inForce(creatorId, now)).toBe(lantern)
  expect(await inForce(creatorId, now.add({ hours: 1 }))).toBeUndefined()
})
