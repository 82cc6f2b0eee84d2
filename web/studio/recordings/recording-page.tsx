import { Trans, useLingui } from '@lingui/react/macro'
import { Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { clockOf, playRecording } from '../../client/recording.ts'
import { useParam } from '../../kit/desk.tsx'
import { dateTime, ErrorState, Picture, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import type { MyRecording } from '../types.ts'
import { ClipForm, type Piece } from './clip-form.tsx'
import { ClipList } from './clip-list.tsx'
import { Moments } from './moments.tsx'
import { recordingQuery } from './queries.ts'
import css from './recordings.module.css'

/** A broadcast that is over: watch, choose what was explained, cut. */
export function RecordingPage() {
  const { t } = useLingui()
  useLocale()
  const id = useParam('id')
  const { data, error, isPending, refetch } = useQuery(recordingQuery(id))
  return (
    <Page
      title={data?.replay.title ?? t`Recording`}
      lead={data && `${dateTime(data.replay.startedAt)} · ${clockOf(data.replay.durationMs)}`}
    >
      {isPending ? (
        <Skeleton height={420} />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Cutting recording={data} />
      )}
    </Page>
  )
}

function Cutting({ recording }: { recording: MyRecording }) {
  const { t } = useLingui()
  const { replay, clips } = recording
  const queries = useQueryClient()
  const video = useRef<HTMLVideoElement>(null)
  const [piece, setPiece] = useState<Piece>({
    title: '',
    fromMs: 0,
    untilMs: Math.min(30_000, replay.durationMs),
    productId: null,
  })
  const source = replay.playback.hls
  useEffect(() => (video.current === null ? undefined : playRecording(video.current, source)), [source])
  const stale = () => void queries.invalidateQueries({ queryKey: ['recordings'] })
  const choose = (mark: MyRecording['replay']['marks'][number]) => {
    setPiece({
      title: pick(mark.title).slice(0, 60),
      fromMs: mark.fromMs,
      untilMs: Math.min(mark.untilMs, mark.fromMs + 180_000),
      productId: mark.productId,
    })
    if (video.current !== null) video.current.currentTime = mark.fromMs / 1_000
  }
  return (
    <div className={css['cutting']}>
      <div className={css['watched']}>
        {/* biome-ignore lint/a11y/useMediaCaption: nobody writes captions for a live room yet. */}
        <video
          ref={video}
          className={css['video']}
          controls
          playsInline
          poster={replay.poster}
          aria-label={t`Recording`}
        />
      </div>
      <div className={css['beside']}>
        <section aria-label={t`What was explained`}>
          <Title order={2} size="h5" mb="xs">
            <Trans>What was explained</Trans>
          </Title>
          {replay.marks.length === 0 ? (
            <p className={css['none']}>
              <Trans>Nothing was explained in this broadcast; choose the times yourself.</Trans>
            </p>
          ) : (
            <ul className={css['marks']}>
              {replay.marks.map((mark) => (
                <li key={`${mark.productId}-${mark.fromMs}`}>
                  <button
                    type="button"
                    onClick={() => choose(mark)}
                    aria-pressed={piece.productId === mark.productId && piece.fromMs === mark.fromMs}
                  >
                    <Picture picture={mark.picture} alt="" className={css['thumb']} />
                    <span>
                      <strong>{pick(mark.title)}</strong>
                      <small className="tabular">
                        {clockOf(mark.fromMs)} – {clockOf(mark.untilMs)}
                      </small>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </section>
        <ClipForm
          sessionId={replay.sessionId}
          marks={replay.marks}
          durationMs={replay.durationMs}
          piece={piece}
          onChange={setPiece}
          atMs={() => Math.round((video.current?.currentTime ?? 0) * 1_000)}
          onMade={stale}
        />
        <ClipList clips={clips} marks={replay.marks} onChanged={stale} />
        <Moments sessionId={replay.sessionId} cards={replay.marks} onMoved={stale} />
      </div>
    </div>
  )
}
