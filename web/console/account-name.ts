import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'

const names = {
  cash: msg`Cash at bank`,
  psp: msg`With the payment provider`,
  inventory: msg`Goods in the warehouses`,
  in_transit: msg`Goods on their way`,
  escrow: msg`Held until confirmed`,
  held: msg`Payments that wait for their orders`,
  refunds: msg`On its way back to buyers`,
  withdrawals: msg`Withdrawals on their way`,
  'revenue:goods': msg`Sales of goods`,
  'revenue:withdrawals': msg`Fees of withdrawals`,
  'revenue:gifts': msg`The platform's part of gifts`,
  'revenue:penalty': msg`Forfeited earnings`,
  'revenue:referral': msg`Referral fees of sellers`,
  'revenue:provider': msg`Payment fees that sellers bear`,
  'revenue:service': msg`Service fees of sellers`,
  'revenue:fulfilment': msg`Fulfilment fees of sellers`,
  'revenue:kept_fees': msg`Fees kept on refunds`,
  'liability:fee_tax': msg`Tax on fees, owed`,
  'liability:compensation_fund': msg`Fund for harmed buyers`,
  refurbishing: msg`Returned goods being made good`,
  subsidy: msg`Discounts that we pay`,
  'expense:cogs': msg`Cost of goods sold`,
  'expense:commission': msg`Commission`,
  'expense:psp': msg`Payment fees`,
  'expense:claims': msg`Lost and damaged goods`,
  'equity:opening': msg`Opening balance`,
}
const families = [
  { shape: /^deposit:/, name: msg`Deposit` },
  { shape: /^coins:/, name: msg`Buyer's coins` },
  { shape: /^wallet:/, name: msg`Buyer's wallet` },
  { shape: /^payable:supplier:/, name: msg`Owed to the supplier` },
  { shape: /^payable:.*:pending$/, name: msg`Earned, waiting` },
  { shape: /^payable:.*:available$/, name: msg`Earned, may be paid out` },
  { shape: /^payable:.*:reserve$/, name: msg`Kept back for refunds` },
  { shape: /^payable:.*:frozen$/, name: msg`Frozen earnings` },
  { shape: /^payable:.*:payout$/, name: msg`Payout on its way` },
]

/** The reader's name of an account; what is unknown keeps the name that it has in the books. */
export function useAccountName(): (account: string) => string {
  const { t } = useLingui()
  return (account) => {
    const name = Object.hasOwn(names, account)
      ? names[account as keyof typeof names]
      : families.find((family) => family.shape.test(account))?.name
    return name === undefined ? account : t(name)
  }
}
