import { type Words, words } from './words.ts'

/** A shop that sells here beside the operator; its goods lie in our warehouses and stay its own. It is invented. */
export type DemoShop = {
  slug: string
  name: Words
  /** Who acts for it; invented too. */
  keeper: { slug: string; name: string }
  /** After how many days its money is its own. */
  days: 3 | 7 | 15
  /** What it sells, by slug. */
  products: readonly string[]
}

export const demoShops: readonly DemoShop[] = [
  {
    slug: 'kiln-and-meadow',
    name: words('Kiln & Meadow', '窑与原野'),
    keeper: { slug: 'kiln-keeper', name: '程望舒' },
    days: 3,
    products: ['round-belly-teapot', 'beeswax-evening-candle', 'woven-market-basket'],
  },
]
