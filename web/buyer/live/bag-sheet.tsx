import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Search, ShoppingBag } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { type BagItem, type Store, useStorePart } from '../../client/index.ts'
import { Button, EmptyState, Picture, Price, pick, Sheet, useLocale } from '../../kit/index.ts'
import css from './bag.module.css'
import { noteFact } from './facts.ts'
import type { RoomState } from './room.ts'
import { StockLeft } from './stock-left.tsx'
import { WaitButton } from './wait-button.tsx'

const searchFrom = 6
/** What fits above the fold of a full sheet, and somewhat more: who scrolls on has seen these. */
const impressionsMax = 8

export function BagSheet(of: {
  store: Store<RoomState>
  open: boolean
  onClose: () => void
  onBuy: (item: BagItem) => void
}) {
  const things = useStorePart(of.store, ({ room }) => room.bag.length)
  return (
    <Sheet
      open={of.open}
      onClose={of.onClose}
      height="full"
      title={<Plural value={things} one="# product in the bag" other="# products in the bag" />}
    >
      {of.open && (
        <Suspense>
          <CouponsHere store={of.store} />
        </Suspense>
      )}
      <Bag store={of.store} onBuy={of.onBuy} />
    </Sheet>
  )
}

/** Coupons that are given out in this room, where people look for goods. */
const RoomCoupons = lazy(() => import('../me/coupons.tsx'))

function CouponsHere({ store }: { store: Store<RoomState> }) {
  const attribution = useStorePart(store, ({ room }) => room.attribution)
  const roomId = useStorePart(store, ({ room }) => room.id)
  return <RoomCoupons attribution={attribution} roomId={roomId} />
}

function Bag({ store, onBuy }: { store: Store<RoomState>; onBuy: (item: BagItem) => void }) {
  const { t } = useLingui()
  useLocale()
  const bag = useStorePart(store, ({ room }) => room.bag)
  const [words, setWords] = useState('')
  const wanted = words.trim().toLowerCase()
  const shown = bag
    .filter((item) => wanted === '' || `${item.title.en} ${item.title.zh}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => a.position - b.position)
  // What is in the open bag has been shown, each once.
  const shownOnce = useRef(new Set<string>())
  useEffect(() => {
    for (const { productId } of shown.slice(0, impressionsMax)) {
      if (shownOnce.current.has(productId)) continue
      shownOnce.current.add(productId)
      noteFact(store.get().room.sessionId, { kind: 'impression', productId })
    }
  })
  if (bag.length === 0) {
    return <EmptyState icon={<ShoppingBag />} title={<Trans>The host has not put anything in the bag yet.</Trans>} />
  }
  return (
    <>
      {bag.length >= searchFrom && (
        <label className={css['search']}>
          <Search size={17} aria-hidden="true" />
          <input
            type="search"
            aria-label={t`Search the bag`}
            placeholder={t`Search the bag`}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </label>
      )}
      <ol className={css['list']}>
        {shown.map((item) => (
          <li key={item.id} className={css['item']} data-sold-out={item.soldOut} data-pinned={item.pinned}>
            <div className={css['picture']}>
              <Picture picture={item.picture} alt="" eager />
              <span className={css['number']}>{bag.indexOf(item) + 1}</span>
            </div>
            <div className={css['text']}>
              <h3>{pick(item.title)}</h3>
              <div className={css['marks']}>
                {item.pinned && (
                  <span className={css['explaining']}>
                    <Trans>Explaining now</Trans>
                  </span>
                )}
                <StockLeft units={item.unitsLeft} />
              </div>
              <div className={css['row']}>
                <Price minor={item.priceMinor} currency={item.currency} listMinor={item.listPriceMinor} size="m" />
                {item.soldOut ? (
                  <WaitButton productId={item.productId} />
                ) : (
                  <Button size="s" onClick={() => onBuy(item)}>
                    <Trans>Buy</Trans>
                  </Button>
                )}
              </div>
            </div>
          </li>
        ))}
      </ol>
      {shown.length === 0 && <EmptyState title={<Trans>Nothing in the bag matches.</Trans>} />}
    </>
  )
}
