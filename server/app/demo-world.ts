/**
 * The demo world: a shop with goods, people, stock and a past, made by the same use cases that serve everybody else.
 * Deterministic: ids come from names, so seeding again meets what is there.
 */

import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { roundUpTo, shareOf } from '#contract/money'
import type { Role } from '#contract/roles'
import { openCategories, setProductState } from '#goods/catalog'
import { listProduct } from '#goods/listings'
import { openFeeRule } from '#money/fees'
import { topUp } from '#money/payments'
import { releaseDueEarnings, setSellerTier } from '#money/settlements'
import { openAgency, signContract } from '#people/agencies'
import { openCreator } from '#people/creators'
import { seedFollowers } from '#people/follows'
import { addDemoLogin, findPerson, openPeople } from '#people/identity'
import { addMember, openShop } from '#people/merchants'
import { saveAddress } from '#people/profiles'
import { seedVerified } from '#people/verification'
import type { App } from '#platform/app'
import { startClock } from '#platform/clock'
import { type Tx, transact } from '#platform/database'
import { idFrom } from '#platform/ids'
import { mustBeDone, type Outcome } from '#platform/outcome'
import { handOverParcel, packParcel, parcelsOfOrders, pickParcel } from '#supply/fulfilment'
import { advanceSandboxParcels, refillWaybills } from '#supply/logistics'
import { openSupplier, receiveStock } from '#supply/procurement'
import { openWarehouse, receiveConsigned } from '#supply/warehouse'
import { quote, wishOf } from '#trade/checkout'
import { grantFlash } from '#trade/flash'
import { confirmOrder, placeOrders, videoChannel } from '#trade/orders'
import { openPersonalOffer } from '#trade/personal-offers'
import { insertBudget, insertPromotion, openCoupon } from '#trade/promotions'
import { recordViolation } from '#trust/conduct'
import {
  type DemoProduct,
  demoAgencies,
  demoBuyers,
  demoCategories,
  demoCreators,
  demoProducts,
  demoShops,
  demoSuppliers,
  demoWarehouses,
} from '../../tools/demo/index.ts'
import { renderDemoPictures } from './demo-pictures.ts'

export const demoId = (name: string): string => idFrom('demo', name)
export const demoPersonIds: ReadonlySet<string> = new Set([
  ...demoBuyers.map((buyer) => demoId(buyer.slug)),
  ...demoCreators.map((creator) => demoId(creator.handle)),
])

/** What a demo buyer has in his wallet at first: ten thousand yuan. */
export const demoWalletMinor = 1_000_000
export const demoFollowersMax = 30_000
const historyDays = 9
const ordersPerDay = 6

type Words = { en: string; zh: string }

const staff: readonly { login: string; name: string; role: Role; sentence: Words }[] = [
  {
    login: 'operations',
    name: 'Shen Mo',
    role: 'operations',
    sentence: { en: 'Runs the platform: goods, rooms, the sandbox clock', zh: '平台运营：商品、直播间、沙盒时钟' },
  },
  {
    login: 'warehouse',
    name: 'Tang Keke',
    role: 'warehouse',
    sentence: { en: 'Picks, packs and hands over parcels', zh: '仓库：拣货、打包、交接' },
  },
  {
    login: 'finance',
    name: 'Qiu Lan',
    role: 'finance',
    sentence: { en: 'Keeps the books and runs the auditor', zh: '财务：账本与审计' },
  },
  {
    login: 'moderator',
    name: 'Yan Shuo',
    role: 'moderator',
    sentence: { en: 'Records violations and stops rooms', zh: '审核：记录违规、停播' },
  },
  {
    login: 'support',
    name: 'Bai Lu',
    role: 'support',
    sentence: { en: 'Helps buyers with their orders', zh: '客服：处理订单' },
  },
  {
    login: 'admin',
    name: 'Gu Chen',
    role: 'admin',
    sentence: { en: 'Gives and takes roles, sees everything', zh: '管理员：权限与全部功能' },
  },
  {
    login: 'auditor',
    name: 'Wei Ran',
    role: 'auditor',
    sentence: { en: 'Reads everything, changes nothing', zh: '审计员：只读' },
  },
]

