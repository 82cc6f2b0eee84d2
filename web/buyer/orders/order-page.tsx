import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft, MapPin } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api, key, must, newId, type Order, type Parcel, useSession } from '../../client/index.ts'
import {
  Button,
  dateTime,
  EmptyState,
  ErrorState,
  money,
  Picture,
  pick,
  Sheet,
  Skeleton,
  toast,
  useLocale,
  wordsOf,
} from '../../kit/index.ts'
import { PriceExplained } from '../live/price-explained.tsx'
import { addressLine } from '../me/addresses.tsx'
import { useAskWho } from '../people/ask-who.ts'
import { orderQuery } from '../queries.ts'
import { useTitle } from '../shell.tsx'
import css from './orders.module.css'
import { NextStep, StateMark } from './orders-page.tsx'
import { useOrderWords } from './words.ts'

/** Only who pays later needs it, and only who paid from outside sees with what. */
const PayNow = lazy(() => import('./pay-now.tsx').then(({ PayNow }) => ({ default: PayNow })))
const PaidWith = lazy(() => import('./paid-with.tsx'))
/** Few ever need it. */
const RefundForm = lazy(() => import('./refund-sheet.tsx'))
const SendBack = lazy(() => import('./send-back.tsx'))

export function OrderPage() {
  const { t } = useLingui()
  const { id } = useParams({ from: '/orders/$id' })
  const { me } = useSession()
  const askWho = useAskWho()
  const { data, error, isPending, refetch } = useQuery({ ...orderQuery(id), enabled: me != null })
  useTitle(data ? t`Order ${data.order.number}` : t`Order`)
  return (
    <main className={css['page']}>
      <Link to="/orders" className={css['back']}>
        <ChevronLeft size={20} aria-hidden="true" />
        <Trans>My orders</Trans>
      </Link>
      {me === null ? (
        <>
          <h1>
            <Trans>Order</Trans>
          </h1>
          <EmptyState title={<Trans>Sign in to see what you have bought.</Trans>}>
            <Button onClick={() => void askWho('see')}>
              <Trans>Sign in</Trans>
            </Button>
          </EmptyState>
        </>
      ) : isPending ? (
        <Skeleton height={320} />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <OrderView order={data.order} parcels={data.parcels} />
      )}
    </main>
  )
}

function OrderView({ order, parcels }: { order: Order; parcels: readonly Parcel[] }) {
  const { t } = useLingui()
  useLocale()
  const words = useOrderWords()
  return (
    <>
      <header className={css['orderHead']}>
        <StateMark state={order.state}>{words.state[order.state]}</StateMark>
        <h1>
          <Trans>Order {order.number}</Trans>
        </h1>
        <p>
          <NextStep order={order} />
        </p>
      </header>
      {order.state === 'unpaid' && (
        <Suspense fallback={<Skeleton height={240} />}>
          <PayNow order={order} />
        </Suspense>
      )}
      <Actions order={order} />

      {order.afterSales.length > 0 && (
        <section className={css['block']}>
          <h2>
            <Trans>After-sales</Trans>
          </h2>
          {order.afterSales.map((wish) => (
            <div key={wish.id}>
              <div className={css['cardFoot']}>
                <div className={css['lineText']}>
                  <strong>{words.refund[wish.state]}</strong>
                  <small>{wish.answer || wish.reason}</small>
                </div>
                {wish.amountMinor > 0 && (
                  <span className={css['amount']}>{money(wish.amountMinor, wish.currency)}</span>
                )}
              </div>
              {wish.return !== null && (wish.state === 'accepted' || wish.state === 'sent') && (
                <Suspense fallback={<Skeleton height={120} />}>
                  <SendBack wish={wish} back={wish.return} />
                </Suspense>
              )}
            </div>
          ))}
        </section>
      )}

      {parcels.map((parcel) => (
        <section key={parcel.id} className={css['block']} aria-label={t`Parcel ${parcel.number}`}>
          <h2>
            {words.parcel[parcel.state]}
            {parcel.waybill && <small>{parcel.waybill}</small>}
          </h2>
          <ol className={css['timeline']}>
            {parcel.tracks
              .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
              .map((track) => (
                <li key={`${track.state} ${track.at}`}>
                  <p>{pick(track.sentence)}</p>
                  <small>
                    {dateTime(track.at)}
                    {track.place && ` · ${track.place}`}
                  </small>
                </li>
              ))}
          </ol>
        </section>
      ))}

      <section className={css['block']} aria-label={t`Where to`}>
        <div className={css['to']}>
          <MapPin size={20} aria-hidden="true" />
          <div>
            <strong>
              {order.shipTo.recipient} {order.shipTo.phone}
            </strong>
            <small>{addressLine(order.shipTo)}</small>
          </div>
        </div>
      </section>

      <section className={css['block']}>
        <h2>
          <Trans>Goods</Trans>
        </h2>
        {order.lines.map((line) => (
          <Link key={line.no} to="/products/$id" params={{ id: line.productId }} className={css['line']}>
            <div className={css['picture']}>
              <Picture picture={line.picture} alt="" />
            </div>
            <div className={css['lineText']}>
              <strong>{pick(line.title)}</strong>
              <small>
                {pick(line.label)} × {line.units}
              </small>
            </div>
            <span className={css['amount']}>{money(line.payMinor, order.currency)}</span>
          </Link>
        ))}
        <PriceExplained lines={order.explanation} currency={order.currency} />
        {order.state !== 'unpaid' && (
          <Suspense>
            <PaidWith order={order} />
          </Suspense>
        )}
        {order.refundedMinor > 0 && (
          <p className={css['fine']}>
            <Trans>{money(order.refundedMinor, order.currency)} of it was given back.</Trans>
          </p>
        )}
        <p className={css['fine']}>
          <Trans>Sold by {pick(order.sellerName)}</Trans>
          {order.roomTitle && (
            <>
              {' · '}
              <Trans>
                from the room “{order.roomTitle}” of {order.creatorName}
              </Trans>
            </>
          )}
        </p>
      </section>

      <section className={css['block']}>
        <h2>
          <Trans>What happened</Trans>
        </h2>
        <ol className={css['timeline']}>
          {order.steps.toReversed().map((step) => (
            <li key={`${step.step} ${step.at}`}>
              <p>{pick(step.sentence)}</p>
              <small>{dateTime(step.at)}</small>
            </li>
          ))}
        </ol>
      </section>
    </>
  )
}

