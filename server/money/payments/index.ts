/**
 * Payments: money that comes in from outside and goes back there, through a provider.
 *
 * Always true: a payment is idempotent by its id, and the provider's messages by theirs, in any order: the money is booked once;
 * money for orders is held, with what their buyer's wallet gives, until they are paid from it or it goes back where it came from;
 * no more of a payment goes back than was taken; the provider is called between transactions, never within one; a call without
 * an answer is neither a yes nor a no, and a sweep asks what became of it.
 * Not here: which orders wait (`trade/orders` pays them), the provider's statements (`reconciliation`), what people take out of
 * their wallets (`withdrawals`), who is paid out how much (`settlements`), the books (`ledger`).
 */
export type { FeeRule, PaymentProvider, ProviderAnswer, ProviderMessage } from './provider.ts'
export { type Providers, providersOf } from './providers.ts'
export { type SandboxBehaviour, sandboxBehaviours, sandboxProvider } from './sandbox-provider.ts'
export { feeOf, pauseSeconds } from './payment.ts'
export {
  askSoon,
  type Payment,
  paymentsByIds,
  type Refund,
  refundsByIds,
  unsettledPayments,
  unsettledRefunds,
} from './store.ts'
export { settlePayments, settleRefunds } from './settle.ts'
export { takePaymentThrough, takeProviderMessage, topUp, topUpPerDayMinorMax, topUpThrough } from './take-payment.ts'
export { lockUnused, spendPayment } from './spend-payment.ts'
export { giveBackToSources } from './give-back.ts'
export { parseStatement, type StatementLine, statementHeader, statementLinesMax, writeStatement } from './statement.ts'
export { paymentsRoutes, providerOf } from './routes.ts'
export { followPayments } from './sweeps.ts'
