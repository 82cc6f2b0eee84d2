import { useLingui } from '@lingui/react/macro'
import type { Order, Parcel } from '../../client/index.ts'

/** States in plain words, and what happens next. */
export function useOrderWords(): {
  state: Record<Order['state'], string>
  parcel: Record<Parcel['state'], string>
  refund: Record<Order['afterSales'][number]['state'], string>
} {
  const { t } = useLingui()
  return {
    state: {
      unpaid: t`To pay`,
      paid: t`Being prepared`,
      packed: t`Packed`,
      shipped: t`On its way`,
      delivered: t`Delivered`,
      confirmed: t`Received`,
      cancelled: t`Cancelled`,
    },
    refund: {
      asked: t`Being looked at`,
      accepted: t`Please send it back`,
      sent: t`On its way to us`,
      replacing: t`We send it again`,
      approved: t`Money back`,
      replaced: t`Sent again`,
      lapsed: t`Not sent in time`,
      refused: t`Refused`,
    },
    parcel: {
      to_pick: t`Waiting to be picked`,
      picked: t`Picked`,
      packed: t`Packed`,
      handed_over: t`Given to the carrier`,
      collected: t`Collected by the carrier`,
      in_transit: t`In transit`,
      out_for_delivery: t`Out for delivery`,
      delivered: t`Delivered`,
      exception: t`Held up on the way`,
      cancelled: t`Cancelled`,
    },
  }
}
