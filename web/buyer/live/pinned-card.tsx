import { Trans, useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { type BagItem, type Store, useStorePart } from '../../client/index.ts'
import { Button, Picture, Price, pick, useLocale } from '../../kit/index.ts'
import { noteFact } from './facts.ts'
import css from './room.module.css'
import type { RoomState } from './room.ts'
import { StockLeft } from './stock-left.tsx'

/** What the host explains right now. Closing it is remembered until something else is pinned. */
export function PinnedCard({
  store,
  onBuy,
  onOpen,
}: {
  store: Store<RoomState>
  onBuy: (item: BagItem) => void
  onOpen: () => void
}) {
  const { t } = useLingui()
  useLocale()
  const pinnedId = useStorePart(store, ({ room }) => room.pinnedItemId)
  const item = useStorePart(store, ({ room }) => room.bag.find((each) => each.id === room.pinnedItemId))
  const [closed, setClosed] = useState<string | null>(null)
  useEffect(() => {
    if (pinnedId !== closed) setClosed(null)
  }, [pinnedId, closed])
  // A flash sale of it has a card of its own, and one card of a product is enough.
  const isFlash = useStorePart(store, ({ flash }) =>
    flash.some(({ productId, closedAt }) => productId === item?.productId && closedAt === null),
  )
  const isShown = item !== undefined && closed !== item.id && !isFlash
  const productId = item?.productId
  useEffect(() => {
    if (isShown && productId) noteFact(store.get().room.sessionId, { kind: 'impression', productId })
  }, [isShown, productId, store])
  if (item === undefined || !isShown) return null
  return (
    <section key={item.id} className={css['pinned']} aria-label={t`Being explained now`}>
      <button type="button" className={css['pinnedPicture']} aria-label={t`Open the bag`} onClick={onOpen}>
        <Picture picture={item.picture} alt="" eager />
        <span>
          <Trans>Explaining</Trans>
        </span>
      </button>
      <div className={css['pinnedText']}>
        <p>{pick(item.title)}</p>
        <StockLeft units={item.unitsLeft} />
        <div className={css['pinnedRow']}>
          <Price minor={item.priceMinor} currency={item.currency} listMinor={item.listPriceMinor} size="m" />
          <Button size="s" disabled={item.soldOut} onClick={() => onBuy(item)}>
            {item.soldOut ? <Trans>Sold out</Trans> : <Trans>Buy</Trans>}
          </Button>
        </div>
      </div>
      <button
        type="button"
        className={css['pinnedClose']}
        aria-label={t`Close the card`}
        onClick={() => setClosed(item.id)}
      >
        <X size={16} aria-hidden="true" />
      </button>
    </section>
  )
}
