/**
 * The composition: builds everything by hand, in the order in which it starts, and takes it down in reverse.
 * `main.ts` runs it for people, the journeys run it for themselves.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { feedRoutes } from '#discovery/feed'
import { catalogRoutes, categoriesOf } from '#goods/catalog'
import { listingsRoutes } from '#goods/listings'
import { conversionRoutes, watchViewers } from '#insight/conversion'
import { type Facts, openFacts } from '#insight/facts'
import { gmvRoutes } from '#insight/gmv'
import { leaderboardsRoutes, rankingOfDay } from '#insight/leaderboards'
import { giftsRoutes } from '#live/gifts'
import { forwardPublishSocket, isPublishSocket, type MediaEngine } from '#live/media'
import { replaysRoutes } from '#live/replays'
import { consoleFactsOf, findOnAir, isSessionOnAir, openRooms, roomsOnAir } from '#live/rooms'
import { coinsRoutes } from '#money/coins'
import { depositsRoutes } from '#money/deposits'
import { feesRoutes } from '#money/fees'
import { ledgerRoutes } from '#money/ledger'
import { paymentsRoutes } from '#money/payments'
import { reconciliationRoutes } from '#money/reconciliation'
import { settlementsRoutes } from '#money/settlements'
import { withdrawalsRoutes } from '#money/withdrawals'
import { creatorsRoutes, isCreator } from '#people/creators'
import { followsRoutes } from '#people/follows'
import { authenticatorOf, firstAdminLink, identityRoutes, namesOf } from '#people/identity'
import { merchantsRoutes } from '#people/merchants'
import { notificationsRoutes } from '#people/notifications'
import { profilesRoutes } from '#people/profiles'
import { verificationRoutes } from '#people/verification'
import type { App } from '#platform/app'
import { startClock } from '#platform/clock'
import type { Config } from '#platform/config'
import { checkClusterAt, loadClockOffset, migrate, openDatabase, resolveDatabase } from '#platform/database'
import { buildHttp, loopLateness, type Route } from '#platform/http'
import { every, startJobs } from '#platform/jobs'
import { startLog } from '#platform/log'
import { startMetrics } from '#platform/metrics'
import { type Outbox, startOutbox } from '#platform/outbox'
import { startSockets } from '#platform/sockets'
import { openDiskStorage } from '#platform/storage'
import { fulfilmentRoutes } from '#supply/fulfilment'
import { procurementRoutes } from '#supply/procurement'
import { returnsRoutes } from '#supply/returns'
import { warehouseRoutes } from '#supply/warehouse'
import { checkoutRoutes, type OrderDesk, openOrderDesk, placeNotedWishes, pressingWaitMs } from '#trade/checkout'
import { flashRoutes, moveFlashSales } from '#trade/flash'
import { closeDueOrders, ordersRoutes } from '#trade/orders'
import { personalOffersRoutes } from '#trade/personal-offers'
import { pricesRoutes, promotionsRoutes } from '#trade/promotions'
import { blacklistRoutes } from '#trust/blacklist'
import { conductRoutes } from '#trust/conduct'
import { moderationRoutes } from '#trust/moderation'
import { auditRoutes, watchInvariants } from './audit.ts'
import { demoPersonIds } from './demo-world.ts'
import { explainBooksRoutes } from './explain-books.ts'
import { recordingsFolder } from './folders.ts'
import { startMedia } from './media.ts'
import { operationsRoutes } from './operations-routes.ts'
import { mountPages } from './pages.ts'
import { personalDataRoutes } from './personal-data.ts'
import { joins, mayWait, reactionsOf } from './reactions.ts'
import { schedules } from './schedules.ts'

export interface RunningServer {
  app: App
  desk: OrderDesk
  outbox: Outbox
  media: MediaEngine | null
  facts: Facts
  url: string
  port: number
  databaseUrl: string
  routes: readonly Route[]
  /** Where the first administrator is made, or null when there is one. Each call makes a new link. */
  setupLink(): Promise<string | null>
  stop(): Promise<void>
}

export class StartRefused extends Error {}

const lookEveryMs = 1_000

/**
 * Goods that nobody paid for are for sale again within a second, and flash sales start and end at theirs. One look at a time: a
 * slow one is not overtaken by the next.
 */
