/** `npm start`: the whole platform in one process, with words for whoever waits in front of it. */
import { loadDemoLogins } from '#people/identity'
import { ConfigError, readConfig } from '#platform/config'
import { armCrashPoint } from '#platform/crash-points'
import { startDemoVisitors } from './demo-visitors.ts'
import { seedDemoWorld } from './demo-world.ts'
import { type RunningServer, StartRefused, startServer } from './server.ts'

const startedMs = performance.now()
const say = (sentence: string) => void process.stdout.write(`  ${sentence}\n`)

let server: RunningServer | undefined
let stopping = false
const endings: (() => Promise<void> | void)[] = []

async function stop(code: number): Promise<void> {
  if (stopping) return
  stopping = true
  say('stopping')
  // Whoever is impatient may press again.
  const hurry = setTimeout(() => process.exit(code || 1), 20_000)
  hurry.unref()
  for (const end of endings.reverse()) await end()
  await server?.stop()
  process.exit(code)
}
process.on('SIGINT', () => void stop(0))
process.on('SIGTERM', () => void stop(0))
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? String(error)}\n`)
  void stop(1)
})
process.on('unhandledRejection', (error) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  void stop(1)
})

try {
  const config = readConfig(process.env)
  if (config.crashAt !== undefined) {
    if (config.mode === 'live')
      throw new StartRefused('HAWKER_CRASH_AT is for tests; a live shop does not start with it.')
    armCrashPoint(config.crashAt)
  }
  server = await startServer(config, say)
  if (config.mode === 'demo') {
    await seedDemoWorld(server.app, {
      say,
      drained: () => server?.outbox.drained(60_000) ?? Promise.resolve(),
    })
    endings.push(await startDemoVisitors(server))
  }
  welcome(server, {
    wantedPort: config.port,
    setupLink: await server.setupLink(),
    logins: config.mode === 'demo' ? await loadDemoLogins(server.app.database.db) : [],
  })
} catch (error) {
  if (error instanceof ConfigError || error instanceof StartRefused) {
    process.stderr.write(`Hawker does not start:\n${error.message}\n`)
    await server?.stop()
    process.exit(2)
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  await server?.stop()
  process.exit(1)
}

function welcome(
  running: RunningServer,
  of: { wantedPort: number; setupLink: string | null; logins: Awaited<ReturnType<typeof loadDemoLogins>> },
): void {
  const { url, app } = running
  const { wantedPort, setupLink, logins } = of
  const encoder = running.media?.publishTarget('localhost').serverUrl ?? ''
  const rtmpPort = Number(/:(\d+)\//.exec(encoder)?.[1])
  const widest = Math.max(0, ...logins.map(({ login }) => login.length))
  const lines = [
    '',
    `  ${app.config.platformName} is ready in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`,
    '',
    ...(running.port === wantedPort ? [] : [`  Port ${wantedPort} was taken, so it listens on ${running.port}.`, '']),
    ...(encoder === '' || rtmpPort === app.config.rtmpPort
      ? []
      : [`  Port ${app.config.rtmpPort} was taken, so encoders publish to ${rtmpPort}.`, '']),
    `  Shop        ${url}/`,
    `  Studio      ${url}/studio`,
    `  Console     ${url}/console`,
    `  Big screen  ${url}/screen`,
    `  API         ${url}/api/docs`,
    `  Encoder     ${encoder || 'not running'}`,
    '',
    ...(logins.length === 0
      ? []
      : [
          `  Demo logins, one click each: ${url}/sign-in`,
          ...logins.map(({ login, sentence }) => `    ${login.padEnd(widest)}  ${sentence.en}`),
          '',
        ]),
    ...(setupLink === null ? [] : [`  Make the first administrator (once, within an hour): ${url}${setupLink}`, '']),
    '  Ctrl-C stops everything.',
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
