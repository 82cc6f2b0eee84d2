/**
 * Real shops of a simulation, many in one world: sends the model's commands to the server as people would, and reads what came of
 * them. Each shop has people, goods and a creator of its own, so shops do not meet; they share the server, its database and its
 * clock.
 */
import { openCategories, setProductState } from '#goods/catalog'
import { listProduct } from '#goods/listings'
import { issueAttribution } from '#money/commissions'
import { topUp } from '#money/payments'
import { openAgency, signContract } from '#people/agencies'
import { openCreator } from '#people/creators'
import { addDemoLogin, openPeople } from '#people/identity'
import { saveAddress } from '#people/profiles'
import { seedVerified } from '#people/verification'
import { idFrom } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { parcelIdOf } from '#supply/fulfilment'
import { receiveStock } from '#supply/procurement'
import { receiveConsigned } from '#supply/warehouse'
import { openCoupon } from '#trade/promotions'
import { openShop } from '../goods.ts'
import { type OpenRoom, openRoom } from '../rooms.ts'
import { type Client, newId, type Answer as Reply, startWorld, transact, type World } from '../world.ts'
import {
  type Answer,
  agencyBasisPoints,
  type Command,
  couponTerms,
  emptyModel,
  flashMinutes,
  flashPriceMinor,
  type Model,
} from './model.ts'

export interface RealShop {
  model: Model
  send(command: Exclude<Command, { do: 'advance' }>): Promise<Answer>
  /** Whose rows are looked at, and what the model calls them. */
  ids: ShopIds
  nameOf(id: string): string
}

interface ShopIds {
  skus: string[]
  buyers: string[]
  creator: string
  agency: string
  seller: string
  coupon: string
}

export interface ShopWorld {
  world: World
  /** So many new shops at once, each in a room of its own. */
  open(shops: number): Promise<RealShop[]>
  /** Moves everybody's clock, and lets happen what comes due, and what that causes. */
  advance(minutes: number): Promise<void>
  settle(): Promise<void>
  /** What the database shows of each once nothing is on its way, in the words of `visibleOf`. */
  look(shops: readonly RealShop[]): Promise<Record<string, unknown>[]>
  /** What waits in escrow for all orders together. */
  escrowMinor(): Promise<number>
  stop(): Promise<void>
}

/** Few SKUs, few buyers, little stock, little money: so that everything collides. */
const skus = [
  { name: 'tea', seller: 'us', units: 2, priceMinor: 2_000, costMinor: 333, points: 500 },
  { name: 'pot', seller: 'us', units: 3, priceMinor: 9_000, costMinor: 1_334, points: 1_277 },
  { name: 'cup', seller: 'kiln', units: 3, priceMinor: 6_100, costMinor: 0, points: 2_054 },
] as const
const buyers = [
  { name: 'ann', purseMinor: 20_000 },
  { name: 'bob', purseMinor: 35_000 },
  { name: 'eva', purseMinor: 620_000 },
] as const
const place = { province: '浙江省', city: '杭州市', district: '西湖区', street: '文三路西溪里12幢' }
const words = (text: string) => ({ en: text, zh: text })
let barcodes = 700_000_000_000

function eanOf(twelve: string): string {
  const sum = [...twelve].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0)
  return `${twelve}${(10 - (sum % 10)) % 10}`
}

export async function openShopWorld(): Promise<ShopWorld> {
  const world = await startWorld()
  const { app, outbox } = world.server
  // Nothing happens by itself: time moves when a command moves it.
  await app.jobs.stop()
  const operator = await world.person('Operator', 'operations', 'admin')
  const warehouseman = await world.person('Worker', 'warehouse')
  const office = await world.person('Office', 'support', 'finance', 'moderator')
  const house = await openShop(world, operator)
  await transact(app, (tx) => openCategories(tx.db, [{ code: 'cups', name: words('Cups') }]))
  const rooms: OpenRoom[] = []

  const settle = () => outbox.drained(60_000)
  const staff = { operator, warehouseman, office, ...house }

  return {
    world,
    settle,
    async open(shops) {
      while (rooms.length < shops) rooms.push(await openRoom(world, `host_${rooms.length}`))
      const opened = await fewAtOnce(rooms.slice(0, shops), (room) => openShopIn(world, staff, room))
      await settle()
      return opened
    },
    async advance(minutes) {
      const moved = await operator.post('/api/v1/sandbox/clock', { seconds: minutes * 60 })
      if (moved.status !== 200) throw new Error(`the clock: ${moved.status} ${JSON.stringify(moved.body)}`)
      await settle()
      // What the reactions made due, and what that causes in turn.
      await app.jobs.sweepAll()
      await settle()
    },
    async look(shops) {
      const { rows } = await app.database.pool.query(lookAround, [JSON.stringify(shops.map(({ ids }) => ids))])
      return rows.map(({ seen }, index) => {
        const shop = shops[index]
        if (shop === undefined) throw new Error('Each shop is looked at once.')
        return named(seen, shop.nameOf) as Record<string, unknown>
      })
    },
    async escrowMinor() {
      const { rows } = await app.database.pool.query(
        `select coalesce(-sum(amount_minor), 0)::bigint::text as minor from ledger.postings where account = 'escrow'`,
      )
      return Number(rows[0]?.minor)
    },
    stop: () => world.stop(),
  }
}

