/**
 * Viewers of one stream who play low-latency HLS, without a screen: each asks for the playlist that waits for the next
 * part, and then for that part, as a player does. `node bench/media/viewers.ts --port P --stream ID --count N --seconds S`.
 * A process of its own, so that its cost is not the origin's.
 */
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    stream: { type: 'string', default: '' },
    count: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '5' },
  },
})
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
const base = `/media/${values.stream}/`
const endMs = performance.now() + Number(values.seconds) * 1_000
const counts = { requests: 0, errors: 0, bytes: 0 }

async function load(path: string): Promise<string> {
  counts.requests += 1
  return await new Promise((resolve) => {
    const request = get({ agent, host: '127.0.0.1', port: Number(values.port), path: base + path }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('end', () => {
        const body = Buffer.concat(pieces)
        counts.bytes += body.length
        if (answer.statusCode !== 200) counts.errors += 1
        resolve(answer.statusCode === 200 && path.includes('.m3u8') ? body.toString() : '')
      })
    })
    request.on('error', () => {
      counts.errors += 1
      resolve('')
    })
  })
}

async function watch(): Promise<void> {
  let text = await load('live.m3u8')
  while (performance.now() < endMs) {
    const hint = /#EXT-X-PRELOAD-HINT:TYPE=PART,URI="(s(\d+)\.(\d+)\.m4s)"/.exec(text)
    if (hint === null) {
      await sleep(200)
      text = await load('live.m3u8')
      continue
    }
    const [, name = '', msn = '', part = ''] = hint
    const [next] = await Promise.all([load(`live.m3u8?_HLS_msn=${msn}&_HLS_part=${part}`), load(name)])
    text = next
  }
}

await Promise.all(
  Array.from({ length: Number(values.count) }, async (_, index) => {
    await sleep(index * 5) // A room does not fill in one moment.
    await watch()
  }),
)
console.log(JSON.stringify(counts))
agent.destroy()
