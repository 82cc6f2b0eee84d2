/** Plays what was recorded: a film of hours that loads where one looks. Starts, and returns what stops it. */
export function playRecording(video: HTMLVideoElement, source: string): () => void {
  let stop: (() => void) | undefined
  let stopped = false
  void import('hls.js/light').then(({ default: Hls }) => {
    if (stopped) return
    if (!Hls.isSupported()) {
      video.src = source
      return
    }
    const hls = new Hls({ backBufferLength: 30 })
    hls.loadSource(source)
    hls.attachMedia(video)
    stop = () => hls.destroy()
  })
  return () => {
    stopped = true
    stop?.()
    video.removeAttribute('src')
  }
}

/** `75` -> `01:15`; hours appear when there are some. */
export function clockOf(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  const parts = [Math.floor((seconds % 3_600) / 60), seconds % 60].map((part) => String(part).padStart(2, '0'))
  return seconds < 3_600 ? parts.join(':') : [Math.floor(seconds / 3_600), ...parts].join(':')
}

/** `1:15` -> 75,000; also `75` and `1:02:03.5`. Null: not a time. */
export function msOfClock(text: string): number | null {
  const parts = text.trim().replaceAll('：', ':').split(':')
  if (
    parts.length > 3 ||
    !parts.every(
      (part, index) => /^\d{1,5}(\.\d{1,3})?$/.test(part) && (index === parts.length - 1 || !part.includes('.')),
    )
  ) {
    return null
  }
  return Math.round(parts.reduce((seconds, part) => seconds * 60 + Number(part), 0) * 1_000)
}
