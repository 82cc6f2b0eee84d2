import { sql } from 'kysely'
import { all, type Db, first } from '#platform/database'

export interface Supplier {
  id: string
  code: string
  name: { en: string; zh: string }
  city: string
  contact: string
  leadDays: number
  accountPeriodDays: number
  orderUnitsMin: number
}

export async function insertSupplier(db: Db, supplier: Supplier): Promise<void> {
  await sql`insert into procurement.suppliers
      (id, code, name_en, name_zh, city, contact, lead_days, account_period_days, order_units_min)
    values (${supplier.id}, ${supplier.code}, ${supplier.name.en}, ${supplier.name.zh}, ${supplier.city}, ${supplier.contact},
      ${supplier.leadDays}, ${supplier.accountPeriodDays}, ${supplier.orderUnitsMin})
    on conflict (id) do nothing`.execute(db)
}

const columns = sql`id, code, json_build_object('en', name_en, 'zh', name_zh) as name, city, contact,
  lead_days as "leadDays", account_period_days as "accountPeriodDays", order_units_min as "orderUnitsMin"`

export function selectSupplier(db: Db, id: string): Promise<Supplier | null> {
  return first(db, sql`select ${columns} from procurement.suppliers where id = ${id}`)
}

export function selectSuppliers(db: Db, page: { after: string | null; limit: number }): Promise<Supplier[]> {
  return all(
    db,
    sql`select ${columns} from procurement.suppliers
      ${page.after === null ? sql`` : sql`where code > ${page.after}`} order by code limit ${page.limit}`,
  )
}

export interface Receipt {
  id: string
  supplierId: string
  warehouseId: string
  skuId: string
  bin: string
  units: number
  unitCostMinor: number
  currency: string
}

/** True when it is the first with its id. */
export async function insertReceipt(
  db: Db,
  receipt: Receipt & {
    payableMinor: number
    receivedAt: Temporal.Instant
    receivedBy: string | null
    dueAt: Temporal.Instant
  },
): Promise<boolean> {
  const row = await first(
    db,
    sql`insert into procurement.receipts (id, supplier_id, warehouse_id, sku_id, bin, units, unit_cost_minor, payable_minor,
        currency, received_at, received_by, due_at)
      values (${receipt.id}, ${receipt.supplierId}, ${receipt.warehouseId}, ${receipt.skuId}, ${receipt.bin}, ${receipt.units},
        ${receipt.unitCostMinor}, ${receipt.payableMinor}, ${receipt.currency}, ${receipt.receivedAt.toString()},
        ${receipt.receivedBy}, ${receipt.dueAt.toString()})
      on conflict (id) do nothing returning id`,
  )
  return row !== null
}

export function selectReceipt(db: Db, id: string): Promise<Receipt | null> {
  return first(
    db,
    sql`select id, supplier_id as "supplierId", warehouse_id as "warehouseId", sku_id as "skuId", bin, units,
      unit_cost_minor as "unitCostMinor", currency
    from procurement.receipts where id = ${id}`,
  )
}

export async function supplierNamesOf(db: Db, ids: readonly string[]): Promise<Map<string, Supplier['name']>> {
  if (ids.length === 0) return new Map()
  const rows = await all(
    db,
    sql<{ id: string; name: Supplier['name'] }>`select id, json_build_object('en', name_en, 'zh', name_zh) as name
      from procurement.suppliers where id = any(${[...ids]}::uuid[])`,
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
