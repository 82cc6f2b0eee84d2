/** Where is it: stock, picking, packing, labels, hand-over, tracks. */
import { z } from 'zod'
import { byId, endpoint, id, instant, minor, pageOf, pageQuery, text2, units } from './endpoint.ts'

const tag = 'supply'
const warehouseRoles = ['warehouse', 'operations', 'admin'] as const
export const warehouse = z.object({ id, code: z.string(), name: text2, city: z.string() })
export const listWarehouses = endpoint({
  id: 'listWarehouses',
  method: 'GET',
  path: '/api/v1/warehouses',
  tag,
  who: [...warehouseRoles, 'support', 'auditor'],
  summary: 'Our warehouses',
  reply: z.object({ warehouses: z.array(warehouse) }),
})
export const stockRow = z.object({
  skuId: id,
  skuCode: z.string(),
  title: text2,
  warehouseId: id,
  warehouseCode: z.string(),
  bin: z.string(),
  picture: z.string(),
  onHand: z.int(),
  allocated: z.int(),
  reserved: z.int(),
  available: z.int(),
})
export const listStock = endpoint({
  id: 'listStock',
  method: 'GET',
  path: '/api/v1/stock',
  tag,
  who: [...warehouseRoles, 'auditor'],
  summary: 'Stock by SKU and warehouse, scarcest first',
  query: pageQuery.extend({ warehouseId: id.optional(), q: z.string().max(100).optional() }),
  reply: pageOf(stockRow),
})
export const listStockMovements = endpoint({
  id: 'listStockMovements',
  method: 'GET',
  path: '/api/v1/skus/:id/movements',
  tag,
  who: [...warehouseRoles, 'auditor'],
  summary: 'Every movement of a SKU with its cause, newest first',
  params: byId,
  query: pageQuery,
  reply: pageOf(
    z.object({
      id,
      kind: z.enum(['received', 'allocated', 'released', 'shipped', 'adjusted', 'reserved', 'unreserved']),
      units: z.int(),
      warehouseCode: z.string(),
      cause: z.string(),
      at: instant,
    }),
  ),
})
export const adjustStock = endpoint({
  id: 'adjustStock',
  method: 'POST',
  path: '/api/v1/stock-adjustments',
  tag,
  who: warehouseRoles,
  status: 201,
  idempotent: true,
  summary: 'Correct what a count found: one adjusted movement with a reason',
  body: z.strictObject({
    id,
    skuId: id,
    warehouseId: id,
    units: z
      .int()
      .min(-100_000)
      .max(100_000)
      .refine((n) => n !== 0, 'not zero'),
    reason: z.string().trim().min(3).max(300),
  }),
  reply: z.object({ onHand: z.int(), available: z.int() }),
  refusals: { not_found: 404, below_allocated: 409 },
})
export const receiveStock = endpoint({
  id: 'receiveStock',
  method: 'POST',
  path: '/api/v1/receipts',
  tag,
  who: warehouseRoles,
  status: 201,
  idempotent: true,
  summary: 'Receive goods from a supplier into a bin: stock, inventory value and payable in one step',
  body: z.strictObject({
    id,
    supplierId: id,
    warehouseId: id,
    skuId: id,
    bin: z.string().regex(/^[A-Z]-\d{2}-\d{1,2}$/),
    units,
    unitCostMinor: z.int().min(0).max(100_000_000),
  }),
  reply: z.object({ onHand: z.int(), available: z.int(), payableMinor: minor }),
  refusals: { not_found: 404, receipt_id_reused: 409 },
})
export const listSuppliers = endpoint({
  id: 'listSuppliers',
  method: 'GET',
  path: '/api/v1/suppliers',
  tag,
  who: [...warehouseRoles, 'finance', 'auditor'],
  summary: 'From whom we buy',
  query: pageQuery,
  reply: pageOf(
    z.object({
      id,
      code: z.string(),
      name: text2,
      city: z.string(),
      leadDays: z.int(),
      accountPeriodDays: z.int(),
    }),
  ),
})