export interface SeedOptions {
  say: (sentence: string) => void
  /** Waits until reactions have caught up. */
  drained: () => Promise<void>
}

/** Makes the demo world if it is not there; pictures are drawn once and kept. */
export async function seedDemoWorld(app: App, options: SeedOptions): Promise<void> {
  await renderDemoPictures(app, options.say)
  await seedDemoRows(app, options)
}

const seedingLock = 4_100_002
const seedingLookMs = 250

/** One server after the other, where several start on one database. */
async function oneAtATime(app: App, work: () => Promise<void>): Promise<void> {
  const client = await app.database.pool.connect()
  try {
    const take = async () => {
      const { rows } = await client.query<{ isMine: boolean }>('select pg_try_advisory_lock($1) as "isMine"', [
        seedingLock,
      ])
      return rows[0]?.isMine === true
    }
    while (!(await take())) await sleep(seedingLookMs)
    await work()
  } finally {
    await client.query('select pg_advisory_unlock($1)', [seedingLock]).finally(() => client.release())
  }
}

/** The world without its pictures. What was begun and did not end, because the process did, is gone on with. */
export function seedDemoRows(app: App, options: SeedOptions): Promise<void> {
  return oneAtATime(app, () => seedRows(app, options))
}

async function seedRows(app: App, options: SeedOptions): Promise<void> {
  // The last thing that is made says that all the rest is there.
  if ((await findPerson(app.database.db, demoId('auditor'))) !== null) {
    // A world that an earlier version made lacks what gates have asked for since.
    await transact(app, verifyPeople)
    return
  }
  options.say('making the demo world')
  // What shops pay has held since before the first of the past orders.
  await transact(at(app, app.clock.now().subtract({ hours: 24 * (historyDays + 1) })), seedFees)
  await transact(app, seedGoods)
  // Made in one commit: who of them is there says that all are.
  const [someone] = demoCreators
  if (someone === undefined || (await findPerson(app.database.db, demoId(someone.handle))) === null)
    await transact(app, (tx) => seedPeople(tx))
  await seedStock(app)
  await options.drained()
  await seedHistory(app, options)
  await transact(app, seedStaff)
}

/** Everybody who may be paid has shown who he is, and one buyer has not. May be called again. */
function verifyPeople(tx: Tx): Promise<void> {
  return seedVerified(
    tx,
    ...demoCreators.map((creator) => demoId(creator.handle)),
    ...demoBuyers.slice(0, 2).map((buyer) => demoId(buyer.slug)),
    ...demoShops.map((shop) => demoId(shop.keeper.slug)),
  )
}

