/** The accounts by name; whoever posts takes the name from here. */
export const accounts = {
  cash: 'cash',
  /** What the payment provider holds for us. */
  psp: 'psp',
  /** What buyers have paid for orders that nobody has confirmed yet. */
  escrow: 'escrow',
  /** Money for orders that is here and pays for nothing yet. */
  held: 'held',
  /** Money on its way back to where buyers paid from. */
  refunds: 'refunds',
  /** What people take out of their wallets, on its way to their banks. */
  withdrawals: 'withdrawals',
  inventory: 'inventory',
  inTransit: 'in_transit',
  /** Goods that came back and are being made good. */
  refurbishing: 'refurbishing',
  subsidy: 'subsidy',
  revenueGoods: 'revenue:goods',
  revenueGifts: 'revenue:gifts',
  revenuePenalty: 'revenue:penalty',
  revenueWithdrawals: 'revenue:withdrawals',
  /** What we keep of a fee that goes back with a refund. */
  revenueKeptFees: 'revenue:kept_fees',
  /** Tax on the fees that sellers pay us, owed to the state. */
  feeTax: 'liability:fee_tax',
  expenseCogs: 'expense:cogs',
  expenseCommission: 'expense:commission',
  expensePsp: 'expense:psp',
  expenseClaims: 'expense:claims',
  /** What forfeited money is kept for where it is not ours: buyers who were harmed. */
  compensationFund: 'liability:compensation_fund',
  equityOpening: 'equity:opening',
} as const

/** What sellers pay us, each kind of fee on its own account: `revenue:referral`. */
export function feeAccountOf(kind: string): string {
  return `revenue:${kind}`
}

export const payableKinds = ['pending', 'available', 'frozen', 'reserve', 'payout'] as const
/** pending: earned, the return window is open; reserve: kept back for refunds; payout: on its way to the bank. */
export type PayableKind = (typeof payableKinds)[number]

export function walletOf(personId: string): string {
  return `wallet:${personId}`
}

/** What a person's coins are worth: money that we owe until it is given or given back. */
export function coinsOf(personId: string): string {
  return `coins:${personId}`
}

/** What a creator or a shop has left with us: his money, until he has to answer for something. */
export function depositOf(partyId: string): string {
  return `deposit:${partyId}`
}

export function payableOf(partyId: string, kind: PayableKind): string {
  return `payable:${partyId}:${kind}`
}

export function payableOfSupplier(supplierId: string): string {
  return `payable:supplier:${supplierId}`
}

export interface AccountClass {
  account: string
  name: { en: string; zh: string }
  kind: 'asset' | 'liability' | 'equity' | 'income' | 'expense'
}

