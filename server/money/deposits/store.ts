import { sql } from 'kysely'
import type { Currency, Minor } from '#contract/money'
import type { SuretyKind } from '#people/sureties'
import { all, type Db, first, type Tx } from '#platform/database'

export interface Movement {
  partyId: string
  id: string
  kind: 'top_up' | 'charge' | 'return'
  partyKind: SuretyKind
  amountMinor: Minor
  owedMinor: Minor
  currency: Currency
  reason: string
  violationId: string | null
  at: Temporal.Instant
}

const columns = sql.raw(`party_id as "partyId", id, kind, party_kind as "partyKind", amount_minor as "amountMinor",
  owed_minor as "owedMinor", currency, reason, violation_id as "violationId", at`)

export function findMovement(db: Db, partyId: string, id: string): Promise<Movement | null> {
  return first(db, sql<Movement>`select ${columns} from deposits.movements where party_id = ${partyId} and id = ${id}`)
}

export async function insertMovement(tx: Tx, movement: Omit<Movement, 'at'>): Promise<void> {
  const { partyId, id, kind, partyKind, amountMinor, owedMinor, currency, reason, violationId } = movement
  await sql`insert into deposits.movements (party_id, id, kind, party_kind, amount_minor, owed_minor, currency, reason,
      violation_id, at, by)
    values (${partyId}, ${id}, ${kind}, ${partyKind}, ${amountMinor}, ${owedMinor}, ${currency}, ${reason}, ${violationId},
      ${tx.now.toString()}, ${tx.actor.kind === 'person' ? tx.actor.personId : null})`.execute(tx.db)
}

/** Newest first, after the cursor. */
export function movementsPage(
  db: Db,
  page: { partyId: string; before: { at: string; id: string } | null; limit: number },
): Promise<Movement[]> {
  const { before } = page
  return all(
    db,
    sql<Movement>`select ${columns} from deposits.movements where party_id = ${page.partyId}
        and (${before?.at ?? null}::timestamptz is null
          or (at, id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid))
      order by at desc, id desc limit ${page.limit}`,
  )
}
