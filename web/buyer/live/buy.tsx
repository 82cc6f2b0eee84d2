/**
 * Buying without leaving the room: what, how many, where to, what it costs and why, pay. Two requests: the quote, and the
 * order. The words for every refusal are the kit's; what follows from a refusal stands in `afterRefusal`.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, ChevronRight, MapPin, Minus, Plus, Ticket, Truck, Wallet } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import {
  type Address,
  api,
  type BagItem,
  codeOf,
  type FlashSaleView,
  must,
  newId,
  type PlacedOrder,
  type Quote,
} from '../../client/index.ts'
import {
  Button,
  day,
  ErrorState,
  money,
  Picture,
  Price,
  pick,
  Sheet,
  Skeleton,
  time,
  useLocale,
  wordsOf,
} from '../../kit/index.ts'
import { AddressForm, AddressList, addressLine } from '../me/addresses.tsx'
import { CouponChoice } from '../me/coupons.tsx'
import { TopUp } from '../me/top-up.tsx'
import css from './buy.module.css'
import { UnitsLeft, useServerNow } from './flash.tsx'
import { clockOf, leftAt, phaseAt } from './flash-state.ts'
import { placeOrder } from './place-order.ts'
import { PriceExplained } from './price-explained.tsx'
import { StockLeft } from './stock-left.tsx'

/** What can be bought: an item of a bag, or a product of the shelf. */
export type Goods = Pick<BagItem, 'productId' | 'title' | 'picture' | 'currency' | 'listPriceMinor' | 'skus'>

type View = 'order' | 'addresses' | 'new-address' | 'top-up' | 'coupons'

const unitsMax = 99

export function BuySheet(of: {
  goods: Goods | undefined
  /** What is chosen at first; without it, whichever is left. */
  skuId?: string | undefined
  attribution: string | null
  /** A flash sale of it in this room, if there is one. */
  flash?: FlashSaleView | undefined
  onClose: () => void
}) {
  const { t } = useLingui()
  const [view, setView] = useState<View>('order')
  const [placed, setPlaced] = useState<PlacedOrder | null>(null)
  const close = () => {
    setView('order')
    setPlaced(null)
    of.onClose()
  }
  const titles: Record<View, string> = {
    order: t`Your order`,
    addresses: t`Where to?`,
    'new-address': t`New address`,
    'top-up': t`Top up your wallet`,
    coupons: t`Which coupon?`,
  }
  return (
    <Sheet
      open={of.goods !== undefined}
      // Closing a step goes back to the order, as back does in an app.
      onClose={() => (view === 'order' || placed ? close() : setView('order'))}
      title={placed ? t`Thank you!` : titles[view]}
    >
      {placed ? (
        <Placed placed={placed} onClose={close} />
      ) : (
        of.goods && (
          <OrderForm
            key={of.goods.productId}
            goods={of.goods}
            skuId={of.skuId}
            attribution={of.attribution}
            flash={of.flash}
            view={view}
            setView={setView}
            onPlaced={setPlaced}
          />
        )
      )}
    </Sheet>
  )
}

