import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Radio, Trophy } from 'lucide-react'
import { EmptyState, ErrorState } from '../../kit/index.ts'
import { FeedSkeleton, RoomTile } from '../feed/cards.tsx'
import { roomsQuery } from '../queries.ts'
import { useTitle } from '../shell.tsx'
import { Coming } from './coming.tsx'
import css from './shelf.module.css'

/** Who is on air, the fullest room first. */
export function RoomsPage() {
  const { t } = useLingui()
  const { data, error, isPending, refetch } = useQuery(roomsQuery)
  useTitle(t`Live`)
  const rooms = data?.rooms.toSorted((a, b) => b.viewers - a.viewers) ?? []
  return (
    <main className={css['page']}>
      <header className={css['head']}>
        <h1>
          <Trans>On air now</Trans>
        </h1>
        <Link to="/top" className={css['top']}>
          <Trophy size={18} aria-hidden="true" />
          <Trans>Top creators</Trans>
        </Link>
      </header>
      {isPending ? (
        <FeedSkeleton />
      ) : error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : rooms.length === 0 ? (
        <EmptyState icon={<Radio />} title={<Trans>Nobody is on air right now. The shop is open all the same.</Trans>}>
          <Link to="/" className={css['top']}>
            <Trans>Look at the goods</Trans>
          </Link>
        </EmptyState>
      ) : (
        <div className={css['grid']}>
          {rooms.map((room, index) => (
            <RoomTile key={room.id} room={room} place={index + 1} eager={index < 2} />
          ))}
        </div>
      )}
      <Coming />
    </main>
  )
}
