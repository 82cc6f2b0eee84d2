import { createHash } from 'node:crypto'
import { pictureEdgeMax, pictureEdgeMin, picturePixelsMax } from '#contract/pictures'
import type { App } from '#platform/app'
import { done, type Outcome, refuse } from '#platform/outcome'

/** Larger ones are made smaller: no page shows more. */
const keptEdgeMax = 1_600
const keptQuality = 82
/** A picture that takes longer to read was made to. */
const readSecondsMax = 10

export interface ReadPicture {
  /** Named by what it is, so that the same picture is kept once and an address never shows another. */
  key: string
  bytes: Buffer
  width: number
  height: number
}

/** Where the storage keeps what is shown at `/pictures/` and its key. */
export const storedAt = (key: string) => `pictures/${key}`

/** The first of these that nobody brought; null when all are there. */
export async function findMissing(app: Pick<App, 'storage'>, pictures: readonly string[]): Promise<string | null> {
  for (const key of pictures) {
    const file = await app.storage.open(storedAt(key))
    if (file === null) return key
    file.stream.destroy()
  }
  return null
}

export type PictureRefusal = 'unknown_picture_type' | 'picture_size_wrong' | 'picture_unreadable'

const signatures: readonly (readonly [number, readonly number[]])[][] = [
  [[0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]],
  [[0, [0xff, 0xd8, 0xff]]],
  [
    [0, [0x52, 0x49, 0x46, 0x46]],
    [8, [0x57, 0x45, 0x42, 0x50]],
  ],
]

/** PNG, JPEG or WebP, known by their first bytes, whatever the sender says. Nothing else reaches the decoder: no SVG, no page. */
export function isPicture(bytes: Uint8Array): boolean {
  return signatures.some((parts) => parts.every(([at, of]) => of.every((byte, index) => bytes[at + index] === byte)))
}

/**
 * Reads a picture of strangers and makes it anew: only its pixels are kept, so nothing that was hidden in it (a place, a script, a
 * second file) is ever served. The sides are judged before a pixel is decoded.
 */
export async function readPicture(given: Uint8Array): Promise<Outcome<ReadPicture, PictureRefusal>> {
  if (!isPicture(given)) return refuse('unknown_picture_type')
  const { default: sharp } = await import('sharp')
  const limits = { limitInputPixels: picturePixelsMax, failOn: 'error', animated: false, sequentialRead: true } as const
  try {
    const { width, height } = await sharp(given, { ...limits, limitInputPixels: false }).metadata()
    const isFit = [width, height].every((edge) => edge >= pictureEdgeMin && edge <= pictureEdgeMax)
    if (!isFit || width * height > picturePixelsMax)
      return refuse('picture_size_wrong', { width, height, edgeMin: pictureEdgeMin, edgeMax: pictureEdgeMax })
    const { data, info } = await sharp(given, limits)
      .autoOrient()
      .resize({ width: keptEdgeMax, height: keptEdgeMax, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: keptQuality })
      .timeout({ seconds: readSecondsMax })
      .toBuffer({ resolveWithObject: true })
    const key = `uploads/${createHash('sha256').update(data).digest('hex')}.webp`
    return done({ key, bytes: data, width: info.width, height: info.height })
  } catch {
    // Cut off, broken, or made to be expensive.
    return refuse('picture_unreadable')
  }
}

/** One after the other: what strangers' bytes may cost in memory is known, and buyers keep the rest of the machine. */
export function oneAtATime<Value>(): (work: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work, work)
    last = mine.catch(() => undefined)
    return mine
  }
}
