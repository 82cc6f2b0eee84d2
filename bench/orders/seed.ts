/** The world of the benchmark, made in bulk: goods of two sellers, buyers with money, an address and coupons, creators, a discount. */
import { createHash, createHmac } from 'node:crypto'
import { openCategories, setProductState } from '#goods/catalog'
import { listProduct, setPrice } from '#goods/listings'
import { issueAttribution } from '#money/commissions'
import { accounts, postJournals, walletOf } from '#money/ledger'
import { openAgency, signContract } from '#people/agencies'
import { openPeople } from '#people/identity'
import type { App } from '#platform/app'
import { transact } from '#platform/database'
import { newId, newSecret } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { openSupplier, receiveStock } from '#supply/procurement'
import { openWarehouse } from '#supply/warehouse'
import { insertBudget, insertPromotion, openCoupon } from '#trade/promotions'

export const skusCount = 100
/** Goods of another seller, for carts. */
const sellerSkusCount = 20
/** Every SKU has a limit that each order is counted against, and that nobody reaches. */
const limitUnits = 1_000_000
/** What each holder of a socket may use once; he uses one with every tenth order. */
const couponsPerBuyer = 20
export const couponOffMinor = 500
const creatorsCount = 200
const buyersPerBite = 5_000
const walletMinor = 1_000_000_000
const flashUnits = 100
/** Two units of anything cost at least the threshold, one unit of nothing does: so the asker chooses who gets a discount. */
const thresholdMinor = 25_000
export const offMinor = 1_000
const tokensPerBuyer = 4
const provinces = ['浙江省', '上海市', '四川省', '北京市', '广东省', '新疆维吾尔自治区']

export interface BenchSku {
  skuId: string
  priceMinor: number
}

export interface BenchBuyer {
  personId: string
  addressId: string
  /** Signed, for some of the creators; only those who hold a socket have them. */
  tokens: string[]
  coupons: string[]
}

export interface BenchWorld {
  skus: BenchSku[]
  /** Of another seller. */
  sellerSkus: BenchSku[]
  /** One for each flash. */
  flashSkus: BenchSku[]
  flashUnits: number
  buyers: BenchBuyer[]
}

const words = (text: string) => ({ en: text, zh: text })

export async function seedWorld(app: App, of: { buyers: number; sockets: number; skus?: number }): Promise<BenchWorld> {
  const creators = Array.from({ length: creatorsCount }, () => ({
    creatorId: newId(),
    roomId: newId(),
    sessionId: newId(),
  }))
  const skusOf = (length: number): BenchSku[] =>
    Array.from({ length }, (_, index) => ({ skuId: newId(), priceMinor: 15_000 + (index % 10) * 990 }))
  const skus = skusOf(of.skus ?? skusCount)
  const sellerSkus = skusOf(sellerSkusCount)
  const flashSkus: BenchSku[] = [
    { skuId: newId(), priceMinor: 19_900 },
    { skuId: newId(), priceMinor: 19_900 },
  ]
  await seedGoods(app, { skus, sellerSkus, flashSkus })
  await seedCreators(app, creators)
  await seedDiscount(app)
  const buyers = Array.from(
    { length: of.buyers },
    (): BenchBuyer => ({
      personId: newId(),
      addressId: newId(),
      tokens: [],
      coupons: [],
    }),
  )
  for (let from = 0; from < buyers.length; from += buyersPerBite)
    await seedBuyers(app, buyers.slice(from, from + buyersPerBite), from)
  await seedCoupons(app, buyers.slice(0, of.sockets))
  const issuedAt = app.clock.now()
  for (const [index, buyer] of buyers.slice(0, of.sockets).entries()) {
    buyer.tokens = Array.from({ length: tokensPerBuyer }, (_, place) => {
      const creator = creators[(index * tokensPerBuyer + place) % creators.length]
      if (creator === undefined) throw new Error('there are creators')
      return issueAttribution(app, { ...creator, roomTitle: 'Bench room', personId: buyer.personId, issuedAt })
    })
  }
  return { skus, sellerSkus, flashSkus, flashUnits, buyers }
}

