import { type RawBuilder, sql } from 'kysely'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import { assert } from '#platform/outcome'
import type { Coupon } from './coupon.ts'
import type { Budget, Funders, Promotion } from './promotion.ts'

/** At most this many promotions are weighed for an order; more in force at once is an operator's mistake. */
export const promotionsInForceMax = 100

/** Promotions in force at this moment, oldest first. */
export async function promotionsInForce(db: Db, at: { channel: string; now: Temporal.Instant }): Promise<Promotion[]> {
  const rows = await all(
    db,
    sql<Omit<Promotion, 'funders'> & Funders>`
      select id, name, room_only as "roomOnly", threshold_minor as "thresholdMinor", off_minor as "offMinor", currency,
        budget_id as "budgetId", platform_points as platform, seller_points as seller, creator_points as creator,
        brand_points as brand
      from promotions.promotions
      where channel = ${at.channel} and starts_at <= ${at.now.toString()} and ends_at > ${at.now.toString()}
      order by starts_at, id limit ${promotionsInForceMax}`,
  )
  return rows.map(({ platform, seller, creator, brand, ...rest }) => ({
    ...rest,
    funders: { platform, seller, creator, brand },
  }))
}

/** What is left of budgets, without locking them: for quotes. */
export async function budgetsOf(db: Db, ids: readonly string[]): Promise<Map<string, Budget>> {
  const rows = await all(
    db,
    sql<Budget>`select id, limit_minor - spent_minor as "leftMinor" from promotions.budgets where id = any(${[...ids]}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** Locks budgets in id order and says what is left of them. */
export async function lockBudgets(tx: Tx, ids: readonly string[]): Promise<Map<string, Budget>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.hot<Budget>(
    'promotions.lock_budgets',
    `select id, limit_minor - spent_minor as "leftMinor" from promotions.budgets where id = any($1::uuid[]) order by id for update`,
    [[...ids]],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** Draws from locked budgets (a negative amount returns). The check on the table is the last word. */
export async function drawBudgets(tx: Tx, draws: ReadonlyMap<string, number>): Promise<void> {
  const changed = [...draws].filter(([, minor]) => minor !== 0)
  if (changed.length === 0) return
  const rows = await tx.hot<{ id: string }>(
    'promotions.draw_budgets',
    `update promotions.budgets b set spent_minor = b.spent_minor + d.minor
      from unnest($1::uuid[], $2::bigint[]) as d (id, minor) where b.id = d.id returning b.id`,
    [changed.map(([id]) => id), changed.map(([, minor]) => minor)],
  )
  assert(rows.length === changed.length, 'every drawn budget exists')
}

export async function insertBudget(
  tx: Tx,
  budget: { id: string; name: string; currency: string; limitMinor: number },
): Promise<void> {
  await sql`insert into promotions.budgets (id, name, currency, limit_minor)
    values (${budget.id}, ${budget.name}, ${budget.currency}, ${budget.limitMinor}) on conflict (id) do nothing`.execute(
    tx.db,
  )
}

export async function insertPromotion(
  tx: Tx,
  promotion: Promotion & { channel: string; startsAt: Temporal.Instant; endsAt: Temporal.Instant },
): Promise<void> {
  const { funders } = promotion
  await sql`insert into promotions.promotions (id, name, channel, room_only, threshold_minor, off_minor, currency,
      platform_points, seller_points, creator_points, brand_points, budget_id, starts_at, ends_at)
    values (${promotion.id}, ${JSON.stringify(promotion.name)}::jsonb, ${promotion.channel}, ${promotion.roomOnly},
      ${promotion.thresholdMinor}, ${promotion.offMinor}, ${promotion.currency}, ${funders.platform}, ${funders.seller},
      ${funders.creator}, ${funders.brand}, ${promotion.budgetId}, ${promotion.startsAt.toString()},
      ${promotion.endsAt.toString()}) on conflict (id) do nothing`.execute(tx.db)
}

/** What is on offer, and how much of it is gone. */
export interface CouponOffer {
  id: string
  name: { en: string; zh: string }
  currency: string
  thresholdMinor: number
  offMinor: number | null
  offPoints: number | null
  capMinor: number | null
  productIds: string[] | null
  roomId: string | null
  /** Only after its room's host handed it out, until that is over. */
  byHost: boolean
  /** Given by a decision about one person; nobody claims it by himself. */
  personal: boolean
  funders: Funders
  budgetId: string | null
  quota: number
  claimed: number
  perPerson: number
  validDays: number
  startsAt: Temporal.Instant
  endsAt: Temporal.Instant
}

const fundersOf = sql.raw(`json_build_object('platform', c.platform_points, 'seller', c.seller_points,
  'creator', c.creator_points, 'brand', c.brand_points) as funders`)
const offerColumns = sql`c.id, c.name, c.currency, c.threshold_minor as "thresholdMinor", c.off_minor as "offMinor",
  c.off_points as "offPoints", c.cap_minor as "capMinor", c.product_ids as "productIds", c.room_id as "roomId", c.by_host as "byHost", c.personal,
  ${fundersOf},
  c.budget_id as "budgetId", c.quota, c.claimed, c.per_person as "perPerson", c.valid_days as "validDays",
  c.starts_at as "startsAt", c.ends_at as "endsAt"`

export async function insertCoupon(tx: Tx, offer: Omit<CouponOffer, 'claimed'>): Promise<boolean> {
  const { funders } = offer
  const written = await touched(
    tx.db,
    sql`insert into promotions.coupons (id, name, currency, threshold_minor, off_minor, off_points, cap_minor, product_ids, room_id,
        by_host, personal, platform_points, seller_points, creator_points, brand_points, budget_id, quota, per_person, valid_days, starts_at, ends_at)
      values (${offer.id}, ${JSON.stringify(offer.name)}::jsonb, ${offer.currency}, ${offer.thresholdMinor}, ${offer.offMinor},
        ${offer.offPoints}, ${offer.capMinor}, ${offer.productIds}::uuid[], ${offer.roomId}, ${offer.byHost}, ${offer.personal}, ${funders.platform}, ${funders.seller},
        ${funders.creator}, ${funders.brand}, ${offer.budgetId}, ${offer.quota}, ${offer.perPerson}, ${offer.validDays},
        ${offer.startsAt.toString()}, ${offer.endsAt.toString()})
      on conflict (id) do nothing`,
  )
  return written === 1
}

export function findOffer(db: Db, id: string): Promise<CouponOffer | null> {
  return first(db, sql<CouponOffer>`select ${offerColumns} from promotions.coupons c where c.id = ${id}`)
}

/** Newest first, with what was used and spent. */
export function listOffers(
  db: Db,
  page: { before: string | null; limit: number },
): Promise<(CouponOffer & { used: number; budgetMinor: number; spentMinor: number })[]> {
  return all(
    db,
    sql`select ${offerColumns}, coalesce(b.limit_minor, 0) as "budgetMinor", coalesce(b.spent_minor, 0) as "spentMinor",
        (select count(*) from promotions.claims k where k.coupon_id = c.id and k.group_id is not null) as used
      from promotions.coupons c left join promotions.budgets b on b.id = c.budget_id
      where (${page.before}::uuid is null or c.id < ${page.before}::uuid) order by c.id desc limit ${page.limit}`,
  )
}

/** What this person may claim now, in a room or outside of one: not what he has as often as he may, nor what is gone. */
export function offersFor(
  db: Db,
  of: { personId: string; roomId: string | null; now: Temporal.Instant; limit: number },
): Promise<CouponOffer[]> {
  return all(
    db,
    sql<CouponOffer>`select ${offerColumns} from promotions.coupons c
      where c.starts_at <= ${of.now.toString()} and c.ends_at > ${of.now.toString()} and c.claimed < c.quota
        and (c.room_id is null or c.room_id = ${of.roomId}::uuid) and not c.personal
        and (not c.by_host or exists (select 1 from promotions.hand_outs h where h.coupon_id = c.id and h.until > ${of.now.toString()}))
        and (select count(*) from promotions.claims k where k.coupon_id = c.id and k.person_id = ${of.personId}) < c.per_person
      order by c.ends_at, c.id limit ${of.limit}`,
  )
}

/** Coupons of a room that can be claimed now or later, with until when the last hand-out lasts. */
export function offersOfRoom(
  db: Db,
  of: { roomId: string; now: Temporal.Instant; limit: number },
): Promise<(CouponOffer & { handedOutUntil: Temporal.Instant | null })[]> {
  return all(
    db,
    sql`select ${offerColumns}, (select max(h.until) from promotions.hand_outs h where h.coupon_id = c.id) as "handedOutUntil"
      from promotions.coupons c where c.room_id = ${of.roomId} and c.ends_at > ${of.now.toString()}
      order by c.ends_at, c.id limit ${of.limit}`,
  )
}

/** True while a hand-out of it is open. */
export async function isHandedOut(db: Db, of: { couponId: string; now: Temporal.Instant }): Promise<boolean> {
  const row = await first(
    db,
    sql`select 1 from promotions.hand_outs where coupon_id = ${of.couponId} and until > ${of.now.toString()} limit 1`,
  )
  return row !== null
}

/** False for a repetition. */
export async function insertHandOut(
  tx: Tx,
  of: { id: string; couponId: string; sessionId: string; until: Temporal.Instant },
): Promise<boolean> {
  const written = await touched(
    tx.db,
    sql`insert into promotions.hand_outs (coupon_id, id, session_id, at, until)
      values (${of.couponId}, ${of.id}, ${of.sessionId}, ${tx.now.toString()}, ${of.until.toString()}) on conflict do nothing`,
  )
  return written === 1
}

/** Promotions with their budgets, newest first. */
export function listPromotionRows(
  db: Db,
  limit: number,
): Promise<
  (Omit<Promotion, 'funders'> &
    Funders & {
      channel: string
      budgetMinor: number | null
      spentMinor: number | null
      startsAt: Temporal.Instant
      endsAt: Temporal.Instant
    })[]
> {
  return all(
    db,
    sql`select p.id, p.name, p.channel, p.room_only as "roomOnly", p.threshold_minor as "thresholdMinor", p.off_minor as "offMinor",
        p.currency, p.budget_id as "budgetId", p.platform_points as platform, p.seller_points as seller,
        p.creator_points as creator, p.brand_points as brand, b.limit_minor as "budgetMinor", b.spent_minor as "spentMinor",
        p.starts_at as "startsAt", p.ends_at as "endsAt"
      from promotions.promotions p left join promotions.budgets b on b.id = p.budget_id
      order by p.starts_at desc, p.id desc limit ${limit}`,
  )
}

/** What somebody did with his coupons: how many he used, and how many he let lapse. */
export async function couponUseOf(
  db: Db,
  of: { personId: string; now: Temporal.Instant },
): Promise<{ used: number; lapsed: number }> {
  const row = await first(
    db,
    sql<{ used: number; lapsed: number }>`select count(*) filter (where group_id is not null)::int as used,
        count(*) filter (where group_id is null and valid_until <= ${of.now.toString()})::int as lapsed
      from promotions.claims where person_id = ${of.personId}`,
  )
  return row ?? { used: 0, lapsed: 0 }
}

/** Coupons with what is left of them and of their budgets, in the order of these ids. */
export async function couponBooksOf(
  db: Db,
  ids: readonly string[],
): Promise<(CouponOffer & { used: number; budgetMinor: number; spentMinor: number })[]> {
  const rows = await all(
    db,
    sql<
      CouponOffer & { used: number; budgetMinor: number; spentMinor: number }
    >`select ${offerColumns}, coalesce(b.limit_minor, 0) as "budgetMinor", coalesce(b.spent_minor, 0) as "spentMinor",
        (select count(*)::int from promotions.claims k where k.coupon_id = c.id and k.group_id is not null) as used
      from promotions.coupons c left join promotions.budgets b on b.id = c.budget_id where c.id = any(${[...ids]}::uuid[])`,
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** How many of a coupon somebody has claimed. */
export async function countClaimsOf(db: Db, of: { personId: string; couponId: string }): Promise<number> {
  const row = await first(
    db,
    sql<{ count: number }>`select count(*)::int as count from promotions.claims
      where person_id = ${of.personId} and coupon_id = ${of.couponId}`,
  )
  return row?.count ?? 0
}

/** False when the id, or this person's claim of that number, is there already. */
export async function insertClaim(
  tx: Tx,
  claim: { id: string; couponId: string; personId: string; no: number; validUntil: Temporal.Instant },
): Promise<boolean> {
  const written = await touched(
    tx.db,
    sql`insert into promotions.claims (id, person_id, coupon_id, no, claimed_at, valid_until)
      values (${claim.id}, ${claim.personId}, ${claim.couponId}, ${claim.no}, ${tx.now.toString()},
        ${claim.validUntil.toString()})
      on conflict do nothing`,
  )
  return written === 1
}

/** False when all are gone. */
export async function countClaim(tx: Tx, couponId: string): Promise<boolean> {
  return (
    (await touched(
      tx.db,
      sql`update promotions.coupons set claimed = claimed + 1 where id = ${couponId} and claimed < quota`,
    )) === 1
  )
}

type ClaimRow = Omit<Coupon, 'off'> & { offMinor: number | null; offPoints: number | null; capMinor: number | null }

const claimColumns = `k.id, k.coupon_id as "couponId", k.person_id as "ownerId", c.name, c.currency,
  c.threshold_minor as "thresholdMinor", c.off_minor as "offMinor", c.off_points as "offPoints", c.cap_minor as "capMinor",
  c.product_ids as "productIds", json_build_object('platform', c.platform_points, 'seller', c.seller_points,
    'creator', c.creator_points, 'brand', c.brand_points) as funders,
  c.budget_id as "budgetId", k.valid_until as "validUntil", k.group_id as "groupId"
  from promotions.claims k join promotions.coupons c on c.id = k.coupon_id`

function couponOf({ offMinor, offPoints, capMinor, ...row }: ClaimRow): Coupon {
  return {
    ...row,
    off:
      offMinor === null
        ? { kind: 'share', basisPoints: offPoints ?? 0, capMinor: capMinor ?? 0 }
        : { kind: 'amount', minor: offMinor },
  }
}

const claims = (where: RawBuilder<unknown>) => sql<ClaimRow>`select ${sql.raw(claimColumns)} ${where}`

export async function findClaim(db: Db, id: string): Promise<Coupon | null> {
  const row = await first(db, claims(sql`where k.id = ${id}`))
  return row === null ? null : couponOf(row)
}

/** What a person can still use, that which ends first first. */
export async function couponsOf(
  db: Db,
  of: { personId: string; now: Temporal.Instant; limit: number },
): Promise<Coupon[]> {
  const rows = await all(
    db,
    claims(sql`where k.person_id = ${of.personId} and k.group_id is null and k.valid_until > ${of.now.toString()}
      order by k.valid_until, k.id limit ${of.limit}`),
  )
  return rows.map(couponOf)
}

/** For the desk: these claims, whatever became of them. Nobody asks when no wish names one. */
export async function loadCoupons(tx: Tx, ids: readonly string[]): Promise<Map<string, Coupon>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.hot<ClaimRow>('promotions.load_claims', `select ${claimColumns} where k.id = any($1::uuid[])`, [
    [...ids],
  ])
  return new Map(rows.map((row) => [row.id, couponOf(row)]))
}

/** The same, locked in the order of their ids. */
export async function lockCoupons(tx: Tx, ids: readonly string[]): Promise<Map<string, Coupon>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.hot<ClaimRow>(
    'promotions.lock_claims',
    `select ${claimColumns} where k.id = any($1::uuid[]) order by k.id for update of k`,
    [[...ids]],
  )
  return new Map(rows.map((row) => [row.id, couponOf(row)]))
}

/** Uses claims up, each for its wish. Answers how many were still unused. */
export async function spendClaims(tx: Tx, used: readonly { id: string; groupId: string }[]): Promise<number> {
  if (used.length === 0) return 0
  const rows = await tx.hot(
    'promotions.spend_claims',
    `update promotions.claims k set group_id = u.group_id from unnest($1::uuid[], $2::uuid[]) as u (id, group_id)
      where k.id = u.id and k.group_id is null returning 1`,
    [used.map(({ id }) => id), used.map(({ groupId }) => groupId)],
  )
  return rows.length
}

/** Gives back what a wish had used: all of its orders were taken back. */
export async function returnClaims(tx: Tx, groupId: string, ownerId: string): Promise<void> {
  await sql`update promotions.claims set group_id = null where group_id = ${groupId} and person_id = ${ownerId}`.execute(
    tx.db,
  )
}
