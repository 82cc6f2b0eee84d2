import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { api, must } from '../../client/index.ts'
import { Segments, Skeleton, toast, wordsOf } from '../../kit/index.ts'
import { mySessionQuery } from '../queries.ts'
import type { Ingest, StudioSession } from '../types.ts'
import { BagColumn } from './bag-column.tsx'
import { CohostPicture } from './cohost-picture.tsx'
import { HoldButton } from './hold-button.tsx'
import { IngestCard } from './ingest-card.tsx'
import css from './live.module.css'
import { firstTabs, goodsPanels, peoplePanels, WithPanels } from './panels.tsx'
import { PeopleColumn } from './people-column.tsx'
import { Preview } from './preview.tsx'
import { SignalMeter } from './signal-meter.tsx'

const BroadcastCard = lazy(() => import('../broadcast/index.ts').then((part) => ({ default: part.BroadcastCard })))

type Column = 'goods' | 'stage' | 'people'

/** The room from behind: goods, stage, people. On a phone one of the three at a time. */
export function Stage(of: {
  session: StudioSession
  ingest: Ingest | null
  onIngest: (ingest: Ingest | null) => void
}) {
  const { t } = useLingui()
  const { session } = of
  const [column, setColumn] = useState<Column>('stage')
  const queries = useQueryClient()
  const change = (changed: Partial<StudioSession>) =>
    queries.setQueryData(mySessionQuery.queryKey, (old) =>
      old?.session ? { session: { ...old.session, ...changed } } : old,
    )
  const makeKey = async () => {
    const params = { path: { id: session.id } }
    return (await must(api.POST('/api/v1/studio/sessions/{id}/stream-keys', { params }))).ingest
  }
  return (
    <>
      <h1 className="visually-hidden">{session.title}</h1>
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
          <WithPanels first={firstTabs.goods} label={t`Goods`} panels={goodsPanels} session={session}>
            <div className={css['inner']}>
              <BagColumn
                sessionId={session.id}
                bag={session.bag}
                pinnedItemId={session.pinnedItemId}
                onChange={change}
                onStale={() => void queries.invalidateQueries({ queryKey: mySessionQuery.queryKey })}
              />
            </div>
          </WithPanels>
        </section>
        <section className={css['column']} data-name="stage" aria-label={t`Stage`}>
          <div className={css['stageHead']}>
            <Text fw={650} lineClamp={1}>
              {session.title}
            </Text>
            <OnAirTime session={session} />
          </div>
          <Preview playback={session.playback} label={t`Your picture, as viewers see it`} />
          <CohostPicture sessionId={session.id} />
          <MainButton session={session} />
          <div className={css['technics']} data-publishing={session.signal.publishing || undefined}>
            <SignalMeter signal={session.signal} />
            {session.browserMaySend && (
              <Suspense fallback={<Skeleton height={120} />}>
                <BroadcastCard
                  stream={{ id: session.id, isPublishing: session.signal.publishing }}
                  ingest={of.ingest}
                  onIngest={of.onIngest}
                  makeKey={makeKey}
                />
              </Suspense>
            )}
            <IngestCard ingest={of.ingest} onIngest={of.onIngest} makeKey={makeKey} />
          </div>
        </section>
        <section className={css['column']} data-name="people" aria-label={t`People`}>
          <WithPanels first={firstTabs.people} label={t`People`} panels={peoplePanels} session={session}>
            <div className={css['inner']}>
              <PeopleColumn session={session} />
            </div>
          </WithPanels>
        </section>
      </div>
    </>
  )
}

function OnAirTime({ session }: { session: StudioSession }) {
  const { t } = useLingui()
  const [nowMs, setNowMs] = useState(() => Date.now())
  const startedAt = session.startedAt
  const isOn = session.state === 'live' || session.state === 'paused'
  useEffect(() => {
    if (!isOn) return undefined
    const timer = setInterval(() => setNowMs(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [isOn])
  if (!isOn || startedAt === null) return <Text size="sm" c="dimmed">{t`not on air`}</Text>
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(startedAt)) / 1_000))
  const parts = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60]
  return (
    <Text size="sm" fw={650} c="var(--accent-text)" className="tabular" role="timer" aria-label={t`Time on air`}>
      {parts.map((part) => String(part).padStart(2, '0')).join(':')}
    </Text>
  )
}

