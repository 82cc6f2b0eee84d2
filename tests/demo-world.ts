/**
 * One demo world for all browser tests of a run: seeding draws pictures and takes its time, so it is done once. Nobody
 * buys or talks in it but the tests; its three rooms are on air.
 *
 * `HAWKER_TEST_WORLD_URL` names a demo world that already runs, for whoever writes these tests.
 */
import type { TestProject } from 'vitest/node'
import { startDemoVisitors } from '../server/app/demo-visitors.ts'
import { seedDemoWorld } from '../server/app/demo-world.ts'
import { chromiumPath } from './browser/chromium-path.ts'
import { startWorld } from './world.ts'

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = process.env['HAWKER_TEST_WORLD_URL']
  if (running !== undefined || chromiumPath === undefined) {
    project.provide('worldUrl', running ?? '')
    return undefined
  }
  const world = await openDemoWorld()
  project.provide('worldUrl', world.url)
  return world.stop
}

export async function openDemoWorld(): Promise<{ url: string; stop: () => Promise<void> }> {
  const world = await startWorld()
  const { app, outbox } = world.server
  await seedDemoWorld(app, { say: () => undefined, drained: () => outbox.drained(60_000) })
  const leave = await startDemoVisitors(world.server)
  return {
    url: world.url,
    async stop() {
      await leave()
      await world.stop()
    },
  }
}
