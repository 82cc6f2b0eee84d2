/**
 * The askers, in a process of their own: sockets and keep-alive connections that want to buy. Told what to do by messages
 * from `bench/orders.ts`, answers each with what it saw.
 */
import { readFileSync } from 'node:fs'
import { connect as connectTcp, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { asksInFlightMax, messagesPerSecondMax } from '#contract/socket'
import { newId } from '#platform/ids'
import { type Channel, openChannel } from './channel.ts'
import { type BenchBuyer, type BenchSku, couponOffMinor, offMinor } from './seed.ts'

export interface LoadWorld {
  url: string
  port: number
  skus: BenchSku[]
  sellerSkus: BenchSku[]
  buyers: (BenchBuyer & { cookie: string })[]
  crowd: { addressId: string; cookie: string }[]
}

export type LoadCommand =
  | { do: 'open' }
  | { do: 'closed_loop'; seconds: number; inFlight: number }
  | { do: 'open_loop'; seconds: number; perSecond: number }
  | { do: 'http'; seconds: number; connections: number }
  | { do: 'carts'; seconds: number; connections: number }
  | { do: 'mixed'; seconds: number; perSecond: number }
  | { do: 'flash'; sku: BenchSku; wishes: number }
  | { do: 'flash_http'; sku: BenchSku; connections: number }

export interface LoadReport {
  placed: number
  /** Answers by code; `placed` is not among them. */
  refused: Record<string, number>
  unanswered: number
  seconds: number
  p50Ms: number
  p99Ms: number
  cpuUs: number
  /** Until everybody was told. */
  toldMs: number
  /** The ids of placed orders, to be looked for in the database. */
  placedIds: string[]
}

interface Asker {
  channel: Channel
  buyer: BenchBuyer
  couponsUsed: number
  inFlight: number
  /** When the last messages went out, as a ring: the server takes `messagesPerSecondMax` a second of each socket. */
  sentAt: Float64Array
  sentCount: number
  asked: Map<string, { orderId: string; sinceMs: number }>
}

/** A little under what the server takes, since its seconds and ours do not begin together. */
const pacedPerSecond = messagesPerSecondMax / 2 - 1
const settleMsMax = 8_000
const busyPauseMs = 1_000
const mixedConnections = 20

if (process.send !== undefined) listen()

function listen(): void {
  const world = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadWorld
  const askers: Asker[] = []
  const zipf = zipfOver(world.skus.length)
  let asks = 0
  let wishes = 0
  let report = freshReport()
  let latencies: number[] = []
  let keepsIds = true
  let whenAnswered: ((asker: Asker) => void) | null = null

  process.on('message', (command: LoadCommand) => {
    run(command).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        process.stderr.write(`${String((error as Error).stack)}\n`)
        process.exit(1)
      },
    )
  })
  process.on('disconnect', () => process.exit(0))

  async function run(command: LoadCommand): Promise<LoadReport> {
    report = freshReport()
    latencies = []
    const cpu = process.cpuUsage()
    const startedMs = performance.now()
    let seconds = 0
    switch (command.do) {
      case 'open':
        for (let from = 0; from < world.buyers.length; from += 50)
          await Promise.all(world.buyers.slice(from, from + 50).map(openAsker))
        break
      case 'closed_loop':
        seconds = await closedLoop(command)
        break
      case 'open_loop':
        seconds = await openLoop(command)
        break
      case 'http':
        seconds = await httpLoop(command)
        break
      case 'mixed':
        keepsIds = false
        seconds = await mixed(command)
        keepsIds = true
        break
      case 'carts':
        seconds = await httpLoop(command)
        break
      case 'flash':
        await flash(command)
        break
      case 'flash_http':
        await flashHttp(command)
        break
    }
    const used = process.cpuUsage(cpu)
    latencies.sort((a, b) => a - b)
    return {
      ...report,
      seconds: seconds || (performance.now() - startedMs) / 1_000,
      p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? 0,
      p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
      cpuUs: used.user + used.system,
    }
  }

  async function openAsker(buyer: BenchBuyer & { cookie: string }): Promise<void> {
    const asker: Asker = {
      channel: await openChannel({ port: world.port, cookie: buyer.cookie }, (text) => hear(asker, text)),
      buyer,
      couponsUsed: 0,
      inFlight: 0,
      sentAt: new Float64Array(pacedPerSecond).fill(Number.NEGATIVE_INFINITY),
      sentCount: 0,
      asked: new Map(),
    }
    askers.push(asker)
  }

  function hear(asker: Asker, text: string): void {
    // Answers begin with their id: reading it so costs this process, which shares the machine, less than parsing all.
    if (!text.startsWith('{"t":"answer","id":"')) return
    const end = text.indexOf('"', 20)
    const id = text.slice(20, end)
    const ask = asker.asked.get(id)
    if (ask === undefined) return
    asker.asked.delete(id)
    asker.inFlight--
    latencies.push(performance.now() - ask.sinceMs)
    if (text.startsWith(',"ok":true', end + 1)) {
      report.placed++
      if (keepsIds) report.placedIds.push(ask.orderId)
    } else {
      const code = /"code":"(\w+)"/.exec(text)?.[1] ?? 'unknown'
      count(code)
      // Told to come back later, a client does.
      if (code === 'desk_busy') return void setTimeout(() => whenAnswered?.(asker), busyPauseMs)
    }
    whenAnswered?.(asker)
  }

  function count(code: string): void {
    report.refused[code] = (report.refused[code] ?? 0) + 1
  }

  /** How long this socket must still wait before the server would take another message of it. */
  function waitMsOf(asker: Asker, nowMs: number): number {
    return (asker.sentAt[asker.sentCount % pacedPerSecond] ?? 0) + 500 - nowMs
  }

  function ask(asker: Asker, body: string, orderId: string, sinceMs: number): void {
    const id = String(++asks)
    asker.sentAt[asker.sentCount++ % pacedPerSecond] = performance.now()
    asker.inFlight++
    asker.asked.set(id, { orderId, sinceMs })
    asker.channel.send(`{"t":"ask","id":"${id}","kind":"order.place","body":${body}}`)
  }

  /** Every third wants two, which earns him the discount of the room; of the others every seventh has a coupon left. */
  function wishOf(buyer: BenchBuyer, orderId: string, own: { couponsUsed: number } | null): string {
    const sku = world.skus[zipf()]
    if (sku === undefined) throw new Error('there are SKUs')
    const units = ++wishes % 3 === 0 ? 2 : 1
    const couponId = own !== null && units === 1 && wishes % 7 === 0 ? buyer.coupons[own.couponsUsed++] : undefined
    const off = units === 2 ? offMinor : couponId === undefined ? 0 : couponOffMinor
    return bodyOf(buyer, orderId, {
      lines: `{"skuId":"${sku.skuId}","units":${units}}`,
      shown: sku.priceMinor * units - off,
      couponId,
    })
  }

  /** Two of the platform's and one of another seller, together above the room's threshold. */
  function cartOf(buyer: BenchBuyer, orderId: string): string {
    const first = zipf()
    const picked = [
      world.skus[first],
      world.skus[(first + 1 + zipf()) % world.skus.length],
      world.sellerSkus[++wishes % world.sellerSkus.length],
    ].filter((sku) => sku !== undefined)
    const sum = picked.reduce((total, sku) => total + sku.priceMinor, 0)
    const lines = picked.map(({ skuId }) => `{"skuId":"${skuId}","units":1}`).join(',')
    return bodyOf(buyer, orderId, { lines, shown: sum - offMinor, couponId: undefined })
  }

  function bodyOf(
    buyer: { addressId: string; tokens: string[] },
    orderId: string,
    of: { lines: string; shown: number; couponId: string | undefined },
  ): string {
    const token = buyer.tokens[wishes % buyer.tokens.length]
    const attribution = token === undefined ? '' : `,"attribution":"${token}"`
    const coupon = of.couponId === undefined ? '' : `,"couponId":"${of.couponId}"`
    return `{"id":"${orderId}","lines":[${of.lines}],"addressId":"${buyer.addressId}","shownPayMinor":${of.shown},"payment":"wallet"${coupon}${attribution}}`
  }

  function askNext(asker: Asker): void {
    const orderId = newId()
    ask(asker, wishOf(asker.buyer, orderId, asker), orderId, performance.now())
  }

  /** Each socket keeps so many wishes in flight; an answer lets the next go, as soon as the server would take it. */
  async function closedLoop({ seconds, inFlight }: { seconds: number; inFlight: number }): Promise<number> {
    let stopped = false
    const next = (asker: Asker) => {
      if (stopped) return
      const waitMs = waitMsOf(asker, performance.now())
      if (waitMs <= 0) askNext(asker)
      else setTimeout(next, waitMs, asker)
    }
    whenAnswered = next
    const startedMs = performance.now()
    for (const asker of askers) for (let place = 0; place < inFlight; place++) next(asker)
    await sleep(seconds * 1_000)
    const inTime = report.placed
    const tookSeconds = (performance.now() - startedMs) / 1_000
    stopped = true
    whenAnswered = null
    await settled()
    // The rate is that of what was answered in time; what was still in flight is counted among the stored all the same.
    return (tookSeconds * report.placed) / Math.max(1, inTime)
  }

  /** So many a second whatever comes back, from the moment at which each was due: a slow server cannot slow its askers. */
  async function openLoop({ seconds, perSecond }: { seconds: number; perSecond: number }): Promise<number> {
    const startedMs = performance.now()
    const untilMs = startedMs + seconds * 1_000
    let sent = 0
    let turn = 0
    whenAnswered = null
    for (;;) {
      const nowMs = performance.now()
      if (nowMs >= untilMs) break
      const due = Math.floor(((nowMs - startedMs) / 1_000) * perSecond)
      for (let tries = 0; sent < due && tries < askers.length; tries++) {
        const asker = askers[turn++ % askers.length]
        if (asker === undefined || asker.inFlight >= asksInFlightMax || waitMsOf(asker, nowMs) > 0) continue
        tries = 0
        const orderId = newId()
        ask(asker, wishOf(asker.buyer, orderId, asker), orderId, startedMs + (sent / perSecond) * 1_000)
        sent++
      }
      await sleep(1)
    }
    const took = (performance.now() - startedMs) / 1_000
    await settled()
    return took
  }

  /** Most by socket at a steady rate; some by HTTP and some carts, each as soon as the one before is answered. */
  async function mixed({ seconds, perSecond }: { seconds: number; perSecond: number }): Promise<number> {
    const [took] = await Promise.all([
      openLoop({ seconds, perSecond }),
      httpLoop({ do: 'http', seconds, connections: mixedConnections }),
      httpLoop({ do: 'carts', seconds, connections: mixedConnections }),
    ])
    return took
  }

  async function settled(): Promise<void> {
    const untilMs = performance.now() + settleMsMax
    while (askers.some((asker) => asker.inFlight > 0) && performance.now() < untilMs) await sleep(5)
    report.unanswered += askers.reduce((sum, asker) => sum + asker.inFlight, 0)
  }

  /** Many want what few can have, all at once. */
  async function flash({ sku, wishes: wanted }: { sku: BenchSku; wishes: number }): Promise<void> {
    const startedMs = performance.now()
    let sent = 0
    const send = (asker: Asker) => {
      if (sent >= wanted) return
      const waitMs = waitMsOf(asker, performance.now())
      if (waitMs > 0) return void setTimeout(() => send(asker), waitMs)
      sent++
      const orderId = newId()
      const of = { lines: `{"skuId":"${sku.skuId}","units":1}`, shown: sku.priceMinor, couponId: undefined }
      ask(asker, bodyOf(asker.buyer, orderId, of), orderId, performance.now())
    }
    whenAnswered = send
    for (const asker of askers) for (let place = 0; place < asksInFlightMax; place++) send(asker)
    const untilMs = startedMs + 4 * settleMsMax
    while (latencies.length < wanted && performance.now() < untilMs) await sleep(2)
    report.toldMs = performance.now() - startedMs
    whenAnswered = null
    await settled()
  }

  // HTTP, by hand: a client library would cost more than the server that is measured.

  async function httpLoop(of: { do: 'http' | 'carts'; seconds: number; connections: number }): Promise<number> {
    const { seconds, connections } = of
    const bodyFor = of.do === 'carts' ? cartOf : (buyer: BenchBuyer, id: string) => wishOf(buyer, id, null)
    const startedMs = performance.now()
    const untilMs = startedMs + seconds * 1_000
    await Promise.all(
      Array.from({ length: connections }, async (_, index) => {
        const buyer = world.buyers[index % world.buyers.length]
        if (buyer === undefined) throw new Error('there are buyers')
        const connection = await openConnection(world.port)
        while (performance.now() < untilMs) {
          const orderId = newId()
          await buyOver(connection, buyer.cookie, bodyFor(buyer, orderId), orderId)
        }
        connection.socket.destroy()
      }),
    )
    return (performance.now() - startedMs) / 1_000
  }

  async function flashHttp({ sku, connections }: { sku: BenchSku; connections: number }): Promise<void> {
    const startedMs = performance.now()
    let next = 0
    await Promise.all(
      Array.from({ length: connections }, async () => {
        const connection = await openConnection(world.port)
        for (let buyer = world.crowd[next++]; buyer !== undefined; buyer = world.crowd[next++]) {
          const orderId = newId()
          const of = { lines: `{"skuId":"${sku.skuId}","units":1}`, shown: sku.priceMinor, couponId: undefined }
          const body = bodyOf({ addressId: buyer.addressId, tokens: [] }, orderId, of)
          await buyOver(connection, buyer.cookie, body, orderId)
        }
        connection.socket.destroy()
      }),
    )
    report.toldMs = performance.now() - startedMs
  }

  async function buyOver(connection: Connection, cookie: string, body: string, orderId: string): Promise<void> {
    const sinceMs = performance.now()
    const answer = await connection.post('/api/v1/orders', cookie, body)
    latencies.push(performance.now() - sinceMs)
    if (answer.status === 201) {
      report.placed++
      if (keepsIds) report.placedIds.push(orderId)
    } else count((JSON.parse(answer.body) as { code?: string }).code ?? String(answer.status))
  }
}

