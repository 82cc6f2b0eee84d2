import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Trophy } from 'lucide-react'
import { useState } from 'react'
import { Avatar, EmptyState, ErrorState, money, Segments, Skeleton, useLocale } from '../../kit/index.ts'
import { leaderboardQuery } from '../queries.ts'
import { useTitle } from '../shell.tsx'
import css from './shelf.module.css'

export function LeaderboardPage() {
  const { t } = useLingui()
  useLocale()
  const [span, setSpan] = useState<'day' | 'week'>('day')
  const { data, error, isPending, refetch } = useQuery(leaderboardQuery(span))
  useTitle(t`Top creators`)
  return (
    <main className={`${css['page']} ${css['narrow']}`}>
      <header className={css['head']}>
        <h1>
          <Trans>Top creators</Trans>
        </h1>
        <Segments<'day' | 'week'>
          label={t`Over which time`}
          value={span}
          onChange={setSpan}
          options={[
            { value: 'day', label: t`Today` },
            { value: 'week', label: t`7 days` },
          ]}
        />
      </header>
      {isPending ? (
        <Skeleton height={320} />
      ) : error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data.ranking.length === 0 ? (
        <EmptyState icon={<Trophy />} title={<Trans>Nothing has been sold yet. The first place is free.</Trans>}>
          <Link to="/live" className={css['top']}>
            <Trans>See who is on air</Trans>
          </Link>
        </EmptyState>
      ) : (
        <>
          <ol className={css['ranking']}>
            {data.ranking.map((ranked) => (
              <li key={ranked.creatorId} className={css['ranked']} data-rank={ranked.rank}>
                <span className={css['rank']}>{ranked.rank}</span>
                <Avatar name={ranked.name} picture={ranked.avatar} size={44} />
                <span className={css['who']}>
                  <strong>{ranked.name}</strong>
                  <small>
                    <Plural value={ranked.orders} one="# order" other="# orders" />
                  </small>
                </span>
                <span className={css['sum']}>{money(ranked.paidMinor, data.currency)}</span>
              </li>
            ))}
          </ol>
          <p className={css['note']}>
            <Trans>Counted are paid orders that a creator brought; the day is the platform's business day.</Trans>
          </p>
        </>
      )}
    </main>
  )
}
