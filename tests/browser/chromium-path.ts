/// <reference types="node" />
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The browser of this machine, or undefined: the tests then skip and say so. */
export const chromiumPath = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)].map((folder) => join(folder, name)))
  .find((path) => existsSync(path))

/** What `tests/demo-world.ts` gives to every test: the address of the world, empty without a browser. */
declare module 'vitest' {
  interface ProvidedContext {
    worldUrl: string
  }
}
