/** Every product of the demo world, in the order in which the categories stand in the shop. */
import { goodsForHome } from './goods-for-home.ts'
import { goodsForPlay } from './goods-for-play.ts'
import { goodsToEat } from './goods-to-eat.ts'
import { goodsToWear } from './goods-to-wear.ts'
import type { DemoProduct } from './product.ts'

export const demoProducts: readonly DemoProduct[] = [goodsToWear, goodsForHome, goodsToEat, goodsForPlay].flat()
