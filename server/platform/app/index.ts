/**
 * App: what lives as long as the process, built by hand in `server/app/build.ts`; functions ask for the part they need.
 *
 * Always true: it holds only the floor; what an area keeps alive (the order desk, the media engine) is passed to that
 * area's own functions.
 * Not here: what lives as long as one transaction (`Tx` in `#platform/database`).
 */
import type { Clock } from '#platform/clock'
import type { Config } from '#platform/config'
import type { Database } from '#platform/database'
import type { Jobs } from '#platform/jobs'
import type { Log } from '#platform/log'
import type { Metrics } from '#platform/metrics'
import type { Sockets } from '#platform/sockets'
import type { Storage } from '#platform/storage'

export interface App {
  config: Config
  clock: Clock
  log: Log
  metrics: Metrics
  database: Database
  storage: Storage
  sockets: Sockets
  jobs: Jobs
  /** Signs what the server hands out and wants back unchanged (attribution, links); 32 bytes or more. */
  secret: string
}