function OrderForm(of: {
  goods: Goods
  skuId: string | undefined
  attribution: string | null
  flash: FlashSaleView | undefined
  view: View
  setView: (view: View) => void
  onPlaced: (placed: PlacedOrder) => void
}) {
  const { t } = useLingui()
  useLocale()
  const { goods, attribution } = of
  const queries = useQueryClient()
  const [skuId, setSkuId] = useState(
    () =>
      of.skuId ??
      goods.skus.find(({ id }) => id === of.flash?.skuId)?.id ??
      (goods.skus.find((sku) => sku.unitsLeft > 0) ?? goods.skus[0])?.id ??
      '',
  )
  const [wantedUnits, setUnits] = useState(1)
  const [addressId, setAddressId] = useState<string>()
  // Until the buyer says otherwise, the coupon that saves most.
  const [couponId, setCouponId] = useState<string | null>()
  const sku = goods.skus.find((each) => each.id === skuId)
  const nowMs = useServerNow(of.flash !== undefined)
  const phase = of.flash !== undefined && of.flash.skuId === skuId ? phaseAt(of.flash, nowMs) : 'over'
  // While it runs and has units, what is bought here is bought in it.
  const sale = phase === 'running' && (of.flash?.unitsLeft ?? 0) > 0 ? of.flash : undefined
  const left = sale?.unitsLeft ?? sku?.unitsLeft ?? 0
  const [mayBuy, setMayBuy] = useState<{ skuId: string; units: number | null }>({ skuId, units: null })
  const limit = mayBuy.skuId === skuId ? (mayBuy.units ?? unitsMax) : unitsMax
  const units = Math.max(1, Math.min(wantedUnits, left, unitsMax, limit))

  const asked = useQuery({
    queryKey: ['quote', skuId, units, addressId, sku?.priceMinor, sale?.id, attribution, couponId],
    enabled: left > 0,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    gcTime: 0,
    queryFn: () =>
      must(
        api.POST('/api/v1/quotes', {
          body: {
            lines: [{ skuId, units }],
            ...(addressId ? { addressId } : {}),
            ...(attribution ? { attribution } : {}),
            ...(couponId === undefined ? {} : { couponId }),
          },
        }),
      ),
  })
  const quote = asked.data?.quote
  const quoted = quote?.lines[0]
  useEffect(() => {
    if (quoted) setMayBuy({ skuId: quoted.skuId, units: quoted.mayBuyUnits })
  }, [quoted])
  const wishId = useWishId()

  const pay = useMutation({
    mutationFn: ({ shown, to, payment }: { shown: Quote; to: Address; payment: 'wallet' | 'later' }) => {
      const wish = {
        lines: [{ skuId, units }],
        addressId: to.id,
        shownPayMinor: shown.payMinor,
        payment,
        ...(shown.couponId ? { couponId: shown.couponId } : {}),
        ...(shown.lines[0]?.flashSaleId ? { flashSaleId: shown.lines[0].flashSaleId } : {}),
        ...(attribution ? { attribution } : {}),
      }
      return placeOrder({ id: wishId(wish), ...wish })
    },
    onSuccess(placed) {
      of.onPlaced(placed)
      for (const key of ['orders', 'wallet', 'product', 'coupons']) void queries.invalidateQueries({ queryKey: [key] })
    },
    onError: (error) => afterRefusal(codeOf(error)),
  })

  /** What the page does about a "no", beside saying it. */
  const afterRefusal = (code: string) => {
    if (code === 'price_changed' || code === 'balance_too_low' || code === 'sold_out' || code.startsWith('flash_'))
      void asked.refetch()
    if (code === 'address_missing') of.setView('addresses')
    if (code === 'coupon_not_usable') {
      setCouponId(undefined)
      void asked.refetch()
    }
  }

  if (of.view === 'addresses') {
    return (
      <AddressList
        chosen={quote?.address?.id}
        onChoose={(address) => {
          setAddressId(address.id)
          of.setView('order')
        }}
        onAdd={() => of.setView('new-address')}
      />
    )
  }
  if (of.view === 'coupons' && quote) {
    return (
      <CouponChoice
        quote={quote}
        onChoose={(chosen) => {
          setCouponId(chosen)
          of.setView('order')
        }}
      />
    )
  }
  if (of.view === 'new-address') {
    return (
      <AddressForm
        onSaved={(address) => {
          setAddressId(address.id)
          of.setView('order')
        }}
      />
    )
  }
  if (of.view === 'top-up') {
    return (
      <TopUp
        currency={goods.currency}
        neededMinor={quote ? quote.payMinor - quote.walletMinor : 0}
        onDone={() => {
          pay.reset()
          void asked.refetch()
          of.setView('order')
        }}
      />
    )
  }

  const isShort = quote !== undefined && quote.walletMinor < quote.payMinor
  const isFresh = !asked.isPlaceholderData && !asked.isFetching
  const soldOut = goods.skus.every((each) => each.unitsLeft === 0) && sale === undefined
  return (
    <div className={css['form']}>
      <div className={css['goods']}>
        <div className={css['picture']}>
          <Picture picture={goods.picture} alt="" eager />
        </div>
        <div className={css['what']}>
          <Price
            minor={sale?.priceMinor ?? sku?.priceMinor ?? 0}
            currency={goods.currency}
            listMinor={sale?.shelfMinor ?? goods.listPriceMinor}
            size="l"
          />
          <p>{pick(goods.title)}</p>
          {sale ? <UnitsLeft sale={sale} /> : <StockLeft units={left} />}
          {of.flash && phase !== 'over' && (
            <p className={css['flash']}>
              {phase === 'counting' ? (
                <Trans>Flash sale starts in {clockOf(leftAt(of.flash, nowMs).seconds)}</Trans>
              ) : sale ? (
                <Trans>Flash price for {clockOf(leftAt(of.flash, nowMs).seconds)} more</Trans>
              ) : (
                <Trans>The flash sale is all taken. One may come back if somebody does not pay.</Trans>
              )}
            </p>
          )}
        </div>
      </div>

      <fieldset className={css['choice']}>
        <legend>
          <Trans>Choose</Trans>
        </legend>
        {goods.skus.map((each) => (
          <button
            key={each.id}
            type="button"
            aria-pressed={each.id === skuId}
            disabled={each.unitsLeft === 0 && each.id !== of.flash?.skuId}
            onClick={() => setSkuId(each.id)}
          >
            {pick(each.label)}
            {each.unitsLeft === 0 && each.id !== sale?.skuId && (
              <small>
                <Trans>sold out</Trans>
              </small>
            )}
          </button>
        ))}
      </fieldset>

      <div className={css['units']}>
        <span id="units">
          <Trans>Units</Trans>
        </span>
        {/* biome-ignore lint/a11y/useSemanticElements: three parts of one choice, not a set of fields. */}
        <div role="group" aria-labelledby="units">
          <button type="button" aria-label={t`One less`} disabled={units <= 1} onClick={() => setUnits(units - 1)}>
            <Minus size={18} aria-hidden="true" />
          </button>
          <output>{units}</output>
          <button
            type="button"
            aria-label={t`One more`}
            disabled={units >= Math.min(left, unitsMax, limit)}
            onClick={() => setUnits(units + 1)}
          >
            <Plus size={18} aria-hidden="true" />
          </button>
        </div>
      </div>

      {quoted && quoted.mayBuyUnits !== null && (
        <p className={css['gone']}>
          {quoted.mayBuyUnits <= 0 ? (
            <Trans>You have as many as one buyer may have at this price.</Trans>
          ) : (
            <Plural
              value={quoted.mayBuyUnits}
              one="At this price you may buy one more."
              other="At this price you may buy # more."
            />
          )}
        </p>
      )}
      {soldOut ? (
        <p className={css['gone']} role="status">
          <Trans>Sold out: somebody was faster.</Trans>
        </p>
      ) : asked.error && !quote ? (
        <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />
      ) : quote === undefined ? (
        <div className={css['rows']} aria-busy="true">
          <Skeleton height={56} />
          <Skeleton height={110} />
        </div>
      ) : (
        <div className={css['rows']}>
          <RowButton
            icon={<MapPin size={20} aria-hidden="true" />}
            onClick={() => of.setView(quote.address ? 'addresses' : 'new-address')}
          >
            {quote.address ? (
              <>
                <strong>
                  {quote.address.recipient} {quote.address.phone}
                </strong>
                <small>{addressLine(quote.address)}</small>
              </>
            ) : (
              <strong>
                <Trans>Add an address</Trans>
              </strong>
            )}
          </RowButton>
          {quote.promise && (
            <p className={css['promise']}>
              <Truck size={18} aria-hidden="true" />
              <Trans>
                Leaves by {day(quote.promise.dispatchBy)}, arrives by {day(quote.promise.deliverBy)}
              </Trans>
            </p>
          )}
          {quote.coupons.length > 0 && (
            <RowButton icon={<Ticket size={20} aria-hidden="true" />} onClick={() => of.setView('coupons')}>
              <strong>
                {quote.couponId === null ? (
                  <Plural value={quote.coupons.length} one="# coupon fits" other="# coupons fit" />
                ) : (
                  pick(quote.coupons.find(({ id }) => id === quote.couponId)?.name ?? { en: '', zh: '' })
                )}
              </strong>
            </RowButton>
          )}
          <PriceExplained lines={quote.explanation} currency={quote.currency} />
          <RowButton icon={<Wallet size={20} aria-hidden="true" />} onClick={() => of.setView('top-up')}>
            <strong>
              <Trans>Wallet: {money(quote.walletMinor, quote.currency)}</Trans>
            </strong>
            <small data-short={isShort}>
              {isShort ? (
                <Trans>{money(quote.payMinor - quote.walletMinor, quote.currency)} short, tap to top up</Trans>
              ) : (
                <Trans>Enough for this order. Tap to top up.</Trans>
              )}
            </small>
          </RowButton>
          <p className={css['seller']}>
            <Trans>Sold by {pick(quote.sellerName)}</Trans>
          </p>
        </div>
      )}

      <div className={css['pay']}>
        {pay.error && (
          <p role="alert" className={css['no']}>
            {wordsOf(pay.error)}
          </p>
        )}
        {isShort && !soldOut ? (
          <>
            <Button size="l" wide onClick={() => of.setView('top-up')}>
              <Trans>Top up and pay</Trans>
            </Button>
            <Button
              look="outlined"
              wide
              busy={pay.isPending}
              disabled={!isFresh || left === 0}
              onClick={() => {
                if (quote.address === null) of.setView('new-address')
                else pay.mutate({ shown: quote, to: quote.address, payment: 'later' })
              }}
            >
              {sale ? (
                <Trans>Keep it for me, I pay within 5 minutes</Trans>
              ) : (
                <Trans>Keep it for me, I pay within 15 minutes</Trans>
              )}
            </Button>
          </>
        ) : (
          <Button
            size="l"
            wide
            busy={pay.isPending}
            disabled={soldOut || left === 0 || quote === undefined || !isFresh}
            onClick={() => {
              if (quote === undefined) return
              if (quote.address === null) of.setView('new-address')
              else pay.mutate({ shown: quote, to: quote.address, payment: 'wallet' })
            }}
          >
            {soldOut || left === 0 ? (
              <Trans>Sold out</Trans>
            ) : quote?.address === null ? (
              <Trans>Add an address</Trans>
            ) : (
              <Trans>Pay {quote ? money(quote.payMinor, quote.currency) : ''}</Trans>
            )}
          </Button>
        )}
      </div>
    </div>
  )
}

