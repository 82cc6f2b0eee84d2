import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { seedFollowers } from '#people/follows'
import { openShop } from '../../../tests/goods.ts'
import { type Client, newId, type SocketClient, startWorld, transact, type World } from '../../../tests/world.ts'
import { commentsWaitingMax, openCommentDesk } from './comment-desk.ts'
import { startSession } from './run-session.ts'

type Person = Client & { personId: string }
let world: World
let host: Person
let viewer: Person
let hostSocket: SocketClient
let viewerSocket: SocketClient
let sessionId: string
let roomId: string
let productId: string
let itemId: string
const topic = () => `room:${roomId}`

beforeAll(async () => {
  world = await startWorld()
  await world.server.app.jobs.stop()
  const shop = await openShop(world, await world.person('Operator', 'operations'))
  productId = (await shop.sell({ units: 5 })).productId
  host = await world.person('Host', 'buyer', 'creator')
  await host.post('/api/v1/me/creator', { id: newId(), handle: 'host_of_desk', name: 'Host', bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: host.personId, count: 2_000 }))
  sessionId = newId()
  roomId = (await host.post('/api/v1/studio/sessions', { id: sessionId, title: 'Tea' })).body.session.roomId
  itemId = (await host.post(`/api/v1/studio/sessions/${sessionId}/bag`, { productIds: [productId] })).body.bag[0].id
  await transact(world.server.app, (tx) => startSession(tx, { sessionId, creatorId: host.personId, hasSignal: true }))
  hostSocket = await joined(host)
})
beforeEach(async () => {
  viewer = await world.person('Viewer', 'buyer')
  viewerSocket = await joined(viewer)
  await host.put(`/api/v1/rooms/${roomId}/chat-rules`, { slowSeconds: 0, blockedWords: [] })
})
afterAll(() => world.stop())

async function joined(person: Client): Promise<SocketClient> {
  const socket = await person.connect()
  await socket.join(topic())
  return socket
}
const say = (socket: SocketClient, text: string, more: object = {}) =>
  socket.ask('comment.say', { id: newId(), roomId, text, ...more })
const desk = async (person: Client) => (await person.get(`/api/v1/rooms/${roomId}/desk`)).body.desk
const shown = async () => (await world.client().get(`/api/v1/rooms/${roomId}`)).body.room
const hears = (socket: SocketClient, text: string) =>
  socket.hears(topic(), 'comment', (message) => message.comment.text === text)
const texts = (socket: SocketClient) => socket.heard(topic(), 'comment').map((message) => message.comment.text)

test('a comment is bound to what is being explained while it is written, and said once per id', async () => {
  const pin = (id: string | null) => host.put(`/api/v1/studio/sessions/${sessionId}/pin`, { itemId: id })
  await pin(itemId)
  const id = newId()
  const first = await say(viewerSocket, '要身上这套', { id })
  const again = await say(viewerSocket, '要身上这套', { id })
  expect(first.value.comment.productId).toBe(productId)
  expect(again.value).toEqual(first.value)
  await pin(null)
  expect((await say(viewerSocket, '好看')).value.comment.productId).toBeNull()
  await hears(hostSocket, '好看')
  expect(texts(hostSocket).filter((text) => text === '要身上这套')).toHaveLength(1)
  const stranger = await joined(await world.person('Stranger', 'buyer'))
  expect((await say(stranger, 'mine', { id })).code, 'somebody else’s id').toBe('not_found')
})

test('forty who talk at once stand in one order for everybody', async () => {
  const talkers = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => joined(await world.person(`Talker ${index}`, 'buyer'))),
  )
  const other = await joined(await world.person('Other', 'buyer'))
  const heardBefore = texts(hostSocket).length
  // Fewer at once than a tick carries: what is above that is dropped for everybody.
  for (const n of [0, 1, 2, 3, 4]) {
    await Promise.all(talkers.map((socket, index) => say(socket, `t${index} n${n}`)))
    await hears(hostSocket, `t39 n${n}`)
  }
  const last = await say(viewerSocket, 'the end')
  await hears(hostSocket, 'the end')
  await hears(other, 'the end')
  const heard = texts(hostSocket).slice(heardBefore)
  expect(texts(other)).toEqual(heard)
  for (let index = 0; index < 40; index++) {
    const own = heard.filter((text) => text.startsWith(`t${index} `))
    expect(own, 'each speaks in his own order').toEqual([0, 1, 2, 3, 4].map((n) => `t${index} n${n}`))
  }
  const loaded = (await shown()).comments
  expect(loaded.at(-1).id).toBe(last.value.comment.id)
  for (const socket of [...talkers, other]) socket.close()
})