async function seedGoods(tx: Tx): Promise<void> {
  await openCategories(
    tx.db,
    demoCategories.map(({ slug, name, tagline, noReasonReturn }) => ({ code: slug, name, tagline, noReasonReturn })),
  )
  for (const supplier of demoSuppliers) {
    await openSupplier(tx.db, {
      id: demoId(supplier.slug),
      code: supplier.slug,
      name: supplier.name,
      city: supplier.city.zh,
      contact: supplier.contact.zh,
      leadDays: supplier.leadDays,
      accountPeriodDays: supplier.accountPeriodDays,
      orderUnitsMin: supplier.orderUnitsMin,
    })
  }
  for (const warehouse of demoWarehouses) {
    await openWarehouse(tx, {
      id: demoId(warehouse.slug),
      code: warehouse.slug.slice(0, 2).toUpperCase(),
      name: warehouse.name,
      province: warehouse.province.zh,
      city: warehouse.city.zh,
      district: warehouse.district.zh,
      street: warehouse.street.zh,
      serves: [...warehouse.servesProvinces],
      bins: warehouse.zones.flatMap((zone) => zone.bins),
    })
  }
  for (const product of demoProducts) {
    mustBeDone(
      await listProduct(tx, {
        id: demoId(product.slug),
        slug: product.slug,
        categoryCode: product.category,
        title: product.title,
        subtitle: product.subtitle,
        story: product.story,
        pictures: [`products/${product.slug}-1.webp`, `products/${product.slug}-2.webp`],
        options: product.options.map((option) => ({ name: option.name, values: [...option.values] })),
        currency: 'CNY',
        commissionBasisPoints: 1_000,
        ...sellerOf(product),
        skus: product.skus.map((sku) => ({
          id: skuIdOf(sku.code),
          code: sku.code,
          label: sku.label,
          choices: [...sku.choices],
          priceMinor: sku.priceMinor,
          listPriceMinor:
            product.listPriceMinor === null
              ? null
              : Math.max(sku.priceMinor, product.listPriceMinor + sku.priceMinor - product.priceMinor),
          costMinor: sku.costMinor,
          weightGrams: sku.weightGrams,
          barcode: sku.barcode,
        })),
      }),
    )
    mustBeDone(await setProductState(tx, { productId: demoId(product.slug), state: 'on_sale' }))
  }
  const budgetId = demoId('live coupon budget')
  await insertBudget(tx, { id: budgetId, name: 'Live coupons', currency: 'CNY', limitMinor: 50_000_000 })
  await insertPromotion(tx, {
    id: demoId('live coupon'),
    name: { en: 'Live room coupon', zh: '直播间专享券' },
    channel: videoChannel,
    roomOnly: true,
    thresholdMinor: 15_000,
    offMinor: 2_000,
    currency: 'CNY',
    funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
    budgetId,
    startsAt: tx.now.subtract({ hours: 24 * 30 }),
    endsAt: tx.now.add({ hours: 24 * 3_650 }),
  })
  const shown = new Set([
    ...onAirAtStart.map((handle) => demoId(handle)),
    ...shownCreators().map(({ personId }) => personId),
  ])
  for (const creator of demoCreators.filter(({ handle }) => shown.has(demoId(handle)))) {
    // A flash sale keeps back what is ours; a shop's goods are not.
    const own = demoProducts.filter(
      (product) => creator.categories.includes(product.category) && sellerOf(product).sellerId === undefined,
    )
    for (const product of own.slice(0, flashGrantsEach)) {
      const [sku] = product.skus
      if (sku === undefined) continue
      mustBeThere(
        await grantFlash(tx, {
          id: demoId(`flash ${creator.handle} ${sku.code}`),
          creatorId: demoId(creator.handle),
          skuId: skuIdOf(sku.code),
          priceMinor: roundUpTo(shareOf(sku.priceMinor, flashBasisPoints), 100) - 10,
          units: 500,
          perBuyerUnits: 2,
          funders: { platform: 0, seller: 10_000, creator: 0, brand: 0 },
          budgetMinor: 0,
          validUntil: tx.now.add({ hours: 24 * 3_650 }),
        }),
      )
    }
  }
  for (const coupon of demoCoupons) {
    mustBeThere(
      await openCoupon(
        tx,
        {
          ...coupon,
          id: demoId(`coupon ${coupon.name.en}`),
          currency: 'CNY',
          productIds: null,
          roomId: null,
          funders: { platform: 10_000, seller: 0, creator: 0, brand: 0 },
          quota: 5_000,
          perPerson: 1,
          validDays: 30,
          startsAt: tx.now.subtract({ hours: 24 }),
          endsAt: tx.now.add({ hours: 24 * 3_650 }),
        },
        20_000_000,
      ),
    )
  }
  mustBeThere(
    await openPersonalOffer(tx, {
      ...{ id: demoId('personal offer'), name: { en: 'Good to see you again', zh: '好久不见' }, currency: 'CNY' },
      heldOutBasisPoints: 1_000,
      steps: [
        { offMinor: 500, thresholdMinor: 2_000 },
        { offMinor: 1_500, thresholdMinor: 6_000 },
        { offMinor: 3_000, thresholdMinor: 12_000 },
      ].map((step, index) => ({
        ...{ couponId: demoId(`personal offer ${index}`), ...step, budgetMinor: 5_000_000, quotaUnits: 5_000 },
      })),
      validDays: 14,
      startsAt: tx.now.subtract({ hours: 24 }).toString(),
      endsAt: tx.now.add({ hours: 24 * 3_650 }).toString(),
    }),
  )
}

