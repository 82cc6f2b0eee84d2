/** A world with two of everything that somebody owns, and a request for each endpoint whose ids are there. */

import type { EndpointShape } from '#contract/endpoint'
import { type Role, roles } from '#contract/roles'
import { seedFollowers } from '#people/follows'
import { addMember, openShop } from '#people/merchants'
import { mustBeDone } from '#platform/outcome'
import { openShop as openGoods, sellConsigned, settleIn } from './goods.ts'
import { addressOf, type Input, inputOf } from './inputs.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'
import { type Client, newId, startWorld, transact, type World } from './world.ts'

/** What an id in a request may name. Of the first row everybody has his own, and another's looks as if it were missing. */
export const ownThings = ['order', 'address', 'session', 'bagItem', 'topUp', 'flashGrant', 'shopOrder'] as const
export const sharedThings = [
  'product',
  'sku',
  'room',
  'creator',
  'person',
  'parcel',
  'warehouse',
  'supplier',
  'violation',
  'receipt',
  'coupon',
  'announcement',
  'report',
  'shop',
] as const
export type Thing = (typeof ownThings)[number] | (typeof sharedThings)[number]

/** What each id of each endpoint names; `new` is one that the asker makes. An endpoint with ids that is not here fails. */
export const idsOf: Readonly<Record<string, Readonly<Record<string, Thing | 'new'>>>> = {
  saveMyAddress: { 'params.id': 'address' },
  deleteMyAddress: { 'params.id': 'address' },
  getCreator: { 'params.id': 'creator' },
  followCreator: { 'params.id': 'creator' },
  unfollowCreator: { 'params.id': 'creator' },
  becomeCreator: { 'body.id': 'new' },
  grantRole: { 'params.id': 'person' },
  revokeRole: { 'params.id': 'person' },
  recordViolation: { 'body.id': 'new', 'body.creatorId': 'creator', 'body.moment.sessionId': 'new' },
  fileAppeal: { 'params.id': 'new', 'body.id': 'new', 'body.moment.sessionId': 'new', 'body.files[]': 'new' },
  addEvidence: { 'params.id': 'new' },
  getEvidence: { 'params.id': 'new', 'params.fileId': 'new' },
  decideAppeal: { 'params.id': 'new' },
  getReplay: { 'params.id': 'new' },
  inviteCohost: { 'params.id': 'session', 'body.id': 'new' },
  getSeat: { 'params.id': 'new' },
  joinAsCohost: { 'params.id': 'new' },
  endCohosting: { 'params.id': 'new' },
  rotateCohostKey: { 'params.id': 'new' },
  // Of nobody: who is there is needed by the other tests.
  erasePerson: { 'params.id': 'new' },
  exportPersonData: { 'params.id': 'new' },
  listReplays: { 'params.id': 'room' },
  deleteRecording: { 'params.id': 'new' },
  holdRecording: { 'params.id': 'new' },
  getMyRecording: { 'params.id': 'new' },
  makeClip: { 'params.id': 'new', 'body.id': 'new', 'body.productId': 'product' },
  publishClip: { 'params.id': 'new' },
  deleteClip: { 'params.id': 'new' },
  listProductClips: { 'params.id': 'product' },
  closeViolation: { 'params.id': 'violation' },
  listViolations: { 'query.creatorId': 'creator' },
  getProduct: { 'params.id': 'product' },
  setProductState: { 'params.id': 'product' },
  createProduct: { 'body.id': 'new', 'body.skus[].id': 'new' },
  setSkuPrice: { 'params.id': 'sku' },
  listStock: { 'query.warehouseId': 'warehouse' },
  listStockMovements: { 'params.id': 'sku' },
  adjustStock: { 'body.id': 'new', 'body.skuId': 'sku', 'body.warehouseId': 'warehouse' },
  receiveStock: {
    'body.id': 'new',
    'body.supplierId': 'supplier',
    'body.warehouseId': 'warehouse',
    'body.skuId': 'sku',
  },
  listParcels: { 'query.warehouseId': 'warehouse' },
  getParcel: { 'params.id': 'parcel' },
  listPickList: { 'query.warehouseId': 'warehouse' },
  pickParcel: { 'params.id': 'parcel' },
  packParcel: { 'params.id': 'parcel' },
  getLabel: { 'params.id': 'parcel' },
  handOverParcel: { 'params.id': 'parcel' },
  advanceSandboxParcel: { 'params.id': 'parcel' },
  quoteOrder: { 'body.lines[].skuId': 'sku', 'body.addressId': 'address', 'body.couponId': 'coupon' },
  placeOrder: {
    'body.id': 'new',
    'body.lines[].skuId': 'sku',
    'body.addressId': 'address',
    'body.couponId': 'coupon',
    'body.flashSaleId': 'new',
  },
  getMyOrder: { 'params.id': 'order' },
  confirmMyOrder: { 'params.id': 'order' },
  cancelMyOrder: { 'params.id': 'order' },
  claimCoupon: { 'params.id': 'coupon', 'body.id': 'new' },
  createPersonalOffer: { 'body.id': 'new', 'body.steps[].couponId': 'new' },
  endPersonalOffer: { 'params.id': 'new' },
  listPersonalDecisions: { 'params.id': 'new' },
  createCoupon: { 'body.id': 'new', 'body.productIds[]': 'product', 'body.roomId': 'room' },
  listMyCoupons: { 'query.roomId': 'room' },
  payMyOrder: { 'params.id': 'order', 'body.id': 'new' },
  askRefund: { 'params.id': 'order', 'body.id': 'new' },
  decideAfterSale: { 'params.id': 'order', 'params.afterSaleId': 'new' },
  noteGoodsSent: { 'params.id': 'order', 'params.afterSaleId': 'new' },
  getReturn: { 'params.id': 'new' },
  gradeReturn: { 'params.id': 'new' },
  finishRefurbishing: { 'params.id': 'new' },
  getOrder: { 'params.id': 'order' },
  topUpWallet: { 'body.id': 'new' },
  requestPayout: { 'body.id': 'new' },
  // Another's group has no payments of mine: the list is empty, like that of one that nobody has.
  listMyPayments: { 'query.groupId': 'new' },
  openShop: { 'body.id': 'new' },
  closeShop: { 'params.id': 'shop' },
  topUpMyDeposit: { 'body.id': 'new' },
  returnMyDeposit: { 'body.id': 'new' },
  getDeposit: { 'params.id': 'creator' },
  chargeDeposit: { 'params.id': 'creator', 'body.id': 'new', 'body.violationId': 'new' },
  addShopMember: { 'params.id': 'shop', 'params.personId': 'person' },
  removeShopMember: { 'params.id': 'shop', 'params.personId': 'person' },
  requestShopPayout: { 'body.id': 'new' },
  getMyShopOrder: { 'params.id': 'shopOrder' },
  getShopAccount: { 'params.id': 'shop' },
  setShopTier: { 'params.id': 'shop', 'body.id': 'new' },
  listPayments: { 'query.personId': 'person' },
  getPayment: { 'params.id': 'topUp' },
  askAboutPayment: { 'params.id': 'topUp' },
  explainBreak: { 'params.id': 'new' },
  setFeeRule: { 'body.id': 'new' },
  requestWithdrawal: { 'body.id': 'new' },
  reviewWithdrawal: { 'params.id': 'new' },
  noteWithdrawalResult: { 'params.id': 'new' },
  makePayoutFile: { 'body.id': 'new' },
  getPayoutFile: { 'params.id': 'new' },
  listJournals: { 'query.orderId': 'order' },
  explainJournal: { 'params.id': 'new', 'query.orderId': 'order' },
  getRoom: { 'params.id': 'room' },
  openSession: { 'body.id': 'new' },
  rotateStreamKey: { 'params.id': 'session' },
  startSession: { 'params.id': 'session' },
  rehearseSession: { 'params.id': 'session' },
  announceSession: { 'body.id': 'new' },
  cancelAnnouncement: { 'params.id': 'announcement' },
  listAnnouncements: { 'query.creatorId': 'creator' },
  setReminder: { 'params.id': 'announcement' },
  dropReminder: { 'params.id': 'announcement' },
  getAnnouncementCalendar: { 'params.id': 'announcement' },
  pauseSession: { 'params.id': 'session' },
  endSession: { 'params.id': 'session' },
  addToBag: { 'params.id': 'session', 'body.productIds[]': 'product' },
  removeFromBag: { 'params.id': 'session', 'params.itemId': 'bagItem' },
  orderBag: { 'params.id': 'session', 'body.itemIds[]': 'bagItem' },
  pinItem: { 'params.id': 'session', 'body.itemId': 'bagItem' },
  stopRoom: { 'params.id': 'room' },
  saveBagSet: { 'params.id': 'new', 'body.productIds[]': 'product' },
  deleteBagSet: { 'params.id': 'new' },
  loadBagSet: { 'params.id': 'session', 'body.setId': 'new' },
  listMarks: { 'params.id': 'session' },
  moveMark: { 'params.id': 'session', 'params.markId': 'new' },
  setWaiting: { 'params.id': 'product' },
  getWaiting: { 'params.id': 'product' },
  setClaimMode: { 'params.id': 'session' },
  getClaimMode: { 'params.id': 'session' },
  startDraw: { 'params.id': 'session', 'body.id': 'new', 'body.skuId': 'sku' },
  cancelDraw: { 'params.id': 'new' },
  listDraws: { 'params.id': 'room' },
  getDrawProof: { 'params.id': 'new' },
  claimPrize: { 'params.id': 'new', 'body.addressId': 'address' },
  noteFacts: { 'body.sessionId': 'session', 'body.facts[].productId': 'product' },
  getSessionNumbers: { 'params.id': 'session' },
  getSessionTable: { 'params.id': 'session' },
  getRoomDesk: { 'params.id': 'room' },
  setChatRules: { 'params.id': 'room' },
  setHelper: { 'params.id': 'room', 'params.personId': 'person' },
  setSilence: { 'params.id': 'room', 'params.personId': 'person' },
  pinComment: { 'params.id': 'room', 'body.commentId': 'new' },
  markAnswered: { 'params.id': 'room', 'params.commentId': 'new' },
  fileReport: { 'body.id': 'new', 'body.roomId': 'room', 'body.commentId': 'new' },
  decideReport: { 'params.id': 'report' },
  verifyMe: { 'body.id': 'new' },
  blacklistPerson: { 'body.id': 'new', 'body.personId': 'new' },
  liftListing: { 'params.id': 'new' },
  objectToListing: { 'params.id': 'new' },
  buyCoins: { 'body.id': 'new' },
  sendGift: { 'params.id': 'room', 'body.id': 'new', 'body.comboId': 'new' },
  listRoomGifts: { 'params.id': 'room' },
  getGiftRanking: { 'params.id': 'room' },
  thankForGift: { 'params.id': 'new' },
  openMinorCase: { 'body.id': 'new', 'body.personId': 'person' },
  handOutCoupon: { 'params.id': 'coupon', 'body.id': 'new' },
  explainSkuPrice: { 'params.id': 'sku', 'query.roomId': 'room' },
  scheduleSkuPrice: { 'params.id': 'sku', 'body.id': 'new', 'body.roomId': 'room' },
  endSkuPrice: { 'params.id': 'sku', 'params.priceId': 'new' },
  listRoomFlashSales: { 'params.id': 'room' },
  announceMyFlashSale: { 'body.id': 'new', 'body.grantId': 'flashGrant' },
  stopMyFlashSale: { 'params.id': 'new' },
  announceFlashSale: { 'params.id': 'room', 'body.id': 'new', 'body.skuId': 'sku' },
  stopFlashSale: { 'params.id': 'new' },
  grantFlash: { 'body.id': 'new', 'body.creatorId': 'creator', 'body.skuId': 'sku' },
}

