/**
 * From a camera's stream to the stream that viewers get: the same sound, and the picture through the filter.
 *
 * Always true: there is a picture as long as the camera gives one, also while the page is in the background, the model loads or
 * cannot be loaded, or the machine is too slow; then it is plainer. Nothing of a picture leaves the page but by the stream itself.
 */
import { type FacePoints, follow } from './face.ts'
import type { FaceAnswer, FaceAsk } from './face-worker.ts'
import { fresh, type Governor, judge, type Level, levels } from './governor.ts'
import { openPipeline } from './pipeline.ts'
import type { BeautySettings } from './settings.ts'

/** Where the bundle puts the model, said by `vite.config.ts`: the version is part of it, so that caches may keep it. */
declare const __FACE_FOLDER__: string

/** Pictures a second that are published; a camera that gives more is thinned by the canvas. */
const fpsMost = 30
/** The face is looked for in a picture of this width: the model looks at 256 pixels anyway. */
const faceWidthPx = 320
/** Of the way to where the face was found, with each picture that is drawn. */
const followShare = 0.45
const measureMs = 1_000

export interface BeautyState {
  level: Level
  /** Pictures a second that were drawn when it was last turned down. */
  turnedDownAtFps: number | null
  fps: number | null
  face: 'not_asked' | 'loading' | 'looking' | 'found' | 'failed'
}

export interface Beauty {
  /** To publish, or to look at. Ends with `stop`; the camera's own stream stays open. */
  stream: MediaStream
  apply(settings: BeautySettings): void
  /** The host wants it all again. */
  turnUp(): void
  watch(watcher: (state: BeautyState) => void): () => void
  stop(): void
}

export function hasWebGl2(): boolean {
  return typeof document !== 'undefined' && document.createElement('canvas').getContext('webgl2') !== null
}

/** Null where there is no picture in the stream, or no WebGL2 to draw with. Waits for the camera's first picture. */
export async function startBeauty(source: MediaStream, settings: BeautySettings): Promise<Beauty | null> {
  const [camera] = source.getVideoTracks()
  if (camera === undefined) return null
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = new MediaStream([camera])
  await video.play()
  const size = { width: video.videoWidth, height: video.videoHeight }
  const canvas = document.createElement('canvas')
  const pipeline = openPipeline(canvas, size)
  if (pipeline === null) {
    video.srcObject = null
    return null
  }

  let now = settings
  let governor: Governor = fresh
  let state: BeautyState = { level: 'full', turnedDownAtFps: null, fps: null, face: 'not_asked' }
  const watchers = new Set<(state: BeautyState) => void>()
  let shown: FacePoints | null = null
  let found: FacePoints | null = null
  let stopped = false
  let drawn = 0
  let measuredAtMs = performance.now()
  let cameraFrames = framesOf(video)

  function tell(change: Partial<BeautyState>) {
    state = { ...state, ...change }
    for (const watcher of watchers) watcher(state)
  }

  const finder = openFinder(size, {
    found(points) {
      found = points
      if (points === null) shown = null
      const face = points === null ? 'looking' : 'found'
      if (state.face !== face) tell({ face })
    },
    failed: () => tell({ face: 'failed' }),
  })
  const wantsFace = () => now.isOn && governor.level === 'full' && (now.slim > 0 || now.lips > 0)

  function draw() {
    if (stopped || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return
    if (wantsFace()) {
      if (state.face === 'not_asked') tell({ face: 'loading' })
      finder.look(video)
      shown = follow(shown, found, followShare)
    } else shown = null
    pipeline?.setFace(shown)
    pipeline?.draw(video, governor.level)
    drawn++
    measure()
  }

  function measure() {
    const nowMs = performance.now()
    const sinceMs = nowMs - measuredAtMs
    if (sinceMs < measureMs) return
    const given = framesOf(video)
    const perSecond = (count: number) => (count * 1_000) / sinceMs
    // One more: the two counters do not begin with the same picture.
    const drawnFps = perSecond(drawn + 1)
    // In the background pictures come by a timer: how many says nothing about the machine.
    if (!document.hidden && now.isOn) {
      governor = judge(governor, { drawnFps, cameraFps: Math.min(fpsMost, perSecond(given - cameraFrames)), nowMs })
    }
    tell({ fps: Math.round(perSecond(drawn)), level: governor.level, turnedDownAtFps: governor.turnedDownAtFps })
    drawn = 0
    measuredAtMs = nowMs
    cameraFrames = given
  }

  function onPicture() {
    if (stopped) return
    if (!document.hidden) draw()
    video.requestVideoFrameCallback(onPicture)
  }
  video.requestVideoFrameCallback(onPicture)
  const ticker = new Worker(new URL('./ticker-worker.ts', import.meta.url), { type: 'module' })
  ticker.onmessage = draw
  const onVisibility = () => ticker.postMessage(document.hidden ? 1_000 / fpsMost : null)
  document.addEventListener('visibilitychange', onVisibility)
  onVisibility()

  pipeline.setSettings(now)
  pipeline.draw(video, governor.level)
  const stream = canvas.captureStream(fpsMost)
  for (const track of source.getAudioTracks()) stream.addTrack(track)

  return {
    stream,
    apply(next) {
      now = next
      pipeline.setSettings(next)
    },
    turnUp() {
      governor = fresh
      tell({ level: levels[0], turnedDownAtFps: null })
    },
    watch(watcher) {
      watchers.add(watcher)
      watcher(state)
      return () => void watchers.delete(watcher)
    },
    stop() {
      stopped = true
      document.removeEventListener('visibilitychange', onVisibility)
      ticker.terminate()
      finder.stop()
      for (const track of stream.getVideoTracks()) track.stop()
      video.srcObject = null
      pipeline.close()
      watchers.clear()
    },
  }
}

/** How many pictures the camera has given so far, shown or dropped. */
function framesOf(video: HTMLVideoElement): number {
  return video.getVideoPlaybackQuality().totalVideoFrames
}

/** One picture at a time goes to the worker; what comes meanwhile is not looked at. The worker starts with the first. */
function openFinder(
  size: { width: number; height: number },
  told: { found: (points: FacePoints | null) => void; failed: () => void },
) {
  let worker: Worker | null = null
  let isBusy = false
  let isBroken = false

  function start(): Worker {
    const made = new Worker(new URL('./face-worker.ts', import.meta.url), { type: 'module' })
    made.onmessage = ({ data }: MessageEvent<FaceAnswer>) => {
      isBusy = false
      if ('failed' in data) fail()
      else if ('points' in data) told.found(data.points)
    }
    made.onerror = fail
    isBusy = true
    made.postMessage({
      start: new URL(__FACE_FOLDER__, location.origin).href,
    } satisfies FaceAsk)
    return made
  }

  function fail() {
    isBroken = true
    worker?.terminate()
    worker = null
    told.found(null)
    told.failed()
  }

  return {
    look(video: HTMLVideoElement) {
      if (isBroken) return
      worker ??= start()
      if (isBusy) return
      isBusy = true
      const resizeWidth = Math.min(faceWidthPx, size.width)
      createImageBitmap(video, {
        resizeWidth,
        resizeHeight: Math.round((resizeWidth * size.height) / size.width),
      }).then(
        (picture) => {
          if (worker === null) return picture.close()
          worker.postMessage({ picture } satisfies FaceAsk, [picture])
        },
        () => {
          isBusy = false
        },
      )
    },
    stop() {
      isBroken = true
      worker?.terminate()
      worker = null
    },
  }
}