/** Does it for each, for a few at a time: so that a slow machine is busy and not overrun. Answers in the order of what was given. */
export async function fewAtOnce<From, To>(all: readonly From[], work: (each: From) => Promise<To>): Promise<To[]> {
  const answers = new Array<To>(all.length)
  const left = [...all.entries()]
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) answers[next[0]] = await work(next[1])
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return answers
}

interface Staff {
  operator: Client
  warehouseman: Client
  office: Client
  supplierId: string
  warehouseId: string
}

async function openShopIn(world: World, staff: Staff, room: OpenRoom): Promise<RealShop> {
  const { app } = world.server
  const { supplierId, warehouseId } = staff
  const model = emptyModel()
  // Names of the model, and what they are called in the database.
  const ids = new Map<string, string>()
  const names = new Map<string, string>()
  const call = (name: string, id: string) => {
    ids.set(name, id)
    names.set(id, name)
    return id
  }
  const idOf = (name: string) => ids.get(name) ?? call(name, newId())
  const nameOf = (id: string) => {
    const name = names.get(id)
    if (name === undefined) throw new Error(`Nobody of this shop is called ${id}.`)
    return name
  }
  const people = ['creator', ...buyers.map(({ name }) => name)].map((name) => ({ name, id: idOf(name) }))
  const creatorId = idOf('creator')
  const sellerId = idOf('kiln')
  const agencyId = idOf('agency')
  const addressIds = new Map(buyers.map(({ name }) => [name as string, newId()]))
  const goods = new Map(
    skus.map((sku) => [sku.name as string, { productId: newId(), barcode: eanOf(String(barcodes++)) }]),
  )

  await transact(app, async (tx) => {
    await openPeople(
      tx,
      people.map(({ id, name }) => ({
        id,
        name,
        roles: name === 'creator' ? (['buyer', 'creator'] as const) : (['buyer'] as const),
      })),
    )
    await seedVerified(tx, ...people.map(({ id }) => id))
    for (const { id, name } of people)
      await addDemoLogin(tx, { login: id, personId: id, sentence: words(name), app: 'buyer' })
    mustBeDone(
      await openCreator(tx, { personId: creatorId, handle: `c_${creatorId.slice(-12)}`, name: 'Creator', bio: '' }),
    )
    await openAgency(tx, { id: agencyId, name: 'Lantern Street' })
    const contract = { agencyId, creatorId, basisPoints: agencyBasisPoints }
    await signContract(tx, { ...contract, from: tx.now.subtract({ hours: 1 }), until: null })
    for (const sku of skus) {
      const { productId, barcode } = goods.get(sku.name) ?? { productId: '', barcode: '' }
      const skuId = idOf(sku.name)
      const text = words(sku.name)
      const ofSeller =
        sku.seller === 'kiln' ? { sellerId, sellerName: words('Kiln No. 7'), stockOwner: 'brand' as const } : {}
      const thing = { id: skuId, code: `T${skuId.slice(-12)}`, label: text, choices: [], weightGrams: 300, barcode }
      mustBeDone(
        await listProduct(tx, {
          ...{ id: productId, slug: `p-${productId}`, categoryCode: 'cups', currency: 'CNY' },
          ...{ title: text, subtitle: text, story: text, commissionBasisPoints: sku.points, ...ofSeller },
          skus: [{ ...thing, priceMinor: sku.priceMinor, listPriceMinor: null, costMinor: sku.costMinor }],
        }),
      )
      mustBeDone(await setProductState(tx, { productId, state: 'on_sale' }))
      const shelf = { id: newId(), warehouseId, skuId, bin: 'A-01-1', units: sku.units, currency: 'CNY' as const }
      if (sku.seller === 'us')
        mustBeDone(await receiveStock(tx, { ...shelf, supplierId, unitCostMinor: sku.costMinor }))
      else mustBeDone(await receiveConsigned(tx, { ...shelf, owner: { kind: 'brand', id: sellerId } }))
      const { seller, units: onHand, priceMinor, points: commissionBasisPoints } = sku
      const counts = { onHand, allocated: 0, reserved: 0, valueMinor: sku.costMinor * onHand }
      model.skus[sku.name] = { seller, ...counts, priceMinor, onSale: true, commissionBasisPoints }
    }
    for (const { name, purseMinor } of buyers) {
      const address = { id: addressIds.get(name) ?? '', ownerId: idOf(name), recipient: '林若溪' }
      mustBeDone(await saveAddress(tx, { ...address, phone: '+8615400000001', ...place, isDefault: true }))
      await topUp(tx, { id: newId(), personId: idOf(name), amountMinor: purseMinor, currency: 'CNY' })
      model.walletsMinor[name] = purseMinor
      model.coins[name] = 0
    }
    const { thresholdMinor, offMinor, platformPoints, sellerPoints, budgetMinor } = couponTerms
    mustBeDone(
      await openCoupon(
        tx,
        {
          ...{ id: idOf('coupon'), name: words('Off'), currency: 'CNY', roomId: null, productIds: null },
          ...{ thresholdMinor, offMinor, offPoints: null, capMinor: null },
          funders: { platform: platformPoints, seller: sellerPoints, creator: 0, brand: 0 },
          ...{ quota: couponTerms.quotaUnits, perPerson: couponTerms.perPersonUnits, validDays: couponTerms.validDays },
          ...{ startsAt: tx.now.subtract({ hours: 1 }), endsAt: tx.now.add({ hours: 24 * 3_650 }) },
        },
        budgetMinor,
      ),
    )
  })
  const clients = new Map<string, Client>()
  await Promise.all(
    people.map(async ({ id, name }) => {
      const client = world.client()
      const answer = await client.post('/api/v1/demo/sign-ins', { login: id })
      if (answer.status !== 200) throw new Error(`could not sign in: ${answer.status} ${JSON.stringify(answer.body)}`)
      clients.set(name, client)
    }),
  )
  const who = (name: string): Client => {
    const client = clients.get(name)
    if (client === undefined) throw new Error(`Nobody of this shop is ${name}.`)
    return client
  }
  const { operator, warehouseman, office } = staff
  const parcel = (name: string) => `/api/v1/parcels/${parcelIdOf(idOf(name), warehouseId)}`
  const tokenOf = (by: 'creator' | 'host', buyer: string) => {
    const ofCreator = { creatorId, roomId: idOf('another room'), sessionId: idOf('another session') }
    const ofHost = { creatorId: room.host.personId, roomId: room.roomId, sessionId: room.sessionId }
    const whose = by === 'creator' ? ofCreator : ofHost
    return issueAttribution(app, {
      ...whose,
      roomTitle: 'A room',
      personId: idOf(buyer),
      issuedAt: app.clock.now(),
    })
  }

  async function send(command: Exclude<Command, { do: 'advance' }>): Promise<Answer> {
    switch (command.do) {
      case 'place': {
        const { coupon, flash, by } = command
        const reply = await who(command.buyer).post('/api/v1/orders', {
          id: idOf(command.id),
          lines: command.lines.map(({ sku, units }) => ({ skuId: idOf(sku), units })),
          addressId: addressIds.get(command.buyer),
          shownPayMinor: command.shownPayMinor,
          payment: command.payment,
          ...(by === null ? {} : { attribution: tokenOf(by, command.buyer) }),
          ...(coupon === null ? {} : { couponId: idOf(coupon) }),
          ...(flash === null ? {} : { flashSaleId: idOf(flash) }),
        })
        const { payMinor, repeated, orders } = reply.body.order ?? {}
        for (const [index, { orderId }] of (orders ?? []).entries())
          if (index > 0) call(`${command.id}.${index + 1}`, orderId)
        return answerOf(reply, { payMinor, repeated })
      }
      case 'pay': {
        const { orderId, id } = command
        const path = `/api/v1/me/orders/${idOf(orderId)}/payments`
        const reply = await who(command.buyer).post(path, { id: idOf(id), method: 'wallet' })
        return answerOf(reply, { state: reply.body.state })
      }
      case 'payThrough': {
        const { orderId, id, useWallet } = command
        call(`again-${id}`, idFrom('orders.again', idOf(id)))
        const path = `/api/v1/me/orders/${idOf(orderId)}/payments`
        const reply = await who(command.buyer).post(path, { id: idOf(id), method: 'provider', useWallet })
        return answerOf(reply, { state: reply.body.state })
      }
      case 'cancel': {
        const reply = await who(command.buyer).post(`/api/v1/me/orders/${idOf(command.orderId)}/cancellations`)
        return answerOf(reply, { state: reply.body.order?.state })
      }
      case 'confirm': {
        const reply = await who(command.buyer).post(`/api/v1/me/orders/${idOf(command.orderId)}/confirmations`)
        return answerOf(reply, { state: reply.body.order?.state })
      }
      case 'pick': {
        const barcode = command.wrongItem ? '6900000000001' : goods.get(command.sku)?.barcode
        const reply = await warehouseman.post(`${parcel(command.parcel)}/picks`, { barcode, units: command.units })
        return answerOf(reply, { state: reply.body.parcel?.state })
      }
      case 'pack': {
        const reply = await warehouseman.post(`${parcel(command.parcel)}/packings`, { weightGrams: 400 })
        return answerOf(reply, { state: reply.body.parcel?.state })
      }
      case 'handOver':
        return answerOf(await warehouseman.post(`${parcel(command.parcel)}/hand-overs`))
      case 'scan': {
        const path = parcel(command.parcel).replace('/parcels/', '/sandbox/parcels/')
        return answerOf(await warehouseman.post(`${path}/scans`))
      }
      case 'askBack': {
        const reply = await who(command.buyer).post(`/api/v1/me/orders/${idOf(command.orderId)}/after-sales`, {
          ...{ id: idOf(command.id), kind: command.kind, reasonCode: 'other', reason: 'It does not please me.' },
          lines: command.lines.map(({ no, amountMinor, units }) => ({ no, amountMinor, units })),
        })
        return answerOf(reply, { state: reply.body.afterSale?.state })
      }
      case 'decide': {
        const path = `/api/v1/orders/${idOf(command.orderId)}/after-sales/${idOf(command.id)}/decisions`
        const decision = command.approve ? 'approved' : 'refused'
        const reply = await office.post(path, { decision, answer: 'We have looked at it.' })
        return answerOf(reply, { state: reply.body.afterSale?.state })
      }
      case 'sendBack': {
        const path = `/api/v1/me/orders/${idOf(command.orderId)}/after-sales/${idOf(command.id)}/shipments`
        const reply = await who(command.buyer).post(path, { waybill: 'SF1234567890' })
        return answerOf(reply, { state: reply.body.afterSale?.state })
      }
      case 'grade': {
        const gradings = command.lines.map(({ no, units }) => ({ lineNo: no, grade: command.as, units }))
        return answerOf(await warehouseman.post(`/api/v1/returns/${idOf(command.id)}/gradings`, { gradings }))
      }
      case 'topUp': {
        const { amountMinor } = command
        const reply = await who(command.buyer).post('/api/v1/wallet/top-ups', { id: idOf(command.id), amountMinor })
        return answerOf(reply, { state: reply.body.state })
      }
      case 'withdraw': {
        const bank = { holder: '林若溪', bank: '招商银行', account: '6225880137700001' }
        const wish = { id: idOf(command.id), amountMinor: command.amountMinor, ...bank }
        const reply = await who(command.buyer).post('/api/v1/wallet/withdrawals', wish)
        return answerOf(reply, { state: reply.body.withdrawal?.state })
      }
      case 'review': {
        const decision = command.approve ? 'approved' : 'refused'
        const body = { decision, paysBy: 'provider', note: 'Looked at.' }
        const reply = await office.post(`/api/v1/withdrawals/${idOf(command.id)}/reviews`, body)
        return answerOf(reply, { state: reply.body.withdrawal?.state })
      }
      case 'claim': {
        const path = `/api/v1/coupons/${idOf('coupon')}/claims`
        return answerOf(await who(command.buyer).post(path, { id: idOf(command.id) }))
      }
      case 'announce':
        return answerOf(
          await operator.post(`/api/v1/rooms/${room.roomId}/flash-sales`, {
            ...{ id: idOf(command.id), skuId: idOf(command.sku), priceMinor: flashPriceMinor },
            ...{ units: command.units, perBuyerUnits: command.perBuyer },
            ...{ countdownSeconds: 10, minutes: flashMinutes },
            ...{ funders: { platform: 0, seller: 10_000, creator: 0, brand: 0 }, budgetMinor: 0 },
          }),
        )
      case 'stopFlash':
        return answerOf(await operator.post(`/api/v1/flash-sales/${idOf(command.id)}/endings`))
      case 'price': {
        const { priceMinor } = command
        return answerOf(
          await operator.post(`/api/v1/skus/${idOf(command.sku)}/prices`, { priceMinor, listPriceMinor: null }),
        )
      }
      case 'receive': {
        const { units, unitCostMinor } = command
        const reply = await warehouseman.post('/api/v1/receipts', {
          ...{ id: idOf(command.id), skuId: idOf(command.sku), units, unitCostMinor },
          ...{ supplierId, warehouseId, bin: 'A-01-1' },
        })
        return answerOf(reply, { onHand: reply.body.onHand, available: reply.body.available })
      }
      case 'adjust': {
        const reply = await warehouseman.post('/api/v1/stock-adjustments', {
          ...{ id: idOf(command.id), skuId: idOf(command.sku), units: command.units },
          ...{ warehouseId, reason: 'counted again' },
        })
        return answerOf(reply, { onHand: reply.body.onHand, available: reply.body.available })
      }
      case 'sell': {
        const state = command.onSale ? 'on_sale' : 'off_sale'
        return answerOf(await operator.put(`/api/v1/products/${goods.get(command.sku)?.productId}/state`, { state }))
      }
      case 'payOut': {
        const reply = await who('creator').post('/api/v1/studio/payouts', { id: idOf(command.id) })
        return answerOf(reply, { amountMinor: reply.body.payout?.amountMinor })
      }
      case 'violation':
        return answerOf(
          await office.post('/api/v1/violations', {
            ...{ id: idOf(command.id), creatorId, rule: 'false_claim', severity: 'severe', points: 1 },
            ...{ note: 'Said what is not so.', days: 365 },
          }),
        )
      case 'forgive':
        return answerOf(
          await office.post(`/api/v1/violations/${idOf(command.id)}/closings`, { reason: 'It was somebody else.' }),
        )
      case 'follow': {
        const path = `/api/v1/creators/${creatorId}/follower`
        return answerOf(command.follows ? await who(command.buyer).put(path) : await who(command.buyer).delete(path))
      }
      case 'buyCoins': {
        const wish = { id: idOf(command.id), coins: command.coins, payment: 'wallet' }
        const reply = await who(command.buyer).post('/api/v1/coins/purchases', wish)
        return answerOf(reply, { state: reply.body.state })
      }
      case 'gift': {
        const wish = { id: idOf(command.id), giftId: 'rose', units: command.roses, comboId: idOf('combo') }
        const reply = await who(command.buyer).post(`/api/v1/rooms/${room.roomId}/gifts`, wish)
        return answerOf(reply, { coins: reply.body.coins })
      }
    }
  }

  return {
    model,
    send,
    nameOf,
    ids: {
      skus: skus.map(({ name }) => idOf(name)),
      buyers: buyers.map(({ name }) => idOf(name)),
      ...{ creator: creatorId, agency: agencyId, seller: sellerId, coupon: idOf('coupon') },
    },
  }
}