function Actions({ order }: { order: Order }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [sure, setSure] = useState<'confirm' | 'cancel' | null>(null)
  const [asking, setAsking] = useState(false)
  const [intentId, setIntentId] = useState(newId)
  const act = useMutation({
    mutationFn: (what: 'confirm' | 'cancel') => {
      const params = { params: { path: { id: order.id }, ...key(intentId) } }
      return must(
        what === 'confirm'
          ? api.POST('/api/v1/me/orders/{id}/confirmations', params)
          : api.POST('/api/v1/me/orders/{id}/cancellations', params),
      )
    },
    onSuccess(_reply, what) {
      toast(
        what === 'confirm' ? t`Thank you. Enjoy it!` : t`Cancelled. Your money goes back to where you paid from.`,
        'good',
      )
      for (const name of ['order', 'orders', 'wallet']) void queries.invalidateQueries({ queryKey: [name] })
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled() {
      setSure(null)
      setIntentId(newId())
    },
  })
  const mayAsk =
    order.refundable.some((line) => line.leftMinor > 0) &&
    order.afterSales.every((wish) => !['asked', 'accepted', 'sent', 'replacing'].includes(wish.state))
  if (!order.mayConfirm && !order.mayCancel && !mayAsk) return null
  return (
    <div className={css['actions']}>
      {order.mayConfirm && (
        <Button size="l" wide onClick={() => setSure('confirm')}>
          <Trans>I have received it</Trans>
        </Button>
      )}
      {order.mayCancel && (
        <Button look="outlined" wide onClick={() => setSure('cancel')}>
          <Trans>Cancel the order</Trans>
        </Button>
      )}
      {mayAsk && (
        <Button look="outlined" wide onClick={() => setAsking(true)}>
          <Trans>Something is wrong with it</Trans>
        </Button>
      )}
      <Sheet open={asking} onClose={() => setAsking(false)} title={t`What is wrong, and what do you want?`}>
        <Suspense fallback={<Skeleton height={240} />}>
          <RefundForm order={order} onDone={() => setAsking(false)} />
        </Suspense>
      </Sheet>
      <Sheet
        open={sure !== null}
        onClose={() => setSure(null)}
        title={sure === 'confirm' ? t`Is everything there?` : t`Cancel this order?`}
      >
        <div className={css['sure']}>
          <p>
            {sure === 'confirm' ? (
              <Trans>After this the money goes to those who sold it to you.</Trans>
            ) : (
              <Trans>
                The goods go back on the shelf, and {money(order.payMinor, order.currency)} to where you paid from.
              </Trans>
            )}
          </p>
          <Button size="l" wide busy={act.isPending} onClick={() => sure && act.mutate(sure)}>
            {sure === 'confirm' ? <Trans>Yes, I have it</Trans> : <Trans>Yes, cancel it</Trans>}
          </Button>
          <Button look="plain" wide onClick={() => setSure(null)}>
            <Trans>Not yet</Trans>
          </Button>
        </div>
      </Sheet>
    </div>
  )
}