/** One red button: go live, or end by holding it. */
function MainButton({ session }: { session: StudioSession }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const params = { path: { id: session.id } }
  const answered = (answer: { session: StudioSession }) => {
    // An ended session is no open one: the next question says so.
    if (answer.session.state !== 'ended') queries.setQueryData(mySessionQuery.queryKey, answer)
    void queries.invalidateQueries({ queryKey: mySessionQuery.queryKey })
  }
  const onError = (error: unknown) => toast(wordsOf(error), 'bad')
  const start = useMutation({
    mutationFn: () => must(api.POST('/api/v1/studio/sessions/{id}/starts', { params })),
    onSuccess: answered,
    onError,
  })
  const pause = useMutation({
    mutationFn: () => must(api.POST('/api/v1/studio/sessions/{id}/pauses', { params })),
    onSuccess: answered,
    onError,
  })
  const rehearse = useMutation({
    mutationFn: (on: boolean) => must(api.PUT('/api/v1/studio/sessions/{id}/rehearsal', { params, body: { on } })),
    onSuccess: answered,
    onError,
  })
  const end = useMutation({
    mutationFn: () => must(api.POST('/api/v1/studio/sessions/{id}/endings', { params })),
    onSuccess: (answer) => {
      answered(answer)
      toast(t`The broadcast has ended.`, 'good')
    },
    onError,
  })
  if (session.state === 'banned') {
    return (
      <Alert color="red" title={t`This room was stopped`}>
        <Trans>A moderator stopped it. The violations page says why.</Trans>
      </Alert>
    )
  }
  const isOn = session.state === 'live' || session.state === 'paused'
  return (
    <>
      {session.state === 'live' && (
        <Button variant="default" fullWidth loading={pause.isPending} onClick={() => pause.mutate()}>
          <Trans>Pause</Trans>
        </Button>
      )}
      {session.state === 'paused' && (
        <Button
          size="lg"
          fullWidth
          loading={start.isPending}
          disabled={!session.signal.publishing}
          onClick={() => start.mutate()}
        >
          {session.signal.publishing ? <Trans>Go on</Trans> : <Trans>Waiting for a signal</Trans>}
        </Button>
      )}
      {isOn ? (
        <HoldButton busy={end.isPending} onHeld={() => end.mutate()}>
          <Trans>Hold to end</Trans>
        </HoldButton>
      ) : (
        <Button
          size="lg"
          fullWidth
          loading={start.isPending}
          disabled={!session.signal.publishing}
          onClick={() => start.mutate()}
        >
          {session.signal.publishing ? <Trans>Go live</Trans> : <Trans>Waiting for a signal</Trans>}
        </Button>
      )}
      {(session.state === 'preparing' || session.state === 'rehearsal') && (
        <Button
          variant="default"
          fullWidth
          loading={rehearse.isPending}
          aria-pressed={session.state === 'rehearsal'}
          onClick={() => rehearse.mutate(session.state === 'preparing')}
        >
          {session.state === 'rehearsal' ? <Trans>End the rehearsal</Trans> : <Trans>Rehearse</Trans>}
        </Button>
      )}
      {session.state === 'rehearsal' && (
        <Alert color="blue" p="xs">
          <Trans>Rehearsal: everything works as on air, and nobody sees it.</Trans>
        </Alert>
      )}
      {!isOn && (
        <HoldButton busy={end.isPending} onHeld={() => end.mutate()} quiet>
          <Trans>Hold to give up this session</Trans>
        </HoldButton>
      )}
      {session.state === 'paused' && (
        <Alert color="orange" p="xs">
          <Trans>You have paused: viewers see a waiting card, not you, and can still buy.</Trans>
        </Alert>
      )}
    </>
  )
}
