import { useEffect, useRef, useState } from 'react'
import css from './feed.module.css'

/** Moving pictures cost decoding and data: this many cards move at a time. */
const previewsMax = 2
/** The card that one looks at first begins first; the others wait until one rests on them. */
const restMs = { first: 250, other: 900 }
let moving = 0

/** A silent preview, only while the card is well in view, after the page has come to rest, and never against the reader's wish. */
export function Preview({ source, first }: { source: string; first: boolean }) {
  const video = useRef<HTMLVideoElement>(null)
  const [isMoving, setIsMoving] = useState(false)
  useEffect(() => {
    const element = video.current
    if (element === null || wantsCalm()) return undefined
    let stop: (() => void) | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const begin = async () => {
      if (stop !== undefined || moving >= previewsMax) return
      moving++
      let gone = false
      stop = () => {
        gone = true
        moving--
        stop = undefined
        setIsMoving(false)
      }
      const { play } = await import('../live/player.ts')
      if (gone) return
      const end = play(element, {
        sources: { hls: source, lowLatencyHls: source },
        preview: true,
        onMoving: () => setIsMoving(true),
      })
      const release = stop
      stop = () => {
        end()
        release()
      }
    }
    const observer = new IntersectionObserver(
      ([entry]) => {
        clearTimeout(timer)
        if (entry?.isIntersecting) timer = setTimeout(() => void begin(), first ? restMs.first : restMs.other)
        else stop?.()
      },
      { threshold: 0.6 },
    )
    observer.observe(element)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      stop?.()
    }
  }, [source, first])
  return (
    <video
      ref={video}
      className={css['preview']}
      data-moving={isMoving}
      muted
      playsInline
      tabIndex={-1}
      aria-hidden="true"
    />
  )
}

function wantsCalm(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } }
  return (
    connection?.saveData === true ||
    matchMedia('(prefers-reduced-motion: reduce), (prefers-reduced-data: reduce)').matches
  )
}
