/** Bytes of strangers: whatever they are, a picture of ours comes out or a reason why not; never a fault, never anything else. */
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { isPicture, oneAtATime, readPicture } from './picture.ts'

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#c8102e' } })
const codeOf = async (bytes: Uint8Array) => {
  const read = await readPicture(bytes)
  return read.ok ? 'read' : read.code
}

test('PNG, JPEG and WebP become WebP under a name that says what they are; the same pixels are the same name', async () => {
  const named = new Set<string>()
  for (const format of ['png', 'jpeg', 'webp'] as const) {
    const read = await readPicture(await plain(640, 480).toFormat(format).toBuffer())
    if (!read.ok) throw new Error(read.code)
    const { key, bytes, width, height } = read.value
    expect([width, height]).toEqual([640, 480])
    expect(key).toMatch(/^uploads\/[0-9a-f]{64}\.webp$/)
    expect((await sharp(bytes).metadata()).format).toBe('webp')
    if (format !== 'jpeg') named.add(key)
  }
  const again = await readPicture(await plain(640, 480).png().toBuffer())
  expect(again.ok && named.has(again.value.key)).toBe(true)
})

test('a large one is made smaller, a turned one upright, and where it was taken is not kept', async () => {
  const taken = await plain(4_000, 2_000)
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Artist: 'Somebody' }, IFD3: { GPSLatitude: '31/1 14/1 0/1' } })
    .jpeg()
    .toBuffer()
  expect((await sharp(taken).metadata()).exif?.includes('Somebody'), 'it says who took it').toBe(true)
  const read = await readPicture(taken)
  if (!read.ok) throw new Error(read.code)
  expect([read.value.width, read.value.height], 'upright').toEqual([800, 1_600])
  const kept = await sharp(read.value.bytes).metadata()
  expect(kept.exif ?? kept.xmp ?? kept.orientation).toBeUndefined()
})

test('what is no picture never reaches the decoder', async () => {
  const text = (words: string) => new TextEncoder().encode(words)
  for (const bytes of [
    new Uint8Array(),
    text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    text('<!doctype html><script>alert(1)</script>'),
    text('GIF89a'.padEnd(200, ' ')),
    text('%PDF-1.7'),
    text('RIFF....AVI '),
  ]) {
    expect(isPicture(bytes)).toBe(false)
    expect(await codeOf(bytes)).toBe('unknown_picture_type')
  }
})

test('a page behind a picture is gone: only pixels are kept', async () => {
  const page = new TextEncoder().encode('<!doctype html><script>alert(document.cookie)</script>')
  for (const format of ['png', 'jpeg', 'webp'] as const) {
    const picture = await plain(300, 300).toFormat(format).toBuffer()
    const read = await readPicture(Buffer.concat([picture, page]))
    if (read.ok) expect(read.value.bytes.includes('<script>')).toBe(false)
    else expect(read.code).toBe('picture_unreadable')
  }
})

test('sides are judged before a pixel is decoded: a bomb of one colour, a line, a dot', async () => {
  const bomb = await sharp({
    create: { width: 12_000, height: 11_000, channels: 3, background: '#000' },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 9 })
    .toBuffer()
  expect(bomb.length, 'small on the way').toBeLessThan(2_000_000)
  expect(await codeOf(bomb)).toBe('picture_size_wrong')
  expect(await codeOf(await plain(13_000, 250).png().toBuffer())).toBe('picture_size_wrong')
  expect(await codeOf(await plain(300, 3).png().toBuffer())).toBe('picture_size_wrong')
  expect(await codeOf(await plain(199, 300).png().toBuffer())).toBe('picture_size_wrong')
  expect(await codeOf(await plain(200, 200).png().toBuffer())).toBe('read')
})

test('cut off anywhere or with any byte turned, it is a picture or a reason, and never a fault', async () => {
  const reasons = new Set(['read', 'picture_unreadable', 'unknown_picture_type', 'picture_size_wrong'])
  for (const format of ['png', 'jpeg', 'webp'] as const) {
    const picture = await plain(240, 240).toFormat(format).toBuffer()
    for (let at = 0; at < picture.length; at += Math.max(1, Math.floor(picture.length / 25))) {
      expect(reasons).toContain(await codeOf(picture.subarray(0, at)))
      const turned = Buffer.from(picture)
      turned[at] = (turned[at] ?? 0) ^ 0xff
      expect(reasons).toContain(await codeOf(turned))
    }
    expect(await codeOf(picture.subarray(0, picture.length >> 1))).not.toBe('read')
  }
})

test('one is read at a time, also after one that failed', async () => {
  const inTurn = oneAtATime<number>()
  let inside = 0
  let most = 0
  const work = async (fails: boolean) => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setImmediate(resolve))
    inside--
    if (fails) throw new Error('this one failed')
    return 1
  }
  const all = await Promise.allSettled([inTurn(() => work(false)), inTurn(() => work(true)), inTurn(() => work(false))])
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(most).toBe(1)
})
