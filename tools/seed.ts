/**
 * `npm run seed -- demo`: fills a database with the demo world, deterministic by names, and stops.
 * `npm run seed -- empty`: brings the schema up and leaves it empty.
 */
import { readConfig } from '#platform/config'
import { seedDemoWorld } from '../server/app/demo-world.ts'
import { startServer } from '../server/app/server.ts'

const worlds = ['demo', 'empty']
const world = process.argv[2] ?? ''
if (!worlds.includes(world)) {
  process.stderr.write(`Which world? npm run seed -- ${worlds.join('|')}\n`)
  process.exit(2)
}
const say = (sentence: string) => void process.stdout.write(`  ${sentence}\n`)
const config = readConfig({ ...process.env, ...(world === 'demo' ? { HAWKER_MODE: 'demo' } : {}) })
const server = await startServer(config, say)
try {
  if (world === 'demo') await seedDemoWorld(server.app, { say, drained: () => server.outbox.drained(60_000) })
  say(`the ${world} world is there`)
} finally {
  await server.stop()
}