/** Done now, or by a start that did not come to its end. */
function mustBeThere(outcome: Outcome<unknown, string>): void {
  if (outcome.ok || outcome.code !== 'id_reused') mustBeDone(outcome)
}

/** What each host may sell in flash sales, and for which part of the price. */
const flashGrantsEach = 4
const flashBasisPoints = 7_000

/** Where a shop sells it, its goods are its own. */
function sellerOf(product: DemoProduct) {
  const shop = demoShops.find(({ products }) => products.includes(product.slug))
  return shop === undefined ? {} : { sellerId: demoId(shop.slug), sellerName: shop.name, stockOwner: 'brand' as const }
}

/** What shops pay: 6 % for the buyer, of home and kitchen 5 %, and what the payment provider takes. */
async function seedFees(tx: Tx): Promise<void> {
  const rule = { currency: 'CNY', fixedMinor: 0, minMinor: null, maxMinor: null, keptMaxMinor: null } as const
  const referral = { ...rule, kind: 'referral', base: 'sale', isReturned: true, keptBasisPoints: 0 } as const
  const provider = { ...rule, kind: 'provider', base: 'paid', isReturned: false, keptBasisPoints: 0 } as const
  for (const each of [
    { ...referral, id: demoId('referral fee'), categoryCode: null, basisPoints: 600 },
    { ...referral, id: demoId('referral fee of home'), categoryCode: 'home-kitchen', basisPoints: 500 },
    { ...provider, id: demoId('provider fee'), categoryCode: null, basisPoints: 60 },
  ])
    mustBeDone(await openFeeRule(tx, each))
  for (const shop of demoShops)
    await setSellerTier(tx, { id: demoId(`${shop.slug} tier`), sellerId: demoId(shop.slug), days: shop.days })
}

const demoCoupons = [
  {
    name: { en: 'New here: ¥20 off ¥100', zh: '新人券：满100减20' },
    thresholdMinor: 10_000,
    offMinor: 2_000,
    offPoints: null,
    capMinor: null,
  },
  {
    name: { en: '10 % off, up to ¥30', zh: '九折券，最高减30元' },
    thresholdMinor: 5_000,
    offMinor: null,
    offPoints: 1_000,
    capMinor: 3_000,
  },
]

const skuIdOf = (code: string): string => demoId(`sku ${code}`)

