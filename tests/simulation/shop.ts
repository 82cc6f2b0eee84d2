/** The real shop of a simulation: sends the model's commands to the server as people would, and reads what came of them. */
import { issueAttribution } from '#money/commissions'
import { openAgency, signContract } from '#people/agencies'
import { parcelIdOf } from '#supply/fulfilment'
import { openShop, settleIn } from '../goods.ts'
import { type Client, newId, type Answer as Reply, startWorld, transact, type World } from '../world.ts'
import { type Answer, agencyBasisPoints, type Command, emptyModel, type Model } from './model.ts'

export interface RealShop {
  world: World
  model: Model
  skuIds: string[]
  buyerIds: string[]
  send(command: Command): Promise<Answer>
  /** What the database shows once nothing is on its way, in the words of `visibleOf`. */
  look(): Promise<Record<string, unknown>>
  stop(): Promise<void>
}

/** A small shop, so that everything collides: few SKUs, few buyers, little stock, little money. */
export async function openRealShop(of: { skus: number; buyers: number }): Promise<RealShop> {
  const world = await startWorld()
  // Nothing happens by itself: time moves when a command moves it.
  await world.server.app.jobs.stop()
  const operator = await world.person('Operator', 'operations')
  const warehouseman = await world.person('Worker', 'warehouse')
  const creator = await world.person('Creator', 'buyer', 'creator')
  const goods = await openShop(world, operator)
  const model = emptyModel()
  const products = new Map<string, { productId: string; barcode: string }>()
  for (let index = 0; index < of.skus; index++) {
    const sku = { units: 1 + index, priceMinor: 1_999 + 7_001 * index, costMinor: 333 + 1_001 * index }
    const commissionBasisPoints = 500 + 777 * index
    const sold = await goods.sell({ ...sku, commissionBasisPoints })
    products.set(sold.skuId, sold)
    model.skus[sold.skuId] = {
      onHand: sku.units,
      allocated: 0,
      valueMinor: sku.units * sku.costMinor,
      priceMinor: sku.priceMinor,
      onSale: true,
      commissionBasisPoints,
    }
  }
  const buyers = new Map<string, { client: Client; addressId: string }>()
  for (let index = 0; index < of.buyers; index++) {
    const client = await world.person(`Buyer ${index}`, 'buyer')
    const topUpMinor = 20_000 + 15_000 * index
    buyers.set(client.personId, { client, addressId: (await settleIn(client, { topUpMinor })).addressId })
    model.walletsMinor[client.personId] = topUpMinor
  }
  const agencyId = newId()
  await transact(world.server.app, async (tx) => {
    await openAgency(tx, { id: agencyId, name: 'Lantern Street' })
    await signContract(tx, {
      agencyId,
      creatorId: creator.personId,
      basisPoints: agencyBasisPoints,
      from: tx.now.subtract({ hours: 1 }),
      until: null,
    })
  })
  const [roomId, sessionId] = [newId(), newId()]
  await world.server.outbox.drained()

  const buyer = (personId: string) => {
    const found = buyers.get(personId)
    if (found === undefined) throw new Error('No buyer of the simulation has this id.')
    return found
  }
  const parcelOf = (orderId: string) => `/api/v1/parcels/${parcelIdOf(orderId, goods.warehouseId)}`

  async function ask(command: Command): Promise<Answer> {
    switch (command.do) {
      case 'place': {
        const { client, addressId } = buyer(command.buyer)
        const attribution = issueAttribution(world.server.app, {
          creatorId: creator.personId,
          roomId,
          sessionId,
          roomTitle: 'A room',
          personId: command.buyer,
          issuedAt: world.server.app.clock.now(),
        })
        const reply = await client.post('/api/v1/orders', {
          id: command.id,
          lines: command.lines,
          addressId,
          shownPayMinor: command.shownPayMinor,
          payment: 'wallet',
          ...(command.attributed ? { attribution } : {}),
        })
        const { payMinor, walletMinor, repeated } = reply.body.order ?? {}
        return answerOf(reply, { payMinor, walletMinor, repeated })
      }
      case 'cancel': {
        const reply = await buyer(command.buyer).client.post(`/api/v1/me/orders/${command.orderId}/cancellations`)
        return answerOf(reply, { state: reply.body.order?.state })
      }
      case 'confirm': {
        const reply = await buyer(command.buyer).client.post(`/api/v1/me/orders/${command.orderId}/confirmations`)
        return answerOf(reply, { state: reply.body.order?.state })
      }
      case 'pick': {
        const barcode = command.wrongItem ? '6900000000001' : products.get(command.skuId)?.barcode
        const reply = await warehouseman.post(`${parcelOf(command.orderId)}/picks`, { barcode, units: command.units })
        return answerOf(reply, { state: reply.body.parcel?.state })
      }
      case 'pack': {
        const reply = await warehouseman.post(`${parcelOf(command.orderId)}/packings`, { weightGrams: 400 })
        return answerOf(reply, { state: reply.body.parcel?.state })
      }
      case 'handOver':
        return answerOf(await warehouseman.post(`${parcelOf(command.orderId)}/hand-overs`))
      case 'scan':
        return answerOf(
          await warehouseman.post(parcelOf(command.orderId).replace('/parcels/', '/sandbox/parcels/').concat('/scans')),
        )
      case 'advance':
        return answerOf(await operator.post('/api/v1/sandbox/clock', { seconds: command.hours * 3_600 }))
      case 'topUp': {
        const { id, amountMinor } = command
        const reply = await buyer(command.buyer).client.post('/api/v1/wallet/top-ups', { id, amountMinor })
        return answerOf(reply, { state: reply.body.state })
      }
      case 'price': {
        const { priceMinor } = command
        return answerOf(
          await operator.post(`/api/v1/skus/${command.skuId}/prices`, { priceMinor, listPriceMinor: null }),
        )
      }
      case 'receive': {
        const { do: _, ...receipt } = command
        const { supplierId, warehouseId } = goods
        const reply = await warehouseman.post('/api/v1/receipts', {
          ...receipt,
          supplierId,
          warehouseId,
          bin: 'A-01-1',
        })
        return answerOf(reply, { onHand: reply.body.onHand, available: reply.body.available })
      }
      case 'adjust': {
        const { do: _, ...adjustment } = command
        const reply = await warehouseman.post('/api/v1/stock-adjustments', {
          ...adjustment,
          warehouseId: goods.warehouseId,
          reason: 'counted again',
        })
        return answerOf(reply, { onHand: reply.body.onHand, available: reply.body.available })
      }
      case 'sell':
        return answerOf(
          await operator.put(`/api/v1/products/${products.get(command.skuId)?.productId}/state`, {
            state: command.onSale ? 'on_sale' : 'off_sale',
          }),
        )
      case 'payOut': {
        const reply = await creator.post('/api/v1/studio/payouts', { id: command.id })
        return answerOf(reply, { amountMinor: reply.body.payout?.amountMinor })
      }
    }
  }

  const look = async () => {
    await world.server.outbox.drained()
    const { rows } = await world.server.app.database.pool.query(lookAround, [creator.personId, agencyId])
    const seen = rows[0]?.['seen']
    // Buyers who never had money have no balance: the model says zero.
    for (const personId of Object.keys(seen.walletsMinor)) {
      if (model.walletsMinor[personId] === undefined) throw new Error(`a wallet of nobody: ${personId}`)
    }
    return seen
  }
  return {
    world,
    model,
    skuIds: [...products.keys()],
    buyerIds: [...buyers.keys()],
    send: ask,
    look,
    stop: () => world.stop(),
  }
}

