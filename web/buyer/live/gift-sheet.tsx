/** Gifts to give, coins to buy, and who gave most today. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronRight, Trophy } from 'lucide-react'
import { useState } from 'react'
import {
  api,
  type Coins,
  type Gift,
  intent,
  must,
  newId,
  Problem,
  type Store,
  useStorePart,
} from '../../client/index.ts'
import { coinPicture, giftPicture } from '../../kit/gift-pictures.ts'
import {
  Avatar,
  Button,
  EmptyState,
  ErrorState,
  exact,
  money,
  pick,
  Segments,
  Sheet,
  Skeleton,
  toast,
  useLocale,
  wordsOf,
} from '../../kit/index.ts'
import { coinsQuery, giftRankingQuery, giftsQuery, walletQuery } from '../queries.ts'
import css from './gifts.module.css'
import type { RoomState } from './room.ts'

type Part = 'gifts' | 'top' | 'coins'
const bundles = [1, 10, 66, 99] as const

export default function GiftSheet(of: {
  store: Store<RoomState>
  first: Part
  onClose: () => void
  onGive: (gift: Gift, units: number) => void
}) {
  const { t } = useLingui()
  const [part, setPart] = useState<Part>(of.first)
  const roomId = useStorePart(of.store, ({ room }) => room.id)
  return (
    <Sheet
      open
      onClose={of.onClose}
      height="full"
      title={
        <Segments<Part>
          label={t`Gifts, top list and coins`}
          value={part}
          onChange={setPart}
          options={[
            { value: 'gifts', label: t`Gifts` },
            { value: 'top', label: t`Top list` },
            { value: 'coins', label: t`Coins` },
          ]}
        />
      }
    >
      {part === 'gifts' && <Shelf onGive={of.onGive} onCoins={() => setPart('coins')} roomId={roomId} />}
      {part === 'top' && <TopList roomId={roomId} />}
      {part === 'coins' && <BuyCoins onBought={() => setPart('gifts')} />}
    </Sheet>
  )
}

function Shelf(of: { roomId: string; onGive: (gift: Gift, units: number) => void; onCoins: () => void }) {
  const { t } = useLingui()
  useLocale()
  const { data, error, refetch } = useQuery(giftsQuery)
  const coins = useQuery(coinsQuery).data
  const mine = useQuery(giftRankingQuery(of.roomId)).data?.mine
  const [chosenId, setChosenId] = useState<string | null>(null)
  const [units, setUnits] = useState<number>(1)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton height={320} />
  const chosen = data.gifts.find((gift) => gift.id === chosenId) ?? data.gifts[0]
  if (chosen === undefined) return <EmptyState title={<Trans>There is nothing to give at the moment.</Trans>} />
  const costs = chosen.coins * units
  const isShort = coins !== undefined && coins.coins < costs
  return (
    <div className={css['shelf']}>
      <ul className={css['grid']} aria-label={t`Gifts`}>
        {data.gifts.map((gift) => (
          <li key={gift.id}>
            <button
              type="button"
              className={css['gift']}
              aria-pressed={gift.id === chosen.id}
              onClick={() => setChosenId(gift.id)}
            >
              <img src={giftPicture(gift.picture)} alt="" width={52} height={52} loading="lazy" decoding="async" />
              <span>{pick(gift.name)}</span>
              <small>
                <CoinSign />
                {exact(gift.coins)}
              </small>
            </button>
          </li>
        ))}
      </ul>
      <div className={css['foot']}>
        <fieldset className={css['bundles']}>
          <legend className="visually-hidden">{t`How many`}</legend>
          {bundles.map((each) => (
            <button key={each} type="button" aria-pressed={each === units} onClick={() => setUnits(each)}>
              ×{each}
            </button>
          ))}
        </fieldset>
        <div className={css['pay']}>
          <button type="button" className={css['balance']} onClick={of.onCoins}>
            <CoinSign />
            <strong>{coins ? exact(coins.coins) : '…'}</strong>
            <span>
              <Trans>Get coins</Trans>
            </span>
            <ChevronRight size={16} aria-hidden="true" />
          </button>
          <Button size="l" onClick={() => (isShort ? of.onCoins() : of.onGive(chosen, units))}>
            {isShort ? (
              <Trans>{exact(costs - (coins?.coins ?? 0))} coins short</Trans>
            ) : (
              <Trans>Give · {exact(costs)}</Trans>
            )}
          </Button>
        </div>
        {mine && (
          <p className={css['fine']}>
            <Trans>You may give {exact(mine.coinsLeftToday)} more coins today. Gifts are for grown-ups.</Trans>
          </p>
        )}
      </div>
    </div>
  )
}

function CoinSign() {
  return <img src={coinPicture} alt="" width={15} height={15} className={css['coin']} />
}

function TopList({ roomId }: { roomId: string }) {
  const { data, error, isPending, refetch } = useQuery(giftRankingQuery(roomId))
  if (isPending) return <Skeleton height={280} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data.ranking.length === 0) {
    return (
      <EmptyState icon={<Trophy />} title={<Trans>Nobody has given anything today. Be the first on the list!</Trans>} />
    )
  }
  return (
    <>
      <ol className={css['top']}>
        {data.ranking.map((each) => (
          <li key={each.personId} data-rank={each.rank}>
            <b>{each.rank}</b>
            <Avatar name={each.name} picture={each.avatar} size={38} />
            <span>{each.name}</span>
            <strong>
              <CoinSign />
              {exact(each.coins)}
            </strong>
          </li>
        ))}
      </ol>
      {data.mine && (
        <p className={css['mine']}>
          {data.mine.rank === null ? (
            <Trans>You have not given anything in this room today.</Trans>
          ) : (
            <Trans>
              You are number {data.mine.rank} with {exact(data.mine.coins)} coins.
            </Trans>
          )}
        </p>
      )}
    </>
  )
}

function BuyCoins({ onBought }: { onBought: () => void }) {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery(coinsQuery)
  const wallet = useQuery(walletQuery).data
  const [coins, setCoins] = useState(300)
  const [payment, setPayment] = useState<'wallet' | 'provider'>('wallet')
  // The id belongs to the intent: tapping again after a lost line buys once.
  const [id, setId] = useState(newId)
  const buy = useMutation({
    mutationFn: () => must(api.POST('/api/v1/coins/purchases', { ...intent(id), body: { id, coins, payment } })),
    onSuccess(reply) {
      setId(newId())
      queries.setQueryData<Coins>(coinsQuery.queryKey, (before) => before && { ...before, coins: reply.coins })
      for (const name of ['wallet', 'coins']) void queries.invalidateQueries({ queryKey: [name] })
      if (reply.state === 'failed') {
        toast(wordsOf(new Problem({ code: 'provider_failed' })), 'bad')
        return
      }
      toast(
        reply.state === 'bought'
          ? t`The coins are yours.`
          : t`The provider is still working on it. The coins come by themselves.`,
        'good',
      )
      if (reply.state === 'bought') onBought()
    },
    onError(problem) {
      if (problem instanceof Problem && problem.status >= 400 && problem.status < 500) setId(newId())
    },
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton height={300} />
  const price = data.packs.find((pack) => pack.coins === coins)?.priceMinor ?? 0
  const hasEnough = wallet !== undefined && wallet.balanceMinor >= price
  const choose = (change: () => void) => {
    change()
    setId(newId())
  }
  return (
    <form
      className={css['buy']}
      onSubmit={(event) => {
        event.preventDefault()
        buy.mutate()
      }}
    >
      <p className={css['have']}>
        <CoinSign />
        <Trans>
          You have <strong>{exact(data.coins)}</strong> coins
        </Trans>
      </p>
      <fieldset className={css['packs']}>
        <legend className="visually-hidden">{t`How many coins`}</legend>
        {data.packs.map((pack) => (
          <button
            key={pack.coins}
            type="button"
            aria-pressed={pack.coins === coins}
            onClick={() => choose(() => setCoins(pack.coins))}
          >
            <span>
              <CoinSign />
              {exact(pack.coins)}
            </span>
            <small>{money(pack.priceMinor, data.currency).replace(/\.00$/, '')}</small>
          </button>
        ))}
      </fieldset>
      <Segments<'wallet' | 'provider'>
        label={t`Pay with`}
        value={payment}
        onChange={(value) => choose(() => setPayment(value))}
        options={[
          {
            value: 'wallet',
            label: wallet ? t`Wallet ${money(wallet.balanceMinor, data.currency)}` : t`Wallet`,
          },
          { value: 'provider', label: t`New payment` },
        ]}
      />
      {payment === 'wallet' && wallet && !hasEnough && (
        <p className={css['fine']}>
          <Trans>The wallet does not hold enough for this. Choose a new payment.</Trans>
        </p>
      )}
      {buy.error && (
        <p role="alert" className={css['no']}>
          {wordsOf(buy.error)}
        </p>
      )}
      <Button type="submit" size="l" wide busy={buy.isPending} disabled={payment === 'wallet' && !hasEnough}>
        <Trans>
          {exact(coins)} coins for {money(price, data.currency)}
        </Trans>
      </Button>
      <p className={css['fine']}>
        <Trans>Coins are for gifts only. A guardian can have a minor's gifts given back by support.</Trans>
      </p>
    </form>
  )
}