async function seedPeople(tx: Tx): Promise<void> {
  await openPeople(tx, [
    ...demoBuyers.map((buyer) => ({
      id: demoId(buyer.slug),
      name: buyer.nickname,
      phone: `+86${buyer.phone.replace(/\D/g, '')}`,
      roles: ['buyer' as const],
    })),
    ...demoShops.map(({ keeper }) => ({ id: demoId(keeper.slug), name: keeper.name, roles: ['buyer' as const] })),
    ...demoCreators.map((creator) => ({
      id: demoId(creator.handle),
      name: creator.displayName.zh,
      avatar: avatarOf(creator.handle),
      roles: ['buyer' as const, 'creator' as const],
    })),
  ])
  for (const buyer of demoBuyers) {
    const { recipient, phone, province, city, district, street } = buyer.address
    mustBeDone(
      await saveAddress(tx, {
        id: demoId(`${buyer.slug} home`),
        ownerId: demoId(buyer.slug),
        recipient,
        phone,
        province,
        city,
        district,
        street,
        isDefault: true,
      }),
    )
  }
  await topUp(
    tx,
    ...demoBuyers.map((buyer) => ({
      id: demoId(`${buyer.slug} first top-up`),
      personId: demoId(buyer.slug),
      amountMinor: demoWalletMinor,
      currency: 'CNY' as const,
    })),
  )
  await verifyPeople(tx)
  for (const shop of demoShops) {
    mustBeDone(await openShop(tx, { id: demoId(shop.slug), name: shop.name }))
    mustBeDone(await addMember(tx, { shopId: demoId(shop.slug), personId: demoId(shop.keeper.slug) }))
  }
  for (const agency of demoAgencies) await openAgency(tx, { id: demoId(agency.slug), name: agency.name.zh })
  for (const creator of demoCreators) {
    const id = demoId(creator.handle)
    mustBeDone(
      await openCreator(tx, {
        personId: id,
        handle: creator.handle,
        name: creator.displayName.zh,
        bio: creator.bio.zh,
        avatar: avatarOf(creator.handle),
      }),
    )
    // Each follower is a row: the most followed keep to what a first start can wait for.
    await seedFollowers(tx, { creatorId: id, count: Math.min(creator.followersWanted, demoFollowersMax) })
    if (creator.agency !== null) {
      const share = demoAgencies.find((agency) => agency.slug === creator.agency)?.shareBps ?? 0
      mustBeDone(
        await signContract(tx, {
          id: demoId(`${creator.handle} contract`),
          agencyId: demoId(creator.agency),
          creatorId: id,
          basisPoints: share,
          from: tx.now.subtract({ hours: 24 * 60 }),
          until: null,
        }),
      )
    }
    if (creator.activeViolation) {
      mustBeDone(
        await recordViolation(tx, {
          id: demoId(`${creator.handle} violation`),
          creatorId: id,
          rule: 'false_claim',
          severity: 'serious',
          points: 12,
          note: '直播中宣称产品“七天见效”，无依据。',
          days: 90,
        }),
      )
    }
  }
}

const avatarOf = (handle: string): string => `avatars/${handle}.webp`

/** Two thirds of each SKU lie in the first warehouse, the rest in the second; a bin is given in walking order. */
async function seedStock(app: App): Promise<void> {
  const bins = demoWarehouses.map((warehouse) => warehouse.zones.flatMap((zone) => zone.bins))
  const skus = demoProducts.flatMap((product) => product.skus.map((sku) => ({ product, sku })))
  const chunk = 40
  for (let start = 0; start < skus.length; start += chunk) {
    await transact(app, async (tx) => {
      for (const [offset, { product, sku }] of skus.slice(start, start + chunk).entries()) {
        for (const [index, warehouse] of demoWarehouses.entries()) {
          const places = bins[index] ?? []
          const { sellerId } = sellerOf(product)
          if (sellerId !== undefined) {
            mustBeDone(
              await receiveConsigned(tx, {
                id: demoId(`consignment ${sku.code} ${warehouse.slug}`),
                owner: { kind: 'brand', id: sellerId },
                warehouseId: demoId(warehouse.slug),
                skuId: skuIdOf(sku.code),
                bin: places[(start + offset) % places.length] ?? 'A-01-1',
                units: unitsIn(product, index),
                currency: 'CNY',
              }),
            )
            continue
          }
          mustBeDone(
            await receiveStock(tx, {
              id: demoId(`receipt ${sku.code} ${warehouse.slug}`),
              supplierId: demoId(product.supplierSlug),
              warehouseId: demoId(warehouse.slug),
              skuId: skuIdOf(sku.code),
              bin: places[(start + offset) % places.length] ?? 'A-01-1',
              units: unitsIn(product, index),
              unitCostMinor: sku.costMinor,
              currency: 'CNY',
            }),
          )
        }
      }
    })
  }
}

