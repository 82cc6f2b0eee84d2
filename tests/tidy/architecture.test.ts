/** Each rule of the architecture has a canary: a planted violation that the check must report. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { getAvailableTranspilers } from 'dependency-cruiser'
import { expect, test } from 'vitest'
import { areas, complaintsOf, importsNotSeen, inspect, mayCall, packages, rules } from '../../tools/architecture.ts'

type Plant = { breaks: string; file: string; text: string }

const home = { trust: 'risk', people: 'identity', goods: 'catalog', supply: 'warehouse', money: 'ledger' }
const moduleIn: Record<string, string> = {
  ...home,
  trade: 'orders',
  live: 'media',
  discovery: 'feed',
  insight: 'facts',
}

/** A small house in which everything is where it belongs. */
const cleanHouse: Record<string, string> = {
  ...Object.fromEntries(areas.map((area) => [`server/${area}/${moduleIn[area]}/index.ts`, 'export const door = 1\n'])),
  'contract/shop.ts': "import { z } from 'zod'\nexport const shop = z\n",
  'server/events/shop.ts': "import { type shop } from '#contract/shop'\nexport type Opened = typeof shop\n",
  'server/platform/database/index.ts': "export { pool } from './pool.ts'\n",
  'server/platform/database/pool.ts': "import pg from 'pg'\nexport const pool = pg\n",
  'server/platform/ids/index.ts': "import { randomUUID } from 'node:crypto'\nexport const id = randomUUID\n",
  'server/trade/orders/place.ts': [
    "import { pool } from '#platform/database'",
    "import { door } from '#supply/warehouse'",
    "import { type Opened } from '#events/shop'",
    "import { total } from './order.ts'",
    'export const place = [pool, door, total] satisfies unknown[]',
    'export type { Opened }',
    '',
  ].join('\n'),
  'server/trade/orders/order.ts': 'export const total = (units: number) => units as number\n',
  'server/trade/orders/order.test.ts':
    "import { test } from 'vitest'\nimport { total } from './order.ts'\ntest('', total)\n",
  'server/live/media/engine-main.ts': "import { id } from '#platform/ids'\nexport const engine = id\n",
  'server/app/main.ts': "import { door } from '#trade/orders'\nexport const main = door\n",
  'web/kit/button.tsx': "import { useState } from 'react'\nexport const Button = () => <b>{useState(1)[0]}</b>\n",
  'web/buyer/main.tsx':
    "import { shop } from '#contract/shop'\nimport { Button } from '../kit/button.tsx'\nexport default [shop, Button]\n",
  'tools/start.ts': "import { main } from '../server/app/main.ts'\nexport const start = main\n",
}

const callsOfAreas: Plant[] = areas.flatMap((area) =>
  areas
    .filter((other) => other !== area && !mayCall[area]?.includes(other))
    .map((other) => ({
      breaks: `${area}-calls-only-its-own`,
      file: `server/${area}/${moduleIn[area]}/calls-${other}.ts`,
      text: `import { door } from '#${other}/${moduleIn[other]}'\nexport const a = door\n`,
    })),
)

const misplacedPackages: Plant[] = Object.entries(packages).map(([name, places]) => ({
  breaks: `package-${name}`,
  // The web is the wrong place for what the server uses, and the other way round; nobody builds inside a module.
  file: `${places.some((place) => place.startsWith('web/')) || places.length === 0 ? 'server/platform/ids' : 'web/kit'}/wants-${name.replaceAll(/[^a-z]/g, '-')}.ts`,
  text: `import type { a } from '${name.replace('*', 'some')}'\nexport type B = typeof a\n`,
}))

