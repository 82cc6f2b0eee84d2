import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedFollowers } from '#people/follows'
import { type Client, newId, startWorld, transact, type World } from '../../../tests/world.ts'
import { lapseAnnouncements, tellRemindersLeft } from './announce.ts'
import { startSession } from './run-session.ts'
import { legalMoves } from './session.ts'
import { legalMovesStored } from './store.ts'

let world: World
let host: Client & { personId: string }
let operator: Client

beforeAll(async () => {
  world = await startWorld()
  await world.server.app.jobs.stop() // Time moves, and nothing is swept but by the test.
  operator = await world.person('Operator', 'operations')
  host = await creator('host_of_life')
})
afterAll(() => world.stop())

async function creator(handle: string) {
  const person = await world.person(handle, 'buyer', 'creator')
  await person.post('/api/v1/me/creator', { id: newId(), handle, name: handle, bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: person.personId, count: 2_000 }))
  return person
}
const inHours = (hours: number) =>
  world.server.app.clock
    .now()
    .add({ minutes: Math.round(hours * 60) })
    .toString()
const announced = (of: Client, more: object = {}) =>
  of.post('/api/v1/studio/announcements', { id: newId(), title: 'Tea', startsAt: inHours(2), minutes: 60, ...more })
const goOnAir = (sessionId: string, creatorId: string) =>
  transact(world.server.app, (tx) => startSession(tx, { sessionId, creatorId, hasSignal: true }))
const notesOf = async (person: Client) => (await person.get('/api/v1/me/notes')).body

test('the database holds the same table of moves as the program', async () => {
  const stored = (await legalMovesStored(world.server.app.database.db)).map(({ from, to }) => `${from} ${to}`)
  const known = Object.entries(legalMoves).flatMap(([from, to]) => to.map((state) => `${from} ${state}`))
  expect(stored.toSorted()).toEqual(known.toSorted())
})

test('a broadcast lasts from 30 minutes to 13 hours, and is announced for the next 30 days', async () => {
  for (const minutes of [29, 781]) expect((await announced(host, { minutes })).status).toBe(400)
  for (const hours of [-0.1, 24 * 30 + 1])
    expect(await announced(host, { startsAt: inHours(hours) })).toMatchObject({
      status: 409,
      body: { code: 'announced_too_far' },
    })
  for (const minutes of [30, 780]) {
    const { status, body } = await announced(host, { minutes })
    expect(status).toBe(201)
    await host.delete(`/api/v1/studio/announcements/${body.announcement.id}`)
  }
})

test('who asked to be reminded is told once when it starts, and nobody else', async () => {
  const { body } = await announced(host)
  const { id, roomId } = body.announcement
  expect((await world.client().get(`/api/v1/rooms/${roomId}`)).status, 'an announcement is no room yet').toBe(404)
  const follower = await world.person('Follower', 'buyer')
  const other = await world.person('Other', 'buyer')
  expect((await follower.put(`/api/v1/announcements/${id}/reminder`)).body).toEqual({ reminders: 1 })
  expect((await follower.put(`/api/v1/announcements/${id}/reminder`)).body, 'twice is once').toEqual({ reminders: 1 })
  await other.put(`/api/v1/announcements/${id}/reminder`)
  expect((await other.delete(`/api/v1/announcements/${id}/reminder`)).body).toEqual({ reminders: 1 })
  const calendar = await world.client().get(`/api/v1/announcements/${id}/calendar`)
  expect(calendar.headers.get('content-type')).toContain('text/calendar')

  const opened = await host.post('/api/v1/studio/sessions', { id, title: 'Tea tonight' })
  expect(opened).toMatchObject({ status: 201, body: { session: { id, state: 'preparing' } } })
  expect(opened.body.ingest.streamKey).toMatch(/^live_/)
  const socket = await follower.connect()
  await socket.join(`person:${follower.personId}`)
  await goOnAir(id, host.personId)
  const told = await socket.hears(`person:${follower.personId}`, 'note')
  expect(told.note).toMatchObject({ kind: 'live_started', link: `/rooms/${roomId}` })
  await tellRemindersLeft(world.server.app)
  await world.server.outbox.drained()
  expect(await notesOf(follower)).toMatchObject({ unread: 1, items: [{ kind: 'live_started' }] })
  expect((await notesOf(other)).items).toEqual([])
  await follower.post('/api/v1/me/notes/readings')
  expect((await notesOf(follower)).unread).toBe(0)
  socket.close()
  await host.post(`/api/v1/studio/sessions/${id}/endings`)
})

