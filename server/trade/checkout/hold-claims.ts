import type { EventOf } from '#events/index'
import { issueAttribution } from '#money/commissions'
import { notify } from '#people/notifications'
import { defaultAddressOf } from '#people/profiles'
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { idFrom } from '#platform/ids'
import type { OrderDesk } from './order-desk.ts'
import { quote } from './quote.ts'
import { wishOf } from './routes.ts'
import { answerWish, dueWishes, type NotedWish, noteWishes, tryLater } from './store.ts'

type Claim = EventOf<'claims.held'>['claims'][number]
type Prize = EventOf<'prize.claimed'>

/**
 * What follows from a comment or from a draw is noted in the transaction that brings it, and placed after it: the desk has
 * transactions of its own, and nothing waits for it while one is open. The order's id follows from its cause, so that doing it again
 * meets the same order.
 */
export async function noteClaims(tx: Tx, event: EventOf<'claims.held'>): Promise<void> {
  await noteWishes(
    tx,
    event.claims.map((claim) => ({ orderId: idFrom('order of claim', claim.id), kind: 'claim', wish: claim })),
  )
}

export async function notePrize(tx: Tx, event: Prize): Promise<void> {
  await noteWishes(tx, [{ orderId: idFrom('order of prize', event.entryId), kind: 'prize', wish: event }])
}

const wishesAtOnce = 50
/** A prize that is sold out waits for stock; its winner was told so. */
const prizeAgainMinutes = 10

/** Places what has been noted; looked at each second. What fails for a reason of ours is tried again. */
export function placeNotedWishes(desk: Pick<OrderDesk, 'place'>) {
  return async function placeNoted(app: App): Promise<{ more: boolean }> {
    const due = await dueWishes(app.database.db, app.clock.now(), wishesAtOnce)
    for (const noted of due) {
      if (noted.kind === 'claim') await placeClaim(app, desk, noted as NotedWish<Claim>)
      else await placePrize(app, desk, noted as NotedWish<Prize>)
    }
    return { more: due.length === wishesAtOnce }
  }
}

/**
 * What somebody claimed by a comment is held for him: an order that waits to be paid, and gives everything back when nobody
 * pays. Who has no address, or came too late, is told so.
 */
async function placeClaim(
  app: App,
  desk: Pick<OrderDesk, 'place'>,
  { orderId, wish: claim }: NotedWish<Claim>,
): Promise<void> {
  const { personId, title, roomId } = claim
  const held = await hold(app, desk, orderId, claim)
  if (held === 'busy') return
  const words = {
    held: {
      title: { en: `Held for you: ${title.en}`, zh: `已为您保留：${title.zh}` },
      body: { en: 'Pay before it goes back.', zh: '请尽快付款，超时将自动释放。' },
      link: `/orders/${orderId}`,
    },
    no_address: {
      title: { en: `Where should it go? ${title.en}`, zh: `请先填写收货地址：${title.zh}` },
      body: { en: 'Save an address, then claim again.', zh: '保存默认收货地址后，再次发送口令即可。' },
      link: '/me',
    },
    too_late: {
      title: { en: `Too late: ${title.en}`, zh: `手慢了：${title.zh}` },
      body: { en: 'Somebody was faster, or you have reached the limit.', zh: '已被抢完，或已达限购数量。' },
      link: `/rooms/${roomId}`,
    },
  }[held]
  await transact(app, async (tx) => {
    if (await answerWish(tx, { orderId, outcome: held }))
      await notify(tx, [{ personId, kind: `claim_${held}`, cause: claim.id, ...words }])
  })
}

async function hold(
  app: App,
  desk: Pick<OrderDesk, 'place'>,
  orderId: string,
  claim: Claim,
): Promise<'held' | 'no_address' | 'too_late' | 'busy'> {
  const address = await defaultAddressOf(app.database.db, claim.personId)
  if (address === null) return 'no_address'
  const attribution = issueAttribution(app, {
    creatorId: claim.creatorId,
    roomId: claim.roomId,
    sessionId: claim.sessionId,
    roomTitle: claim.roomTitle,
    personId: claim.personId,
    issuedAt: app.clock.now(),
  })
  const wanted = { lines: [{ skuId: claim.skuId, units: claim.units }], addressId: address.id, attribution }
  const price = await quote(app, { buyerId: claim.personId, ...wanted })
  if (!price.ok) return 'too_late'
  const body = { id: orderId, ...wanted, shownPayMinor: price.value.payMinor, payment: 'later' as const }
  const placed = await desk.place(wishOf(app, claim.personId, body, false))
  if (!placed.ok) return 'busy'
  return placed.value.kind === 'refused' ? 'too_late' : 'held'
}

/** A prize is an order that costs nothing: from the shelf, to its winner, at the expense of the platform. */
async function placePrize(
  app: App,
  desk: Pick<OrderDesk, 'place'>,
  { orderId, wish: prize }: NotedWish<Prize>,
): Promise<void> {
  const { personId, skuId, addressId, shipTo, drawId, title } = prize
  const body = { id: orderId, lines: [{ skuId, units: 1 }], addressId, shownPayMinor: 0, payment: 'wallet' as const }
  const placed = await desk.place({ ...wishOf(app, personId, body, false), shipTo, prizeOf: drawId })
  if (!placed.ok) return
  const isSent = placed.value.kind !== 'refused'
  await transact(app, async (tx) => {
    if (!isSent) await tryLater(tx, { orderId, dueAt: tx.now.add({ minutes: prizeAgainMinutes }) })
    else if (!(await answerWish(tx, { orderId, outcome: 'placed' }))) return
    await notify(tx, [
      {
        personId,
        kind: isSent ? 'prize_ordered' : 'prize_waits',
        cause: orderId,
        title: isSent
          ? { en: `On its way soon: ${title}`, zh: `奖品已下单：${title}` }
          : { en: `Your prize waits for stock: ${title}`, zh: `奖品暂时缺货：${title}` },
        body: isSent
          ? { en: 'It is among your orders; nothing is to be paid.', zh: '可在“我的订单”中查看，无需付款。' }
          : { en: 'It is sent as soon as there is one.', zh: '补货后会第一时间为您寄出。' },
        link: isSent ? `/orders/${orderId}` : '/notes',
      },
    ])
  })
}
