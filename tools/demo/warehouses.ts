import { type Words, words } from './words.ts'

export type ZoneKind = 'ambient' | 'chilled' | 'fast'

export type DemoZone = { code: string; name: Words; kind: ZoneKind; bins: readonly string[] }

export type DemoWarehouse = {
  slug: 'hangzhou' | 'chengdu'
  name: Words
  province: Words
  city: Words
  district: Words
  street: Words
  /** Provinces (Chinese names, as in the addresses) that this warehouse serves first. */
  servesProvinces: readonly string[]
  /** Orders paid until then leave the same day; local time, HH:MM. */
  sameDayCutoff: string
  chilledCutoff: string
  zones: readonly DemoZone[]
}

export const demoWarehouses: readonly DemoWarehouse[] = [
  {
    slug: 'hangzhou',
    name: words('Hangzhou Warehouse', '杭州仓'),
    province: words('Zhejiang', '浙江省'),
    city: words('Hangzhou', '杭州市'),
    district: words('Xiaoshan', '萧山区'),
    street: words('Building 6, 118 Jiqi Road', '集栖路118号6号库'),
    servesProvinces: [
      '浙江省',
      '上海市',
      '江苏省',
      '安徽省',
      '福建省',
      '江西省',
      '山东省',
      '北京市',
      '天津市',
      '河北省',
      '辽宁省',
      '吉林省',
      '黑龙江省',
      '广东省',
    ],
    sameDayCutoff: '16:00',
    chilledCutoff: '14:00',
    zones: [
      { code: 'A', name: words('Picking shelves', '零拣区'), kind: 'ambient', bins: binsOf('A', 8, 6) },
      { code: 'B', name: words('Large goods', '大件区'), kind: 'ambient', bins: binsOf('B', 4, 4) },
      { code: 'C', name: words('Chilled room', '冷藏区'), kind: 'chilled', bins: binsOf('C', 3, 5) },
      { code: 'F', name: words('Fast lane', '爆品区'), kind: 'fast', bins: binsOf('F', 2, 4) },
    ],
  },
  {
    slug: 'chengdu',
    name: words('Chengdu Warehouse', '成都仓'),
    province: words('Sichuan', '四川省'),
    city: words('Chengdu', '成都市'),
    district: words('Xindu', '新都区'),
    street: words('Hall 2, 77 Baihe East Street', '白鹤东街77号2号库'),
    servesProvinces: [
      '四川省',
      '重庆市',
      '贵州省',
      '云南省',
      '西藏自治区',
      '陕西省',
      '甘肃省',
      '青海省',
      '宁夏回族自治区',
      '新疆维吾尔自治区',
      '湖北省',
      '湖南省',
      '广西壮族自治区',
      '河南省',
    ],
    sameDayCutoff: '15:00',
    chilledCutoff: '13:00',
    zones: [
      { code: 'A', name: words('Picking shelves', '零拣区'), kind: 'ambient', bins: binsOf('A', 6, 6) },
      { code: 'C', name: words('Chilled room', '冷藏区'), kind: 'chilled', bins: binsOf('C', 2, 5) },
      { code: 'F', name: words('Fast lane', '爆品区'), kind: 'fast', bins: binsOf('F', 1, 6) },
    ],
  },
]

/** Bins are named zone, aisle, place: A-03-2. */
function binsOf(zone: string, aisles: number, places: number): string[] {
  return Array.from({ length: aisles * places }, (_, index) => {
    const aisle = String(Math.floor(index / places) + 1).padStart(2, '0')
    return `${zone}-${aisle}-${(index % places) + 1}`
  })
}
