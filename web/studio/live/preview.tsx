import { Trans } from '@lingui/react/macro'
import { VideoOff } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { StudioSession } from '../types.ts'
import css from './live.module.css'

const retryMsMax = 8_000

/** What viewers see; one's own is muted, since one hears oneself already. The player is loaded when there is something to play. */
export function Preview({
  playback,
  label,
  audible = false,
}: {
  playback: StudioSession['playback']
  label: string
  audible?: boolean
}) {
  const video = useRef<HTMLVideoElement>(null)
  const source = playback?.lowLatencyHls
  const whep = useRef(playback?.whep)
  whep.current = playback?.whep
  useEffect(() => {
    const element = video.current
    if (element === null || source === undefined) return undefined
    let stopped = false
    let destroy: (() => void) | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const start = async () => {
      if (whep.current != null) {
        const { watchByWebRtc } = await import('../../client/watch.ts')
        const watching = stopped ? null : await watchByWebRtc(element, whep.current)
        if (watching !== null) {
          destroy = watching.stop
          if (stopped) return watching.stop()
          void watching.ended.then(() => {
            element.srcObject = null
            if (!stopped) void startHls().catch(() => undefined)
          })
          await element.play().catch(() => undefined)
          return
        }
      }
      if (!stopped) await startHls()
    }
    const startHls = async () => {
      const { default: Hls } = await import('hls.js/light')
      if (stopped) return
      if (!Hls.isSupported()) {
        element.src = source
        void element.play().catch(() => undefined)
        return
      }
      const hls = new Hls({
        lowLatencyMode: true,
        maxLiveSyncPlaybackRate: 1.1,
        liveSyncOnStallIncrease: 0.3,
        backBufferLength: 5,
      })
      destroy = () => hls.destroy()
      let tries = 0
      hls.on(Hls.Events.MANIFEST_PARSED, () => void element.play().catch(() => undefined))
      hls.on(Hls.Events.FRAG_BUFFERED, () => {
        tries = 0
      })
      hls.on(Hls.Events.ERROR, (_event, error) => {
        if (!error.fatal) return
        clearTimeout(timer)
        timer = setTimeout(() => hls.loadSource(source), Math.min(retryMsMax, 500 * 2 ** tries++))
      })
      hls.loadSource(source)
      hls.attachMedia(element)
    }
    void start().catch(() => undefined)
    return () => {
      stopped = true
      clearTimeout(timer)
      destroy?.()
      element.srcObject = null
      element.removeAttribute('src')
      element.load()
    }
  }, [source])
  return (
    <div className={css['preview']} data-empty={source === undefined || undefined}>
      <video ref={video} muted={!audible} playsInline aria-label={label} hidden={source === undefined} />
      {source === undefined && (
        <div className={css['dark']}>
          <VideoOff size={36} aria-hidden="true" />
          <p>
            <Trans>No picture yet</Trans>
          </p>
        </div>
      )}
    </div>
  )
}
