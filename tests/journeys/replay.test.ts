/**
 * A broadcast that is over: it is watched again, jumps to what was explained, and is kept for as long as it must be.
 * In the order of the code: media -> rooms -> showcase -> replays.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { madeUpFilm, publishLoop } from '#live/media'
import { seedFollowers } from '#people/follows'
import { recordingsFolder } from '../../server/app/folders.ts'
import { openShop } from '../goods.ts'
import { type Client, newId, startWorld, transact, type World } from '../world.ts'

let world: World
let host: Client & { personId: string }
let keeper: Client
let sessionId: string
let roomId: string
let goods: { productId: string }[] = []
const bagItems = new Map<string, string>()
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function until<Value>(look: () => Promise<Value | undefined>, timeoutMs = 15_000): Promise<Value> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const value = await look()
    if (value !== undefined) return value
    if (performance.now() > endMs) throw new Error('It did not come to pass in time')
    await pause(100)
  }
}

beforeAll(async () => {
  world = await startWorld()
  keeper = await world.person('Keeper', 'operations')
  // The platform's clock is a day ahead, as after an afternoon of trying things out: recordings know only the real one.
  await keeper.post('/api/v1/sandbox/clock', { seconds: 86_400 })
  const shop = await openShop(world, keeper)
  goods = [await shop.sell({ units: 5, priceMinor: 1_000 }), await shop.sell({ units: 5, priceMinor: 2_000 })]
  host = await world.person('Host', 'buyer', 'creator')
  await host.post('/api/v1/me/creator', { id: newId(), handle: 'host_again', name: 'Host', bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: host.personId, count: 2_000 }))
  sessionId = newId()
  const opened = await host.post('/api/v1/studio/sessions', { id: sessionId, title: 'Seen again' })
  roomId = opened.body.session.roomId
  const filled = await host.post(`/api/v1/studio/sessions/${sessionId}/bag`, {
    productIds: goods.map(({ productId }) => productId),
  })
  for (const item of filled.body.bag) bagItems.set(item.productId, item.id)
  const broadcast = new AbortController()
  const { server, streamKey } = opened.body.ingest
  const log = { info: () => undefined, warn: () => undefined }
  const flv = madeUpFilm({ seconds: 4 })
  const over = publishLoop({ flv, url: server, key: streamKey, signal: broadcast.signal, log })
  await until(async () => {
    const started = await host.post(`/api/v1/studio/sessions/${sessionId}/starts`)
    return started.status === 200 ? true : undefined
  })
  const pin = (productId: string | undefined) =>
    host.put(`/api/v1/studio/sessions/${sessionId}/pin`, { itemId: bagItems.get(productId ?? '') ?? null })
  await pin(goods[0]?.productId)
  await pause(3_000)
  await pin(goods[1]?.productId)
  await pause(2_000)
  await host.post(`/api/v1/studio/sessions/${sessionId}/endings`)
  broadcast.abort()
  await over
}, 120_000)
afterAll(() => world.stop())

const replay = () => world.client().get(`/api/v1/replays/${sessionId}`)

test('what is over can be watched again, as soon as its recording is whole', async () => {
  const shown = await until(async () => {
    const answer = await replay()
    return answer.status === 200 ? answer.body.replay : undefined
  })
  expect(shown).toMatchObject({ title: 'Seen again', roomId, host: { name: 'Host' } })
  expect(shown.durationMs).toBeGreaterThan(4_000)
  const playlist = await fetch(`${world.url}${shown.playback.hls}`)
  expect(playlist.status).toBe(200)
  const text = await playlist.text()
  expect(text).toContain('#EXT-X-ENDLIST')
  expect(text).toContain('#EXT-X-BYTERANGE')
  const listed = await world.client().get(`/api/v1/rooms/${roomId}/replays`)
  expect(listed.body.replays).toMatchObject([{ sessionId, title: 'Seen again' }])
})

test('it jumps to where a product was explained, whatever the clock of the platform says', async () => {
  const { marks, durationMs } = (await replay()).body.replay
  expect(marks.map((mark: { productId: string }) => mark.productId)).toEqual(goods.map(({ productId }) => productId))
  const [first, second] = marks
  // Within the two seconds that a viewer forgives; the parts of a picture alone are a fifth of one.
  expect(second.fromMs - first.fromMs).toBeGreaterThan(2_000)
  expect(second.fromMs - first.fromMs).toBeLessThan(5_000)
  expect(first.untilMs).toBe(second.fromMs)
  expect(second.untilMs).toBeLessThanOrEqual(durationMs)
  expect(durationMs - second.fromMs, 'and the explanation lasted to the end').toBeLessThan(4_500)
})

test('the host cuts what he explained into a clip, and shows it beside the product', async () => {
  const { replay: own, clips: none } = (await host.get(`/api/v1/studio/recordings/${sessionId}`)).body
  expect(none).toEqual([])
  const listed = await host.get('/api/v1/studio/recordings')
  expect(listed.body.recordings).toMatchObject([{ sessionId, title: 'Seen again', clips: 0 }])
  const [first, second] = own.marks
  const clipId = newId()
  const wish = {
    id: clipId,
    title: 'The first one',
    fromMs: first.fromMs,
    lengthMs: first.untilMs - first.fromMs,
    productId: first.productId,
  }
  const make = (who: Client, body: object) => who.post(`/api/v1/studio/recordings/${sessionId}/clips`, body)

  const other = await world.person('Other host', 'buyer', 'creator')
  expect((await make(other, wish)).status, 'of somebody else').toBe(404)
  expect((await make(host, { ...wish, lengthMs: 200 })).status, 'too short').toBe(400)
  expect(await make(host, { ...wish, productId: newId() })).toMatchObject({ status: 409, body: { code: 'not_in_bag' } })
  const late = { ...wish, fromMs: 3_600_000, lengthMs: 2_000 }
  expect(await make(host, late)).toMatchObject({ status: 409, body: { code: 'clip_outside' } })

  const made = await make(host, wish)
  expect(made.status).toBe(201)
  const { clip } = made.body
  expect(clip).toMatchObject({ id: clipId, productId: first.productId, published: false, width: 720, height: 1_280 })
  expect(clip.fromMs).toBeLessThanOrEqual(first.fromMs)
  expect(first.fromMs - clip.fromMs, 'from the keyframe before').toBeLessThanOrEqual(1_100)
  expect((await make(host, wish)).body.clip, 'the same wish again is the same clip').toEqual(clip)
  expect((await make(other, wish)).body.code).toBe('id_reused')
  const film = await fetch(`${world.url}${clip.video}`, { headers: { range: 'bytes=4-7' } })
  expect([film.status, await film.text()]).toEqual([206, 'ftyp'])

  const beside = async (productId: string) =>
    (await world.client().get(`/api/v1/products/${productId}/clips`)).body.clips
  expect(await beside(first.productId)).toEqual([])
  const show = (who: Client, id: string, published: boolean) =>
    who.put(`/api/v1/studio/clips/${id}/publication`, { published })
  expect((await show(other, clipId, true)).status).toBe(404)
  expect((await show(host, clipId, true)).body.clip.published).toBe(true)
  expect(await beside(first.productId)).toMatchObject([{ id: clipId, title: 'The first one' }])
  expect(await beside(second.productId)).toEqual([])
  await show(host, clipId, false)
  expect(await beside(first.productId)).toEqual([])

  const plain = await make(host, { ...wish, id: newId(), productId: null })
  expect(await show(host, plain.body.clip.id, true)).toMatchObject({
    status: 409,
    body: { code: 'clip_without_product' },
  })
  expect((await other.delete(`/api/v1/studio/clips/${clipId}`)).status).toBe(404)
  expect((await host.delete(`/api/v1/studio/clips/${clipId}`)).status).toBe(200)
  expect((await fetch(`${world.url}${clip.video}`)).status).toBe(404)
  expect((await host.get(`/api/v1/studio/recordings/${sessionId}`)).body.clips).toHaveLength(1)
})

test('nobody deletes it before its time, nor while somebody holds it as evidence', async () => {
  const { app } = world.server
  const remove = () => keeper.delete(`/api/v1/recordings/${sessionId}`)
  expect((await host.delete(`/api/v1/recordings/${sessionId}`)).status).toBe(403)
  expect(await remove()).toMatchObject({ status: 409, body: { code: 'retention_not_over' } })
  const byHand = app.database.pool.query('update replays.recordings set deleted_at = now() where session_id = $1', [
    sessionId,
  ])
  await expect(byHand, 'the database keeps the lock as well').rejects.toThrow('recordings_kept_long_enough')
  const held = await keeper.put(`/api/v1/recordings/${sessionId}/hold`, { reason: 'a court asked for it' })
  expect(held.status).toBe(200)
  const days = 3 * 366
  for (let passed = 0; passed < days; passed += 30) await keeper.post('/api/v1/sandbox/clock', { seconds: 30 * 86_400 })
  expect(await remove()).toMatchObject({ status: 409, body: { code: 'recording_held' } })
  await app.jobs.sweepAll()
  expect((await replay()).status, 'nor does it go by itself').toBe(200)
  await keeper.put(`/api/v1/recordings/${sessionId}/hold`, { reason: null })
  expect((await remove()).status).toBe(200)
  expect((await replay()).status).toBe(404)
  await app.jobs.sweepAll()
  expect(existsSync(join(recordingsFolder(app.config), sessionId))).toBe(false)
})