test('what a muted person says is seen by him and by nobody else, host and helpers included', async () => {
  await say(viewerSocket, 'before the muting')
  await hears(hostSocket, 'before the muting')
  await host.put(`/api/v1/rooms/${roomId}/silences/${viewer.personId}`, { kind: 'muted' })
  await hostSocket.hears(topic(), 'hushed', (message) => message.personId === viewer.personId)
  const said = await say(viewerSocket, 'is anybody there?')
  expect(said, 'he does not notice').toMatchObject({ ok: true, value: { comment: { text: 'is anybody there?' } } })
  await say(hostSocket, 'after the muted one')
  await hears(viewerSocket, 'after the muted one')
  const other = await joined(await world.person('Late', 'buyer'))
  expect([...texts(hostSocket), ...texts(other)]).not.toContain('is anybody there?')
  expect((await shown()).comments.map((each: any) => each.text)).not.toContain('is anybody there?')
  expect(JSON.stringify(await desk(host))).not.toContain('is anybody there?')
  const { id } = said.value.comment
  expect((await host.put(`/api/v1/rooms/${roomId}/pinned-comment`, { commentId: id })).status).toBe(404)
  expect((await say(hostSocket, 'yes', { replyTo: id })).code).toBe('not_found')
  expect((await desk(host)).silenced).toMatchObject([{ personId: viewer.personId, name: 'Viewer', kind: 'muted' }])
  await host.put(`/api/v1/rooms/${roomId}/silences/${viewer.personId}`, { kind: 'none' })
  await say(viewerSocket, 'heard again')
  await hears(hostSocket, 'heard again')
})

test('who is banned is out of the room at once and does not come back', async () => {
  await host.put(`/api/v1/rooms/${roomId}/silences/${viewer.personId}`, { kind: 'banned' })
  await world.eventually(() => viewerSocket.all.some((each) => each.t === 'refused' && each.topic === topic()), 'out')
  expect((await say(viewerSocket, 'let me in')).code).toBe('not_in_room')
  await expect(joined(viewer)).rejects.toThrow('not_found')
})

test('blocked words are found behind simple disguises; the platform’s are reported by themselves', async () => {
  const moderator = await world.person('Moderator', 'moderator')
  await host.put(`/api/v1/rooms/${roomId}/chat-rules`, { slowSeconds: 0, blockedWords: ['别家'] })
  await moderator.put('/api/v1/forbidden-words', { words: ['加微信'] })
  const roomWord = await say(viewerSocket, '别 家更便宜')
  const platformWord = await say(viewerSocket, '加Ｖ不如加★微 信')
  expect([roomWord.ok, platformWord.ok]).toEqual([true, true])
  await say(viewerSocket, '正常发言')
  await hears(hostSocket, '正常发言')
  expect(texts(hostSocket).join()).not.toMatch(/别 家|微 信/)
  const { body } = await moderator.get('/api/v1/reports')
  expect(body).toMatchObject({ open: 1, overdue: 0, items: [{ kind: 'comment', reason: 'sensitive_word' }] })
  expect(body.items[0].subject).toMatchObject({ text: '加Ｖ不如加★微 信', personId: viewer.personId, roomId })
  const decide = () =>
    moderator.post(`/api/v1/reports/${body.items[0].id}/decisions`, { decision: 'upheld', answer: 'seen' })
  expect((await decide()).body.report).toMatchObject({ decision: 'upheld', answer: 'seen' })
  expect((await decide()).body.code).toBe('report_decided')
  await moderator.put('/api/v1/forbidden-words', { words: [] })
})

test('what a viewer reports waits with a deadline, as it was', async () => {
  const { value } = await say(viewerSocket, 'you are ugly')
  const other = await world.person('Witness', 'buyer')
  const id = newId()
  const report = (more: object = {}) =>
    other.post('/api/v1/reports', { id, roomId, commentId: value.comment.id, reason: 'abuse', note: '', ...more })
  const filed = await report()
  expect(filed.status).toBe(201)
  expect((await report()).body, 'again is the same').toEqual(filed.body)
  const now = world.server.app.clock.now()
  expect(Temporal.Instant.from(filed.body.dueAt).since(now).total('hours')).toBeCloseTo(4, 1)
  expect((await report({ id: newId(), commentId: newId() })).status).toBe(404)
  const moderator = await world.person('Judge', 'moderator')
  const { items } = (await moderator.get('/api/v1/reports')).body
  expect(items.map((each: any) => each.subject.text)).toEqual(['you are ugly'])
})

test('slow mode is the server’s, and holds viewers only', async () => {
  await host.put(`/api/v1/rooms/${roomId}/chat-rules`, { slowSeconds: 60, blockedWords: [] })
  await viewerSocket.hears(topic(), 'chat_rules', (message) => message.slowSeconds === 60)
  expect((await shown()).slowSeconds).toBe(60)
  expect((await say(viewerSocket, 'one')).ok).toBe(true)
  const second = await say(viewerSocket, 'two')
  expect(second.code).toBe('slow_mode')
  expect(second.params.retryAfterMs).toBeGreaterThan(50_000)
  for (const text of ['a', 'b']) expect((await say(hostSocket, text)).ok).toBe(true)
})

