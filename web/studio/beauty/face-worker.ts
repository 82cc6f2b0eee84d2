/**
 * Finds the face of a picture, away from the page's own thread. The model and its runtime come from our own origin and are only
 * loaded when the first picture comes: 4.5 MB that nobody needs who does not use it.
 */
/// <reference lib="webworker" />
import Human from '@vladmandic/human'
import { pointsOfFace } from './face.ts'

export type FaceAsk = { start: string } | { picture: ImageBitmap }
export type FaceAnswer = { ready: true } | { failed: string } | { points: Float32Array | null; ms: number }

const scope = self as unknown as DedicatedWorkerGlobalScope
let human: Human | undefined

scope.onmessage = ({ data }: MessageEvent<FaceAsk>) => {
  const work = 'start' in data ? start(data.start) : find(data.picture)
  work.catch((error: unknown) => answer({ failed: error instanceof Error ? error.message : String(error) }))
}

function answer(what: FaceAnswer) {
  scope.postMessage(what)
}

/** `folder`: where the models and the runtime lie, with a slash at its end. */
async function start(folder: string) {
  const off = { enabled: false }
  const made = new Human({
    backend: 'wasm',
    wasmPath: folder,
    modelBasePath: folder,
    cacheModels: false,
    debug: false,
    cacheSensitivity: 0,
    filter: off,
    gesture: off,
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    face: {
      enabled: true,
      detector: { enabled: true, rotation: false, maxDetected: 1, modelPath: 'blazeface.json' },
      mesh: { enabled: true, modelPath: 'facemesh.json' },
      iris: off,
      attention: off,
      description: off,
      emotion: off,
      antispoof: off,
      liveness: off,
      gear: off,
    },
  })
  await made.load()
  human = made
  answer({ ready: true })
}

async function find(picture: ImageBitmap) {
  const since = performance.now()
  try {
    if (human === undefined) return answer({ failed: 'no model' })
    const mesh = (await human.detect(picture)).face[0]?.meshRaw
    if (mesh === undefined || mesh.length < pointsOfFace) return answer({ points: null, ms: performance.now() - since })
    const points = new Float32Array(pointsOfFace * 2)
    for (let index = 0; index < pointsOfFace; index++) {
      points[index * 2] = mesh[index]?.[0] ?? 0
      points[index * 2 + 1] = mesh[index]?.[1] ?? 0
    }
    answer({ points, ms: performance.now() - since })
  } finally {
    picture.close()
  }
}
