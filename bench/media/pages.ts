/** What pages that publish and watch share, in tests and in the benchmark: a clock that is painted into the picture, and read back from it. */
const clockBlocks = 40
const clockBlockPx = 16

/**
 * Script of a page: `paintClock(context, ms)` draws the time as a row of forty light and dark blocks (32 bits and a sum of
 * eight), `readClock(context, width)` answers it, or null when the row does not add up.
 */
const clockScript = `
  function clockBits(ms) {
    const t = ms >>> 0
    const bits = []
    let sum = 0
    for (let i = 31; i >= 0; i--) bits.push((t >>> i) & 1)
    for (let i = 0; i < 4; i++) sum = (sum + ((t >>> (8 * i)) & 255)) & 255
    sum ^= 0xa5
    for (let i = 7; i >= 0; i--) bits.push((sum >>> i) & 1)
    return bits
  }
  function paintClock(context, ms) {
    clockBits(ms).forEach((bit, index) => {
      context.fillStyle = bit ? '#ebebeb' : '#101010'
      context.fillRect(index * ${clockBlockPx}, 0, ${clockBlockPx}, 32)
    })
  }
  function readClock(context, scale) {
    const bits = []
    for (let index = 0; index < ${clockBlocks}; index++) {
      const x = Math.round((index + 0.5) * ${clockBlockPx} * scale)
      const [r, g, b] = context.getImageData(x, Math.round(16 * scale), 1, 1).data
      bits.push(r + g + b > 384 ? 1 : 0)
    }
    let t = 0
    for (let i = 0; i < 32; i++) t = t * 2 + bits[i]
    return clockBits(t).every((bit, index) => bit === bits[index]) ? t : null
  }
`

export const publisherPage = `<!doctype html><title>Publisher</title><canvas width="640" height="480"></canvas><script>
  ${clockScript}
  const canvas = document.querySelector('canvas')
  const context = canvas.getContext('2d')
  setInterval(() => {
    context.fillStyle = 'hsl(' + (Date.now() / 20) % 360 + ' 60% 50%)'
    context.fillRect(0, 32, 640, 448)
    paintClock(context, Date.now() % 0x100000000)
  }, 33)
  window.publish = async (key, port) => {
    const stream = canvas.captureStream(30)
    const audio = new AudioContext()
    const tone = audio.createOscillator()
    const heard = audio.createMediaStreamDestination()
    tone.connect(heard)
    tone.start()
    stream.addTrack(heard.stream.getAudioTracks()[0])
    const peer = new RTCPeerConnection()
    window.peer = peer
    for (const track of stream.getTracks()) peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] })
    await peer.setLocalDescription(await peer.createOffer())
    const response = await fetch('/media/whip', {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization: 'Bearer ' + key },
      body: peer.localDescription.sdp,
    })
    if (response.status !== 201) return { status: response.status, text: await response.text() }
    // Through another port, where a test stands between.
    const answer = (await response.text()).replace(/ \\d+ typ host/g, (own) => port ? ' ' + port + ' typ host' : own)
    await peer.setRemoteDescription({ type: 'answer', sdp: answer })
    return { status: 201, location: response.headers.get('location') }
  }
  window.stats = async () => {
    for (const report of (await peer.getStats()).values())
      if (report.type === 'outbound-rtp' && report.kind === 'video')
        return { fps: report.framesPerSecond, bytes: report.bytesSent, nacks: report.nackCount, keyframes: report.keyFramesEncoded, height: report.frameHeight }
  }
</script>`

export const viewerPageOf = (
  streamId: string,
  playlist = `/media/${streamId}/live.m3u8`,
) => `<!doctype html><title>Viewer</title><video muted autoplay playsinline width="640"></video>
<script src="/hls.js"></script><script>
  ${clockScript}
  const video = document.querySelector('video')
  window.late = []
  window.openedMs = performance.now()
  window.firstFrameMs = null
  window.unreadable = 0
  window.faults = []
  window.stalls = 0
  video.addEventListener('waiting', () => { if (video.currentTime > 4) window.stalls += 1 })
  const canvas = new OffscreenCanvas(640, 32)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const look = () => {
    window.firstFrameMs ??= performance.now() - window.openedMs
    if (video.videoWidth > 0) {
      context.drawImage(video, 0, 0, video.videoWidth, 32 * video.videoWidth / 640, 0, 0, 640, 32)
      const ms = readClock(context, 1)
      if (ms === null) window.unreadable++
      else window.late.push(((Date.now() % 0x100000000) - ms))
    }
    video.requestVideoFrameCallback(look)
  }
  video.requestVideoFrameCallback(look)
  window.watchHls = () => {
    const hls = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.1, liveSyncOnStallIncrease: 0.3, backBufferLength: 20 })
    hls.on(Hls.Events.ERROR, (_, error) => { if (error.fatal) window.faults.push(error.details) })
    hls.loadSource('${playlist}')
    hls.attachMedia(video)
  }
  window.watchWhep = async () => {
    const peer = new RTCPeerConnection()
    window.peer = peer
    const stream = new MediaStream()
    peer.ontrack = ({ track }) => { stream.addTrack(track); video.srcObject = stream }
    peer.addTransceiver('video', { direction: 'recvonly' })
    peer.addTransceiver('audio', { direction: 'recvonly' })
    await peer.setLocalDescription(await peer.createOffer())
    const response = await fetch('/media/${streamId}/whep', {
      method: 'POST', headers: { 'content-type': 'application/sdp' }, body: peer.localDescription.sdp,
    })
    if (response.status !== 201) return response.status
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() })
    window.resource = response.headers.get('location')
    return 201
  }
  window.seen = () => {
    const sorted = [...window.late].sort((a, b) => a - b)
    return {
      firstFrameMs: window.firstFrameMs, time: video.currentTime, frames: window.late.length, p50: sorted[Math.floor(sorted.length / 2)] ?? null, p95: sorted[Math.floor(sorted.length * 0.95)] ?? null, stalls: window.stalls,
      unreadable: window.unreadable, faults: window.faults, audioBytes: video.webkitAudioDecodedByteCount, width: video.videoWidth,
    }
  }
</script>`

export interface Seen {
  firstFrameMs: number | null
  time: number
  frames: number
  p50: number | null
  p95: number | null
  /** After the fourth second. */
  stalls: number
  unreadable: number
  faults: string[]
  audioBytes: number
  width: number
}
/** What of the pages a driver touches; the program's types know no browser. */
export interface PageScope {
  publish(key: string, port?: number): Promise<{ status: number; location?: string; text?: string }>
  stats(): Promise<{ fps: number; bytes: number; nacks: number; keyframes: number; height: number }>
  watchHls(): void
  watchWhep(): Promise<number>
  seen(): Seen
  peer: { close(): void; getStats(): Promise<Map<string, Record<string, unknown>>> }
}
