import type { EventOf } from '#events/index'
import { issueAttribution } from '#money/commissions'
import { notify } from '#people/notifications'
import { defaultAddressOf } from '#people/profiles'
import type { App } from '#platform/app'
import type { Tx } from '#platform/database'
import { idFrom } from '#platform/ids'
import type { OrderDesk } from './order-desk.ts'
import { quote } from './quote.ts'
import { wishOf } from './routes.ts'

/**
 * What somebody claimed by a comment is held for him: an order that waits to be paid, and gives everything back when nobody
 * pays. The order's id follows from the claim, so that doing it again meets the same order. Who has no address, or came too
 * late, is told so.
 */
export function holdClaims(desk: Pick<OrderDesk, 'place'>) {
  return async function holdClaimedGoods(tx: Tx, event: EventOf<'claims.held'>, app: App): Promise<void> {
    for (const claim of event.claims) {
      const { personId, title, roomId } = claim
      const held = await hold(app, desk, claim)
      const words = {
        held: {
          title: { en: `Held for you: ${title.en}`, zh: `已为您保留：${title.zh}` },
          body: { en: 'Pay before it goes back.', zh: '请尽快付款，超时将自动释放。' },
          link: `/orders/${orderIdOf(claim.id)}`,
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
      await notify(tx, [{ personId, kind: `claim_${held}`, cause: claim.id, ...words }])
    }
  }
}

type Claim = EventOf<'claims.held'>['claims'][number]

async function hold(
  app: App,
  desk: Pick<OrderDesk, 'place'>,
  claim: Claim,
): Promise<'held' | 'no_address' | 'too_late'> {
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
  const wanted = {
    lines: [{ skuId: claim.skuId, units: claim.units }],
    addressId: address.id,
    attribution,
  }
  const price = await quote(app, { buyerId: claim.personId, ...wanted })
  if (!price.ok) return 'too_late'
  const placed = await desk.place(
    wishOf(
      app,
      claim.personId,
      { id: orderIdOf(claim.id), ...wanted, shownPayMinor: price.value.payMinor, payment: 'later' },
      false,
    ),
  )
  return placed.ok ? 'held' : 'too_late'
}

function orderIdOf(claimId: string): string {
  return idFrom('order of claim', claimId)
}
