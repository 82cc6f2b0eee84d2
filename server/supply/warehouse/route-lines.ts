/** Which warehouse sends what. Pure, so that the same order is always sent from the same place. */
import type { StockAt } from './allocate-units.ts'

export interface RoutedLine {
  skuId: string
  units: number
}

/** The order of preference among warehouses; the operator may bring another one. */
export type Routing = (
  warehouse: { id: string; province: string; serves: readonly string[] },
  province: string,
) => number

/** In the buyer's own province, then where his province is served first, then any. Lower comes first. */
export const nearestFirst: Routing = (warehouse, province) =>
  warehouse.province === province ? 0 : warehouse.serves.includes(province) ? 1 : 2

/**
 * A warehouse for each line, in the order of the lines; null when some line is nowhere in full. One parcel goes before
 * nearness: if one warehouse has everything, it sends everything. Otherwise each line goes to the warehouse that can
 * serve most of what is left, the nearest among equals.
 */
export function routeLines(of: {
  lines: readonly RoutedLine[]
  stocks: readonly Pick<StockAt, 'skuId' | 'warehouseId' | 'available'>[]
  warehouses: readonly { id: string; province: string; serves: readonly string[] }[]
  province: string
  routing?: Routing
}): string[] | null {
  const ranked = rankedFor(of.warehouses, of.province, of.routing ?? nearestFirst)
  const [only] = of.lines
  if (only !== undefined && of.lines.length === 1) {
    // Most purchases: the nearest that has it.
    const has = (id: string) =>
      of.stocks.reduce(
        (sum, stock) => (stock.warehouseId === id && stock.skuId === only.skuId ? sum + stock.available : sum),
        0,
      ) >= only.units
    const nearest = ranked.find(has)
    return nearest === undefined ? null : [nearest]
  }
  const left = new Map<string, number>()
  for (const stock of of.stocks) left.set(keyOf(stock), (left.get(keyOf(stock)) ?? 0) + stock.available)

  const chosen = new Array<string | null>(of.lines.length).fill(null)
  let open = of.lines.map((_, index) => index)
  while (open.length > 0) {
    let best: { id: string; served: number[] } | undefined
    for (const id of ranked) {
      const served = servedBy(id, open, of.lines, left)
      if (served.length > (best?.served.length ?? 0)) best = { id, served }
    }
    if (best === undefined) return null
    for (const index of best.served) {
      const line = of.lines[index]
      if (line === undefined) continue
      chosen[index] = best.id
      const key = keyOf({ skuId: line.skuId, warehouseId: best.id })
      left.set(key, (left.get(key) ?? 0) - line.units)
    }
    const { served } = best
    open = open.filter((index) => !served.includes(index))
  }
  return chosen.filter((id) => id !== null)
}

type Ranked = { id: string; province: string; serves: readonly string[] }
// A batch has one list of warehouses and some dozen provinces.
const rankings = new WeakMap<readonly Ranked[], Map<Routing, Map<string, string[]>>>()

/** Ids of the warehouses, the first to be asked first. */
function rankedFor(warehouses: readonly Ranked[], province: string, routing: Routing): string[] {
  const ofList = rankings.get(warehouses) ?? new Map<Routing, Map<string, string[]>>()
  rankings.set(warehouses, ofList)
  const ofRouting = ofList.get(routing) ?? new Map<string, string[]>()
  ofList.set(routing, ofRouting)
  let ranked = ofRouting.get(province)
  if (ranked === undefined) {
    ranked = warehouses
      .map((warehouse) => ({ id: warehouse.id, rank: routing(warehouse, province) }))
      .sort((one, other) => one.rank - other.rank || (one.id < other.id ? -1 : 1))
      .map(({ id }) => id)
    ofRouting.set(province, ranked)
  }
  return ranked
}

/** The lines that a warehouse can send in full, one after the other: two lines of one SKU share its units. */
function servedBy(
  warehouseId: string,
  open: readonly number[],
  lines: readonly RoutedLine[],
  left: ReadonlyMap<string, number>,
): number[] {
  const taken = new Map<string, number>()
  return open.filter((index) => {
    const line = lines[index]
    if (line === undefined) return false
    const already = taken.get(line.skuId) ?? 0
    if ((left.get(keyOf({ skuId: line.skuId, warehouseId })) ?? 0) - already < line.units) return false
    taken.set(line.skuId, already + line.units)
    return true
  })
}

function keyOf({ skuId, warehouseId }: { skuId: string; warehouseId: string }): string {
  return `${skuId} ${warehouseId}`
}