const plants: Plant[] = [
  ...callsOfAreas,
  ...misplacedPackages,
  {
    breaks: 'floor-knows-no-area',
    file: 'server/platform/ids/up.ts',
    text: "import { door } from '#people/identity'\nexport const a = door\n",
  },
  {
    breaks: 'floor-knows-no-area',
    file: 'server/events/up.ts',
    text: "import { type door } from '#people/identity'\nexport type A = typeof door\n",
  },
  {
    breaks: 'contract-knows-no-server',
    file: 'contract/up.ts',
    text: "import { id } from '#platform/ids'\nexport const a = id\n",
  },
  {
    breaks: 'contract-needs-no-node',
    file: 'contract/node.ts',
    text: "import fs from 'node:fs'\nexport const a = fs\n",
  },
  {
    breaks: 'contract-needs-no-node',
    file: 'web/kit/node.ts',
    text: "import fs from 'node:fs'\nexport const a = fs\n",
  },
  {
    breaks: 'app-is-on-top',
    file: 'server/trade/orders/up.ts',
    text: "import { main } from '../../app/main.ts'\nexport const a = main\n",
  },
  {
    breaks: 'product-needs-no-scripts',
    file: 'server/trade/orders/script.ts',
    text: "import { a } from '../../../tools/lone.ts'\nexport const b = a\n",
  },
  { breaks: '', file: 'tools/lone.ts', text: 'export const a = 1\n' },
  {
    breaks: 'doors-only',
    file: 'server/trade/orders/deep.ts',
    text: "import { a } from '../../supply/warehouse/inside.ts'\nexport const b = a\n",
  },
  { breaks: '', file: 'server/supply/warehouse/inside.ts', text: 'export const a = 1\n' },
  {
    breaks: 'doors-only-from-outside',
    file: 'tests/journeys/deep.test.ts',
    text: "import { a } from '../../server/supply/warehouse/inside.ts'\nexport const b = a\n",
  },
  {
    breaks: 'floor-by-its-doors',
    file: 'server/app/deep.ts',
    text: "import { pool } from '../platform/database/pool.ts'\nexport const b = pool\n",
  },
  { breaks: '', file: 'server/platform/database/test-database.ts', text: 'export const a = 1\n' },
  {
    breaks: 'equipment-of-tests',
    file: 'server/platform/database/borrows.ts',
    text: "import { a } from './test-database.ts'\nexport const b = a\n",
  },
  {
    breaks: 'doors-by-name',
    file: 'server/trade/orders/nameless.ts',
    text: "import { door } from '../../supply/warehouse/index.ts'\nexport const b = door\n",
  },
  {
    breaks: 'doors-by-name-from-outside',
    file: 'server/app/nameless.ts',
    text: "import { door } from '../supply/warehouse/index.ts'\nexport const b = door\n",
  },
  {
    breaks: 'contract-by-name',
    file: 'web/buyer/nameless.ts',
    text: "import { shop } from '../../contract/shop.ts'\nexport const b = shop\n",
  },
  {
    breaks: 'events-by-name',
    file: 'server/app/nameless-event.ts',
    text: "import { type Opened } from '../events/shop.ts'\nexport type B = Opened\n",
  },
  {
    breaks: 'own-door-is-for-others',
    file: 'server/trade/orders/own-door.ts',
    text: "import { door } from './index.ts'\nexport const b = door\n",
  },
  {
    breaks: 'web-knows-only-the-contract',
    file: 'web/buyer/server.ts',
    text: "import { id } from '#platform/ids'\nexport const b = id\n",
  },
  {
    breaks: 'web-apps-are-strangers',
    file: 'web/studio/borrow.ts',
    text: "import main from '../buyer/main.tsx'\nexport const b = main\n",
  },
  {
    breaks: 'kit-knows-no-app',
    file: 'web/client/app.ts',
    text: "import main from '../buyer/main.tsx'\nexport const b = main\n",
  },
  {
    breaks: 'server-draws-nothing',
    file: 'server/platform/ids/draw.ts',
    text: "import { Button } from '../../../web/kit/button.tsx'\nexport const b = Button\n",
  },
  {
    breaks: 'no-cycle',
    file: 'server/money/ledger/a.ts',
    text: "import { b } from './b.ts'\nexport const a = () => b\n",
  },
  {
    breaks: '', // A ring is told once, at its first file.
    file: 'server/money/ledger/b.ts',
    text: "import { a } from './a.ts'\nexport const b = () => a\n",
  },
  {
    breaks: 'production-has-it',
    file: 'server/platform/ids/borrowed.ts',
    text: "import { some } from 'only-for-development'\nexport const b = some\n",
  },
  {
    breaks: 'every-import-leads-somewhere',
    file: 'server/platform/ids/nowhere.ts',
    text: "import { a } from '#people/nobody'\nexport const b = a\n",
  },
  {
    breaks: 'every-import-leads-somewhere',
    file: 'server/platform/ids/nowhere-near.ts',
    text: "import { a } from './not-there.ts'\nexport const b = a\n",
  },
  {
    breaks: 'package-is-listed',
    file: 'server/platform/ids/newcomer.ts',
    text: "import { some } from 'newcomer'\nexport const b = some\n",
  },
]

