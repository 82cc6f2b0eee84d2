/** Flash sales in a room: a ring that shrinks by the server's clock, what is left, and what became of it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Zap } from 'lucide-react'
import { useEffect, useState } from 'react'
import {
  api,
  type BagItem,
  type FlashSaleView,
  must,
  type Store,
  serverNowMs,
  useStorePart,
} from '../../client/index.ts'
import { Button, Picture, Price, pick, useLocale } from '../../kit/index.ts'
import css from './flash.module.css'
import { clockOf, leftAt, phaseAt, withSale } from './flash-state.ts'
import type { RoomState } from './room.ts'

/** So long a sale that is over says so. */
const overShownMs = 8_000
const tickMs = 250

/** What the server says now; whoever shows a countdown is drawn anew a few times a second. */
export function useServerNow(isTicking: boolean): number {
  const [nowMs, setNowMs] = useState(serverNowMs)
  useEffect(() => {
    if (!isTicking) return undefined
    setNowMs(serverNowMs())
    const timer = setInterval(() => setNowMs(serverNowMs()), tickMs)
    return () => clearInterval(timer)
  }, [isTicking])
  return nowMs
}

/** Asks once what runs; the steps after that are told on the room's topic. */
function useFlashSales(store: Store<RoomState>): readonly FlashSaleView[] {
  const roomId = useStorePart(store, ({ room }) => room.id)
  const { data } = useQuery({
    queryKey: ['flash', roomId],
    staleTime: 15_000,
    queryFn: () => must(api.GET('/api/v1/rooms/{id}/flash-sales', { params: { path: { id: roomId } } })),
  })
  useEffect(() => {
    if (data === undefined || data.sales.length === 0) return
    const state = store.get()
    store.set({ ...state, flash: data.sales.toReversed().reduce(withSale, state.flash) })
  }, [data, store])
  return useStorePart(store, ({ flash }) => flash)
}

/** A card for each sale that counts down, runs, or has just ended; at most two, so that the picture stays to be seen. */
export default function FlashCards({ store, onBuy }: { store: Store<RoomState>; onBuy: (item: BagItem) => void }) {
  const sales = useFlashSales(store)
  const nowMs = useServerNow(sales.length > 0)
  const shown = sales.filter((sale) => {
    const overMs = Math.min(Date.parse(sale.closedAt ?? sale.endsAt), Date.parse(sale.endsAt))
    return phaseAt(sale, nowMs) !== 'over' || nowMs - overMs < overShownMs
  })
  return shown
    .slice(0, 2)
    .map((sale) => <FlashCard key={sale.id} store={store} sale={sale} nowMs={nowMs} onBuy={onBuy} />)
}

function FlashCard(of: {
  store: Store<RoomState>
  sale: FlashSaleView
  nowMs: number
  onBuy: (item: BagItem) => void
}) {
  const { t } = useLingui()
  useLocale()
  const { sale, nowMs } = of
  const item = useStorePart(of.store, ({ room }) => room.bag.find((each) => each.productId === sale.productId))
  const phase = phaseAt(sale, nowMs)
  const gone = sale.unitsLeft === 0
  return (
    <section className={css['card']} data-phase={phase} aria-label={t`Flash sale`}>
      <div className={css['picture']}>
        <Picture picture={sale.picture} alt="" eager />
        {phase !== 'over' && <Ring sale={sale} nowMs={nowMs} />}
      </div>
      <div className={css['text']}>
        <p className={css['kind']}>
          <Zap size={13} fill="currentColor" aria-hidden="true" />
          {phase === 'counting' ? (
            <Trans>Flash sale soon</Trans>
          ) : phase === 'running' ? (
            <Trans>Flash sale</Trans>
          ) : (
            <Trans>Flash sale over</Trans>
          )}
        </p>
        <p className={css['title']}>{pick(sale.title)}</p>
        <UnitsLeft sale={sale} />
        <div className={css['row']}>
          <Price minor={sale.priceMinor} currency={sale.currency} listMinor={sale.shelfMinor} size="m" />
          {item && phase !== 'over' && (
            <Button size="s" disabled={phase === 'counting' || gone} onClick={() => of.onBuy(item)}>
              {phase === 'counting' ? <Trans>Soon</Trans> : gone ? <Trans>All taken</Trans> : <Trans>Grab it</Trans>}
            </Button>
          )}
        </div>
      </div>
    </section>
  )
}

export function UnitsLeft({ sale }: { sale: FlashSaleView }) {
  const { unitsLeft, units } = sale
  return (
    <span className={css['left']} role="status">
      <span className={css['bar']} aria-hidden="true">
        <i style={{ width: `${(unitsLeft / units) * 100}%` }} />
      </span>
      <Trans>
        {unitsLeft} of {units} left
      </Trans>
    </span>
  )
}

const around = 2 * Math.PI * 20

/** Shrinks on the way to the next step; the number in it is said to those who cannot see it when it matters. */
export function Ring({ sale, nowMs }: { sale: FlashSaleView; nowMs: number }) {
  const { t } = useLingui()
  const { seconds, part } = leftAt(sale, nowMs)
  const isCounting = phaseAt(sale, nowMs) === 'counting'
  const clock = clockOf(seconds)
  return (
    <span className={css['ring']} data-phase={isCounting ? 'counting' : 'running'}>
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="20" />
        <circle cx="24" cy="24" r="20" strokeDasharray={around} strokeDashoffset={around * (1 - part)} />
      </svg>
      <span role="timer" aria-label={isCounting ? t`Starts in ${clock}` : t`Ends in ${clock}`}>
        {clock}
      </span>
    </span>
  )
}
