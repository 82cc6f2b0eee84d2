import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { dateTime, ErrorState, money, Picture, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { replayQuery } from '../queries.ts'
import { useTitle } from '../shell.tsx'
import css from './replay.module.css'

/** A broadcast that is over: its picture, and everything that was explained, a tap away from the moment it was. */
export function ReplayPage() {
  const { t } = useLingui()
  useLocale()
  const { id } = useParams({ from: '/replays/$id' })
  const { data, error, isPending, refetch } = useQuery(replayQuery(id))
  const video = useRef<HTMLVideoElement>(null)
  const [atMs, setAtMs] = useState(0)
  useTitle(data?.replay.title ?? t`Replay`)
  useRecording(video, data?.replay.playback.hls)
  if (isPending) return <Skeleton height={520} />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  const { replay } = data
  const seek = (ms: number) => {
    if (video.current === null) return
    video.current.currentTime = ms / 1_000
    void video.current.play().catch(() => undefined)
    video.current.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  }
  return (
    <main className={css['page']}>
      <h1 className={css['title']}>{replay.title}</h1>
      <p className={css['by']}>
        {replay.host.name} · {dateTime(replay.startedAt)}
      </p>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody writes captions for a live room yet. */}
      <video
        ref={video}
        className={css['video']}
        controls
        playsInline
        aria-label={t`Replay`}
        onTimeUpdate={(event) => setAtMs(event.currentTarget.currentTime * 1_000)}
      />
      <h2 className={css['heading']}>
        <Trans>What was explained</Trans>
      </h2>
      {replay.marks.length === 0 ? (
        <p className={css['by']}>
          <Trans>Nothing was explained in this broadcast.</Trans>
        </p>
      ) : (
        <ol className={css['marks']}>
          {replay.marks.map((mark) => {
            const title = pick(mark.title)
            const from = clockOf(mark.fromMs)
            return (
              <li key={`${mark.productId}-${mark.fromMs}`} data-now={isNow(mark, atMs) || undefined}>
                <button type="button" onClick={() => seek(mark.fromMs)} aria-label={t`${title}: from ${from}`}>
                  <Picture picture={mark.picture} alt="" className={css['picture']} />
                  <span className={css['what']}>
                    <strong>{title}</strong>
                    <small className="tabular">
                      {from} – {clockOf(mark.untilMs)}
                    </small>
                  </span>
                </button>
                <Link to="/products/$id" params={{ id: mark.productId }} className={css['price']}>
                  {mark.soldOut ? <Trans>Sold out</Trans> : money(mark.priceMinor, mark.currency)}
                </Link>
              </li>
            )
          })}
        </ol>
      )}
    </main>
  )
}

function isNow(mark: { fromMs: number; untilMs: number }, atMs: number): boolean {
  return atMs >= mark.fromMs && atMs < mark.untilMs
}

function clockOf(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  const parts = [Math.floor((seconds % 3_600) / 60), seconds % 60].map((part) => String(part).padStart(2, '0'))
  return seconds < 3_600 ? parts.join(':') : [Math.floor(seconds / 3_600), ...parts].join(':')
}

function useRecording(video: RefObject<HTMLVideoElement | null>, source: string | undefined) {
  useEffect(() => {
    const element = video.current
    if (element === null || source === undefined) return undefined
    let stop: (() => void) | undefined
    let stopped = false
    void import('hls.js/light').then(({ default: Hls }) => {
      if (stopped) return
      if (!Hls.isSupported()) {
        element.src = source
        return
      }
      const hls = new Hls({ backBufferLength: 30 })
      hls.loadSource(source)
      hls.attachMedia(element)
      stop = () => hls.destroy()
    })
    return () => {
      stopped = true
      stop?.()
      element.removeAttribute('src')
    }
  }, [video, source])
}
