import { type Words, words } from './words.ts'

export type CategorySlug =
  | 'beauty'
  | 'womens-fashion'
  | 'mens-fashion'
  | 'shoes-bags'
  | 'jewellery-watches'
  | 'electronics'
  | 'home-kitchen'
  | 'baby-toys'
  | 'fresh-food'
  | 'snacks-tea'
  | 'sports-outdoor'
  | 'pets'
  | 'books-stationery'

export type DemoCategory = {
  slug: CategorySlug
  name: Words
  /** One line under the name on a category page. */
  tagline: Words
  /** The code point of the little 3D icon in the fluent emoji package. */
  iconAsset: string
  /** An accent for chips and banners; the pictures of the category use the same family of colours. */
  accent: string
  /** False where the law excludes the seven-day return: food that spoils, things worn on the skin once opened. */
  noReasonReturn: boolean
}

export const demoCategories: readonly DemoCategory[] = [
  {
    slug: 'beauty',
    name: words('Beauty', '美妆个护'),
    tagline: words('Skin first, colour second', '先养好皮肤，再谈颜色'),
    iconAsset: '1f484',
    accent: '#d9567a',
    noReasonReturn: true,
  },
  {
    slug: 'womens-fashion',
    name: words("Women's fashion", '女装'),
    tagline: words('Pieces you reach for twice a week', '一周会穿两次的那几件'),
    iconAsset: '1f457',
    accent: '#b65fa0',
    noReasonReturn: true,
  },
  {
    slug: 'mens-fashion',
    name: words("Men's fashion", '男装'),
    tagline: words('Good basics, no fuss', '基础款，穿着省心'),
    iconAsset: '1f456',
    accent: '#3f6fb5',
    noReasonReturn: true,
  },
  {
    slug: 'shoes-bags',
    name: words('Shoes & bags', '鞋靴箱包'),
    tagline: words('Made to be walked in and carried', '能走远路，也装得下生活'),
    iconAsset: '1f45c',
    accent: '#a8693c',
    noReasonReturn: true,
  },
  {
    slug: 'jewellery-watches',
    name: words('Jewellery & watches', '珠宝腕表'),
    tagline: words('Small things that catch the light', '小小一件，刚好发光'),
    iconAsset: '1f48d',
    accent: '#6a63b8',
    noReasonReturn: true,
  },
  {
    slug: 'electronics',
    name: words('Electronics', '数码电器'),
    tagline: words('Useful on day one and day five hundred', '第一天好用，第五百天也好用'),
    iconAsset: '1f3a7',
    accent: '#4b62c9',
    noReasonReturn: true,
  },
  {
    slug: 'home-kitchen',
    name: words('Home & kitchen', '家居厨房'),
    tagline: words('For the hours you spend at home', '把在家的时间过好'),
    iconAsset: '1fad6',
    accent: '#3d8f7d',
    noReasonReturn: true,
  },
  {
    slug: 'baby-toys',
    name: words('Baby & toys', '母婴玩具'),
    tagline: words('Rounded corners, patient toys', '圆圆的边角，耐玩的玩具'),
    iconAsset: '1f9f8',
    accent: '#e39a3b',
    noReasonReturn: true,
  },
  {
    slug: 'fresh-food',
    name: words('Fresh food', '生鲜水果'),
    tagline: words('Picked this week, cold all the way', '本周采摘，全程冷链'),
    iconAsset: '1f353',
    accent: '#d6493f',
    noReasonReturn: false,
  },
  {
    slug: 'snacks-tea',
    name: words('Snacks & tea', '零食茶饮'),
    tagline: words('Something with the afternoon', '下午茶时间到'),
    iconAsset: '1f36a',
    accent: '#a9743a',
    noReasonReturn: false,
  },
  {
    slug: 'sports-outdoor',
    name: words('Sports & outdoor', '运动户外'),
    tagline: words('For Saturday morning', '留给周六早上'),
    iconAsset: '1f3f8',
    accent: '#2f9e62',
    noReasonReturn: true,
  },
  {
    slug: 'pets',
    name: words('Pets', '宠物'),
    tagline: words('They cannot read this, but they will know', '毛孩子不识字，但识货'),
    iconAsset: '1f43e',
    accent: '#c9823f',
    noReasonReturn: true,
  },
  {
    slug: 'books-stationery',
    name: words('Books & stationery', '图书文具'),
    tagline: words('Paper still works', '纸，仍然好用'),
    iconAsset: '1f4da',
    accent: '#4f8a8b',
    noReasonReturn: true,
  },
]
