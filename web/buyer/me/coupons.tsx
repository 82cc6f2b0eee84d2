/** Coupons: those I have, those I may claim here, and which of them an order is to use. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ticket } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { api, must, newId, Problem, type Quote, useSession } from '../../client/index.ts'
import {
  Button,
  day,
  EmptyState,
  ErrorState,
  money,
  pick,
  Skeleton,
  toast,
  useLocale,
  wordsOf,
} from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'
import { type CouponOffer, couponsQuery, type MyCoupon, personalOffersQuery } from '../queries.ts'
import css from './coupons.module.css'

type Terms = Pick<CouponOffer, 'currency' | 'thresholdMinor' | 'offMinor' | 'offBasisPoints' | 'capMinor'>

/** Mine, and what I may claim where I am. */
export function CouponShelf({ attribution = null, roomId }: { attribution?: string | null; roomId?: string }) {
  const { me } = useSession()
  // First what is decided for me alone: what it gives is among mine then.
  const personal = useQuery({ ...personalOffersQuery, enabled: me != null })
  const { data, error, isPending, refetch } = useQuery({
    ...couponsQuery(roomId),
    enabled: me == null || !personal.isPending,
  })
  const forMe = new Set(personal.data?.coupons.map(({ id }) => id))
  if (isPending) return <Skeleton height={160} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data.mine.length + data.offers.length === 0) {
    return <EmptyState icon={<Ticket />} title={<Trans>No coupons now. Hosts give them out in their rooms.</Trans>} />
  }
  return (
    <div className={css['list']}>
      {data.offers.length > 0 && (
        <>
          <h3>
            <Trans>To claim</Trans>
          </h3>
          {data.offers.map((offer) => (
            <Offer key={offer.id} offer={offer} attribution={attribution} />
          ))}
        </>
      )}
      {data.mine.length > 0 && (
        <>
          <h3>
            <Trans>Mine</Trans>
          </h3>
          {data.mine.map((coupon) => (
            <Mine key={coupon.id} coupon={coupon} isForMe={forMe.has(coupon.id)} />
          ))}
        </>
      )}
    </div>
  )
}

/** In a room: only what may be claimed here, and nothing at all where there is nothing. */
export default function RoomCoupons({ attribution, roomId }: { attribution: string | null; roomId: string }) {
  const { me } = useSession()
  const { data } = useQuery({ ...couponsQuery(roomId), enabled: me != null })
  const offers = data?.offers ?? []
  if (offers.length === 0) return null
  return (
    <div className={css['list']} style={{ marginBottom: 'var(--s4)' }}>
      {offers.map((offer) => (
        <Offer key={offer.id} offer={offer} attribution={attribution} />
      ))}
    </div>
  )
}

function Offer({ offer, attribution }: { offer: CouponOffer; attribution: string | null }) {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const askWho = useAskWho()
  // The id belongs to the claim: tapping again after a lost line claims one.
  const [id, setId] = useState(newId)
  const claim = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/coupons/{id}/claims', {
          params: { path: { id: offer.id } },
          body: { id, ...(attribution ? { attribution } : {}) },
        }),
      ),
    onSuccess: () => toast(t`It is yours. The next order that fits uses it.`, 'good'),
    onError(error) {
      toast(wordsOf(error), 'bad')
      if (error instanceof Problem && error.status >= 400 && error.status < 500) setId(newId())
    },
    onSettled() {
      for (const name of ['coupons', 'quote']) void queries.invalidateQueries({ queryKey: [name] })
    },
  })
  return (
    <TicketCard
      terms={offer}
      name={offer.name}
      note={<Trans>Given out until {day(offer.endsAt)}</Trans>}
      action={
        <Button
          size="s"
          busy={claim.isPending}
          onClick={async () => {
            if (await askWho('buy')) claim.mutate()
          }}
        >
          <Trans>Claim</Trans>
        </Button>
      }
    />
  )
}

function Mine({ coupon, isForMe }: { coupon: MyCoupon; isForMe: boolean }) {
  useLocale()
  const until = day(coupon.validUntil)
  return (
    <TicketCard
      terms={coupon}
      name={coupon.name}
      note={isForMe ? <Trans>For you alone, until {until}</Trans> : <Trans>Good until {until}</Trans>}
    />
  )
}

function TicketCard(of: { terms: Terms; name: { en: string; zh: string }; note: ReactNode; action?: ReactNode }) {
  useLocale()
  const { offMinor, offBasisPoints, capMinor, thresholdMinor, currency } = of.terms
  const whole = (minor: number) => money(minor, currency).replace(/\.00$/, '')
  return (
    <div className={css['ticket']}>
      <div className={css['gives']}>
        <strong>{offMinor === null ? `−${(offBasisPoints ?? 0) / 100} %` : `−${whole(offMinor)}`}</strong>
        <small>{thresholdMinor > 0 ? <Trans>from {whole(thresholdMinor)}</Trans> : <Trans>on anything</Trans>}</small>
      </div>
      <div className={css['says']}>
        <strong>{pick(of.name)}</strong>
        <small>{of.note}</small>
        {capMinor !== null && (
          <small>
            <Trans>Up to {whole(capMinor)}</Trans>
          </small>
        )}
      </div>
      {of.action && <div className={css['does']}>{of.action}</div>}
    </div>
  )
}

/** Which of the coupons that fit this order it uses: the one that saves most, another, or none. */
export function CouponChoice({ quote, onChoose }: { quote: Quote; onChoose: (couponId: string | null) => void }) {
  useLocale()
  return (
    <div className={css['list']}>
      {quote.coupons.map((coupon) => (
        <button
          key={coupon.id}
          type="button"
          className={css['ticket']}
          data-chosen={coupon.id === quote.couponId}
          aria-pressed={coupon.id === quote.couponId}
          onClick={() => onChoose(coupon.id)}
        >
          <span className={css['gives']}>
            <strong>−{money(coupon.offMinor, quote.currency).replace(/\.00$/, '')}</strong>
          </span>
          <span className={css['says']}>
            <strong>{pick(coupon.name)}</strong>
            <small>
              <Trans>Good until {day(coupon.validUntil)}</Trans>
            </small>
          </span>
        </button>
      ))}
      <button
        type="button"
        className={css['none']}
        aria-pressed={quote.couponId === null}
        onClick={() => onChoose(null)}
      >
        <Trans>Without a coupon</Trans>
      </button>
    </div>
  )
}