export const parcelStates = [
  'to_pick',
  'picked',
  'packed',
  'handed_over',
  'collected',
  'in_transit',
  'out_for_delivery',
  'delivered',
  'exception',
  'cancelled',
] as const
export const parcelState = z.enum(parcelStates)
export const track = z.object({ state: parcelState, at: instant, place: z.string(), sentence: text2 })
export const parcelLine = z.object({
  skuId: id,
  skuCode: z.string(),
  title: text2,
  label: text2,
  picture: z.string(),
  barcode: z.string(),
  bin: z.string(),
  units: z.int(),
  pickedUnits: z.int(),
})
export const parcel = z.object({
  id,
  number: z.string(),
  orderId: id,
  orderNumber: z.string(),
  state: parcelState,
  warehouseCode: z.string(),
  warehouseName: text2,
  waybill: z.string().nullable(),
  carrier: z.string().nullable(),
  weightGrams: z.int().nullable(),
  shipTo: z.object({
    recipient: z.string(),
    phone: z.string(),
    province: z.string(),
    city: z.string(),
    district: z.string(),
    street: z.string(),
  }),
  lines: z.array(parcelLine),
  tracks: z.array(track),
  promisedBy: instant,
  createdAt: instant,
  late: z.boolean(),
})
export const listParcels = endpoint({
  id: 'listParcels',
  method: 'GET',
  path: '/api/v1/parcels',
  tag,
  who: [...warehouseRoles, 'support', 'auditor'],
  summary: 'Parcels by state; late ones first, then by promise',
  query: pageQuery.extend({
    warehouseId: id.optional(),
    state: parcelState.optional(),
    q: z.string().max(60).optional(),
  }),
  reply: pageOf(parcel),
})
export const getParcel = endpoint({
  id: 'getParcel',
  method: 'GET',
  path: '/api/v1/parcels/:id',
  tag,
  who: [...warehouseRoles, 'support', 'auditor'],
  summary: 'A parcel with lines, bins and tracks',
  params: byId,
  reply: z.object({ parcel }),
  refusals: { not_found: 404 },
})
/** One line of the pick list: what to take from which bin, over all parcels that wait. */
export const listPickList = endpoint({
  id: 'listPickList',
  method: 'GET',
  path: '/api/v1/pick-list',
  tag,
  who: warehouseRoles,
  summary: 'What to pick, in walking order of the bins',
  query: z.strictObject({ warehouseId: id }),
  reply: z.object({
    lines: z.array(
      z.object({
        bin: z.string(),
        skuId: id,
        skuCode: z.string(),
        barcode: z.string(),
        title: text2,
        label: text2,
        picture: z.string(),
        units: z.int(),
        parcels: z.array(z.object({ id, number: z.string(), units: z.int() })),
      }),
    ),
    parcels: z.int(),
  }),
})
const parcelReply = z.object({ parcel })
export const pickParcel = endpoint({
  id: 'pickParcel',
  method: 'POST',
  path: '/api/v1/parcels/:id/picks',
  tag,
  who: warehouseRoles,
  idempotent: true,
  summary: 'Scan a unit into the parcel; a wrong barcode is refused and changes nothing',
  params: byId,
  body: z.strictObject({ barcode: z.string().regex(/^\d{8,14}$/), units: units.default(1) }),
  reply: parcelReply,
  refusals: { not_found: 404, parcel_not_pickable: 409, wrong_item: 422, too_many_units: 422 },
})
export const packParcel = endpoint({
  id: 'packParcel',
  method: 'POST',
  path: '/api/v1/parcels/:id/packings',
  tag,
  who: warehouseRoles,
  summary: 'Close the box: weigh it and get a waybill number',
  params: byId,
  body: z.strictObject({ weightGrams: z.int().min(1).max(60_000) }),
  reply: parcelReply,
  refusals: { not_found: 404, parcel_not_picked: 409 },
})
export const getLabel = endpoint({
  id: 'getLabel',
  method: 'GET',
  path: '/api/v1/parcels/:id/label.pdf',
  tag,
  who: warehouseRoles,
  summary: 'The label, 100 x 150 mm: Code 128 and the address',
  params: byId,
  reply: z.unknown(),
  file: 'application/pdf',
  refusals: { not_found: 404, parcel_not_packed: 409 },
})
export const handOverParcel = endpoint({
  id: 'handOverParcel',
  method: 'POST',
  path: '/api/v1/parcels/:id/hand-overs',
  tag,
  who: warehouseRoles,
  summary: 'Give the parcel to the carrier; goods leave the stock',
  params: byId,
  reply: parcelReply,
  refusals: { not_found: 404, parcel_not_packed: 409 },
})
export const advanceSandboxParcel = endpoint({
  id: 'advanceSandboxParcel',
  method: 'POST',
  path: '/api/v1/sandbox/parcels/:id/scans',
  tag,
  who: ['warehouse', 'operations', 'admin'],
  summary: "The sandbox carrier's next scan, now instead of in its time",
  params: byId,
  reply: parcelReply,
  refusals: { not_found: 404, not_in_sandbox: 403, parcel_at_rest: 409 },
})