function lookEachSecond(app: App, what: string, look: (app: App) => Promise<unknown>): () => void {
  let looking = false
  return every(lookEveryMs, () => {
    if (looking) return
    looking = true
    look(app)
      .catch((error) => app.log.error({ err: error }, `${what} could not be looked at; the next second tries again`))
      .finally(() => {
        looking = false
      })
  })
}

const root = join(import.meta.dirname, '../..')
export const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
const portsTriedMax = 50

/** Says what is being done, for people who wait: one short sentence a step. */
export type Say = (sentence: string) => void

export async function startServer(config: Config, say: Say = () => undefined): Promise<RunningServer> {
  const log = startLog({ level: config.logLevel })
  const dataDir = resolve(config.dataDir)
  await mkdir(dataDir, { recursive: true })
  const undo: (() => Promise<unknown> | unknown)[] = []
  const takeDown = async () => {
    for (const step of undo.reverse()) await step()
    undo.length = 0
  }
  try {
    say('starting the database')
    const resolved = await resolveDatabase(config, log).catch((error: unknown) => {
      throw new StartRefused(messageOf(error), { cause: error })
    })
    undo.push(() => resolved.stop())
    const wrong = await checkClusterAt(resolved.url).catch((error: unknown) => {
      // Without its password, which the address holds.
      const { host, pathname } = new URL(resolved.url)
      throw new StartRefused(`The database ${host}${pathname} cannot be reached: ${messageOf(error)}.`, {
        cause: error,
      })
    })
    if (wrong !== null) throw new StartRefused(wrong.sentence)
    const report = await migrate({ url: resolved.url })
    if (report.applied.length > 0)
      say(`brought the database to the present schema (${report.applied.length} migrations)`)

    const clock = startClock()
    const metrics = startMetrics()
    const database = openDatabase({
      url: resolved.url,
      connectionsMax: config.databaseConnectionsMax,
      statementTimeoutMs: config.databaseStatementTimeoutMs,
      clock,
      log,
    })
    undo.push(() => database.close())
    await loadClockOffset({ database, clock })
    const storage = openDiskStorage(join(dataDir, 'files'))
    const sockets = startSockets({ config, database, clock, log, metrics })
    undo.push(() => sockets.stop())
    const secret = config.secret ?? (await keptSecret(join(dataDir, 'secret')))
    const base = { config, clock, log, metrics, database, storage, sockets, secret }
    const app: App = { ...base, jobs: { sweepAll: async () => undefined, stop: async () => undefined } }

    let media: MediaEngine | null = null
    const desk = openOrderDesk(app)
    undo.push(() => desk.close())
    const outbox = startOutbox(app, reactionsOf({ app, desk, media: () => media }), joins, {
      mayWait,
      isBusy: desk.isBusy,
    })
    undo.push(() => outbox.stop())
    app.jobs = await startJobs(app, schedules)
    undo.push(() => app.jobs.stop())

    const watching = watchInvariants(app)
    undo.push(watching)
    undo.push(lookEachSecond(app, 'unpaid orders', closeDueOrders))
    undo.push(lookEachSecond(app, 'flash sales', moveFlashSales))
    undo.push(lookEachSecond(app, 'claims and prizes', placeNotedWishes(desk)))

    const rooms = openRooms(app, () => media)
    undo.push(() => rooms.close())
    const facts = openFacts(app, { isOnAir: (sessionId) => isSessionOnAir(app, sessionId) })
    undo.push(() => facts.close())
    undo.push(watchViewers(app, () => roomsOnAir(app)))
    const routes = [
      ...identityRoutes(app),
      ...profilesRoutes(app),
      ...notificationsRoutes(app),
      ...followsRoutes(app),
      ...creatorsRoutes(app, {
        isCategory: async (code) => (await categoriesOf(database.db)).some((each) => each.code === code),
      }),
      ...merchantsRoutes(app),
      ...verificationRoutes(app),
      ...blacklistRoutes(app, { namesOf: (ids) => namesOf(database.db, ids) }),
      ...conductRoutes(app, { isCreator: (id) => isCreator(database.db, id) }),
      ...catalogRoutes(app),
      ...listingsRoutes(app),
      ...warehouseRoutes(app),
      ...procurementRoutes(app),
      ...fulfilmentRoutes(app),
      ...returnsRoutes(app),
      ...ledgerRoutes(app),
      ...feesRoutes(app),
      ...paymentsRoutes(app),
      ...reconciliationRoutes(app),
      ...settlementsRoutes(app),
      ...coinsRoutes(app),
      ...withdrawalsRoutes(app),
      ...depositsRoutes(app),
      ...checkoutRoutes(app, desk, (personId) => config.mode === 'demo' && demoPersonIds.has(personId)),
      ...ordersRoutes(app),
      ...promotionsRoutes(app, findOnAir),
      ...pricesRoutes(app, findOnAir),
      ...personalOffersRoutes(app),
      ...moderationRoutes(app),
      ...flashRoutes(app, findOnAir),
      ...rooms.routes,
      ...replaysRoutes(app, recordingsFolder(config)),
      ...giftsRoutes(app),
      ...feedRoutes(app, rooms.cards),
      ...facts.routes,
      ...conversionRoutes(app, { deskOf: (sessionId, personId) => consoleFactsOf(app, sessionId, personId) }),
      ...gmvRoutes(app, (day) => rankingOfDay(app, day, 10)),
      ...leaderboardsRoutes(app),
      ...auditRoutes(app),
      ...explainBooksRoutes(app),
      ...operationsRoutes(app),
      ...personalDataRoutes(app),
    ]
    let ready = false
    const authenticate = authenticatorOf(app)
    const loop = loopLateness()
    undo.push(() => loop.stop())
    // A late loop alone is nobody's harm; while buyers wait it is theirs.
    const isOverloaded = () => desk.expectedWaitMs() >= pressingWaitMs || (loop.isLate() && desk.isBusy())
    sockets.yieldWhen(isOverloaded)
    const http = await buildHttp(app, {
      authenticate,
      routes,
      isOverloaded,
      mount: (server) =>
        mountPages(server, app, {
          endpoints: routes.map((each) => each.endpoint),
          version,
          media: () => media,
          isReady: () => ready,
        }),
    })
    sockets.attach(http.server, authenticate, {
      isTheirs: isPublishSocket,
      take: (request, socket, head) =>
        forwardPublishSocket(media ?? { httpPort: null }, request, socket, head, request.socket.remoteAddress ?? ''),
    })

    say('starting the media engine')
    // Selling goes on without pictures: a media engine that does not start is told, not fatal.
    media = await startMedia(app).catch((error: unknown) => {
      log.error({ err: error }, 'the media engine did not start')
      return null
    })
    undo.push(() => media?.close())

    const port = await listen(http, config)
    undo.push(() => drain(http, config.drainMsMax))
    // Before the draining, which waits for every connection: a socket ends only when it is told to.
    undo.push(() => sockets.stop())
    ready = true
    undo.push(() => {
      ready = false
    })
    return {
      app,
      desk,
      outbox,
      media,
      facts,
      url: `http://localhost:${port}`,
      port,
      databaseUrl: resolved.url,
      routes,
      setupLink: () => firstAdminLink(app),
      stop: takeDown,
    }
  } catch (error) {
    await takeDown()
    throw error
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Takes the configured port, or the next free one; 0 asks the system for any. */
async function listen(http: Awaited<ReturnType<typeof buildHttp>>, config: Config): Promise<number> {
  for (let offset = 0; ; offset++) {
    const port = config.port + offset
    try {
      await http.listen({ host: config.host, port })
      return (http.server.address() as AddressInfo).port
    } catch (error) {
      if ((error as { code?: string }).code !== 'EADDRINUSE' || offset >= portsTriedMax) throw error
    }
  }
}

/** Lets running requests finish, but not for ever: what still runs after `drainMsMax` is cut off. */
async function drain(http: Awaited<ReturnType<typeof buildHttp>>, drainMsMax: number): Promise<void> {
  const timer = setTimeout(() => http.server.closeAllConnections(), drainMsMax)
  http.server.closeIdleConnections()
  await http.close()
  clearTimeout(timer)
}

async function keptSecret(path: string): Promise<string> {
  if (existsSync(path)) return (await readFile(path, 'utf8')).trim()
  const secret = randomBytes(48).toString('base64url')
  await writeFile(path, secret, { mode: 0o600, flag: 'wx' })
  return secret
}
