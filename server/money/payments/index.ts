/**
 * Payments: money that comes in from outside, and goes out to parties, through a provider.
 *
 * Always true: a top-up is idempotent by its id, and the provider's messages by theirs, in any order: the wallet is credited
 * once; the provider is called between transactions, never within one; a call without an answer is neither a yes nor a no,
 * and a sweep asks what became of it.
 * Not here: what people buy with it (`trade/orders` moves wallet to escrow), the books (`ledger`), who is paid out how much
 * (`settlements`).
 */
export type { PaymentProvider, ProviderAnswer, ProviderMessage } from './provider.ts'
export {
  deliverSandboxMessages,
  ProviderTimeout,
  sandboxFeeBasisPoints,
  sandboxName,
  sandboxProvider,
} from './sandbox-provider.ts'
export {
  askAboutOpenTopUps,
  settleWithProvider,
  takeProviderMessage,
  topUp,
  topUpPerDayMinorMax,
  topUpThrough,
  type TopUpWish,
} from './top-up.ts'
export { paymentsRoutes, providerOf } from './routes.ts'
export { followPayments } from './sweeps.ts'