test('a helper does what he was given and no more; on another device he sees the same', async () => {
  const helper = await world.person('Helper', 'buyer')
  expect((await helper.get(`/api/v1/rooms/${roomId}/desk`)).status).toBe(404)
  const helperSocket = await joined(helper)
  const give = (permissions: string[]) =>
    host.put(`/api/v1/rooms/${roomId}/helpers/${helper.personId}`, { permissions })
  const { value } = await say(viewerSocket, 'is it cotton?')
  const question = value.comment.id
  const tries = {
    reply: () => helper.put(`/api/v1/rooms/${roomId}/questions/${question}`, { answered: false }),
    pin: () => helper.put(`/api/v1/rooms/${roomId}/pinned-comment`, { commentId: question }),
    mute: () => helper.put(`/api/v1/rooms/${roomId}/silences/${viewer.personId}`, { kind: 'none' }),
    words: () => helper.put(`/api/v1/rooms/${roomId}/chat-rules`, { slowSeconds: 0, blockedWords: [] }),
    goods: () => helper.put(`/api/v1/studio/sessions/${sessionId}/pin`, { itemId: null }),
  }
  const statuses = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(tries).map(async ([name, run]) => [name, (await run()).status] as const)),
    )
  for (const given of Object.keys(tries)) {
    await give([given])
    for (const [name, status] of Object.entries(await statuses())) {
      if (name === given) expect(status, name).toBe(200)
      else expect([403, 404], `${name} with ${given} only`).toContain(status)
    }
  }
  expect(
    (await helper.put(`/api/v1/rooms/${roomId}/helpers/${viewer.personId}`, { permissions: ['pin'] })).status,
  ).toBe(403)

  await give(['reply'])
  const otherDevice = await helper.connect()
  await otherDevice.join(`desk:${roomId}`)
  expect((await desk(helper)).questions.find((each: any) => each.id === question)).toMatchObject({ isAnswered: false })
  const reply = await say(helperSocket, 'pure cotton', { replyTo: question })
  expect(reply.value.comment).toMatchObject({ isHelper: true, replyTo: { id: question, text: 'is it cotton?' } })
  await otherDevice.hears(`desk:${roomId}`, 'desk')
  for (const person of [host, helper])
    expect((await desk(person)).questions.find((each: any) => each.id === question)).toMatchObject({ isAnswered: true })
  expect((await host.put(`/api/v1/rooms/${roomId}/silences/${helper.personId}`, { kind: 'muted' })).body.code).toBe(
    'not_permitted',
  )
  await give([])
  expect((await helper.get(`/api/v1/rooms/${roomId}/desk`)).status).toBe(404)
})

test('a pinned comment reaches everybody reliably and is there for who comes later', async () => {
  const { value } = await say(viewerSocket, 'the best tea')
  const commentId = value.comment.id
  await host.put(`/api/v1/rooms/${roomId}/pinned-comment`, { commentId })
  await viewerSocket.hears(topic(), 'pinned_comment', (message) => message.comment?.id === commentId)
  expect((await shown()).pinnedComment).toMatchObject({ id: commentId, text: 'the best tea' })
  await host.put(`/api/v1/rooms/${roomId}/pinned-comment`, { commentId: null })
  expect((await shown()).pinnedComment).toBeNull()
})

test('more than the desk can hold are told to come back, and what it took is said', async () => {
  const commentDesk = openCommentDesk(world.server.app)
  const asks = Array.from({ length: commentsWaitingMax + 50 }, (_, index) =>
    commentDesk.say({ id: newId(), roomId, personId: viewer.personId, text: `flood ${index}`, replyTo: null }),
  )
  const answers = await Promise.all(asks)
  expect(answers.filter((answer) => answer.ok)).toHaveLength(commentsWaitingMax)
  expect(answers.slice(-50).map((answer) => !answer.ok && answer.code)).toEqual(Array(50).fill('overloaded'))
  await commentDesk.close()
})

test('nothing is said after the end, however it was timed', async () => {
  const talkers = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => joined(await world.person(`Last ${index}`, 'buyer'))),
  )
  const talking = Promise.all(
    talkers.flatMap((socket) => Array.from({ length: 4 }, () => say(socket, 'until the end'))),
  )
  const ending = host.post(`/api/v1/studio/sessions/${sessionId}/endings`)
  const answers = await talking
  await ending
  await viewerSocket.hears(topic(), 'session', (message) => message.state === 'ended')
  const { rows } = await world.server.app.database.pool.query(
    `select count(*)::int as said from chat.comments where session_id = $1 and text = 'until the end'`,
    [sessionId],
  )
  expect(answers.filter((answer) => answer.ok)).toHaveLength(rows[0].said)
  for (const answer of answers) if (!answer.ok) expect(answer.code).toBe('room_not_live')
  // Who hears of the end hears of no comment in a later tick.
  const ticks = viewerSocket.all.filter((each) => each.t === 'tick' && each.topic === topic())
  const end = ticks.findIndex((tick) => tick.r?.some(([, message]: [number, any]) => message.state === 'ended'))
  expect(
    ticks
      .slice(end + 1)
      .flatMap((tick) => tick.l ?? [])
      .filter((each) => each.kind === 'comment'),
  ).toEqual([])
  expect((await say(hostSocket, 'too late')).code).toBe('room_not_live')
  for (const socket of talkers) socket.close()
})
