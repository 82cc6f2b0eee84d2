/**
 * Demo visitors: three rooms on air, and people who watch, ask and buy at a gentle pace. In demo mode only; what they buy
 * is marked, and no figure outside demo mode counts it.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '#live/chat'
import { publishLoop } from '#live/media'
import { endSession, findOpenSession, openSession, startSession } from '#live/rooms'
import { addToBag, bagOf, pin, topicOf } from '#live/showcase'
import { issueAttribution } from '#money/commissions'
import { topUp } from '#money/payments'
import { inTransaction, systemActor, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { quote, wishOf } from '#trade/checkout'
import { announceFromGrant, flashGrantsOf } from '#trade/flash'
import { handOutCoupon, openCoupon } from '#trade/promotions'
import { demoBuyers, demoComments, demoCreators, demoProducts } from '../../tools/demo/index.ts'
import { between, gatherCrowd, pause, type ShownRoom } from './demo-crowd.ts'
import { demoId, demoWalletMinor, onAirAtStart, pickOf } from './demo-world.ts'
import type { RunningServer } from './server.ts'

const loopsFolder = join(import.meta.dirname, '../../tools/demo/loops')
const bagItemsAtStart = 12
const signalTimeoutMs = 15_000
const pinEveryMs = 25_000
const commentEveryMs = { min: 3_000, max: 9_000 }
const flashFirstMs = 20_000
const flashEveryMs = 8 * 60_000
const handOutEveryMs = 100_000
/** How many come and go in each room that is on air, in the order of these rooms. */
const crowds = [26, 17, 11]
const purchaseEveryMs = { min: 9_000, max: 24_000 }

type Creator = (typeof demoCreators)[number]
interface OnAir extends ShownRoom {
  creator: Creator
}

/** Puts the demo rooms on air and lets visitors in; answers how to end it. Never holds up the start. */
export async function startDemoVisitors(server: RunningServer): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const { signal } = stopping
  const work: Promise<void>[] = []
  for (const handle of onAirAtStart) {
    const creator = demoCreators.find((each) => each.handle === handle)
    if (creator !== undefined) work.push(runRoom(server, creator, signal))
  }
  return async () => {
    stopping.abort()
    await Promise.all(work)
  }
}

async function runRoom(server: RunningServer, creator: Creator, signal: AbortSignal): Promise<void> {
  const { app } = server
  try {
    const onAir = await goOnAir(server, creator, signal)
    if (onAir === null || !app.config.demoSales) return
    await Promise.all([
      keepPinning(server, onAir, signal),
      keepTalking(server, onAir, signal),
      keepBuying(server, onAir, signal),
      keepFlashing(server, onAir, signal),
      keepHandingOut(server, onAir, signal),
      gatherCrowd(server, onAir, { people: crowds[onAirAtStart.indexOf(creator.handle)] ?? 0, signal }),
    ])
  } catch (error) {
    if (!signal.aborted) app.log.error({ err: error, creator: creator.handle }, 'a demo room ended')
  }
}

async function goOnAir(server: RunningServer, creator: Creator, signal: AbortSignal): Promise<OnAir | null> {
  const { app, media } = server
  if (media === null) return null
  const creatorId = demoId(creator.handle)
  const { session, streamKey } = await transact(app, async (tx) => {
    // What a killed server left open is over now.
    const wish = { id: newId(), creatorId, title: creator.roomTitle.zh, isDemo: true }
    const first = await openSession(tx, wish)
    if (first.ok) return first.value
    await endOpenSession(tx, creatorId)
    return mustBeDone(await openSession(tx, wish))
  })
  if (streamKey === null) return null
  const flv = await readFile(join(loopsFolder, `${creator.loop}.flv`))
  const { serverUrl } = media.publishTarget('127.0.0.1')
  void publishLoop({
    flv,
    url: serverUrl,
    key: media.streamKeyOf({ streamId: session.id, key: streamKey }),
    signal,
    log: app.log,
  })
  const own = demoProducts.filter((product) => creator.categories.includes(product.category))
  const others = demoProducts.filter((product) => !creator.categories.includes(product.category))
  const productIds = [...own, ...others].slice(0, bagItemsAtStart).map((product) => demoId(product.slug))
  await transact(app, async (tx) => void mustBeDone(await addToBag(tx, { sessionId: session.id, productIds })))
  const onAir: OnAir = {
    ...{ creator, sessionId: session.id, roomId: session.roomId },
    ...{ shownProductId: null, bagProductIds: productIds },
  }
  const deadline = performance.now() + signalTimeoutMs
  while (media.stateOf(session.id)?.phase !== 'publishing') {
    if (signal.aborted || performance.now() > deadline) return null
    await sleep(100)
  }
  await transact(
    app,
    async (tx) => void mustBeDone(await startSession(tx, { sessionId: session.id, creatorId, hasSignal: true })),
  )
  return onAir
}

async function endOpenSession(tx: Parameters<typeof endSession>[0], creatorId: string): Promise<void> {
  const open = await findOpenSession(tx.db, creatorId)
  if (open !== null) mustBeDone(await endSession(tx, { sessionId: open.id, creatorId }))
}

