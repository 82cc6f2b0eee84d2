import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '../../client/index.ts'
import { ErrorState, Skeleton } from '../../kit/index.ts'
import { useTitle } from '../page.tsx'
import { mySessionQuery, seatsQuery } from '../queries.ts'
import type { Ingest } from '../types.ts'
import { CohostStage } from './cohost-stage.tsx'
import { OpenSession } from './open-session.tsx'
import { Stage } from './stage.tsx'

/** Before a session: the gate and a title. In it: goods, stage, people. */
export function LivePage() {
  const { t } = useLingui()
  useTitle(t`Live`)
  const { data, error, isPending, refetch } = useQuery(mySessionQuery)
  // Kept in memory only: it is shown once, and a reload forgets it.
  const [shown, setShown] = useState<{ sessionId: string; ingest: Ingest } | null>(null)
  const seats = useQuery(seatsQuery)
  const me = useQuery(sessionQuery).data?.me?.creatorId
  if (isPending) return <Skeleton height={420} />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  const { session } = data
  const mine = seats.data?.seats.find((seat) => seat.state === 'joined' && seat.guest.creatorId === me)
  if (session === null && mine !== undefined) return <CohostStage key={mine.id} seatId={mine.id} />
  if (session === null) return <OpenSession onOpened={setShown} />
  return (
    <Stage
      session={session}
      ingest={shown?.sessionId === session.id ? shown.ingest : null}
      onIngest={(ingest) => setShown(ingest && { sessionId: session.id, ingest })}
    />
  )
}
