import { msg } from '@lingui/core/macro'
import type { ShopOrder } from '../types.ts'

type Words = { name: ReturnType<typeof msg>; colour: string }

export const orderStates: Record<ShopOrder['state'], Words> = {
  unpaid: { name: msg`waits for payment`, colour: 'yellow' },
  paid: { name: msg`paid`, colour: 'orange' },
  packed: { name: msg`packed`, colour: 'blue' },
  shipped: { name: msg`shipped`, colour: 'teal' },
  delivered: { name: msg`delivered`, colour: 'teal' },
  confirmed: { name: msg`confirmed`, colour: 'green' },
  cancelled: { name: msg`cancelled`, colour: 'gray' },
}

export const shareStates: Record<ShopOrder['lines'][number]['share']['state'], Words> = {
  estimated: { name: msg`estimated`, colour: 'gray' },
  pending: { name: msg`waiting`, colour: 'blue' },
  settled: { name: msg`available`, colour: 'green' },
  void: { name: msg`not due`, colour: 'gray' },
}

export const feeNames: Record<ShopOrder['lines'][number]['fees'][number]['kind'], ReturnType<typeof msg>> = {
  referral: msg`Referral fee`,
  provider: msg`Payment fee`,
  service: msg`Service fee`,
  fulfilment: msg`Fulfilment fee`,
}