test('what is taken back, and what nobody came for, is told to who waited', async () => {
  const follower = await world.person('Patient', 'buyer')
  const back = (await announced(host)).body.announcement
  const lapsed = (await announced(host)).body.announcement
  for (const { id } of [back, lapsed]) await follower.put(`/api/v1/announcements/${id}/reminder`)
  expect((await host.delete(`/api/v1/studio/announcements/${back.id}`)).status).toBe(200)
  await world.server.outbox.drained()
  expect((await notesOf(follower)).items).toMatchObject([{ kind: 'live_cancelled' }])
  await operator.post('/api/v1/sandbox/clock', { seconds: 5 * 3_600 })
  await lapseAnnouncements(world.server.app)
  await world.server.outbox.drained()
  expect((await notesOf(follower)).items).toHaveLength(2)
  expect((await host.get('/api/v1/studio/announcements')).body.announcements).toEqual([])
})

test('of ten announcements at most each is kept, also when two come at once', async () => {
  const busy = await creator('host_of_many')
  const answers = await Promise.all(Array.from({ length: 13 }, () => announced(busy)))
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(10)
  expect(answers.filter((answer) => answer.body.code === 'too_many_announcements')).toHaveLength(3)
})

test('a rehearsal is seen by nobody, and on air it is a broadcast', async () => {
  const shy = await creator('host_of_trial')
  const id = newId()
  const { body } = await shy.post('/api/v1/studio/sessions', { id, title: 'Trial' })
  const { roomId } = body.session
  const viewer = await world.person('Viewer', 'buyer')
  const socket = await viewer.connect()
  await socket.join(`room:${roomId}`)
  const rehearse = (on: boolean) => shy.put(`/api/v1/studio/sessions/${id}/rehearsal`, { on })
  expect(await rehearse(true)).toMatchObject({ status: 200, body: { session: { state: 'rehearsal' } } })
  expect((await world.client().get(`/api/v1/rooms/${roomId}`)).status).toBe(404)
  expect((await world.client().get('/api/v1/rooms')).body.rooms.map((each: any) => each.id)).not.toContain(roomId)
  const said = await socket.ask('comment.say', { id: newId(), roomId, text: 'anybody?' })
  expect(said.code).toMatch(/room_not_live|not_found/)
  expect((await rehearse(false)).body.session.state).toBe('preparing')
  await rehearse(true)
  await goOnAir(id, shy.personId)
  expect((await rehearse(false)).body.code).toBe('session_live')
  await socket.hears(`room:${roomId}`, 'session', (message) => message.state === 'live')
  expect(
    socket.heard(`room:${roomId}`, 'session').map((each) => each.state),
    'of the rehearsal nothing was told',
  ).toEqual(['live'])
  const { rows } = await world.server.app.database.pool.query(
    'select from_state, to_state from rooms.moves where session_id = $1 order by no',
    [id],
  )
  expect(rows.map((row) => row.to_state)).toEqual(['rehearsal', 'preparing', 'rehearsal', 'live'])
  socket.close()
})

test('a move that is not in the table does not fit into the database', async () => {
  const { pool } = world.server.app.database
  const { rows } = await pool.query(`select id from rooms.sessions limit 1`)
  await expect(
    pool.query(
      `insert into rooms.moves (session_id, no, from_state, to_state, at) values ($1, 99, 'banned', 'live', now())`,
      [rows[0].id],
    ),
  ).rejects.toThrow('foreign key')
})