export type Owned = Record<Thing, string>

interface Side {
  buyer: Client & { personId: string }
  creator: Client & { personId: string }
  merchant: Client & { personId: string }
  things: Owned
}

export interface LittleWorld extends World {
  /** Somebody who is this and nothing else. */
  only: Record<Role, Client & { personId: string }>
  /** Who may act as anything. */
  everyman: Client & { personId: string }
  mine: Side
  theirs: Side
  snapshot(): Promise<Snapshot>
}

export async function startLittleWorld(): Promise<LittleWorld> {
  const world = await startWorld()
  const operator = await world.person('Operator', 'operations')
  const moderator = await world.person('Moderator', 'moderator')
  const warehouseman = await world.person('Worker', 'warehouse')
  const shop = await openGoods(world, operator)

  const side = async (name: string) => {
    const buyer = await world.person(`${name} buys`, 'buyer')
    const creator = await world.person(`${name} sells`, 'buyer', 'creator')
    const goods = await shop.sell({ units: 50 })
    const { addressId } = await settleIn(buyer)
    const topUp = newId()
    expectOk(await buyer.post('/api/v1/wallet/top-ups', { id: topUp, amountMinor: 1_000 }))
    const handle = `c_${creator.personId.slice(-10)}`
    expectOk(await creator.post('/api/v1/me/creator', { id: newId(), handle, name, bio: '' }))
    await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: creator.personId, count: 2_000 }))
    const session = newId()
    const opened = expectOk(await creator.post('/api/v1/studio/sessions', { id: session, title: name }))
    const bag = expectOk(
      await creator.post(`/api/v1/studio/sessions/${session}/bag`, { productIds: [goods.productId] }),
    )
    const order = newId()
    expectOk(
      await buyer.post('/api/v1/orders', {
        id: order,
        lines: [{ skuId: goods.skuId, units: 1 }],
        addressId,
        shownPayMinor: 19_900,
        payment: 'wallet',
      }),
    )
    const coupon = newId()
    expectOk(
      await operator.post('/api/v1/coupons', {
        id: coupon,
        name: { en: name, zh: name },
        thresholdMinor: 0,
        off: { kind: 'amount', minor: 100 },
        productIds: null,
        roomId: null,
        funders: { platform: 0, seller: 10_000, creator: 0, brand: 0 },
        budgetMinor: 0,
        quotaUnits: 1_000,
        perPersonUnits: 50,
        validDays: 7,
        startsAt: '2020-01-01T00:00:00Z',
        endsAt: '2099-01-01T00:00:00Z',
      }),
    )
    const flashGrant = newId()
    expectOk(
      await operator.post('/api/v1/flash-grants', {
        ...{
          id: flashGrant,
          creatorId: creator.personId,
          skuId: goods.skuId,
          priceMinor: 9_900,
          units: 5,
          perBuyerUnits: 1,
        },
        ...{ funders: { platform: 0, seller: 10_000, creator: 0, brand: 0 }, budgetMinor: 0 },
        validUntil: '2099-01-01T00:00:00Z',
      }),
    )
    const announcement = newId()
    expectOk(
      await creator.post('/api/v1/studio/announcements', {
        id: announcement,
        title: name,
        startsAt: world.server.app.clock.now().add({ hours: 24 }).toString(),
        minutes: 60,
      }),
    )
    const violation = newId()
    expectOk(
      await moderator.post('/api/v1/violations', {
        id: violation,
        creatorId: creator.personId,
        rule: 'copied_content',
        severity: 'minor',
        points: 1,
        note: 'a copy',
        days: 1,
      }),
    )
    const merchant = await world.person(`${name} keeps a shop`, 'merchant')
    const { shopId, shopOrder } = await keepShop(world, { buyer, merchant, addressId, warehouseId: shop.warehouseId })
    await world.server.outbox.drained()
    const parcels = await warehouseman.get('/api/v1/parcels')
    const things: Owned = {
      order,
      address: addressId,
      session,
      topUp,
      bagItem: bag.body.bag[0].id,
      product: goods.productId,
      sku: goods.skuId,
      room: opened.body.session.roomId,
      creator: creator.personId,
      person: buyer.personId,
      parcel: parcels.body.items.find((each: any) => each.orderId === order).id,
      warehouse: shop.warehouseId,
      supplier: shop.supplierId,
      violation,
      receipt: newId(),
      coupon,
      announcement,
      report: newId(),
      flashGrant,
      shop: shopId,
      shopOrder,
    }
    return { buyer, creator, merchant, things }
  }
  const mine = await side('One')
  const theirs = await side('Two')
  const only = {} as LittleWorld['only']
  for (const role of roles) only[role] = await world.person(`Only ${role}`, role)
  const everyman = await world.person('Everyman', ...roles)
  // Whoever is a merchant acts for a shop.
  await transact(world.server.app, async (tx) => {
    const shopId = newId()
    mustBeDone(await openShop(tx, { id: shopId, name: { en: 'An empty shop', zh: '空店' } }))
    mustBeDone(await addMember(tx, { shopId, personId: only.merchant.personId }))
  })
  const snapshot = async () => {
    await world.server.outbox.drained()
    return takeSnapshot(world.server.app.database.db)
  }
  // What is due by the clock happens now, so that it does not happen between two snapshots.
  await world.server.app.jobs.sweepAll()
  await world.server.outbox.drained()
  return { ...world, only, everyman, mine, theirs, snapshot }
}

