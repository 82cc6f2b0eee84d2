/** One whole live sale, from the camera to the payout, at the stops of ARCHITECTURE.md and in their order. */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishLoop } from '#live/media'
import { openAgency, signContract } from '#people/agencies'
import { seedFollowers } from '#people/follows'
import { insertBudget, insertPromotion } from '#trade/promotions'
import { runAudit } from '../../server/app/audit.ts'
import { openShop, type Shop, settleIn } from '../goods.ts'
import { Allowance } from '../pace.ts'
import { type Client, newId, type SocketClient, startWorld, transact, type World } from '../world.ts'

let world: World
let operator: Client & { personId: string }
let warehouseman: Client & { personId: string }
let finance: Client & { personId: string }
let host: Client & { personId: string }
let buyer: Client & { personId: string }
let viewer: Client & { personId: string }
let shop: Shop
let goods: { productId: string; skuId: string; barcode: string }
let home: { addressId: string }
const agencyId = newId()

beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  warehouseman = await world.person('Worker', 'warehouse')
  finance = await world.person('Books', 'finance')
  host = await world.person('棉棉', 'buyer', 'creator')
  buyer = await world.person('林若溪', 'buyer')
  viewer = await world.person('陈子墨', 'buyer')
  shop = await openShop(world, operator)
  goods = await shop.sell({ units: 3 })
  home = await settleIn(buyer)
  await transact(world.server.app, async (tx) => {
    await openAgency(tx, { id: agencyId, name: 'Lantern Street' })
    await insertBudget(tx, { id: agencyId, name: 'Live coupons', currency: 'CNY', limitMinor: 100_000 })
    await insertPromotion(tx, {
      id: newId(),
      name: { en: 'Live room coupon', zh: '直播间专享券' },
      channel: 'video',
      roomOnly: true,
      thresholdMinor: 15_000,
      offMinor: 2_000,
      currency: 'CNY',
      funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
      budgetId: agencyId,
      startsAt: tx.now.subtract({ hours: 1 }),
      endsAt: tx.now.add({ hours: 24 * 365 }),
    })
  })
})
afterAll(() => world?.stop())

