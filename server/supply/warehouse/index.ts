/**
 * Warehouse: how many units of what lie where, whose they are, what they cost, and why that changed.
 *
 * Always true: no more is allocated than is there. Movements are facts; a balance is their fold, per (sku_id,
 * warehouse_id, owner_kind, owner_id) and at every commit:
 *   on_hand     = Σ units of received + adjusted − shipped
 *   allocated   = Σ units of allocated − released − shipped
 *   reserved    = Σ units of reserved − unreserved: kept back for a sale of its own (`trade/flash`)
 *   value_minor = Σ value_minor of all movements; its sum over all rows of the platform is the account `inventory`
 * A cause moves a shelf once per kind. An allocation ends by releases and shipments that name it, in parts that are never more
 * than it is; each part ends once. Rows are locked in the order of the primary key, all rows of a SKU together, so that the
 * version told with 'stock.changed' only grows.
 * Not here: prices and pages (`goods/listings`), why goods come (`supply/procurement`), parcels (`supply/fulfilment`).
 */
export { allocationCause, availableOf, batchCause, type Owner, type OwnerKind } from './stock.ts'
export {
  homesOf,
  openWarehouse,
  putAway,
  unitsLeftOf,
  walkingOrder,
  type Warehouse,
  warehousesOf,
} from './open-warehouse.ts'
export {
  allocateUnits,
  lockStock,
  ownerOf,
  platformStock,
  sellableOf,
  sellReserved,
  type StockAt,
  type UnitsAt,
} from './allocate-units.ts'
export {
  adjustUnits,
  type Moved,
  type ReceivedUnits,
  receiveUnits,
  releaseUnits,
  reserveUnits,
  shipUnits,
  takeBackUnits,
  unreserveUnits,
} from './move-units.ts'
export { shippedUnits as shippedUnitsOf } from './store.ts'
export { nearestFirst, type RoutedLine, routeLines, type Routing } from './route-lines.ts'
export { receiveConsigned } from './receive-consigned.ts'
export { adjustStock } from './adjust-stock.ts'
export { warehouseRoutes } from './routes.ts'
