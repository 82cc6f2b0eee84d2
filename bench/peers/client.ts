/**
 * The client of all shops: keep-alive connections by hand, so that what is measured is the shop and not a library; a closed
 * loop, and a rush of many at once. A checkout is whatever a shop's own page would send until the order is paid.
 */
import { connect, type Socket } from 'node:net'

export interface Answer {
  status: number
  body: string
  header(name: string): string | undefined
}

export interface Connection {
  post(path: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<Answer>
  close(): void
}

/** Buys one unit; null when it is paid, otherwise why not. */
export type Checkout = (connection: Connection, buyer: number) => Promise<string | null>

export interface LoopReport {
  connections: number
  placed: number
  ordersPerSecond: number
  p50Ms: number
  p99Ms: number
  notPlaced: Record<string, number>
}

export interface RushReport {
  buyers: number
  placed: number
  seconds: number
  notPlaced: Record<string, number>
}

/** What is still under way then is given up: a shop that does not answer must not stop the comparison. */
const settleMsMax = 60_000
const reasonLettersMax = 80

/** So many buyers, one checkout after the other. Whoever has begun in time may finish, and the rate counts that time too. */
export async function closedLoop(
  port: number,
  checkout: Checkout,
  of: { connections: number; seconds: number },
): Promise<LoopReport> {
  const latencies: number[] = []
  const notPlaced: Record<string, number> = {}
  const open = await openAll(port, of.connections)
  const giveUp = setTimeout(() => closeAll(open), of.seconds * 1_000 + settleMsMax)
  const sinceMs = performance.now()
  const untilMs = sinceMs + of.seconds * 1_000
  let buyer = 0
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() < untilMs) {
        const beganMs = performance.now()
        const why = await tried(checkout, connection, buyer++)
        if (why === null) latencies.push(performance.now() - beganMs)
        else notPlaced[why] = (notPlaced[why] ?? 0) + 1
        if (why === lost) return
      }
    }),
  )
  const seconds = (performance.now() - sinceMs) / 1_000
  clearTimeout(giveUp)
  closeAll(open)
  latencies.sort((a, b) => a - b)
  return {
    connections: of.connections,
    placed: latencies.length,
    ordersPerSecond: latencies.length / seconds,
    p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? 0,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    notPlaced,
  }
}

/** Everybody at once, each exactly one try. */
export async function rush(port: number, checkout: Checkout, buyers: number): Promise<RushReport> {
  const notPlaced: Record<string, number> = {}
  const open = await openAll(port, buyers)
  const giveUp = setTimeout(() => closeAll(open), settleMsMax)
  const sinceMs = performance.now()
  const answers = await Promise.all(open.map((connection, buyer) => tried(checkout, connection, buyer)))
  const seconds = (performance.now() - sinceMs) / 1_000
  clearTimeout(giveUp)
  closeAll(open)
  for (const why of answers) if (why !== null) notPlaced[why] = (notPlaced[why] ?? 0) + 1
  return { buyers, placed: answers.filter((why) => why === null).length, seconds, notPlaced }
}

const lost = 'no answer'

async function tried(checkout: Checkout, connection: Connection, buyer: number): Promise<string | null> {
  try {
    const why = await checkout(connection, buyer)
    // Ids would make every reason one of its own.
    return why === null ? null : why.replace(/[0-9A-Za-z]{20,}/g, '…').slice(0, reasonLettersMax)
  } catch {
    return lost
  }
}

function openAll(port: number, count: number): Promise<Connection[]> {
  return Promise.all(Array.from({ length: count }, () => openConnection(port)))
}

function closeAll(connections: readonly Connection[]): void {
  for (const connection of connections) connection.close()
}

function openConnection(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let waiting: { done: (answer: Answer) => void; failed: (error: Error) => void } | null = null
    let received: Buffer = Buffer.alloc(0)
    socket.once('error', reject)
    socket.on('close', () => waiting?.failed(new Error('the shop closed the connection')))
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const answer = answerIn(received)
      if (answer === null) return
      received = Buffer.alloc(0)
      const { done } = waiting ?? {}
      waiting = null
      done?.(answer)
    })
    const post: Connection['post'] = (path, headers, body) =>
      new Promise((done, failed) => {
        if (socket.destroyed) {
          failed(new Error('the shop closed the connection'))
          return
        }
        waiting = { done, failed }
        write(socket, { port, path, headers, text: JSON.stringify(body) })
      })
    socket.once('connect', () => resolve({ post, close: () => void socket.destroy() }))
  })
}

function write(
  socket: Socket,
  of: { port: number; path: string; headers: Readonly<Record<string, string>>; text: string },
): void {
  const lines = [
    `POST ${of.path} HTTP/1.1`,
    `host: 127.0.0.1:${of.port}`,
    'accept: application/json',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(of.text)}`,
    ...Object.entries(of.headers).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n${of.text}`)
}

/** Null until all of it is there. All of these shops say how long their answers are. */
function answerIn(received: Buffer): Answer | null {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = received.toString('latin1', 0, end)
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim()
  const bytes = Number(header('content-length'))
  if (!Number.isInteger(bytes)) throw new Error(`an answer without a length: ${head}`)
  if (received.length < end + 4 + bytes) return null
  return { status: Number(head.slice(9, 12)), body: received.toString('utf8', end + 4, end + 4 + bytes), header }
}
