/** Words and colours for states. Colour only repeats what the word says. */
import type { MessageDescriptor } from '@lingui/core'
import { msg, plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import type { Role } from '../client/index.ts'
import type { AfterSale, OrderState, ParcelState, Return } from './types.ts'

export interface StateWords {
  name: MessageDescriptor
  colour: 'gray' | 'blue' | 'teal' | 'green' | 'orange' | 'red'
}

export const parcelWords: Record<ParcelState, StateWords> = {
  to_pick: { name: msg`To pick`, colour: 'orange' },
  picked: { name: msg`Picked`, colour: 'blue' },
  packed: { name: msg`Packed`, colour: 'blue' },
  handed_over: { name: msg`Handed over`, colour: 'teal' },
  collected: { name: msg`Collected`, colour: 'teal' },
  in_transit: { name: msg`In transit`, colour: 'teal' },
  out_for_delivery: { name: msg`Out for delivery`, colour: 'teal' },
  delivered: { name: msg`Delivered`, colour: 'green' },
  exception: { name: msg`Exception`, colour: 'red' },
  cancelled: { name: msg`Cancelled`, colour: 'gray' },
}

export const orderWords: Record<OrderState, StateWords> = {
  unpaid: { name: msg`Waits for payment`, colour: 'red' },
  paid: { name: msg({ message: 'Paid', context: 'state of an order' }), colour: 'orange' },
  packed: { name: msg`Packed`, colour: 'blue' },
  shipped: { name: msg`Shipped`, colour: 'teal' },
  delivered: { name: msg`Delivered`, colour: 'teal' },
  confirmed: { name: msg`Confirmed`, colour: 'green' },
  cancelled: { name: msg`Cancelled`, colour: 'gray' },
}

export const afterSaleWords: Record<AfterSale['state'], StateWords> = {
  asked: { name: msg`Waits for an answer`, colour: 'orange' },
  accepted: { name: msg`Goods expected`, colour: 'blue' },
  sent: { name: msg`Goods on their way back`, colour: 'blue' },
  replacing: { name: msg`Sent again`, colour: 'blue' },
  approved: { name: msg`Approved`, colour: 'green' },
  replaced: { name: msg`Replaced`, colour: 'green' },
  lapsed: { name: msg`Not sent in time`, colour: 'gray' },
  refused: { name: msg({ message: 'Refused', context: 'a wish for money back' }), colour: 'gray' },
}

export const afterSaleKindWords: Record<AfterSale['kind'], MessageDescriptor> = {
  refundOnly: msg`Money back`,
  returnRefund: msg`Goods and money back`,
  exchange: msg`Exchange`,
  resend: msg`Send again`,
}

export const returnWords: Record<Return['state'], StateWords> = {
  expected: { name: msg`Expected`, colour: 'orange' },
  sent: { name: msg`On its way here`, colour: 'blue' },
  graded: { name: msg`Graded`, colour: 'green' },
  lapsed: { name: msg`Not sent in time`, colour: 'gray' },
}

export const gradeWords: Record<Return['lines'][number]['gradings'][number]['grade'], MessageDescriptor> = {
  restock: msg`As new: to the shelf`,
  refurbish: msg`To be made good`,
  scrap: msg`Worth nothing`,
  rejected: msg`Not ours: back to the buyer`,
}

export const roleWords: Record<Role, MessageDescriptor> = {
  buyer: msg`Buyer`,
  creator: msg`Creator`,
  agency: msg`Agency`,
  merchant: msg`Merchant`,
  supplier: msg`Supplier`,
  warehouse: msg`Warehouse`,
  support: msg`Customer service`,
  operations: msg`Operations`,
  finance: msg`Finance`,
  moderator: msg`Moderator`,
  admin: msg`Administrator`,
  auditor: msg`Auditor`,
}

/** "10 days 2 hours ahead". */
export function useAhead(): (seconds: number) => string {
  const { t } = useLingui()
  return (seconds) => {
    if (seconds < 60) return t`as the wall clock says`
    const days = Math.floor(seconds / 86_400)
    const hours = Math.floor((seconds % 86_400) / 3_600)
    const minutes = Math.floor((seconds % 3_600) / 60)
    const parts = [
      days > 0 ? t`${plural(days, { one: '# day', other: '# days' })}` : '',
      hours > 0 ? t`${plural(hours, { one: '# hour', other: '# hours' })}` : '',
      days === 0 && minutes > 0 ? t`${plural(minutes, { one: '# minute', other: '# minutes' })}` : '',
    ]
    const span = parts.filter(Boolean).join(' ')
    return t`${span} ahead`
  }
}
