/**
 * Plays a room's stream. The library comes only when something is to be played.
 *
 * `Hls.isSupported()` is asked first: Chromium says "maybe" to playing HLS itself and would then stay seconds behind.
 * The three live settings keep the delay small: without them the player raises its distance after each stall and never
 * catches up again.
 */
export interface Play {
  /** `whep` is tried first where the room has one; HLS always works. */
  sources: { hls: string; lowLatencyHls: string; whep?: string | null }
  /** Silent, small, and in no hurry to be live. */
  preview?: boolean
  onMoving?: () => void
  /** The browser allows no sound before a touch: it plays on, muted. */
  onMuted?: () => void
  onStalled?: (stalled: boolean) => void
}

const retryMsMax = 8_000

/** Fetches the library ahead of a room that is about to be entered. */
export async function warm(): Promise<void> {
  await import('hls.js/light')
}

/** Starts, and returns what stops it. */
export function play(video: HTMLVideoElement, of: Play): () => void {
  let stopped = false
  let destroy: (() => void) | undefined
  const stalls: [string, () => void][] = [
    ['waiting', () => of.onStalled?.(true)],
    ['playing', () => of.onStalled?.(false)],
    ['timeupdate', () => of.onStalled?.(false)],
  ]
  video.addEventListener('playing', () => of.onMoving?.(), { once: true })
  for (const [name, hear] of stalls) video.addEventListener(name, hear)

  const begin = async () => {
    try {
      await video.play()
    } catch {
      if (stopped || video.muted) return
      video.muted = true
      of.onMuted?.()
      await video.play().catch(() => undefined)
    }
  }

  /** True while it is watched by WebRTC; when that ends, HLS goes on. */
  const watch = async (): Promise<boolean> => {
    if (of.preview || of.sources.whep == null) return false
    const { watchByWebRtc } = await import('../../client/watch.ts')
    if (stopped) return true
    const watching = await watchByWebRtc(video, of.sources.whep)
    if (watching === null) return false
    destroy = watching.stop
    if (stopped) {
      watching.stop()
      return true
    }
    void watching.ended.then(() => {
      video.srcObject = null
      if (!stopped) void startHls().catch(() => of.onStalled?.(true))
    })
    await begin()
    return true
  }

  const start = async () => {
    if (!(await watch())) await startHls()
  }

  const startHls = async () => {
    const { default: Hls } = await import('hls.js/light')
    if (stopped) return
    const source = of.preview ? of.sources.hls : of.sources.lowLatencyHls
    if (!Hls.isSupported()) {
      video.src = source
      await begin()
      return
    }
    const hls = new Hls(
      of.preview
        ? { lowLatencyMode: false, maxBufferLength: 4, backBufferLength: 0, capLevelToPlayerSize: true }
        : { lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.1, liveSyncOnStallIncrease: 0.3, backBufferLength: 20 },
    )
    let tries = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    destroy = () => {
      clearTimeout(timer)
      hls.destroy()
    }
    hls.on(Hls.Events.MANIFEST_PARSED, () => void begin())
    hls.on(Hls.Events.FRAG_BUFFERED, () => {
      tries = 0
    })
    hls.on(Hls.Events.ERROR, (_event, error) => {
      if (!error.fatal) return
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR && tries < 3) {
        tries++
        hls.recoverMediaError()
        return
      }
      // The host's line may come back: ask again, ever less often.
      clearTimeout(timer)
      timer = setTimeout(() => hls.loadSource(source), Math.min(retryMsMax, 500 * 2 ** tries++))
    })
    hls.loadSource(source)
    hls.attachMedia(video)
  }
  void start().catch(() => of.onStalled?.(true))

  return () => {
    stopped = true
    for (const [name, hear] of stalls) video.removeEventListener(name, hear)
    destroy?.()
    video.srcObject = null
    video.removeAttribute('src')
    video.load()
  }
}
