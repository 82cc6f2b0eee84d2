import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { Link2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { clockOf, playRecording } from '../../client/recording.ts'
import { dateTime, ErrorState, money, Picture, pick, Skeleton, toast, useLocale } from '../../kit/index.ts'
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
  const wanted = useSearch({ from: '/replays/$id' })
  const startedAt = data?.replay.startedAt
  const source = data?.replay.playback.hls
  // Somebody pointed at a moment: the film stands there before it moves.
  const beginAt = useRef(wanted.t)
  const sinceStart = (Date.parse(wanted.at ?? '') - Date.parse(startedAt ?? '')) / 1_000
  if (beginAt.current === undefined && sinceStart > 0) beginAt.current = sinceStart
  useEffect(() => {
    const element = video.current
    if (element === null || source === undefined) return undefined
    const begin = () => {
      if (beginAt.current !== undefined)
        element.currentTime = Math.min(beginAt.current, element.duration || beginAt.current)
      beginAt.current = undefined
    }
    element.addEventListener('loadedmetadata', begin, { once: true })
    const stop = playRecording(element, source)
    return () => {
      element.removeEventListener('loadedmetadata', begin)
      stop()
    }
  }, [source])
  if (isPending) return <Skeleton height={520} />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  const { replay } = data
  const share = async (ms: number) => {
    const address = `${location.origin}/replays/${id}?t=${Math.floor(ms / 1_000)}`
    try {
      await navigator.clipboard.writeText(address)
      toast(t`Copied.`, 'good')
    } catch {
      // Where there is no clipboard, the address of the page is one.
      history.replaceState(history.state, '', address)
      toast(t`It stands in the address bar now.`, 'good')
    }
  }
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
        poster={replay.poster}
        controls
        playsInline
        aria-label={t`Replay`}
        onTimeUpdate={(event) => setAtMs(event.currentTarget.currentTime * 1_000)}
      />
      <button type="button" className={css['share']} onClick={() => void share(atMs)}>
        <Link2 size={16} aria-hidden="true" />
        <Trans>Copy a link to {clockOf(atMs)}</Trans>
      </button>
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