/** Replaces the ids that are keys, and those in lists, by what the model calls them. */
function named(value: unknown, nameOf: (id: string) => string): unknown {
  const isId = (text: string) => /^[0-9a-f]{8}-/.test(text)
  if (Array.isArray(value))
    return value
      .map((each) => (typeof each === 'string' ? nameOf(each) : String(each)))
      .sort((a, b) => (a < b ? -1 : 1))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [isId(key) ? nameOf(key) : key, named(each, nameOf)]),
  )
}

function answerOf(reply: Reply, value?: Record<string, unknown>): Answer {
  if (reply.status < 300) return value === undefined ? { ok: true } : { ok: true, value }
  const code = typeof reply.body?.code === 'string' ? reply.body.code : `status ${reply.status}`
  // A fault is never an answer, and neither is a request that nobody could make: the test ends at the first.
  if (reply.status === 500 || reply.status === 400 || reply.status === 401)
    throw new Error(`the server failed: ${reply.status} ${JSON.stringify(reply.body)}`)
  return { ok: false, code }
}

const balance = (account: string) =>
  `(select coalesce(-sum(amount_minor), 0)::bigint from ledger.postings where account = ${account}
    and account like 'payable:%')`
const owed = (party: string) => `json_build_object(
  'estimated', (select coalesce(sum(amount_minor), 0) from commissions.lines where party_id = ${party}::uuid and state = 'estimated'),
  'pending', ${balance(`'payable:' || ${party} || ':pending'`)},
  'available', ${balance(`'payable:' || ${party} || ':available'`)},
  'reserve', ${balance(`'payable:' || ${party} || ':reserve'`)},
  'frozen', ${balance(`'payable:' || ${party} || ':frozen'`)})`
