import { join, resolve } from 'node:path'
import type { Config } from '#platform/config'

/** Where the media engine keeps what was broadcast: a folder for each session. */
export function recordingsFolder(config: Pick<Config, 'dataDir'>): string {
  return join(resolve(config.dataDir), 'recordings')
}
