import { type Words, words } from './words.ts'

export type SupplierSlug =
  | 'dew-and-petal'
  | 'reeling-lane'
  | 'long-stride'
  | 'morning-lumen'
  | 'small-wonders'
  | 'warm-hearth'
  | 'first-orchard'
  | 'cloud-terrace'

/** A factory that sells to the platform. All of them are invented. */
export type DemoSupplier = {
  slug: SupplierSlug
  name: Words
  city: Words
  speciality: Words
  /** From purchase order to the warehouse gate. */
  leadDays: number
  /** Days between receipt and payment. */
  accountPeriodDays: number
  orderUnitsMin: number
  contact: Words
}

export const demoSuppliers: readonly DemoSupplier[] = [
  {
    slug: 'dew-and-petal',
    name: words('Dew & Petal Cosmetics Works', '露瓣日化厂'),
    city: words('Guangzhou', '广州'),
    speciality: words('Skin care, soap and lip colour in small batches', '小批量护肤、手工皂与唇妆'),
    leadDays: 12,
    accountPeriodDays: 45,
    orderUnitsMin: 300,
    contact: words('Luo Wanqing', '罗婉清'),
  },
  {
    slug: 'reeling-lane',
    name: words('Reeling Lane Garments', '缫丝里制衣'),
    city: words('Suzhou', '苏州'),
    speciality: words('Silk, linen and knitwear', '真丝、亚麻与针织'),
    leadDays: 18,
    accountPeriodDays: 60,
    orderUnitsMin: 200,
    contact: words('Shen Yihe', '沈亦禾'),
  },
  {
    slug: 'long-stride',
    name: words('Long Stride Footwear & Sport', '阔步鞋体用品'),
    city: words('Jinjiang', '晋江'),
    speciality: words('Shoes, bags and sports gear', '鞋、包与运动器材'),
    leadDays: 20,
    accountPeriodDays: 60,
    orderUnitsMin: 240,
    contact: words('Zhuang Weicheng', '庄伟诚'),
  },
  {
    slug: 'morning-lumen',
    name: words('Morning Lumen Electronics', '晨明电子'),
    city: words('Shenzhen', '深圳'),
    speciality: words('Audio, small electronics and power', '音频、小家电与电源'),
    leadDays: 15,
    accountPeriodDays: 30,
    orderUnitsMin: 200,
    contact: words('Fang Zeyu', '方泽宇'),
  },
  {
    slug: 'small-wonders',
    name: words('Small Wonders Trading Workshop', '小奇物工坊'),
    city: words('Yiwu', '义乌'),
    speciality: words('Jewellery, toys, stationery and pet goods', '饰品、玩具、文具与宠物用品'),
    leadDays: 7,
    accountPeriodDays: 30,
    orderUnitsMin: 100,
    contact: words('Jin Xiaotong', '金晓彤'),
  },
  {
    slug: 'warm-hearth',
    name: words('Warm Hearth Homeware', '暖灶家居'),
    city: words('Foshan', '佛山'),
    speciality: words('Cookware, ceramics and bedding', '锅具、陶瓷与床品'),
    leadDays: 14,
    accountPeriodDays: 45,
    orderUnitsMin: 150,
    contact: words('Liang Jianfeng', '梁建峰'),
  },
  {
    slug: 'first-orchard',
    name: words('First Orchard Cold Chain', '头茬果园冷链'),
    city: words('Yantai', '烟台'),
    speciality: words('Fruit, eggs, meat and seafood, chilled', '水果、鲜蛋、肉类与海鲜，全程冷藏'),
    leadDays: 2,
    accountPeriodDays: 15,
    orderUnitsMin: 80,
    contact: words('Qu Haiyan', '曲海燕'),
  },
  {
    slug: 'cloud-terrace',
    name: words('Cloud Terrace Tea & Snacks', '云坡茶点'),
    city: words('Huangshan', '黄山'),
    speciality: words('Tea, nuts, honey and baking', '茶叶、坚果、蜂蜜与烘焙'),
    leadDays: 6,
    accountPeriodDays: 30,
    orderUnitsMin: 120,
    contact: words('Hu Qingcha', '胡青槎'),
  },
]
