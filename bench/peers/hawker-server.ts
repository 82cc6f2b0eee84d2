/** The real server in a process of its own, with goods and buyers; stops when the one who compares is gone. */
import { createServer } from 'node:net'
import { readConfig } from '#platform/config'
import { startServer } from '../../server/app/server.ts'
import { type BenchSku, openCrowdSessions, seedWorld } from '../orders/seed.ts'

export interface HawkerReady {
  port: number
  plenty: BenchSku
  few: BenchSku
  buyers: { addressId: string; cookie: string }[]
}

const buyersCount = 400

const starting = startServer(
  readConfig({
    HAWKER_MODE: 'demo',
    HAWKER_DEMO_SALES: 'false',
    HAWKER_HOST: '127.0.0.1',
    HAWKER_PORT: String(await freePort()),
    HAWKER_RTMP_PORT: String(await freePort()),
    HAWKER_DATA_DIR: process.argv[2],
    HAWKER_LOG_LEVEL: 'error',
  }),
)
// Heard while it starts, too: whoever compares may be ended at any time.
process.on('disconnect', () => void starting.then((started) => started.stop()).finally(() => process.exit(0)))
const server = await starting

const world = await seedWorld(server.app, { buyers: buyersCount, sockets: 0 })
const cookies = await openCrowdSessions(server.app, world.buyers)
await server.outbox.drained(60_000)
const [plenty] = world.skus
const [few] = world.flashSkus
if (plenty === undefined || few === undefined) throw new Error('there are goods')
const ready: HawkerReady = {
  port: server.port,
  plenty,
  few,
  buyers: world.buyers.map(({ addressId }, index) => ({ addressId, cookie: cookies[index] ?? '' })),
}
process.send?.(ready)

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