/** The id belongs to the wish: repeated it stays, changed it is another one. */
function useWishId(): (wish: object) => string {
  const last = useRef({ wish: '', id: '' })
  return (wish) => {
    const text = JSON.stringify(wish)
    if (last.current.wish !== text) last.current = { wish: text, id: newId() }
    return last.current.id
  }
}

function RowButton({ icon, onClick, children }: { icon: ReactNode; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className={css['row']} onClick={onClick}>
      {icon}
      <span>{children}</span>
      <ChevronRight size={18} aria-hidden="true" />
    </button>
  )
}

function Placed({ placed, onClose }: { placed: PlacedOrder; onClose: () => void }) {
  return (
    <div className={css['placed']}>
      <div className={css['mark']}>
        <Check size={40} strokeWidth={3} aria-hidden="true" />
      </div>
      <p role="status">
        {placed.payBy ? (
          <Trans>
            Order {placed.number} is kept for you until {time(placed.payBy)}: {money(placed.payMinor, placed.currency)}.
          </Trans>
        ) : placed.orders.length > 1 ? (
          <Trans>
            Paid {money(placed.payMinor, placed.currency)}. It comes in {placed.orders.length} parcels, each with an
            order of its own.
          </Trans>
        ) : (
          <Trans>
            Paid {money(placed.payMinor, placed.currency)}. Order {placed.number} is on its way to the warehouse.
          </Trans>
        )}
      </p>
      <Button size="l" wide onClick={onClose}>
        <Trans>Keep watching</Trans>
      </Button>
      <Link to="/orders/$id" params={{ id: placed.orderId }} replace className={css['view']}>
        {placed.payBy ? <Trans>Pay for it</Trans> : <Trans>See the order</Trans>}
      </Link>
    </div>
  )
}
