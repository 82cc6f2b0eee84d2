/**
 * Procurement: suppliers, and what they brought.
 *
 * Always true: a receipt is a fact; units on the shelf, their value in the account `inventory` and what we owe the
 * supplier commit together; we owe for what was accepted, to the cent.
 * Not here: purchase orders, tolerances and chargebacks (receipts stand without them so far), how units lie and leave
 * (`supply/warehouse`), paying suppliers (`money`).
 */
export { insertSupplier as openSupplier, type Supplier, supplierNamesOf } from './store.ts'
export { type ReceiveStock, receiveStock } from './receive-stock.ts'
export { procurementRoutes } from './routes.ts'
