/**
 * Holds the built pages against their budgets in bytes: what a browser must load before it can show the first route, and
 * what each further route adds. Sizes are gzip -9, in units of 1,024 bytes, read from what the bundler wrote.
 *
 * A budget is a gate, not a wish: whoever needs more changes the number here and says why.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export type Chunk = {
  file: string
  src?: string
  isEntry?: boolean
  imports?: string[]
  dynamicImports?: string[]
  css?: string[]
}
export type Manifest = Record<string, Chunk>
export type Budget = { what: string; entry: string; route?: RegExp; javascriptKb: number; cssKb: number }
export type Measured = { what: string; javascriptKb: number; cssKb: number; budget: Budget; isOver: boolean }

const anyCatalog = /locales\/[^/]+\.po$/
/** Loaded when a chart or a player is first shown, never with a route; their budgets are the rows that name them. */
const lazyLibraries = /node_modules\/(echarts|zrender|hls\.js)\//

/** `route` is a lazy chunk and counts what it adds to the first load; without it, the row is the first load itself. */
export const budgets: Budget[] = [
  { what: 'buyer, first load', entry: 'index.html', javascriptKb: 140, cssKb: 15 },
  { what: 'buyer, live room', entry: 'index.html', route: /buyer\/live/, javascriptKb: 150, cssKb: 5 },
  { what: 'buyer, checkout', entry: 'index.html', route: /buyer\/(checkout|buy|pay)/, javascriptKb: 25, cssKb: 3 },
  { what: 'studio, first load', entry: 'studio.html', javascriptKb: 260, cssKb: 45 },
  { what: 'console, first load', entry: 'console.html', javascriptKb: 240, cssKb: 45 },
  { what: 'console, a further route', entry: 'console.html', route: /^console\//, javascriptKb: 60, cssKb: 5 },
  { what: 'big screen, all of it', entry: 'screen.html', javascriptKb: 340, cssKb: 10 },
  { what: 'a catalog', entry: 'console.html', route: anyCatalog, javascriptKb: 40, cssKb: 0 },
]

/** Everything that is loaded with a chunk, the chunk included; with `lazily`, also what it loads later. */
function closureOf(manifest: Manifest, key: string, lazily: (key: string) => boolean): Set<string> {
  const found = new Set<string>()
  const waiting = [key]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue
    found.add(next)
    const chunk = manifest[next]
    waiting.push(...(chunk?.imports ?? []), ...(chunk?.dynamicImports ?? []).filter(lazily))
  }
  return found
}

function bytesOf(manifest: Manifest, keys: Iterable<string>, sizeOf: (file: string) => number) {
  const files = new Set([...keys].flatMap((key) => [manifest[key]?.file ?? '', ...(manifest[key]?.css ?? [])]))
  const sum = (ending: RegExp) =>
    [...files].filter((file) => ending.test(file)).reduce((total, file) => total + sizeOf(file), 0) / 1_024
  return { javascriptKb: sum(/\.m?js$/), cssKb: sum(/\.css$/) }
}

const never = () => false
const always = () => true

/** One row per budget, and per route where a budget covers several. `sizeOf` answers the compressed bytes of a file. */
export function measure(manifest: Manifest, sizeOf: (file: string) => number): Measured[] {
  return budgets.flatMap((budget) => {
    if (manifest[budget.entry] === undefined) return []
    const isAllOfIt = budget.what.endsWith('all of it')
    // Catalogs come in two languages, of which one is loaded; they have a row of their own.
    const first = closureOf(manifest, budget.entry, isAllOfIt ? (key) => !anyCatalog.test(key) : never)
    if (budget.route === undefined) return [judge(budget, budget.what, bytesOf(manifest, first, sizeOf))]
    const route = budget.route
    return [...closureOf(manifest, budget.entry, always)]
      .filter((key) => !first.has(key) && route.test(key) && !lazyLibraries.test(key))
      .filter((key) => route === anyCatalog || !anyCatalog.test(key))
      .toSorted()
      .map((key) => {
        const added = [...closureOf(manifest, key, never)].filter((each) => !first.has(each))
        return judge(budget, `${budget.what}: ${key}`, bytesOf(manifest, added, sizeOf))
      })
  })
}

function judge(budget: Budget, what: string, bytes: { javascriptKb: number; cssKb: number }): Measured {
  return { what, budget, ...bytes, isOver: bytes.javascriptKb > budget.javascriptKb || bytes.cssKb > budget.cssKb }
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, '../dist/web')
  const manifestPath = join(folder, '.vite/manifest.json')
  if (!existsSync(manifestPath)) {
    console.error('The pages are not built. Run: node tools/web-build.ts')
    process.exit(1)
  }
  const sizes = new Map<string, number>()
  const rows = measure(JSON.parse(readFileSync(manifestPath, 'utf8')), (file) => {
    const known = sizes.get(file) ?? gzipSync(readFileSync(join(folder, file)), { level: 9 }).length
    sizes.set(file, known)
    return known
  })
  for (const { what, javascriptKb, cssKb, budget, isOver } of rows) {
    const javascript = `${javascriptKb.toFixed(1)} of ${budget.javascriptKb} KB`
    const css = `${cssKb.toFixed(1)} of ${budget.cssKb} KB`
    console.log(`${isOver ? 'OVER' : ' ok '} ${javascript.padStart(18)} js ${css.padStart(16)} css   ${what}`)
  }
  // A page that the manifest does not know would pass for ever.
  const unseen = budgets.filter((budget) => budget.route === undefined && !rows.some((row) => row.budget === budget))
  for (const { entry } of unseen) console.error(`${entry} was not found in what was built.`)
  if (unseen.length > 0 || rows.some(({ isOver }) => isOver)) process.exitCode = 1
}