const byName = (key: string, value: string, from: string) =>
  `(select coalesce(json_object_agg(${key}, ${value}), '{}') from ${from})`

/** One query, one snapshot of all shops, in their order: what the model calls by the same names. */
const lookAround = `select looked.seen from jsonb_array_elements($1::jsonb) with ordinality as shop (ids, no)
  cross join lateral (select (ids ->> 'creator') as creator, (ids ->> 'agency') as agency, (ids ->> 'seller') as seller,
    (ids ->> 'coupon')::uuid as coupon, array(select jsonb_array_elements_text(ids -> 'skus'))::uuid[] as skus,
    array(select jsonb_array_elements_text(ids -> 'buyers'))::uuid[] as buyers) of
  cross join lateral (with
  own as (select o.id from orders.orders o where o.buyer_id = any(of.buyers)),
  wishes as (select a.id, a.order_id, a.state from orders.after_sales a where a.order_id in (select id from own))
  select json_build_object(
  'skus', ${byName(
    's.sku_id',
    `json_build_object('onHand', s.on_hand, 'allocated', s.allocated, 'reserved', s.reserved, 'valueMinor', s.value_minor,
      'shown', (select units_left from listings.stock_shown l where l.sku_id = s.sku_id))`,
    'warehouse.stock s where s.sku_id = any(of.skus)',
  )},
  'walletsMinor', ${byName('b', `coalesce((select balance_minor from ledger.balances where account = 'wallet:' || b), 0)`, 'unnest(of.buyers) b')},
  'coins', ${byName('b', `coalesce((select balance_minor from ledger.balances where account = 'coins:' || b), 0) / 10`, 'unnest(of.buyers) b')},
  'orders', ${byName(
    'o.id',
    `json_build_object('state', o.state, 'payMinor', o.pay_minor,
      'refundedMinor', (select coalesce(sum(refunded_minor), 0) from orders.refunded r where r.order_id = o.id))`,
    'orders.orders o where o.id in (select id from own)',
  )},
  'parcels', ${byName(
    'p.order_id',
    'p.state',
    'fulfilment.parcels p where p.order_id in (select id from own union all select id from wishes)',
  )},
  'payments', ${byName(
    'p.id',
    'p.state',
    `payments.payments p where p.person_id = any(of.buyers) and exists (select 1 from payments.steps s where s.payment_id = p.id)`,
  )},
  'afterSales', ${byName('w.id', 'w.state', 'wishes w')},
  'coupon', (select json_build_object('claimedUnits', c.claimed, 'spentMinor', b.spent_minor,
      'usedUnits', (select count(*) from promotions.claims k where k.coupon_id = c.id and k.group_id is not null))
    from promotions.coupons c join promotions.budgets b on b.id = c.budget_id where c.id = of.coupon),
  'flash', ${byName(
    'f.id',
    `json_build_object('closed', f.closed_at is not null, 'unitsLeft', case when f.closed_at is null
      then (select sum(units_left) from flash.shelves h where h.sale_id = f.id) else 0 end)`,
    'flash.sales f where f.sku_id = any(of.skus)',
  )},
  'withdrawals', ${byName('w.id', 'w.state', 'withdrawals.withdrawals w where w.person_id = any(of.buyers)')},
  'followers', (select coalesce(json_agg(person_id), '[]') from follows.followers where creator_id = of.creator::uuid),
  'creator', ${owed('of.creator')},
  'agency', ${owed('of.agency')},
  'kiln', json_build_object('pending', ${balance(`'payable:' || of.seller || ':pending'`)},
    'available', ${balance(`'payable:' || of.seller || ':available'`)})) as seen) looked order by shop.no`
