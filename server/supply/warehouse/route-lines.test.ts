import { expect, test } from 'vitest'
import { routeLines } from './route-lines.ts'

const east = { id: 'east', province: '浙江省', serves: ['上海市', '北京市'] }
const west = { id: 'west', province: '四川省', serves: ['重庆市'] }

/** `stocks` reads `sku@warehouse: units`. */
function route(lines: Record<string, number>, stocks: Record<string, number>, province = '浙江省') {
  return routeLines({
    lines: Object.entries(lines).map(([skuId, units]) => ({ skuId, units })),
    stocks: Object.entries(stocks).map(([place, available]) => {
      const [skuId = '', warehouseId = ''] = place.split('@')
      return { skuId, warehouseId, available, warehouseRegion: '' }
    }),
    warehouses: [west, east],
    province,
  })
}

test('the nearest warehouse sends, the one in the buyer’s province first', () => {
  expect(route({ tea: 1 }, { 'tea@east': 5, 'tea@west': 5 }, '浙江省')).toEqual(['east'])
  expect(route({ tea: 1 }, { 'tea@east': 5, 'tea@west': 5 }, '重庆市')).toEqual(['west'])
  expect(route({ tea: 1 }, { 'tea@west': 5 }, '上海市')).toEqual(['west'])
})

test('one parcel from afar goes before two from near and far', () => {
  expect(route({ tea: 1, cup: 1 }, { 'tea@east': 5, 'tea@west': 5, 'cup@west': 1 })).toEqual(['west', 'west'])
})

test('where no warehouse has all, it is split into as few as possible', () => {
  const stocks = { 'tea@east': 1, 'cup@east': 1, 'tin@west': 1 }
  expect(route({ tea: 1, cup: 1, tin: 1 }, stocks)).toEqual(['east', 'east', 'west'])
})

test('two lines of one SKU share its units, and what is nowhere in full is not sent', () => {
  const lines = [
    { skuId: 'tea', units: 2 },
    { skuId: 'tea', units: 2 },
  ]
  const stock = (warehouseId: string, available: number) => ({
    skuId: 'tea',
    warehouseId,
    available,
    warehouseRegion: '',
  })
  const ask = (stocks: ReturnType<typeof stock>[]) =>
    routeLines({ lines, stocks, warehouses: [west, east], province: '浙江省' })
  expect(ask([stock('east', 3), stock('west', 2)])).toEqual(['east', 'west'])
  expect(ask([stock('east', 3)])).toBeNull()
  expect(ask([])).toBeNull()
})