describe('one live sale', () => {
  let sessionId: string
  let roomId: string
  let ingest: { server: string; streamKey: string }
  let attribution: string
  let room: SocketClient
  let second: SocketClient
  let orderId: string
  let parcelId: string
  const broadcast = new AbortController()
  let publishing: Promise<void>
  afterAll(async () => {
    broadcast.abort()
    await publishing
    room?.close()
    second?.close()
  })

  test('the creator becomes one, and the gate says by how much it is closed', async () => {
    const made = await host.post('/api/v1/me/creator', {
      id: newId(),
      handle: `mianmian_${host.personId.slice(-6)}`,
      name: '棉棉',
      bio: '口红试色',
    })
    expect(made.status).toBe(201)
    await transact(world.server.app, async (tx) => {
      await seedFollowers(tx, { creatorId: host.personId, count: 1_999 })
      await signContract(tx, {
        agencyId,
        creatorId: host.personId,
        basisPoints: 3_000,
        from: tx.now.subtract({ hours: 1 }),
        until: null,
      })
    })
    const { body } = await host.get('/api/v1/studio/gate')
    const live = body.gates.find((gate: any) => gate.capability === 'live')
    expect(live).toMatchObject({ passed: false })
    expect(live.clauses).toContainEqual(
      expect.objectContaining({ clause: 'followers_min', passed: false, needed: 2_000, actual: 1_999, short: 1 }),
    )
    const refused = await host.post('/api/v1/studio/sessions', { id: newId(), title: '早场' })
    expect(refused).toMatchObject({
      status: 403,
      body: { code: 'gate_closed', params: { clause: 'followers_min', short: 1 } },
    })
  })

  test('one follower more, and it opens within a second, in the studio that is open', async () => {
    const studio = await host.connect()
    await studio.join(`person:${host.personId}`)
    expect((await viewer.put(`/api/v1/creators/${host.personId}/follower`)).status).toBe(200)
    await studio.hears(`person:${host.personId}`, 'gate')
    const { body } = await host.get('/api/v1/studio/gate')
    expect(body.gates.every((gate: any) => gate.passed)).toBe(true)
    studio.close()
  })

  test('a session gives a server address and a key that is shown once', async () => {
    sessionId = newId()
    const opened = await host.post('/api/v1/studio/sessions', { id: sessionId, title: '秋冬口红，五个色号全试' })
    expect(opened.status).toBe(201)
    ingest = opened.body.ingest
    roomId = opened.body.session.roomId
    expect(ingest.server).toMatch(/^rtmp:\/\/127\.0\.0\.1:\d+\/live$/)
    expect(ingest.streamKey.length).toBeGreaterThan(24)
    const again = await host.post('/api/v1/studio/sessions', { id: sessionId, title: '秋冬口红，五个色号全试' })
    expect(again.body.ingest).toBeNull()
    expect(JSON.stringify((await host.get('/api/v1/studio/session')).body)).not.toContain(ingest.streamKey)
    const early = await host.post(`/api/v1/studio/sessions/${sessionId}/starts`)
    expect(early).toMatchObject({ status: 409, body: { code: 'no_signal' } })
  })

  test('an encoder with a wrong or an old key is turned away; with the right one a picture arrives', async () => {
    const old = ingest.streamKey
    const rotated = await host.post(`/api/v1/studio/sessions/${sessionId}/stream-keys`)
    expect(rotated.status).toBe(201)
    ingest = rotated.body.ingest
    for (const key of ['live_wrongwrongwrongwrongwrongwrong', old])
      expect(await tryToPublish(ingest.server, key)).toBe('refused')
    expect((await host.get('/api/v1/studio/session')).body.session.signal.publishing).toBe(false)

    const flv = await readFile(new URL('../../tools/demo/loops/beauty.flv', import.meta.url))
    publishing = publishLoop({
      flv,
      url: ingest.server,
      key: ingest.streamKey,
      signal: broadcast.signal,
      log: world.server.app.log,
    })
    const signal = await world.eventually(
      async () => {
        const { body } = await host.get('/api/v1/studio/session')
        return body.session.signal.publishing && body.session.signal.fps > 20 ? body.session.signal : undefined
      },
      'a picture from the encoder',
      10_000,
    )
    expect(signal).toMatchObject({ width: 720, height: 1280 })
    const started = await host.post(`/api/v1/studio/sessions/${sessionId}/starts`)
    expect(started).toMatchObject({ status: 200, body: { session: { state: 'live' } } })
  })

  test('the room is in the feed, and its playlist grows', async () => {
    const feed = await buyer.get('/api/v1/feed')
    expect(feed.body.items[0]).toMatchObject({ kind: 'room', room: { id: roomId } })
    const shown = await world.eventually(async () => {
      const { room: view } = (await buyer.get(`/api/v1/rooms/${roomId}`)).body
      return view.playback === null ? undefined : view
    }, 'a room with a picture')
    attribution = shown.attribution
    expect(attribution).toBeTruthy()
    const playlist = async () => String((await buyer.get(shown.playback.hls)).body)
    const first = await world.eventually(async () => {
      const text = await playlist()
      return text.includes('#EXTINF') ? text : undefined
    }, 'a first segment')
    await world.eventually(async () => (await playlist()) !== first, 'a next segment')
  })

  test('what one viewer says, another reads within a second; what is pinned appears within a second', async () => {
    room = await buyer.connect()
    second = await viewer.connect()
    await room.join(`room:${roomId}`)
    await second.join(`room:${roomId}`)
    const id = newId()
    const said = await room.ask('comment.say', { id, roomId, text: '有几个色号？' })
    expect(said).toMatchObject({ ok: true, value: { comment: { isQuestion: true } } })
    await second.hears(`room:${roomId}`, 'comment', (message) => message.comment.id === id)
    await room.ask('comment.say', { id, roomId, text: '有几个色号？' })

    const bag = await host.post(`/api/v1/studio/sessions/${sessionId}/bag`, { productIds: [goods.productId] })
    expect(bag.status).toBe(200)
    const itemId = bag.body.bag[0].id
    expect((await host.put(`/api/v1/studio/sessions/${sessionId}/pin`, { itemId })).status).toBe(200)
    await second.hears(`room:${roomId}`, 'pinned', (message) => message.itemId === itemId)
    expect(second.heard(`room:${roomId}`, 'comment').filter((message) => message.comment.id === id)).toHaveLength(1)
  })

  test('a buyer needs two requests: the price explained, and the order', async () => {
    const quoted = await buyer.post('/api/v1/quotes', { lines: [{ skuId: goods.skuId, units: 1 }], attribution })
    expect(quoted.status).toBe(200)
    const { quote } = quoted.body
    expect(quote.address.id).toBe(home.addressId)
    expect(quote).toMatchObject({ payMinor: 17_900, walletMinor: 1_000_000 })
    const discount = quote.explanation.find((line: any) => line.kind === 'discount')
    expect(discount).toMatchObject({ amountMinor: -2_000, funders: [{ party: 'platform', basisPoints: 10_000 }] })
    const sum = quote.explanation
      .filter((line: any) => line.kind !== 'total')
      .reduce((total: number, line: any) => total + line.amountMinor, 0)
    expect(sum).toBe(quote.payMinor)

    orderId = newId()
    const wish = {
      id: orderId,
      lines: [{ skuId: goods.skuId, units: 1 }],
      addressId: home.addressId,
      shownPayMinor: 17_900,
      payment: 'wallet',
      attribution,
    }
    const answers = await Promise.all([
      room.ask('order.place', wish),
      room.ask('order.place', wish),
      buyer.post('/api/v1/orders', wish),
    ])
    expect(answers.slice(0, 2).every((answer) => answer.ok && answer.value.order.orderId === orderId)).toBe(true)
    expect((answers[2] as any).status).toBe(201)
    expect((await buyer.get('/api/v1/me/orders')).body.items).toHaveLength(1)
    expect((await buyer.get('/api/v1/wallet')).body.balanceMinor).toBe(1_000_000 - 17_900)
    await second.hears(`room:${roomId}`, 'stock', (message) =>
      message.skus.some((sku: any) => sku.skuId === goods.skuId && sku.unitsLeft === 2),
    )
    const other = await buyer.post('/api/v1/orders', {
      ...wish,
      lines: [{ skuId: goods.skuId, units: 2 }],
      shownPayMinor: 37_800,
    })
    expect(other).toMatchObject({ status: 409, body: { code: 'order_id_reused' } })
  })

  test('the last unit makes it sold out everywhere, and nobody gets one more', async () => {
    const home2 = await settleIn(viewer)
    const wishes = Array.from({ length: 12 }, () => ({
      id: newId(),
      lines: [{ skuId: goods.skuId, units: 1 }],
      addressId: home2.addressId,
      shownPayMinor: 19_900,
      payment: 'wallet',
    }))
    const answers = await Promise.all(wishes.map((wish) => viewer.post('/api/v1/orders', wish)))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(2)
    expect(answers.filter((answer) => answer.body.code === 'sold_out')).toHaveLength(10)
    await room.hears(`room:${roomId}`, 'stock', (message) =>
      message.skus.some((sku: any) => sku.skuId === goods.skuId && sku.unitsLeft === 0),
    )
    await world.eventually(
      async () => (await buyer.get(`/api/v1/products/${goods.productId}`)).body.product.soldOut,
      'sold out on the shelf',
    )
    // One is taken back: it can be sold again within a second.
    const sold = answers.find((answer) => answer.status === 201)
    expect((await viewer.post(`/api/v1/me/orders/${sold?.body.order.orderId}/cancellations`)).status).toBe(200)
    await room.hears(`room:${roomId}`, 'stock', (message) =>
      message.skus.some((sku: any) => sku.skuId === goods.skuId && sku.unitsLeft === 1),
    )
    expect((await viewer.post('/api/v1/orders', { ...wishes[0], id: newId() })).status).toBe(201)
  })

  test('the commission is frozen on the order; a forged attribution earns nothing', async () => {
    const { body } = await operator.get(`/api/v1/orders/${orderId}`)
    expect(body.commissions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          party: 'creator',
          baseMinor: 17_900,
          basisPoints: 1_000,
          amountMinor: 1_253,
          state: 'estimated',
        }),
        expect.objectContaining({ party: 'agency', amountMinor: 537, state: 'estimated' }),
      ]),
    )
    const fresh = await shop.sell({ units: 2 })
    const forged = `${attribution.slice(0, -4)}AAAA`
    const id = newId()
    const placed = await buyer.post('/api/v1/orders', {
      id,
      lines: [{ skuId: fresh.skuId, units: 1 }],
      addressId: home.addressId,
      shownPayMinor: 19_900,
      payment: 'wallet',
      attribution: forged,
    })
    expect(placed.status).toBe(201)
    expect((await operator.get(`/api/v1/orders/${id}`)).body).toMatchObject({
      commissions: [],
      order: { creatorName: null },
    })
    expect((await buyer.post(`/api/v1/me/orders/${id}/cancellations`)).status).toBe(200)
  })

  test('the leaderboard and the big screen show the sale within a second', async () => {
    const allowance = new Allowance()
    const since = performance.now()
    const board = await world.eventually(async () => {
      const { body } = await buyer.get('/api/v1/leaderboards/creators')
      return body.ranking.find((each: any) => each.creatorId === host.personId)
    }, 'the creator on the board')
    const tookMs = performance.now() - since
    expect(tookMs).toBeLessThan(allowance.of(1_000))
    expect(board).toMatchObject({ rank: 1, paidMinor: 17_900, orders: 1 })
    const body = await world.eventually(async () => {
      const screen = (await operator.get('/api/v1/screen')).body
      return screen.orders === 3 ? screen : undefined
    }, 'three orders on the screen, the cancelled ones taken off')
    expect(body).toMatchObject({ definition: 'paid', paidMinor: 17_900 + 2 * 19_900 })
    expect(body.latest[0].maskedBuyer).toMatch(/^.\*\*$/)
  })

  test('the warehouse finds it, packs it, prints a label and hands it over', async () => {
    const { body: list } = await warehouseman.get(`/api/v1/pick-list?warehouseId=${shop.warehouseId}`)
    expect(list.lines.find((line: any) => line.skuId === goods.skuId).units).toBe(3)
    const { body: parcels } = await warehouseman.get('/api/v1/parcels?state=to_pick')
    const parcel = parcels.items.find((each: any) => each.orderId === orderId)
    parcelId = parcel.id
    const wrong = await warehouseman.post(`/api/v1/parcels/${parcelId}/picks`, { barcode: '6900000000001', units: 1 })
    expect(wrong).toMatchObject({ status: 422, body: { code: 'wrong_item' } })
    expect((await warehouseman.post(`/api/v1/parcels/${parcelId}/hand-overs`)).body.code).toBe('parcel_not_packed')
    // A scan whose answer was lost is told again, and is one unit all the same.
    const scan = { 'idempotency-key': newId() }
    for (const replayed of [null, 'true']) {
      const unit = { barcode: goods.barcode, units: 1 }
      const picked = await warehouseman.post(`/api/v1/parcels/${parcelId}/picks`, unit, scan)
      expect(picked).toMatchObject({ status: 200, body: { parcel: { state: 'picked' } } })
      expect(picked.headers.get('idempotent-replayed')).toBe(replayed)
    }
    const packed = await warehouseman.post(`/api/v1/parcels/${parcelId}/packings`, { weightGrams: 320 })
    expect(packed.body.parcel).toMatchObject({ state: 'packed', waybill: expect.any(String) })
    const label = await warehouseman.get(`/api/v1/parcels/${parcelId}/label.pdf`)
    expect(label.headers.get('content-type')).toBe('application/pdf')
    expect(label.body.subarray(0, 5).toString()).toBe('%PDF-')
    expect((await warehouseman.post(`/api/v1/parcels/${parcelId}/hand-overs`)).body.parcel.state).toBe('handed_over')
    await world.eventually(
      async () => (await buyer.get(`/api/v1/me/orders/${orderId}`)).body.order.state === 'shipped',
      'the order is shipped',
    )
  })

  test('buyer and creator see each step until it is delivered', async () => {
    const own = await host.connect()
    await own.join(`person:${host.personId}`)
    for (const state of ['collected', 'in_transit', 'in_transit', 'out_for_delivery', 'delivered']) {
      const scanned = await warehouseman.post(`/api/v1/sandbox/parcels/${parcelId}/scans`)
      expect(scanned.status, JSON.stringify(scanned.body)).toBe(200)
      if (scanned.body.parcel.state === 'delivered') break
      expect(['collected', 'in_transit', 'out_for_delivery']).toContain(
        state === 'delivered' ? 'in_transit' : scanned.body.parcel.state,
      )
    }
    await own.hears(
      `person:${host.personId}`,
      'sale',
      (message) => message.orderId === orderId && message.state === 'delivered',
    )
    own.close()
    const { body } = await buyer.get(`/api/v1/me/orders/${orderId}`)
    expect(body.order).toMatchObject({ state: 'delivered', mayConfirm: true })
    expect(body.parcels[0].tracks.map((track: any) => track.state)).toEqual(
      expect.arrayContaining(['collected', 'out_for_delivery', 'delivered']),
    )
    const sales = await host.get('/api/v1/studio/sales')
    expect(sales.body.items[0]).toMatchObject({ orderId, state: 'delivered', commissionMinor: 1_253 })
    expect(JSON.stringify(sales.body)).not.toContain('文三路')
  })

  test('when the buyer confirms, the money moves exactly', async () => {
    const confirmed = await buyer.post(`/api/v1/me/orders/${orderId}/confirmations`)
    expect(confirmed).toMatchObject({ status: 200, body: { order: { state: 'confirmed' } } })
    const { body } = await operator.get(`/api/v1/orders/${orderId}`)
    const journal = body.journals.find((each: any) => each.kind === 'order.confirmed')
    const posted = new Map(journal.postings.map((posting: any) => [posting.account, posting.amountMinor]))
    expect(Object.fromEntries(posted)).toEqual({
      escrow: 17_900,
      subsidy: 2_000,
      'revenue:goods': -19_900,
      'expense:cogs': 9_000,
      in_transit: -9_000,
      'expense:commission': 1_790,
      [`payable:${host.personId}:pending`]: -1_253,
      [`payable:${agencyId}:pending`]: -537,
    })
  })

  test('what nobody confirms is confirmed for him; fifteen days later it is available, and a payout adds up', async () => {
    expect((await finance.post('/api/v1/sandbox/clock', { seconds: 86_400 })).status).toBe(403)
    const moved = await operator.post('/api/v1/sandbox/clock', { seconds: 16 * 86_400 })
    expect(moved.status).toBe(200)
    const { body: earned } = await host.get('/api/v1/studio/earnings')
    const reserve = 63 // 5 % of 1,253, half up.
    expect(earned).toMatchObject({ pendingMinor: 0, availableMinor: 1_253 - reserve, reserveMinor: reserve })
    const payoutId = newId()
    const paid = await host.post('/api/v1/studio/payouts', { id: payoutId })
    expect(paid.status).toBe(201)
    const { payout } = paid.body
    expect(payout.amountMinor).toBe(1_253 - reserve)
    expect(payout.lines.reduce((sum: number, line: any) => sum + line.amountMinor, 0)).toBe(payout.amountMinor)
    expect((await host.post('/api/v1/studio/payouts', { id: newId() })).status).toBe(409)
  })

  test('a violation closes the gate at once; an operator ends the room for all within two seconds', async () => {
    const moderator = await world.person('Moderator', 'moderator')
    const stopped = await moderator.post(`/api/v1/rooms/${roomId}/stops`, { reason: 'false claims' })
    expect(stopped.status).toBe(200)
    await second.hears(`room:${roomId}`, 'session', (message) => message.state === 'banned', 2_000)
    expect(await second.ask('comment.say', { id: newId(), roomId, text: '还在吗' })).toMatchObject({
      ok: false,
      code: 'room_not_live',
    })
    const recorded = await moderator.post('/api/v1/violations', {
      id: newId(),
      creatorId: host.personId,
      rule: 'false_claim',
      severity: 'serious',
      points: 12,
      note: 'no proof',
      days: 90,
    })
    expect(recorded.status).toBe(201)
    const refused = await host.post('/api/v1/studio/sessions', { id: newId(), title: '再来' })
    expect(refused).toMatchObject({
      status: 403,
      body: { code: 'gate_closed', params: { clause: 'active_violations_max' } },
    })
    expect(await tryToPublish(ingest.server, ingest.streamKey)).toBe('refused')
  })

  test('the auditor finds nothing, in a trial balance that sums to zero', async () => {
    await world.server.outbox.drained()
    const { body } = await finance.get('/api/v1/books/balances')
    expect(body.totalMinor).toBe(0)
    const report = await runAudit(world.server.app.database)
    expect(report.invariants.filter((each: any) => each.broken > 0)).toEqual([])
  })
})

/** Publishes with ffmpeg for a moment: refused when the server turns the key away. */
function tryToPublish(server: string, key: string): Promise<'refused' | 'accepted'> {
  return new Promise((resolve) => {
    const child = spawn('ffmpeg', [
      '-hide_banner',
      '-loglevel',
      'error',
      '-re',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=180x320:r=30',
      '-t',
      '3',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-f',
      'flv',
      `${server}/${key}`,
    ])
    child.on('error', () => resolve('refused'))
    child.on('exit', (code) => resolve(code === 0 ? 'accepted' : 'refused'))
  })
}