async function houseOf(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'hawker-tidy-'))
  const own = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'))
  const manifest = {
    ...own,
    dependencies: { ...own.dependencies, newcomer: '1.0.0' },
    devDependencies: { ...own.devDependencies, 'only-for-development': '1.0.0' },
  }
  for (const name of Object.keys(packages)) manifest.dependencies[name.replace('*', 'some')] ??= '1.0.0'
  const outside = ['newcomer', 'only-for-development', ...Object.keys(packages)].flatMap((name) => {
    const folder = `node_modules/${name.replace('*', 'some')}`
    return [
      [
        `${folder}/package.json`,
        JSON.stringify({ name: name.replace('*', 'some'), version: '1.0.0', main: 'index.js' }),
      ],
      [`${folder}/index.js`, ''],
    ]
  })
  const all: Record<string, string> = {
    ...files,
    'package.json': JSON.stringify(manifest),
    ...Object.fromEntries(outside),
  }
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

async function inspectHouse(files: Record<string, string>) {
  const root = await houseOf(files)
  try {
    return await inspect(root)
  } finally {
    await rm(root, { recursive: true })
  }
}

test('a house in which everything is where it belongs breaks no rule, and all of it is read', async () => {
  const inspection = await inspectHouse(cleanHouse)
  expect(complaintsOf(inspection, Object.keys(cleanHouse))).toEqual([])
  expect(inspection.filesRead).toEqual(Object.keys(cleanHouse).toSorted())
})

test('the parser that understands our TypeScript is there: without it another would quietly take its place', () => {
  expect(getAvailableTranspilers()).toContainEqual(expect.objectContaining({ name: 'swc', available: true }))
})

test('every planted violation is reported', async () => {
  const planted = Object.fromEntries(plants.map(({ file, text }) => [file, text]))
  const { violations } = await inspectHouse({ ...cleanHouse, ...planted })
  const reported = new Set(violations.map(({ rule, from }) => `${rule}: ${from}`))
  const missed = plants.filter(({ breaks, file }) => breaks !== '' && !reported.has(`${breaks}: ${file}`))
  expect(missed).toEqual([])
})

test('every rule has a planted violation', () => {
  const broken = new Set(plants.map(({ breaks }) => breaks))
  const own = ['engine-stands-alone'] // Its own is below.
  expect(rules.map(({ name }) => name ?? '').filter((name) => !broken.has(name) && !own.includes(name))).toEqual([])
})

test('the media engine may not reach the database, not even through another file', async () => {
  const { violations } = await inspectHouse({
    ...cleanHouse,
    'server/live/media/engine-main.ts': "import { a } from './between.ts'\nexport const engine = a\n",
    'server/live/media/between.ts': "import { pool } from '#platform/database'\nexport const a = pool\n",
  })
  expect(violations.map(({ rule }) => rule)).toContain('engine-stands-alone')
})

test('two modules that need each other are reported, even where no two files do', async () => {
  const { violations } = await inspectHouse({
    ...cleanHouse,
    'server/trade/promotions/index.ts': 'export const door = 1\n',
    'server/trade/promotions/a.ts': "import { type door } from '#trade/orders'\nexport type A = typeof door\n",
    'server/trade/orders/b.ts': "import { type door } from '#trade/promotions'\nexport type B = typeof door\n",
  })
  expect(violations).toEqual([
    expect.objectContaining({
      rule: 'no-ring-of-modules',
      from: 'trade/orders',
      to: 'trade/promotions -> trade/orders',
    }),
  ])
})

test('an import that the parser overlooked is reported', () => {
  const overlooked = importsNotSeen(
    [{ source: 'a.ts', dependencies: [] }],
    () => "import {\n  a,\n} from './a.ts'\nexport * from './b.ts'\nimport './c.css'\n",
  )
  expect(overlooked.map(({ to }) => to)).toEqual(['./a.ts', './b.ts', './c.css'])
})

test('a file that git lists and nobody read is a complaint, and so is reading nothing', () => {
  const nothing = { violations: [], filesRead: [], importsSeen: 0 }
  expect(complaintsOf(nothing, ['server/app/main.ts'])).toEqual([
    'server/app/main.ts is listed by git but was not read',
    'nothing was read, so nothing was checked',
  ])
})

test('the table itself has no ring: areas can be understood one after the other', () => {
  const reaches = (area: string): string[] => (mayCall[area] ?? []).flatMap((other) => [other, ...reaches(other)])
  for (const area of areas) expect(reaches(area)).not.toContain(area)
})
