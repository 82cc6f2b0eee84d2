/**
 * Tests are named by what they need, and each need is a project:
 *
 *   unit         *.test.ts                           nothing; property tests included
 *   web          *.test.tsx under web/               a make-believe browser
 *   db           *.db.test.ts                        a PostgreSQL
 *   journeys     tests/journeys/, *.ffmpeg.test.ts   the whole server, and ffmpeg where it is there
 *   simulation   tests/simulation/                   the whole server, many buyers, an auditor
 *   browser      tests/browser/, *.browser.test.ts   the whole server and a Chromium
 *
 * `tools/test.ts` runs them one project after the other, in this order. The last three want the machine for
 * themselves, so their files run one at a time.
 */
import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const heavy = ['tests/journeys/**', 'tests/simulation/**', 'tests/browser/**']
const never = ['**/node_modules/**', 'dist/**', '.cache/**', '.data/**']
// The components use macros, so their tests need the same plugins as the bundle.
const bundlerConfig = ['vite.config.ts', 'web/vite.config.ts'].find((path) => existsSync(path))

export default defineConfig({
  test: {
    reporters: ['./tools/reporter.ts'],
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...never, ...heavy, '**/*.{db,ffmpeg,browser}.test.ts'],
          testTimeout: 15_000,
        },
      },
      {
        ...(bundlerConfig === undefined ? {} : { extends: `./${bundlerConfig}` }),
        root: import.meta.dirname,
        test: {
          name: 'web',
          include: ['web/**/*.test.tsx'],
          exclude: never,
          environment: 'happy-dom',
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: 'db',
          globalSetup: ['./tests/test-cluster.ts'],
          include: ['**/*.db.test.ts'],
          exclude: [...never, ...heavy],
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'journeys',
          globalSetup: ['./tests/test-cluster.ts'],
          include: ['tests/journeys/**/*.test.ts', '**/*.ffmpeg.test.ts'],
          exclude: [...never, 'tests/simulation/**', 'tests/browser/**'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'simulation',
          globalSetup: ['./tests/test-cluster.ts'],
          include: ['tests/simulation/**/*.test.ts'],
          exclude: never,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          globalSetup: ['./tests/test-cluster.ts', './tests/demo-world.ts'],
          include: ['tests/browser/**/*.test.ts', '**/*.browser.test.ts'],
          exclude: never,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