/** A shop with a keeper and something that was bought from it. */
async function keepShop(
  world: World,
  of: { buyer: Client; merchant: { personId: string }; addressId: string; warehouseId: string },
): Promise<{ shopId: string; shopOrder: string }> {
  const shopId = newId()
  const name = { en: 'A shop', zh: '小店' }
  await transact(world.server.app, async (tx) => {
    mustBeDone(await openShop(tx, { id: shopId, name }))
    mustBeDone(await addMember(tx, { shopId, personId: of.merchant.personId }))
  })
  const { skuId } = await sellConsigned(world, { sellerId: shopId, sellerName: name, warehouseId: of.warehouseId })
  const shopOrder = newId()
  expectOk(
    await of.buyer.post('/api/v1/orders', {
      ...{ id: shopOrder, lines: [{ skuId, units: 1 }], addressId: of.addressId },
      ...{ shownPayMinor: 10_000, payment: 'wallet' },
    }),
  )
  return { shopId, shopOrder }
}

function expectOk<Answer extends { status: number; body: any }>(answer: Answer): Answer {
  if (answer.status >= 300) throw new Error(`the little world: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}

/** A request that fits; each id is the thing that the table says, taken from `things`, or one that nobody has. */
export function requestFor(endpoint: EndpointShape, things: Partial<Owned>): Input {
  return inputOf(endpoint, (place) => {
    const thing = idsOf[endpoint.id]?.[place]
    return (thing === undefined || thing === 'new' ? undefined : things[thing]) ?? newId()
  })
}

let callers = 0

export interface Answered {
  status: number
  type: string
  body: any
}

/** One request as it stands: each comes from an address of its own, so that the limits per address stay out of the way. */
export async function call(
  world: World,
  of: { endpoint: EndpointShape; input: Input; cookie?: string; headers?: Record<string, string> },
): Promise<Answered> {
  const { endpoint, input } = of
  const hasBody = input.body !== undefined && endpoint.method !== 'GET'
  return send(world, endpoint.method, addressOf(endpoint, input), {
    ...(hasBody ? { body: typeof input.body === 'string' ? input.body : JSON.stringify(input.body) } : {}),
    headers: {
      ...(of.cookie ? { cookie: of.cookie } : {}),
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      'idempotency-key': newId(),
      ...of.headers,
    },
  })
}

export async function send(
  world: World,
  method: string,
  path: string,
  of: { body?: string | Uint8Array; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const caller = ++callers
  const response = await fetch(world.url + path, {
    method,
    redirect: 'manual',
    ...(of.body === undefined ? {} : { body: of.body as string }),
    headers: { 'x-forwarded-for': `10.${(caller >> 16) & 255}.${(caller >> 8) & 255}.${caller & 255}`, ...of.headers },
  })
  const type = response.headers.get('content-type') ?? ''
  const text = await response.text()
  return { status: response.status, type, body: type.includes('json') ? JSON.parse(text || 'null') : text }
}

const atOnce = 8

/** Runs over all of them, a few at a time. */
export async function forEach<Each>(of: readonly Each[], run: (each: Each) => Promise<void>): Promise<void> {
  const rest = of[Symbol.iterator]()
  const worker = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) await run(next.value)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
