import type { EntryKind } from './store.ts'

/** What a line says on a statement or a payout, with the number that it names. */
export const sentences: Record<EntryKind, (number: string) => { en: string; zh: string }> = {
  commission: (number) => ({ en: `Commission of order ${number}`, zh: `订单 ${number} 的佣金` }),
  reserve_kept: (number) => ({ en: `Kept back for refunds, order ${number}`, zh: `订单 ${number} 的退款准备金` }),
  reserve_returned: (number) => ({
    en: `Returned from the reserve, order ${number}`,
    zh: `订单 ${number} 的退款准备金返还`,
  }),
  reversal: (number) => ({ en: `Refund of order ${number}`, zh: `订单 ${number} 退款，佣金扣回` }),
  gifts: (number) => ({ en: `Gifts from live rooms, ${number} parts`, zh: `直播间礼物收入，共 ${number} 笔` }),
  gift_returned: () => ({ en: 'A gift was given back', zh: '礼物已退还，收入扣回' }),
  charge: () => ({ en: 'A charge that the deposit did not cover', zh: '保证金不足部分的扣款' }),
  deposit_returned: () => ({ en: 'Your deposit, given back', zh: '保证金退还' }),
  payout_failed: (number) => ({ en: `Payout ${number} came back`, zh: `提现单 ${number} 退回` }),
  sale: (number) => ({ en: `Sold with order ${number}`, zh: `订单 ${number} 货款` }),
  sale_commission: (number) => ({ en: `Commission of order ${number}`, zh: `订单 ${number} 达人佣金` }),
  sale_fees: (number) => ({ en: `Fees of order ${number}`, zh: `订单 ${number} 服务费` }),
  sale_tax: (number) => ({ en: `Tax on the fees of order ${number}`, zh: `订单 ${number} 服务费税金` }),
  sale_reversal: (number) => ({ en: `Refund of order ${number}`, zh: `订单 ${number} 退款扣回` }),
  frozen: () => ({ en: 'Frozen while a violation is decided', zh: '违规处理期间冻结' }),
  thawed: () => ({ en: 'Frozen earnings given back', zh: '冻结佣金解冻' }),
}
