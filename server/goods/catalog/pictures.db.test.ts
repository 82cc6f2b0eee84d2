/** Pictures that an operator brings for a product, and how they are shown to everybody. */
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pictureBytesMax, picturesPerProductMax } from '#contract/pictures'
import { openCategories } from '#goods/catalog'
import { type Client, newId, startWorld, transact, type World } from '../../../tests/world.ts'

let world: World
let operator: Client
beforeAll(async () => {
  world = await startWorld()
  operator = await world.person('Operator', 'operations')
  await transact(world.server.app, (tx) => openCategories(tx.db, [{ code: 'tea', name: { en: 'Tea', zh: '茶' } }]))
})
afterAll(() => world.stop())

async function bring(bytes: Uint8Array, as: Client = operator, type = 'application/octet-stream') {
  const response = await fetch(`${world.url}/api/v1/pictures`, {
    method: 'POST',
    headers: { cookie: as.cookie, 'content-type': type },
    body: bytes as Uint8Array<ArrayBuffer>,
  })
  return { status: response.status, body: (await response.json()) as any }
}
const draw = (background: string) =>
  sharp({ create: { width: 400, height: 300, channels: 3, background } })
    .png()
    .toBuffer()

const product = (pictures: readonly string[]) => {
  const id = newId()
  const words = { en: 'Tea', zh: '茶' }
  return operator.post('/api/v1/products', {
    ...{ id, slug: `tea-${id}`, categoryCode: 'tea', title: words, subtitle: words, story: words, pictures },
    commissionBasisPoints: 1_000,
    skus: [
      {
        ...{ id: newId(), code: `T${id.slice(-8)}`, label: words, priceMinor: 1_000, listPriceMinor: null },
        ...{ costMinor: 300, weightGrams: 100, barcode: String(6_900_000_000_000 + Number(`0x${id.slice(-6)}`)) },
      },
    ],
  })
}

test('a picture is brought, shown for ever under an address of its own, and is the cover of its product', async () => {
  const green = await draw('#0a5c36')
  const brought = await bring(green)
  expect(brought).toMatchObject({ status: 201, body: { width: 400, height: 300 } })
  const { picture } = brought.body
  expect(await bring(green, operator, 'image/png'), 'again is the same').toEqual(brought)

  const shown = await world.client().get(`/pictures/${picture}`)
  expect(shown.status).toBe(200)
  expect(shown.headers.get('content-type')).toBe('image/webp')
  expect(shown.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
  expect(shown.headers.get('content-security-policy'), 'opened by itself it runs nothing').toBeTruthy()

  const other = (await bring(await draw('#1a2b3c'))).body.picture
  const created = await product([other, picture])
  expect(created.status, JSON.stringify(created.body)).toBe(201)
  expect(created.body.product).toMatchObject({ pictures: [other, picture] })
  const { items } = (await operator.get('/api/v1/catalog')).body
  expect(items.find(({ id }: { id: string }) => id === created.body.product.id).picture, 'the first is the cover').toBe(
    other,
  )
})

test('a product names only pictures that were brought, and no file beside them', async () => {
  const missing = `uploads/${'0'.repeat(64)}.webp`
  expect(await product([missing])).toMatchObject({
    status: 409,
    body: { code: 'picture_missing', params: { picture: missing } },
  })
  const hash = '0'.repeat(64)
  for (const key of ['../secret', `uploads/../${hash}.webp`, `uploads/${hash}.svg`, 'products/no-picture.webp', ''])
    expect((await product([key])).status, key).toBe(400)
  const { picture } = (await bring(await draw('#777777'))).body
  expect((await product(Array.from({ length: picturesPerProductMax + 1 }, () => picture))).status).toBe(400)
})

test('what is no picture, too large, or from somebody who may not, is refused and kept nowhere', async () => {
  const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
  expect(await bring(svg, operator, 'image/png')).toMatchObject({ status: 422, body: { code: 'unknown_picture_type' } })
  expect(await bring(new Uint8Array())).toMatchObject({ status: 422, body: { code: 'unknown_picture_type' } })
  const cut = (await draw('#123456')).subarray(0, 150)
  expect(await bring(cut)).toMatchObject({ status: 422, body: { code: 'picture_unreadable' } })
  const line = await sharp({ create: { width: 900, height: 2, channels: 3, background: '#000' } })
    .png()
    .toBuffer()
  expect(await bring(line)).toMatchObject({
    status: 422,
    body: { code: 'picture_size_wrong', params: { width: 900, height: 2 } },
  })
  const heavy = Buffer.concat([await draw('#654321'), Buffer.alloc(pictureBytesMax)])
  expect(await bring(heavy)).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
  const buyer = await world.person('Buyer', 'buyer')
  expect((await bring(await draw('#abcdef'), buyer)).status).toBe(403)
  expect((await bring(await draw('#abcdef'), world.client())).status).toBe(401)
  const json = { name: 'x'.repeat(300_000) }
  expect((await operator.post('/api/v1/products', json)).status, 'other bodies are as small as before').toBe(413)
})
