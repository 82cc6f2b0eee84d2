import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Badge, Group, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { api, must } from '../../client/index.ts'
import { ErrorState, Segments, Skeleton } from '../../kit/index.ts'
import { seatQuery } from '../queries.ts'
import type { Ingest, StudioSession } from '../types.ts'
import { BagColumn } from './bag-column.tsx'
import { useEndSeat } from './cohost-panel.tsx'
import { HoldButton } from './hold-button.tsx'
import { IngestCard } from './ingest-card.tsx'
import css from './live.module.css'
import { PeopleColumn } from './people-column.tsx'
import { Preview } from './preview.tsx'
import { RuleWords } from './rule-words.tsx'

const BroadcastCard = lazy(() => import('../broadcast/index.ts').then((part) => ({ default: part.BroadcastCard })))

type Column = 'goods' | 'stage' | 'people'

/** Beside another host: his bag, his people, his picture, and mine that I send. */
export function CohostStage({ seatId }: { seatId: string }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const query = seatQuery(seatId)
  const { data, error, refetch } = useQuery(query)
  const [column, setColumn] = useState<Column>('stage')
  const [ingest, setIngest] = useState<Ingest | null>(null)
  const end = useEndSeat()
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={420} />
  const { seat, session } = data
  const { name } = seat.host
  const isOn = session.state === 'live' || session.state === 'paused'
  const change = (changed: Partial<StudioSession>) =>
    queries.setQueryData(query.queryKey, (old) => (old ? { ...old, session: { ...old.session, ...changed } } : old))
  const makeKey = async () => {
    const params = { path: { id: seatId } }
    return (await must(api.POST('/api/v1/studio/cohosts/{id}/stream-keys', { params }))).ingest
  }
  return (
    <>
      <h1 className="visually-hidden">
        <Trans>Hosting with {name}</Trans>
      </h1>
      <div className={css['switch']}>
        <Segments<Column>
          label={t`Part of the room`}
          value={column}
          onChange={setColumn}
          options={[
            { value: 'goods', label: t`Goods` },
            { value: 'stage', label: t`Stage` },
            { value: 'people', label: t`People` },
          ]}
        />
      </div>
      <div className={css['columns']} data-column={column}>
        <section className={css['column']} data-name="goods" aria-label={t`Goods`}>
          <BagColumn
            sessionId={session.id}
            bag={session.bag}
            pinnedItemId={session.pinnedItemId}
            onChange={change}
            onStale={() => void queries.invalidateQueries({ queryKey: query.queryKey })}
          />
        </section>
        <section className={css['column']} data-name="stage" aria-label={t`Stage`}>
          <Group justify="space-between" wrap="nowrap">
            <Text fw={650} lineClamp={1}>
              <Trans>With {name}</Trans> · {session.title}
            </Text>
            <Badge color={isOn ? 'red' : 'gray'} tt="none" style={{ flex: 'none' }}>
              {isOn ? <Trans>on air</Trans> : <Trans>not on air</Trans>}
            </Badge>
          </Group>
          <Preview playback={session.playback} label={t`Picture of ${name}`} audible />
          <Alert color="blue" p="xs">
            <Text size="sm">
              <RuleWords seat={seat} />
            </Text>
          </Alert>
          <Suspense fallback={<Skeleton height={120} />}>
            <BroadcastCard
              stream={{ id: seatId, isPublishing: seat.playback !== null }}
              ingest={ingest}
              onIngest={setIngest}
              makeKey={makeKey}
            />
          </Suspense>
          <IngestCard ingest={ingest} onIngest={setIngest} makeKey={makeKey} />
          <HoldButton busy={end.isPending} onHeld={() => end.mutate(seatId)} quiet>
            <Trans>Hold to leave</Trans>
          </HoldButton>
        </section>
        <section className={css['column']} data-name="people" aria-label={t`People`}>
          <PeopleColumn session={session} />
        </section>
      </div>
    </>
  )
}
