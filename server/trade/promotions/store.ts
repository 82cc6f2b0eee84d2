import { sql } from 'kysely'
import { all, type Db, type Tx } from '#platform/database'
import { assert } from '#platform/outcome'
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