function unitsIn(product: DemoProduct, warehouse: number): number {
  const perSku = Math.ceil(product.unitsHint / product.skus.length)
  return Math.max(1, Math.round(warehouse === 0 ? (perSku * 2) / 3 : perSku / 3))
}

/** The last days' orders, each as far as it would have come by now. The platform's own time is not moved for it. */
async function seedHistory(app: App, options: SeedOptions): Promise<void> {
  const now = app.clock.now()
  for (let daysAgo = historyDays; daysAgo >= 0; daysAgo--) {
    const placedAt = daysAgo === 0 ? now.subtract({ minutes: 50 }) : now.subtract({ hours: 24 * daysAgo })
    const ids = await placePastOrders(at(app, placedAt), daysAgo)
    await options.drained()
    if (daysAgo >= 1) await shipPastOrders(at(app, placedAt.add({ hours: 7 })), ids)
    if (daysAgo >= 3) {
      const later = at(app, placedAt.add({ hours: 50 }))
      for (let bite = 0; bite < 20 && (await advanceSandboxParcels.sweep(later)).more; bite++);
      await options.drained()
    }
    if (daysAgo >= 5) await confirmPastOrders(at(app, placedAt.add({ hours: 72 })), ids)
    await options.drained()
  }
  // What the past has earned and whose days are over is there when the first visitor looks.
  await releaseDueEarnings(app)
}

/** The same App at another time; only what the seed does itself happens then. */
function at(app: App, instant: Temporal.Instant): App {
  const clock = startClock()
  const frozen = { ...clock, now: () => instant, nowMs: () => instant.epochMilliseconds }
  return {
    ...app,
    clock: frozen,
    database: { ...app.database, clock: frozen, reactionsTo: (name) => app.database.reactionsTo(name) },
  }
}

async function placePastOrders(app: App, day: number): Promise<{ id: string; buyerId: string }[]> {
  const placed: { id: string; buyerId: string }[] = []
  for (let index = 0; index < ordersPerDay; index++) {
    const dice = draw(`history ${day} ${index}`)
    const buyer = pickOf(demoBuyers, dice())
    const product = pickOf(demoProducts, dice())
    const sku = pickOf(product.skus, dice())
    const buyerId = demoId(buyer.slug)
    const addressId = demoId(`${buyer.slug} home`)
    const lines = [{ skuId: skuIdOf(sku.code), units: 1 + Math.floor(dice() * 2) }]
    const price = mustBeDone(await quote(app, { buyerId, lines, addressId, couponId: null }))
    const id = idAt(app.clock.now().epochMilliseconds + index, `order ${day} ${index}`)
    const wish = wishOf(app, buyerId, { id, lines, addressId, shownPayMinor: price.payMinor, payment: 'wallet' }, true)
    const [answer] = await transact(app, (tx) => placeOrders(app, tx, [wish]))
    if (answer?.kind === 'placed') placed.push({ id, buyerId })
  }
  return placed
}

async function shipPastOrders(app: App, orders: readonly { id: string }[]): Promise<void> {
  await refillWaybills(app)
  const parcels = await parcelsOfOrders(
    app.database.db,
    orders.map((order) => order.id),
  )
  for (const parcel of [...parcels.values()].flat()) {
    await transact(app, async (tx) => {
      for (const line of parcel.lines)
        mustBeDone(await pickParcel(tx, { parcelId: parcel.id, barcode: line.barcode, units: line.units }))
      mustBeDone(await packParcel(tx, { parcelId: parcel.id, weightGrams: 350 + parcel.lines.length * 240 }))
      mustBeDone(await handOverParcel(tx, { parcelId: parcel.id }))
    })
  }
}

async function confirmPastOrders(app: App, orders: readonly { id: string; buyerId: string }[]): Promise<void> {
  for (const order of orders)
    await transact(app, async (tx) => void (await confirmOrder(tx, { orderId: order.id, buyerId: order.buyerId })))
}