async function keepPinning(server: RunningServer, onAir: OnAir, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn++) {
    const { bag } = await bagOf(server.app.database.db, onAir.sessionId, server.app.clock.now())
    const sellable = bag.filter((item) => !item.soldOut)
    if (sellable.length > 0) {
      const item = sellable[turn % sellable.length]
      await transact(server.app, (tx) => pin(tx, { sessionId: onAir.sessionId, itemId: item?.id ?? null }))
      onAir.shownProductId = item?.productId ?? null
    }
    await pause(pinEveryMs, signal)
  }
}

async function keepTalking({ app }: RunningServer, onAir: OnAir, signal: AbortSignal): Promise<void> {
  const lines = demoComments.filter(
    (comment) => comment.category === null || onAir.creator.categories.includes(comment.category),
  )
  while (!signal.aborted) {
    await pause(between(commentEveryMs), signal)
    if (signal.aborted) return
    const buyer = pickOf(demoBuyers, Math.random())
    const line = pickOf(lines, Math.random())
    const said = await transact(app, (tx) =>
      say(tx, {
        id: newId(),
        roomId: onAir.roomId,
        sessionId: onAir.sessionId,
        personId: demoId(buyer.slug),
        hostId: demoId(onAir.creator.handle),
        text: line.text.zh,
      }),
    )
    if (said.ok && !said.value.isHidden)
      app.sockets.publish(topicOf(onAir.roomId), { kind: 'comment', comment: said.value.view })
  }
}

async function keepBuying({ app, desk, facts }: RunningServer, onAir: OnAir, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(between(purchaseEveryMs), signal)
    if (signal.aborted) return
    const buyer = pickOf(demoBuyers, Math.random())
    const buyerId = demoId(buyer.slug)
    const { bag, pinnedItemId } = await bagOf(app.database.db, onAir.sessionId, app.clock.now())
    const item = bag.find((each) => each.id === pinnedItemId && !each.soldOut) ?? bag.find((each) => !each.soldOut)
    const sku = item?.skus.find((each) => each.unitsLeft > 0)
    if (item === undefined || sku === undefined) continue
    facts.note(onAir.sessionId, [{ kind: 'click', productId: item.productId }])
    const attribution = issueAttribution(app, {
      creatorId: demoId(onAir.creator.handle),
      roomId: onAir.roomId,
      sessionId: onAir.sessionId,
      roomTitle: onAir.creator.roomTitle.zh,
      personId: buyerId,
      issuedAt: app.clock.now(),
    })
    const wanted = { lines: [{ skuId: sku.id, units: 1 }], addressId: demoId(`${buyer.slug} home`), attribution }
    const price = await quote(app, { buyerId, ...wanted })
    if (!price.ok) continue
    if (price.value.walletMinor < price.value.payMinor) {
      await transact(app, (tx) =>
        topUp(tx, { id: newId(), personId: buyerId, amountMinor: demoWalletMinor, currency: 'CNY' }),
      )
    }
    await desk.place(
      wishOf(app, buyerId, { id: newId(), ...wanted, shownPayMinor: price.value.payMinor, payment: 'wallet' }, true),
    )
  }
}

/** A flash sale now and then, from what the host was granted: the first one soon, so that nobody has to wait for it. */
async function keepFlashing({ app }: RunningServer, onAir: OnAir, signal: AbortSignal): Promise<void> {
  const { creator, roomId, sessionId } = onAir
  const creatorId = demoId(creator.handle)
  for (let turn = 0; !signal.aborted; turn++) {
    await pause(turn === 0 ? flashFirstMs : flashEveryMs, signal)
    if (signal.aborted) return
    const grants = await flashGrantsOf(app.database.db, { creatorId, now: app.clock.now(), limit: 20 })
    const grant = grants[turn % Math.max(1, grants.length)]
    if (grant === undefined) return
    const wish = { id: newId(), grantId: grant.id, units: 20, perBuyerUnits: 1, countdownSeconds: 60, minutes: 5 }
    await inTransaction(app, systemActor, (tx) =>
      announceFromGrant(tx, { creatorId, onAir: { roomId, sessionId, creatorId } }, wish),
    )
  }
}

/** A coupon that only this room has, handed out every other minute. */
async function keepHandingOut({ app }: RunningServer, onAir: OnAir, signal: AbortSignal): Promise<void> {
  const couponId = demoId(`room coupon ${onAir.creator.handle}`)
  await inTransaction(app, systemActor, (tx) =>
    openCoupon(
      tx,
      {
        id: couponId,
        name: { en: 'This room only: ¥15 off ¥60', zh: '直播间专享：满60减15' },
        ...{ currency: 'CNY', thresholdMinor: 6_000, offMinor: 1_500, offPoints: null, capMinor: null },
        ...{ productIds: null, roomId: onAir.roomId, byHost: true, quota: 500, perPerson: 3, validDays: 7 },
        funders: { platform: 5_000, seller: 0, creator: 5_000, brand: 0 },
        startsAt: app.clock.now(),
        endsAt: app.clock.now().add({ hours: 24 * 365 }),
      },
      1_000_000,
    ),
  )
  while (!signal.aborted) {
    await pause(handOutEveryMs, signal)
    if (signal.aborted) return
    await inTransaction(app, systemActor, (tx) =>
      handOutCoupon(tx, { id: newId(), couponId, seconds: 60, room: onAir }),
    )
  }
}