function answerOf(reply: Reply, value?: Record<string, unknown>): Answer {
  if (reply.status < 300) return value === undefined ? { ok: true } : { ok: true, value }
  const code = typeof reply.body?.code === 'string' ? reply.body.code : `status ${reply.status}`
  // A fault is never an answer: the test ends at the first.
  if (reply.status === 500) throw new Error(`the server failed: ${JSON.stringify(reply.body)}`)
  return { ok: false, code }
}

const owed = (party: string) => `json_build_object(
  'estimated', (select coalesce(sum(amount_minor), 0) from commissions.lines where party_id = ${party} and state = 'estimated'),
  'pending', (select coalesce(-sum(amount_minor), 0) from ledger.postings where account = 'payable:' || ${party} || ':pending'),
  'available', (select coalesce(-sum(amount_minor), 0) from ledger.postings where account = 'payable:' || ${party} || ':available'),
  'reserve', (select coalesce(-sum(amount_minor), 0) from ledger.postings where account = 'payable:' || ${party} || ':reserve'))`

/** One query, one snapshot: what the model calls by the same names. */
const lookAround = `select json_build_object(
  'skus', (select coalesce(json_object_agg(s.sku_id, json_build_object('onHand', s.on_hand, 'allocated', s.allocated,
      'valueMinor', s.value_minor, 'shown', (select units_left from listings.stock_shown l where l.sku_id = s.sku_id))), '{}')
    from warehouse.stock s),
  'walletsMinor', (select coalesce(json_object_agg(substr(account, 8), balance_minor), '{}') from ledger.balances
    where account like 'wallet:%'),
  'orders', (select coalesce(json_object_agg(o.id, json_build_object('state', o.state, 'payMinor', o.pay_minor,
      'parcel', (select p.state from fulfilment.parcels p where p.order_id = o.id))), '{}') from orders.orders o),
  'escrowMinor', (select coalesce(-sum(amount_minor), 0) from ledger.postings where account = 'escrow'),
  'creator', ${owed('$1::uuid')},
  'agency', ${owed('$2::uuid')}) as seen`
