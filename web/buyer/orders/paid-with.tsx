import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import type { Order } from '../../client/index.ts'
import { money, pick, useLocale } from '../../kit/index.ts'
import { paymentsOfQuery } from '../queries.ts'
import css from './pay-now.module.css'

/** With what an order was paid, source by source, and what of it is on its way back there. Nothing for one that the wallet paid alone. */
export default function PaidWith({ order }: { order: Order }) {
  const { t } = useLingui()
  useLocale()
  const { data } = useQuery(paymentsOfQuery(order.groupId))
  const states = {
    requested: t`on its way back`,
    succeeded: t`back where it came from`,
    failed: t`back in your wallet`,
  }
  const paid = (data?.items ?? []).flatMap((payment) =>
    payment.shares
      .filter(({ orderId }) => orderId === order.id)
      .map((share) => ({ ...share, payment, refunds: payment.refunds.filter(({ orderId }) => orderId === order.id) })),
  )
  const unused = (data?.items ?? []).flatMap((payment) =>
    payment.refunds.filter(({ orderId }) => orderId === null).map((refund) => ({ ...refund, payment })),
  )
  if (paid.length === 0 && unused.length === 0) return null
  const fromWallet = order.payMinor - paid.reduce((sum, { paidMinor }) => sum + paidMinor, 0)
  return (
    <dl className={css['parts']} aria-label={t`Paid with`}>
      {paid.length > 0 && fromWallet > 0 && (
        <div>
          <dt>
            <Trans>From the wallet</Trans>
          </dt>
          <dd>{money(fromWallet, order.currency)}</dd>
        </div>
      )}
      {paid.map(({ payment, paidMinor }) => (
        <div key={payment.id}>
          <dt>{pick(payment.providerName)}</dt>
          <dd>{money(paidMinor, order.currency)}</dd>
        </div>
      ))}
      {[...paid.flatMap(({ payment, refunds }) => refunds.map((refund) => ({ ...refund, payment }))), ...unused].map(
        (refund) => (
          <div key={refund.id}>
            <dt>
              {pick(refund.payment.providerName)} · {states[refund.state]}
            </dt>
            <dd>−{money(refund.amountMinor, order.currency)}</dd>
          </div>
        ),
      )}
    </dl>
  )
}
