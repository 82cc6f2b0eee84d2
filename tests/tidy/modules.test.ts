/** Folders are the map: seven at the top, nine areas, modules two levels deep, and a door with a header on each. */
import { expect, test } from 'vitest'
import { areas } from '../../tools/architecture.ts'
import { habit, house, type SourceFile } from './house.ts'

const inAModule = /^server\/(?!app\/|events\/)[^/]+\/[^/]+\//
const headerWords = ['Always true', 'Not here']
const headerWordsMin = 4

function modulesOf(paths: string[]): string[] {
  return [...new Set(paths.flatMap((path) => inAModule.exec(path)?.[0] ?? []))]
}

/** Modules that nobody can enter, because they have no door. */
function withoutDoor(paths: string[]): string[] {
  return modulesOf(paths).filter((module) => !paths.includes(`${module}index.ts`))
}

test('every module has a door', () => {
  const paths = house().map(({ path }) => path)
  expect(modulesOf(paths).length).toBeGreaterThan(0)
  expect(withoutDoor(paths)).toEqual([])
})

test('a module without a door is reported', () => {
  expect(withoutDoor(['server/trade/orders/store.ts', 'server/money/ledger/index.ts'])).toEqual([
    'server/trade/orders/',
  ])
})

habit('a door says what for, what always holds, what is not here', {
  reads: /^server\/(?!app\/|events\/)[^/]+\/[^/]+\/index\.ts$/,
  complains: ({ text }) => {
    const header = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? ''
    if (header === '') return ['starts with no header']
    const purpose = header.split(/Always true|Not here/)[0] ?? ''
    return [
      ...headerWords
        .filter((words) => !header.includes(`${words}:`))
        .map((words) => `the header does not say "${words}:"`),
      ...(purpose.split(/[\s*]+/).filter(Boolean).length < headerWordsMin
        ? ['the header does not say what it is for']
        : []),
    ]
  },
  canaries: [
    { path: 'server/trade/orders/index.ts', text: "export { a } from './a.ts'" },
    { path: 'server/trade/orders/index.ts', text: '/** Orders: what a buyer agreed to. Not here: money. */' },
    { path: 'server/trade/orders/index.ts', text: '/** Orders: what a buyer agreed to. Always true: they stay. */' },
    { path: 'server/trade/orders/index.ts', text: '/** Orders. Always true: they stay. Not here: money. */' },
  ],
  allows: [
    {
      path: 'server/trade/orders/index.ts',
      text: '/**\n * Orders: what a buyer agreed to, at the price shown.\n *\n * Always true: they stay.\n * Not here: money.\n */',
    },
  ],
})

const stagesOfTheFeed = /^server\/discovery\/feed\/[a-z-]+\/[^/]+$/
habit('modules are two levels deep, but for migrations and the stages of the feed', {
  reads: /^server\/(?!app\/|events\/)/,
  complains: ({ path }) => {
    if (/^server\/[^/]+\/[^/]+\/(migrations\/)?[^/]+$/.test(path) || stagesOfTheFeed.test(path)) return []
    return ['stands too deep or too high; a module is server/<area>/<module>/']
  },
  canaries: [
    { path: 'server/trade/orders/rules/a.ts', text: '' },
    { path: 'server/trade/a.ts', text: '' },
  ],
  allows: [
    { path: 'server/trade/orders/migrations/0001_a.sql', text: '' },
    { path: 'server/discovery/feed/sources/a.ts', text: '' },
  ],
})

const rooms = ['app', 'events', 'platform', ...areas]
habit('the server has its nine areas, the floor, the events and the composition', {
  reads: /^server\//,
  complains: ({ path }) => (rooms.includes(path.split('/')[1] ?? '') ? [] : ['stands in no area']),
  canaries: [{ path: 'server/billing/invoices/index.ts', text: '' }],
})

const atTheTop = ['contract', 'server', 'web', 'tests', 'bench', 'tools', 'docs', '.ci', '.github']
habit('seven folders stand at the top', {
  reads: /\//,
  complains: ({ path }) => (atTheTop.includes(path.split('/')[0] ?? '') ? [] : ['stands in an eighth folder']),
  canaries: [{ path: 'src/main.ts', text: '' }],
})

const namesThatSayNothing = /(^|\/)(common|shared|utils?|helpers?|types|core|misc|lib)\//
habit('no folder has a name that says nothing', {
  reads: /./,
  complains: ({ path }: SourceFile) => (namesThatSayNothing.test(path) ? ['say what is in it'] : []),
  canaries: ['common', 'shared', 'utils', 'helpers', 'types', 'core']
    .flatMap((name) => [`server/platform/${name}/index.ts`, `web/kit/${name}/a.ts`])
    .map((path) => ({ path, text: '' })),
  allows: [{ path: 'server/live/media/media-types.ts', text: '' }],
})

habit('names are in lower case, with hyphens', {
  reads: /\.(tsx?|sql|css)$/,
  complains: ({ path }) => (/^[a-z0-9./_-]+$/.test(path) ? [] : ['is not in lower case']),
  canaries: [{ path: 'web/kit/BuyButton.tsx', text: '' }],
  allows: [{ path: 'server/trade/orders/place-orders.db.test.ts', text: '' }],
})