interface Connection {
  socket: Socket
  post(path: string, cookie: string, body: string): Promise<{ status: number; body: string }>
}

function openConnection(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ port, host: '127.0.0.1', noDelay: true })
    let waiting: {
      resolve: (answer: { status: number; body: string }) => void
      reject: (error: Error) => void
    } | null = null
    let text = ''
    socket.setEncoding('utf8')
    socket.once('error', reject)
    socket.on('close', () => waiting?.reject(new Error('the server closed the connection')))
    socket.on('data', (chunk: string) => {
      text += chunk
      const head = text.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1]
      if (length === undefined) {
        waiting?.reject(new Error(`an answer without a length: ${text}`))
        return
      }
      const body = text.slice(head + 4)
      if (Buffer.byteLength(body) < Number(length)) return
      const status = Number(text.slice(9, 12))
      text = ''
      waiting?.resolve({ status, body })
    })
    socket.once('connect', () =>
      resolve({
        socket,
        post: (path, cookie, body) =>
          new Promise((answered, failed) => {
            waiting = { resolve: answered, reject: failed }
            socket.write(
              `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncookie: ${cookie}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
            )
          }),
      }),
    )
  })
}

/** Few are wanted by many: the first is asked for twice as often as the second, three times as often as the third. */
function zipfOver(count: number): () => number {
  const sums = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1)
    sums[rank] = sum
  }
  return () => {
    const wanted = Math.random() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

function freshReport(): LoadReport {
  return {
    placed: 0,
    refused: {},
    unanswered: 0,
    seconds: 0,
    p50Ms: 0,
    p99Ms: 0,
    cpuUs: 0,
    toldMs: 0,
    placedIds: [],
  }
}
