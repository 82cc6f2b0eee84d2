/** What buyers read when a parcel takes a step. */
import type { CarrierState } from './track.ts'

type Words = { en: string; zh: string }

export function sentenceOf(state: CarrierState, where: { place: Words; to: Words }): Words {
  const { place, to } = where
  switch (state) {
    case 'collected':
      return { en: `The carrier has collected the parcel in ${place.en}.`, zh: `快递员已在${place.zh}揽收包裹。` }
    case 'in_transit':
      return { en: `The parcel has left ${place.en} for ${to.en}.`, zh: `包裹已离开${place.zh}，正发往${to.zh}。` }
    case 'out_for_delivery':
      return {
        en: `A courier is bringing the parcel to you in ${to.en} today.`,
        zh: `快递员正在${to.zh}为您派送，请保持电话畅通。`,
      }
    case 'delivered':
      return { en: 'The parcel has been delivered.', zh: '包裹已签收，感谢您的惠顾。' }
    case 'exception':
      return {
        en: `The parcel is held up in ${place.en}. We are looking after it.`,
        zh: `包裹在${place.zh}出现异常，我们正在跟进处理。`,
      }
  }
}
