import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Package } from 'lucide-react'
import { type Order, useSession } from '../../client/index.ts'
import {
  Button,
  dateTime,
  day,
  EmptyState,
  ErrorState,
  money,
  Picture,
  pick,
  Skeleton,
  time,
  useLocale,
} from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'
import { type OrderFilter, orderStates, ordersQuery } from '../queries.ts'
import { useTitle } from '../shell.tsx'
import css from './orders.module.css'
import { useOrderWords } from './words.ts'

export function OrdersPage() {
  const { t } = useLingui()
  const { me } = useSession()
  useTitle(t`Orders`)
  return (
    <main className={css['page']}>
      <h1>
        <Trans>My orders</Trans>
      </h1>
      {me === undefined ? <Skeleton height={200} /> : me === null ? <Stranger /> : <Mine />}
    </main>
  )
}

function Stranger() {
  const askWho = useAskWho()
  return (
    <EmptyState icon={<Package />} title={<Trans>Sign in to see what you have bought.</Trans>}>
      <Button onClick={() => void askWho('see')}>
        <Trans>Sign in</Trans>
      </Button>
    </EmptyState>
  )
}

function Mine() {
  const { t } = useLingui()
  const search = useSearch({ from: '/orders' })
  const navigate = useNavigate({ from: '/orders' })
  const state: OrderFilter = orderStates.find((each) => each === search.state) ?? 'all'
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    ordersQuery(state),
  )
  const names: Record<OrderFilter, string> = {
    all: t`All`,
    to_pay: t`To pay`,
    to_ship: t`To ship`,
    to_receive: t`On the way`,
    done: t`Done`,
  }
  const orders = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <nav className={css['filters']} aria-label={t`Which orders`}>
        {orderStates.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === state}
            onClick={() => void navigate({ search: { state: each === 'all' ? undefined : each }, replace: true })}
          >
            {names[each]}
          </button>
        ))}
      </nav>
      {isPending ? (
        <Skeleton height={220} />
      ) : error && orders.length === 0 ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : orders.length === 0 ? (
        <EmptyState icon={<Package />} title={<Trans>No orders here.</Trans>}>
          <Link to="/" className={css['link']}>
            <Trans>Look at the goods</Trans>
          </Link>
        </EmptyState>
      ) : (
        <ul className={css['list']}>
          {orders.map((order) => (
            <li key={order.id}>
              <OrderCard order={order} />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button look="plain" wide busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  )
}

function OrderCard({ order }: { order: Order }) {
  useLocale()
  const words = useOrderWords()
  return (
    <Link to="/orders/$id" params={{ id: order.id }} className={css['card']}>
      <div className={css['cardHead']}>
        <StateMark state={order.state}>{words.state[order.state]}</StateMark>
        <span>{dateTime(order.placedAt)}</span>
      </div>
      {order.lines.map((line) => (
        <div key={line.no} className={css['line']}>
          <div className={css['picture']}>
            <Picture picture={line.picture} alt="" />
          </div>
          <div className={css['lineText']}>
            <strong>{pick(line.title)}</strong>
            <small>
              {pick(line.label)} × {line.units}
            </small>
          </div>
        </div>
      ))}
      <div className={css['cardFoot']}>
        <span>
          <NextStep order={order} />
        </span>
        <strong>{money(order.payMinor, order.currency)}</strong>
      </div>
    </Link>
  )
}

export function StateMark({ state, children }: { state: Order['state']; children: React.ReactNode }) {
  return (
    <span className={css['mark']} data-state={state}>
      {children}
    </span>
  )
}

/** What the buyer is waiting for, with its date. */
export function NextStep({ order }: { order: Order }) {
  switch (order.state) {
    case 'unpaid':
      return order.payBy ? <Trans>Pay by {time(order.payBy)}</Trans> : null
    case 'paid':
    case 'packed':
      return <Trans>Leaves the warehouse by {day(order.promise.dispatchBy)}</Trans>
    case 'shipped':
      return <Trans>Arrives by {day(order.promise.deliverBy)}</Trans>
    case 'delivered':
      return order.confirmBy ? <Trans>Confirms itself on {day(order.confirmBy)}</Trans> : null
    default:
      return null
  }
}
