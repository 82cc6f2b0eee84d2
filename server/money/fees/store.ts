import { sql } from 'kysely'
import type { Currency } from '#contract/money'
import { all, type Db, first, type Tx, touched } from '#platform/database'
import type { FeeKind, FeeLine, FeeReversal, FeeRule } from './fee.ts'

const ruleColumns =
  sql.raw(`r.id, r.kind, r.category_code as "categoryCode", r.currency, r.base, r.basis_points as "basisPoints",
  r.fixed_minor as "fixedMinor", r.min_minor as "minMinor", r.max_minor as "maxMinor", r.is_returned as "isReturned",
  r.kept_basis_points as "keptBasisPoints", r.kept_max_minor as "keptMaxMinor"`)

export type RuleRow = FeeRule & { fromAt: Temporal.Instant }

/** The latest rule of each kind and category. */
export function selectRules(db: Db, now: Temporal.Instant): Promise<RuleRow[]> {
  return all(
    db,
    sql<RuleRow>`select distinct on (r.kind, r.category_code, r.currency) ${ruleColumns}, r.from_at as "fromAt"
      from fees.rules r where r.from_at <= ${now.toString()}
      order by r.kind, r.category_code, r.currency, r.from_at desc, r.id desc`,
  )
}

export function selectTaxes(db: Db, now: Temporal.Instant): Promise<{ kind: FeeKind; basisPoints: number }[]> {
  return all(
    db,
    sql`select distinct on (kind) kind, basis_points as "basisPoints" from fees.tax_rules
      where from_at <= ${now.toString()} order by kind, from_at desc, id desc`,
  )
}

export async function insertRule(tx: Tx, rule: FeeRule & { setBy: string | null }): Promise<boolean> {
  const written = await touched(
    tx.db,
    sql`insert into fees.rules (id, kind, category_code, currency, base, basis_points, fixed_minor, min_minor, max_minor,
        is_returned, kept_basis_points, kept_max_minor, from_at, set_by)
      values (${rule.id}, ${rule.kind}, ${rule.categoryCode}, ${rule.currency}, ${rule.base}, ${rule.basisPoints},
        ${rule.fixedMinor}, ${rule.minMinor}, ${rule.maxMinor}, ${rule.isReturned}, ${rule.keptBasisPoints},
        ${rule.keptMaxMinor}, ${tx.now.toString()}, ${rule.setBy}) on conflict (id) do nothing`,
  )
  return written === 1
}

export function findRule(db: Db, id: string): Promise<FeeRule | null> {
  return first(db, sql<FeeRule>`select ${ruleColumns} from fees.rules r where r.id = ${id}`)
}

export async function insertTax(
  tx: Tx,
  tax: { id: string; kind: FeeKind; basisPoints: number; setBy: string | null },
): Promise<void> {
  await sql`insert into fees.tax_rules (id, kind, basis_points, from_at, set_by)
    values (${tax.id}, ${tax.kind}, ${tax.basisPoints}, ${tx.now.toString()}, ${tax.setBy})
    on conflict (id) do nothing`.execute(tx.db)
}

export async function insertFeeLines(tx: Pick<Tx, 'hot'>, lines: readonly FeeLine[]): Promise<void> {
  if (lines.length === 0) return
  await tx.hot(
    'fees.insert_lines',
    `insert into fees.lines (order_id, line_no, kind, rule_id, seller_id, base_minor, units, amount_minor, tax_basis_points,
        tax_minor, currency)
      select * from unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[], $5::uuid[], $6::bigint[], $7::int[], $8::bigint[],
        $9::int[], $10::bigint[], $11::text[])`,
    [
      lines.map((line) => line.orderId),
      lines.map((line) => line.lineNo),
      lines.map((line) => line.kind),
      lines.map((line) => line.ruleId),
      lines.map((line) => line.sellerId),
      lines.map((line) => line.baseMinor),
      lines.map((line) => line.units),
      lines.map((line) => line.amountMinor),
      lines.map((line) => line.taxBasisPoints),
      lines.map((line) => line.taxMinor),
      lines.map((line) => line.currency),
    ],
  )
}

/** A fee as it stands, with what its rule says of refunds. */
export interface FeeRow extends FeeLine, FeeReversal {
  currency: Currency
  isReturned: boolean
  keptBasisPoints: number
  keptMaxMinor: number | null
}

export function feesByOrder(db: Db, orderIds: readonly string[]): Promise<FeeRow[]> {
  return all(
    db,
    sql<FeeRow>`select l.order_id as "orderId", l.line_no as "lineNo", l.kind, l.rule_id as "ruleId", l.seller_id as "sellerId",
        l.base_minor as "baseMinor", l.units, l.amount_minor as "amountMinor", l.tax_basis_points as "taxBasisPoints",
        l.tax_minor as "taxMinor", l.currency, l.reversed_minor as "reversedMinor", l.kept_minor as "keptMinor",
        l.tax_reversed_minor as "taxReversedMinor", r.is_returned as "isReturned",
        r.kept_basis_points as "keptBasisPoints", r.kept_max_minor as "keptMaxMinor"
      from fees.lines l join fees.rules r on r.id = l.rule_id
      where l.order_id = any(${orderIds}::uuid[]) order by l.order_id, l.line_no, l.kind`,
  )
}

export function updateReversal(
  tx: Tx,
  line: Pick<FeeLine, 'orderId' | 'lineNo' | 'kind'>,
  to: FeeReversal,
): Promise<number> {
  return touched(
    tx.db,
    sql`update fees.lines set reversed_minor = ${to.reversedMinor}, kept_minor = ${to.keptMinor},
        tax_reversed_minor = ${to.taxReversedMinor}
      where order_id = ${line.orderId} and line_no = ${line.lineNo} and kind = ${line.kind}`,
  )
}