async function seedStaff(tx: Tx): Promise<void> {
  await openPeople(
    tx,
    staff.map((each) => ({ id: demoId(each.login), name: each.name, roles: [each.role] })),
  )
  for (const [index, buyer] of demoBuyers.slice(0, 3).entries()) {
    await addDemoLogin(tx, {
      login: `buyer-${index + 1}`,
      personId: demoId(buyer.slug),
      sentence: {
        en: `Buys: wallet, address in ${buyer.address.city}`,
        zh: `买家：有钱包，收货地${buyer.address.city}`,
      },
      app: 'buyer',
    })
  }
  for (const creator of shownCreators()) await addDemoLogin(tx, creator)
  for (const { keeper } of demoShops)
    await addDemoLogin(tx, {
      login: 'merchant',
      personId: demoId(keeper.slug),
      sentence: { en: 'Keeps a shop: its orders, fees and statement', zh: '商家：查看本店订单、费用与对账单' },
      app: 'studio',
    })
  for (const each of staff)
    await addDemoLogin(tx, { login: each.login, personId: demoId(each.login), sentence: each.sentence, app: 'console' })
}

/** One creator on each side of the line, one exactly on it, one with a violation. */
function shownCreators(): { login: string; personId: string; sentence: Words; app: 'studio' }[] {
  const kinds: { login: string; sentence: Words; fits: (creator: (typeof demoCreators)[number]) => boolean }[] = [
    {
      login: 'creator',
      sentence: { en: 'Goes live: followers enough, no violation', zh: '可开播：粉丝达标、无违规' },
      fits: (creator) =>
        creator.followersWanted > 2_000 && !creator.activeViolation && !onAirAtStart.includes(creator.handle),
    },
    {
      login: 'creator-2000',
      sentence: { en: 'Exactly 2,000 followers: may go live', zh: '恰好 2000 粉丝：可开播' },
      fits: (creator) => creator.followersWanted === 2_000,
    },
    {
      login: 'creator-1999',
      sentence: { en: '1,999 followers: one short of going live', zh: '1999 粉丝：差一位就能开播' },
      fits: (creator) => creator.followersWanted === 1_999,
    },
    {
      login: 'creator-violation',
      sentence: { en: 'Followers enough, but an active violation', zh: '粉丝达标，但有未消除的违规' },
      fits: (creator) => creator.activeViolation,
    },
  ]
  return kinds.flatMap(({ login, sentence, fits }) => {
    const creator = demoCreators.find(fits)
    return creator === undefined ? [] : [{ login, personId: demoId(creator.handle), sentence, app: 'studio' as const }]
  })
}

/** The rooms that are on air when the server starts: one per loop, the best followed of those who may. */
export const onAirAtStart: readonly string[] = (['beauty', 'kitchen', 'fashion'] as const).flatMap((loop) => {
  const fit = demoCreators.filter(
    (creator) => creator.loop === loop && creator.followersWanted > 2_000 && !creator.activeViolation,
  )
  const best = fit.toSorted((a, b) => b.followersWanted - a.followersWanted)[0]
  return best === undefined ? [] : [best.handle]
})

/** Dice that fall the same way for the same name: numbers from 0 to below 1. */
export function draw(name: string): () => number {
  let round = 0
  return () => createHash('sha256').update(`${name} ${round++}`).digest().readUInt32BE(0) / 2 ** 32
}

export function pickOf<Item>(items: readonly Item[], dice: number): Item {
  const item = items[Math.floor(dice * items.length)]
  if (item === undefined) throw new Error('There is nothing to pick from.')
  return item
}

/** A UUIDv7 born at that millisecond: lists of the newest first sort by ids. */
function idAt(epochMs: number, name: string): string {
  const hash = createHash('sha256').update(`demo ${name}`).digest()
  const time = epochMs.toString(16).padStart(12, '0')
  const tail = hash.toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-8${tail.slice(3, 6)}-${tail.slice(6, 18)}`
}