export const returnStates = ['expected', 'sent', 'graded', 'lapsed'] as const
const grade = z.enum(['restock', 'refurbish', 'scrap', 'rejected'])
/** Goods that come back, as the buyer who sends them and the worker who opens the parcel see them. */
export const parcelReturn = z.object({
  id,
  /** Stands on the parcel. */
  number: z.string(),
  orderId: id,
  orderNumber: z.string(),
  state: z.enum(returnStates),
  waybill: z.string().nullable(),
  openedAt: instant,
  sendBy: instant,
  gradedAt: instant.nullable(),
  currency: z.string(),
  sendTo: z.object({ name: text2, address: z.string() }),
  lines: z.array(
    z.object({
      lineNo: z.int(),
      skuId: id,
      units: z.int(),
      title: text2,
      label: text2,
      picture: z.string(),
      barcode: z.string(),
      gradings: z.array(
        z.object({
          grade,
          units: z.int(),
          costMinor: z.int(),
          /** What became of units that were to be made good again. */
          became: z.enum(['restock', 'scrap']).nullable(),
        }),
      ),
    }),
  ),
})
export const listReturns = endpoint({
  id: 'listReturns',
  method: 'GET',
  path: '/api/v1/returns',
  tag,
  who: [...warehouseRoles, 'support', 'auditor'],
  summary: "Goods that come back, newest first; by the number of the return, of its order or of the carrier's waybill",
  query: pageQuery.extend({ state: z.enum(returnStates).optional(), q: z.string().max(60).optional() }),
  reply: pageOf(parcelReturn),
})
export const getReturn = endpoint({
  id: 'getReturn',
  method: 'GET',
  path: '/api/v1/returns/:id',
  tag,
  who: [...warehouseRoles, 'support', 'auditor'],
  summary: 'One return with its goods and grades',
  params: byId,
  reply: z.object({ return: parcelReturn }),
  refusals: { not_found: 404 },
})
export const gradeReturn = endpoint({
  id: 'gradeReturn',
  method: 'POST',
  path: '/api/v1/returns/:id/gradings',
  tag,
  who: warehouseRoles,
  status: 201,
  summary:
    'It is here: a grade for every unit. Good ones are on the shelf, and the buyer has his money or his exchange',
  params: byId,
  body: z.strictObject({
    gradings: z
      .array(z.strictObject({ lineNo: z.int().min(1).max(50), grade, units: z.int().min(1).max(100_000) }))
      .min(1)
      .max(200),
  }),
  reply: z.object({ return: parcelReturn }),
  refusals: { not_found: 404, return_closed: 409, units_not_graded: 409 },
})
export const finishRefurbishing = endpoint({
  id: 'finishRefurbishing',
  method: 'POST',
  path: '/api/v1/returns/:id/refurbishings',
  tag,
  who: warehouseRoles,
  status: 201,
  summary: 'What was to be made good is: on the shelf again, or not worth it',
  params: byId,
  body: z.strictObject({ lineNo: z.int().min(1).max(50), became: z.enum(['restock', 'scrap']) }),
  reply: z.object({ return: parcelReturn }),
  refusals: { not_found: 404, return_closed: 409 },
})