async function seedGoods(
  app: App,
  of: { skus: readonly BenchSku[]; sellerSkus: readonly BenchSku[]; flashSkus: readonly BenchSku[] },
): Promise<void> {
  const { skus, sellerSkus, flashSkus } = of
  const seller = { sellerId: newId(), sellerName: words('Tea house') }
  const supplierId = newId()
  const warehouses = [
    { id: newId(), code: 'HGH', province: '浙江省', city: '杭州市', serves: ['上海市'] },
    { id: newId(), code: 'CTU', province: '四川省', city: '成都市', serves: ['重庆市'] },
  ]
  await transact(app, async (tx) => {
    await openCategories(tx.db, [{ code: 'bench', name: words('Bench') }])
    const supplier = { id: supplierId, code: 'S1', name: words('Maker'), city: '', contact: '', leadDays: 3 }
    await openSupplier(tx.db, { ...supplier, accountPeriodDays: 30, orderUnitsMin: 1 })
    for (const warehouse of warehouses) {
      const place = { district: '', street: '', name: words(warehouse.code), bins: ['A-01-1'] }
      await openWarehouse(tx, { ...warehouse, ...place })
    }
    for (const [index, { skuId, priceMinor }] of [...skus, ...sellerSkus, ...flashSkus].entries()) {
      const productId = newId()
      mustBeDone(
        await listProduct(tx, {
          ...(index >= skus.length && index < skus.length + sellerSkus.length ? seller : {}),
          id: productId,
          slug: `bench-${index}`,
          categoryCode: 'bench',
          title: { en: `Spring tea from terrace ${index}`, zh: `明前龙井第${index}号茶园` },
          subtitle: words(''),
          story: words(''),
          currency: 'CNY',
          commissionBasisPoints: 1_000,
          skus: [
            {
              id: skuId,
              code: `B-${index}`,
              barcode: String(2_000_000_000_000 + index),
              label: { en: '100 g', zh: '100克' },
              priceMinor,
              listPriceMinor: null,
              costMinor: 9_000,
              weightGrams: 150,
            },
          ],
        }),
      )
      mustBeDone(await setPrice(tx, { skuId, priceMinor, listPriceMinor: null, limitUnits, currency: 'CNY' }))
      mustBeDone(await setProductState(tx, { productId, state: 'on_sale' }))
    }
  })
  for (const warehouse of warehouses) {
    await transact(app, async (tx) => {
      const receipt = { supplierId, warehouseId: warehouse.id, bin: 'A-01-1', unitCostMinor: 9_000 }
      for (const { skuId } of [...skus, ...sellerSkus])
        mustBeDone(await receiveStock(tx, { ...receipt, id: newId(), skuId, units: 5_000_000, currency: 'CNY' }))
      if (warehouse !== warehouses[0]) return
      for (const { skuId } of flashSkus)
        mustBeDone(await receiveStock(tx, { ...receipt, id: newId(), skuId, units: flashUnits, currency: 'CNY' }))
    })
  }
}

async function seedCreators(app: App, creators: readonly { creatorId: string }[]): Promise<void> {
  await transact(app, async (tx) => {
    await openPeople(
      tx,
      creators.map(({ creatorId }, index) => ({
        id: creatorId,
        name: `Creator ${index}`,
        roles: ['creator' as const],
      })),
    )
    for (const [index, { creatorId }] of creators.entries()) {
      if (index % 2 === 1) continue
      const agencyId = newId()
      await openAgency(tx, { id: agencyId, name: `Agency ${index}` })
      mustBeDone(await signContract(tx, { agencyId, creatorId, basisPoints: 3_000, from: tx.now, until: null }))
    }
  })
}

async function seedDiscount(app: App): Promise<void> {
  await transact(app, async (tx) => {
    const budgetId = newId()
    await insertBudget(tx, { id: budgetId, name: 'Bench', currency: 'CNY', limitMinor: 1_000_000_000_000 })
    await insertPromotion(tx, {
      id: newId(),
      name: { en: '10 off in rooms', zh: '直播间立减10元' },
      channel: 'video',
      roomOnly: true,
      thresholdMinor,
      offMinor,
      currency: 'CNY',
      funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
      budgetId,
      startsAt: tx.now,
      endsAt: tx.now.add({ hours: 1_000 }),
    })
  })
}

