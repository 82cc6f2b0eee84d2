import type { App } from '#platform/app'
import { demoCreators, demoProducts } from '../../tools/demo/index.ts'
import { renderAvatar, renderProductPicture, renderRoomCover } from '../../tools/demo/pictures.ts'

/** Says which drawing is kept; a new one is drawn again. */
const drawing = 'pictures/drawn-1.webp'
const sayEvery = 40

/** Draws the demo world's pictures into the storage, once. */
export async function renderDemoPictures(app: Pick<App, 'storage'>, say: (sentence: string) => void): Promise<void> {
  if ((await app.storage.get(drawing)) !== null) return
  const jobs = [
    ...demoProducts.flatMap((product) => [
      {
        key: `products/${product.slug}-1.webp`,
        render: () => renderProductPicture(product, { variant: 'hero', size: 720 }),
      },
      {
        key: `products/${product.slug}-2.webp`,
        render: () => renderProductPicture(product, { variant: 'card', size: 540 }),
      },
    ]),
    ...demoCreators.flatMap((creator) => [
      { key: `avatars/${creator.handle}.webp`, render: () => renderAvatar(creator) },
      { key: `covers/${creator.handle}.webp`, render: () => renderRoomCover(creator) },
    ]),
  ]
  let drawn = 0
  const queue = jobs.values()
  const work = async () => {
    for (const job of queue) {
      await app.storage.put(`pictures/${job.key}`, await job.render())
      drawn++
      if (drawn % sayEvery === 0) say(`drawing pictures: ${drawn} of ${jobs.length}`)
    }
  }
  await Promise.all([work(), work()])
  await app.storage.put(drawing, new Uint8Array())
}