/** What the trial balance shows: accounts of one kind and different owners stand on one line. */
const classes: readonly AccountClass[] = [
  { account: 'cash', name: { en: 'Cash at bank', zh: '银行存款' }, kind: 'asset' },
  { account: 'psp', name: { en: 'With the payment provider', zh: '支付机构在途资金' }, kind: 'asset' },
  { account: 'inventory', name: { en: 'Goods in the warehouses', zh: '库存商品' }, kind: 'asset' },
  { account: 'in_transit', name: { en: 'Goods on their way to buyers', zh: '发出商品' }, kind: 'asset' },
  { account: 'refurbishing', name: { en: 'Returned goods being made good', zh: '退货待翻新商品' }, kind: 'asset' },
  { account: 'escrow', name: { en: "Buyers' money held until confirmed", zh: '买家担保款' }, kind: 'liability' },
  { account: 'held', name: { en: 'Payments that wait for their orders', zh: '待确认的订单款' }, kind: 'liability' },
  { account: 'refunds', name: { en: 'On its way back to buyers', zh: '原路退款处理中' }, kind: 'liability' },
  { account: 'withdrawals', name: { en: 'Withdrawals on their way', zh: '钱包提现处理中' }, kind: 'liability' },
  { account: 'wallet:*', name: { en: "Buyers' wallets", zh: '买家钱包' }, kind: 'liability' },
  { account: 'deposit:*', name: { en: 'Deposits of creators and shops', zh: '达人与商家保证金' }, kind: 'liability' },
  { account: 'coins:*', name: { en: "Buyers' coins", zh: '买家金币' }, kind: 'liability' },
  { account: 'payable:*:pending', name: { en: 'Earned, waiting', zh: '待结算款项' }, kind: 'liability' },
  { account: 'payable:*:available', name: { en: 'Earned, may be paid out', zh: '可提现款项' }, kind: 'liability' },
  { account: 'payable:*:reserve', name: { en: 'Kept back for refunds', zh: '退款准备金' }, kind: 'liability' },
  { account: 'payable:*:frozen', name: { en: 'Frozen earnings', zh: '冻结佣金' }, kind: 'liability' },
  { account: 'payable:*:payout', name: { en: 'Payouts on their way', zh: '提现处理中' }, kind: 'liability' },
  { account: 'payable:supplier:*', name: { en: 'Owed to suppliers', zh: '应付供应商货款' }, kind: 'liability' },
  {
    account: 'liability:compensation_fund',
    name: { en: 'Fund for harmed buyers', zh: '消费者补偿金' },
    kind: 'liability',
  },
  { account: 'equity:opening', name: { en: 'Opening balance', zh: '期初权益' }, kind: 'equity' },
  { account: 'revenue:goods', name: { en: 'Sales of goods', zh: '商品销售收入' }, kind: 'income' },
  { account: 'revenue:gifts', name: { en: "The platform's part of gifts", zh: '礼物平台分成收入' }, kind: 'income' },
  { account: 'revenue:penalty', name: { en: 'Forfeited earnings', zh: '违约金收入' }, kind: 'income' },
  { account: 'revenue:withdrawals', name: { en: 'Fees of withdrawals', zh: '提现手续费收入' }, kind: 'income' },
  { account: 'revenue:referral', name: { en: 'Referral fees of sellers', zh: '技术服务费收入' }, kind: 'income' },
  {
    account: 'revenue:provider',
    name: { en: 'Payment fees that sellers bear', zh: '商家承担的支付手续费' },
    kind: 'income',
  },
  { account: 'revenue:service', name: { en: 'Service fees of sellers', zh: '增值服务费收入' }, kind: 'income' },
  { account: 'revenue:fulfilment', name: { en: 'Fulfilment fees of sellers', zh: '仓配服务费收入' }, kind: 'income' },
  { account: 'revenue:kept_fees', name: { en: 'Fees kept on refunds', zh: '退款手续费收入' }, kind: 'income' },
  { account: 'subsidy', name: { en: 'Discounts that we pay', zh: '平台补贴' }, kind: 'expense' },
  { account: 'expense:cogs', name: { en: 'Cost of goods sold', zh: '商品销售成本' }, kind: 'expense' },
  { account: 'expense:commission', name: { en: 'Commission', zh: '佣金支出' }, kind: 'expense' },
  { account: 'expense:psp', name: { en: 'Fees of the payment provider', zh: '支付手续费' }, kind: 'expense' },
  { account: 'expense:claims', name: { en: 'Lost and damaged goods', zh: '货损支出' }, kind: 'expense' },
]
const classesByName = new Map(classes.map((each) => [each.account, each]))

/** The line of the trial balance on which an account stands. */
export function classOf(account: string): AccountClass {
  const name = account.startsWith('payable:supplier:')
    ? 'payable:supplier:*'
    : account.replace(/^(wallet|coins|deposit):.*$/, '$1:*').replace(/^payable:[^:]+:/, 'payable:*:')
  return classesByName.get(name) ?? { account: name, name: { en: name, zh: name }, kind: kindByPrefix(name) }
}

function kindByPrefix(name: string): AccountClass['kind'] {
  if (name.startsWith('revenue:')) return 'income'
  if (name.startsWith('expense:')) return 'expense'
  if (name.startsWith('equity:')) return 'equity'
  return name.startsWith('payable:') || name.startsWith('liability:') ? 'liability' : 'asset'
}

/** Assets first, then what we owe, then what the period brought. */
export function compareClasses(left: AccountClass, right: AccountClass): number {
  const place = (each: AccountClass) =>
    classes.findIndex((known) => known.account === each.account) + 1 || classes.length
  return place(left) - place(right) || (left.account < right.account ? -1 : 1)
}