/** Claimed in bulk: claiming one by one is not what is measured. */
async function seedCoupons(app: App, buyers: readonly BenchBuyer[]): Promise<void> {
  const couponId = newId()
  const claims = buyers.flatMap((buyer) =>
    Array.from({ length: couponsPerBuyer }, (_, index) => ({ id: newId(), buyer, no: index + 1 })),
  )
  for (const { id, buyer } of claims) buyer.coupons.push(id)
  await transact(app, async (tx) => {
    const offer = {
      id: couponId,
      name: { en: '5 off', zh: '立减5元' },
      currency: 'CNY',
      thresholdMinor: 0,
      offMinor: couponOffMinor,
      offPoints: null,
      capMinor: null,
      productIds: null,
      roomId: null,
      funders: { platform: 5_000, seller: 5_000, creator: 0, brand: 0 },
      quota: Math.max(1, claims.length),
      perPerson: couponsPerBuyer,
      validDays: 30,
      startsAt: tx.now,
      endsAt: tx.now.add({ hours: 1_000 }),
    }
    mustBeDone(await openCoupon(tx, offer, 1_000_000_000_000))
    await tx.hot(
      'bench.claims',
      `with claimed as (
        insert into promotions.claims (id, person_id, coupon_id, no, claimed_at, valid_until)
        select id, person_id, $1, no, $2::timestamptz, $2::timestamptz + interval '30 days'
        from unnest($3::uuid[], $4::uuid[], $5::int[]) as c (id, person_id, no) returning 1)
      update promotions.coupons set claimed = (select count(*) from claimed) where id = $1`,
      [
        ...[couponId, tx.now.toString(), claims.map(({ id }) => id)],
        ...[claims.map(({ buyer }) => buyer.personId), claims.map(({ no }) => no)],
      ],
    )
  })
}

async function seedBuyers(app: App, buyers: readonly BenchBuyer[], from: number): Promise<void> {
  await transact(app, async (tx) => {
    await openPeople(
      tx,
      buyers.map(({ personId }, index) => ({ id: personId, name: `Buyer ${from + index}`, roles: ['buyer' as const] })),
    )
    // There is no door that saves addresses of many people at once, and no other need for one.
    await tx.hot(
      'bench.addresses',
      `insert into profiles.addresses (id, owner_id, slot, recipient, phone, province, city, district, street, is_default, saved_at)
        select id, owner_id, 1, '林若溪', '15400000001', province, '杭州市', '西湖区', '文三路西溪里12幢3单元502室', true, $4
        from unnest($1::uuid[], $2::uuid[], $3::text[]) as a (id, owner_id, province)`,
      [
        buyers.map((buyer) => buyer.addressId),
        buyers.map((buyer) => buyer.personId),
        buyers.map((_, index) => provinces[index % provinces.length]),
        tx.now.toString(),
      ],
    )
    mustBeDone(
      await postJournals(
        tx,
        buyers.map(({ personId }) => ({
          id: newId(),
          kind: 'books.opened' as const,
          cause: `books.opened:${personId}`,
          currency: 'CNY' as const,
          orderId: null,
          postings: [
            { account: accounts.cash, amountMinor: walletMinor },
            { account: walletOf(personId), amountMinor: -walletMinor },
          ],
        })),
      ),
    )
  })
}

/**
 * Sessions for a crowd that would take long to sign in one by one: rows as the sign-in writes them, and cookies signed as it
 * signs them. What is measured, the way from a cookie to a person, is the server's own.
 */
export async function openCrowdSessions(app: App, buyers: readonly { personId: string }[]): Promise<string[]> {
  const tokens = buyers.map(() => newSecret())
  await transact(app, (tx) =>
    tx.hot(
      'bench.sessions',
      `insert into identity.sessions (id, token_hash, person_id, expires_at, created_at, updated_at)
        select id, token_hash, person_id, clock_timestamp() + interval '30 days', clock_timestamp(), clock_timestamp()
        from unnest($1::uuid[], $2::text[], $3::uuid[]) as s (id, token_hash, person_id)`,
      [
        tokens.map(() => newId()),
        tokens.map((token) => createHash('sha256').update(token).digest('hex')),
        buyers.map((buyer) => buyer.personId),
      ],
    ),
  )
  return tokens.map((token) => {
    const signature = createHmac('sha256', app.secret).update(token).digest('base64')
    return `hawker_session=${encodeURIComponent(`${token}.${signature}`)}`
  })
}
