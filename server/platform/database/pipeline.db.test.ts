/** Statements that travel together: the first failure is the one that is told, and nothing of the transaction stays. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allOf, transact } from '#platform/database'
import { openTestApp, type TestApp } from './test-database.ts'

let here: TestApp
beforeAll(async () => {
  here = await openTestApp()
})
afterAll(() => here.close())

const topicsOf = (prefix: string) =>
  here.app.database.pool.query('select topic from platform.topics where topic like $1', [`${prefix}%`])

test('when one of several fails, the failure is told and not what followed from it', async () => {
  const insert = (topic: string, number: number) =>
    ['test.insert_topic', 'insert into platform.topics (topic, last_number) values ($1, $2)', [topic, number]] as const
  const work = transact(here.app, (tx) =>
    allOf([
      tx.hot(...insert('pipeline:one', 1)).then(() => tx.hot(...insert('pipeline:three', 1))),
      tx.hot(...insert('pipeline:two', 0)),
    ]),
  )
  await expect(work).rejects.toMatchObject({ code: '23514' })
  expect((await topicsOf('pipeline:')).rows).toEqual([])
})

test('a failure that the use case swallows cannot be committed', async () => {
  const work = transact(here.app, async (tx) => {
    await tx.hot('test.nonsense', 'select 1 / $1::int', [0]).catch(() => undefined)
  })
  await expect(work).rejects.toThrow('a commit commits')
})

test('the connection is as good as new afterwards', async () => {
  const rows = await transact(here.app, (tx) =>
    allOf([tx.hot('test.one', 'select 1 as n', []), tx.hot('test.two', 'select 2 as n', [])]),
  )
  expect(rows).toEqual([[{ n: 1 }], [{ n: 2 }]])
})
