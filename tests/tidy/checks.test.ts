/** The checks of `npm run check` are awake: in a small clean house they are content, and each notices its own planted fault. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checks, runChecks } from '../../tools/check.ts'
import { root } from './house.ts'

const manifest = {
  name: 'house',
  type: 'module',
  private: true,
  imports: { '#platform/*': './server/platform/*/index.ts' },
}
const cleanHouse: Record<string, string> = {
  'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
  '.gitignore': 'node_modules/\n',
  'server/platform/ids/index.ts': "export { start } from './start.ts'\n",
  'server/platform/ids/start.ts': 'export const start = async (units: number) => units + 1\n',
  'server/app/main.ts': "import { start } from '#platform/ids'\n\nawait start(1)\n",
  'web/buyer/main.tsx': "document.title = 'buyer'\n",
}
const settings = ['tsconfig.json', 'web/tsconfig.json', 'biome.json', '.oxlintrc.json', 'knip.json']
// These read this repository, whatever the folder; `architecture.test.ts` and `texts.test.ts` plant their own faults.
const ofThisHouse = ['architecture', 'api', 'texts']

const plants: Record<string, { file: string; text: string; says: RegExp }[]> = {
  format: [
    { file: 'server/app/main.ts', text: 'await  start( 1 );\n', says: /Formatter would have printed/ },
    { file: 'server/app/main.ts', text: 'enum A {}\nexport default A\n', says: /noEnum/ },
  ],
  types: [{ file: 'server/app/main.ts', text: "const units: number = '1'\nexport default units\n", says: /TS2322/ }],
  'web-types': [{ file: 'web/buyer/main.tsx', text: 'document.title = 1\n', says: /TS2322/ }],
  lint: [
    {
      file: 'server/app/main.ts',
      text: "import { start } from '#platform/ids'\n\nstart(1)\n",
      says: /no-floating-promises/,
    },
    {
      file: 'server/app/main.ts',
      text: "import { start } from '#platform/ids'\n\nif (start(1)) await start(1)\n",
      says: /no-misused-promises/,
    },
    { file: 'server/app/main.ts', text: 'const one = 1\nawait one\n', says: /await-thenable/ },
  ],
  unused: [
    { file: 'server/platform/ids/alone.ts', text: 'export const alone = 1\n', says: /Unused files/ },
    {
      // Behind the door: what a door itself shows is its public face, whether somebody uses it yet or not.
      file: 'server/platform/ids/start.ts',
      text: 'export const start = async (units: number) => units + 1\nexport const nobody = 1\n',
      says: /Unused exports/,
    },
    { file: 'server/app/main.ts', text: "import 'left-pad'\n", says: /Unlisted dependencies/ },
  ],
}

let folder = ''

async function build(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hawker-checks-'))
  await build(cleanHouse)
  for (const path of settings) await cp(join(root, path), join(folder, path))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const here = checks.filter(({ name }) => !ofThisHouse.includes(name))

test('a clean house passes', { timeout: 60_000 }, async () => {
  const results = await runChecks(here, undefined, folder)
  expect(results.filter(({ isGood }) => !isGood)).toEqual([])
})

test('every check has a planted fault', () => {
  expect(Object.keys(plants).toSorted()).toEqual(here.map(({ name }) => name).toSorted())
})

for (const check of here) {
  test(`the check ${check.name} notices its planted fault`, { timeout: 60_000 }, async () => {
    for (const { file, text, says } of plants[check.name] ?? []) {
      await build({ [file]: text })
      const [result] = await runChecks([check], undefined, folder)
      await rm(join(folder, file))
      await build(cleanHouse)
      expect(result?.isGood).toBe(false)
      expect(result?.output).toMatch(says)
    }
  })
}
