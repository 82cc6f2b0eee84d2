import { sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { Share, Spend, Split, Terms } from './coins.ts'

export async function loadTerms(db: Db, at: Temporal.Instant): Promise<Terms | null> {
  return first(
    db,
    sql<Terms>`select version, creator_basis_points as "creatorBasisPoints", release_days as "releaseDays" from coins.terms
      where effective_from <= ${at.toString()} order by effective_from desc limit 1`,
  )
}

export async function insertTerms(
  tx: Tx,
  terms: Omit<Terms, 'version'> & { effectiveFrom: Temporal.Instant },
): Promise<number> {
  const row = await first(
    tx.db,
    sql<{ version: number }>`insert into coins.terms (version, effective_from, creator_basis_points, release_days)
      select max(version) + 1, ${terms.effectiveFrom.toString()}, ${terms.creatorBasisPoints}::integer, ${terms.releaseDays}::integer
      from coins.terms returning version`,
  )
  return row?.version ?? 0
}

export interface Purchase {
  id: string
  personId: string
  coins: number
  paidMinor: number
  currency: Currency
  topUpId: string | null
  state: 'waiting' | 'bought' | 'failed'
}

const purchaseColumns = sql`id, person_id as "personId", coins, paid_minor as "paidMinor", currency,
  top_up_id as "topUpId", state`

/** False when the id is there already. */
export async function insertPurchase(tx: Tx, purchase: Purchase): Promise<boolean> {
  const decidedAt = purchase.state === 'waiting' ? null : tx.now.toString()
  const inserted = await touched(
    tx.db,
    sql`insert into coins.purchases (id, person_id, coins, paid_minor, currency, top_up_id, state, asked_at, decided_at)
      values (${purchase.id}, ${purchase.personId}, ${purchase.coins}, ${purchase.paidMinor}, ${purchase.currency},
        ${purchase.topUpId}, ${purchase.state}, ${tx.now.toString()}, ${decidedAt}::timestamptz) on conflict do nothing`,
  )
  return inserted === 1
}

export function lockPurchase(tx: Tx, id: string): Promise<Purchase | null> {
  return first(tx.db, sql<Purchase>`select ${purchaseColumns} from coins.purchases where id = ${id} for update`)
}

export async function decidePurchase(tx: Tx, id: string, state: 'bought' | 'failed'): Promise<void> {
  await sql`update coins.purchases set state = ${state}, decided_at = ${tx.now.toString()}
    where id = ${id} and state = 'waiting'`.execute(tx.db)
}

export function waitingPurchases(db: Db, limit: number): Promise<(Purchase & { askedAt: Temporal.Instant })[]> {
  return all(
    db,
    sql<
      Purchase & { askedAt: Temporal.Instant }
    >`select ${purchaseColumns}, asked_at as "askedAt" from coins.purchases where state = 'waiting' order by asked_at limit ${limit}`,
  )
}

export interface Movement {
  personId: string
  cause: string
  kind: 'bought' | 'given' | 'returned' | 'cashed_out'
  coins: number
}

/** False when the cause is there already. */
export async function insertMovement(tx: Tx, movement: Movement): Promise<boolean> {
  const inserted = await touched(
    tx.db,
    sql`insert into coins.movements (person_id, cause, kind, coins, at)
      values (${movement.personId}, ${movement.cause}, ${movement.kind}, ${movement.coins}, ${tx.now.toString()})
      on conflict do nothing`,
  )
  return inserted === 1
}

export function movementsPage(
  db: Db,
  page: { personId: string; before: { at: string; id: string } | null; limit: number },
): Promise<(Movement & { at: Temporal.Instant })[]> {
  return all(
    db,
    sql<Movement & { at: Temporal.Instant }>`select person_id as "personId", cause, kind, coins, at from coins.movements
      where person_id = ${page.personId} order by at desc, cause limit ${page.limit}`,
  )
}

export async function coinsOutstanding(db: Db): Promise<number> {
  const row = await first(
    db,
    sql<{ coins: number }>`select coalesce(sum(coins), 0)::bigint as coins from coins.movements`,
  )
  return row?.coins ?? 0
}

export async function insertSpend(
  tx: Tx,
  spend: Spend,
  of: { split: Split; terms: Terms; releaseAt: Temporal.Instant },
): Promise<void> {
  const { split, terms } = of
  await sql`insert into coins.spends
      (id, person_id, creator_id, coins, value_minor, platform_minor, currency, terms_version, spent_at)
    values (${spend.id}, ${spend.personId}, ${spend.creatorId}, ${spend.coins}, ${split.valueMinor}, ${split.platformMinor},
      ${spend.currency}, ${terms.version}, ${tx.now.toString()})`.execute(tx.db)
  if (split.shares.length === 0) return
  await sql`insert into coins.shares
      (spend_id, position, party_id, party_kind, keeps_basis_points, amount_minor, currency, state, release_at)
    select ${spend.id}, s.position, s.party_id, s.party_kind, s.keeps, s.amount_minor, ${spend.currency}, 'pending',
      ${of.releaseAt.toString()}
    from unnest(${split.shares.map((share) => share.position)}::smallint[],
      ${split.shares.map((share) => share.partyId)}::uuid[], ${split.shares.map((share) => share.partyKind)}::text[],
      ${split.shares.map((share) => share.keepsBasisPoints)}::integer[],
      ${split.shares.map((share) => share.amountMinor)}::bigint[]) as s (position, party_id, party_kind, keeps, amount_minor)
    `.execute(tx.db)
}

export type SpendRow = Spend & { valueMinor: number; platformMinor: number; returnedAt: Temporal.Instant | null }

/** Locked in the order of their ids. */
export function lockSpends(tx: Tx, ids: readonly string[]): Promise<SpendRow[]> {
  return all(
    tx.db,
    sql<SpendRow>`select id, person_id as "personId", creator_id as "creatorId", coins, value_minor as "valueMinor",
        platform_minor as "platformMinor", currency, returned_at as "returnedAt"
      from coins.spends where id = any(${[...ids]}::uuid[]) order by id for update`,
  )
}

export type ShareState = 'pending' | 'released' | 'returned'
export type ShareRow = Omit<Share, 'keepsBasisPoints'> & { spendId: string; currency: Currency; state: ShareState }

const shareColumns = sql`spend_id as "spendId", position, party_id as "partyId", party_kind as "partyKind",
  amount_minor as "amountMinor", currency, state`

export function lockShares(tx: Tx, spendIds: readonly string[]): Promise<ShareRow[]> {
  return all(
    tx.db,
    sql<ShareRow>`select ${shareColumns} from coins.shares where spend_id = any(${[...spendIds]}::uuid[])
      order by spend_id, position for update`,
  )
}

export async function markReturned(tx: Tx, spendIds: readonly string[]): Promise<void> {
  await sql`update coins.spends set returned_at = ${tx.now.toString()}
    where id = any(${[...spendIds]}::uuid[])`.execute(tx.db)
  await sql`update coins.shares set state = 'returned' where spend_id = any(${[...spendIds]}::uuid[])`.execute(tx.db)
}

/** Shares whose time has come, marked as released; rows that another process is at are left to it. */
export function takeDueShares(
  tx: Tx,
  of: { releaseId: string; limit: number; except: readonly string[] },
): Promise<ShareRow[]> {
  return all(
    tx.db,
    sql<ShareRow>`update coins.shares set state = 'released', release_id = ${of.releaseId}
      where (spend_id, position) in (
        select spend_id, position from coins.shares
        where state = 'pending' and release_at <= ${tx.now.toString()}
          and not (party_id = any(${[...of.except]}::uuid[]))
        order by release_at limit ${of.limit} for update skip locked)
      returning ${shareColumns}`,
  )
}

/** What gifts have brought these parties that waits, and what was released. */
export async function giftEarningsOf(
  db: Db,
  partyId: string,
): Promise<{ pendingMinor: number; releasedMinor: number }> {
  const row = await first(
    db,
    sql<{ pendingMinor: number; releasedMinor: number }>`select
        coalesce(sum(amount_minor) filter (where state = 'pending'), 0)::bigint as "pendingMinor",
        coalesce(sum(amount_minor) filter (where state = 'released'), 0)::bigint as "releasedMinor"
      from coins.shares where party_id = ${partyId}`,
  )
  return row ?? { pendingMinor: 0, releasedMinor: 0 }
}
