/**
 * The buyers of a crash run, in a process of their own: they buy, cancel and top up as fast as they are answered, and write
 * down what they know (`ledger.ts`). What stays unknown is asked again, under the same id, when they are told to settle.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '#platform/ids'
import { type Intent, type Outcome, writeLedger } from './ledger.ts'
import type { CrashWorld } from './world.ts'

export type ToDriver =
  | { do: 'open'; world: CrashWorld; url: string; ledger: string; workers: number }
  | { do: 'go' }
  | { do: 'pause' }
  /** Asks again for everything unknown, until each is answered. */
  | { do: 'settle' }

export interface FromDriver {
  did: ToDriver['do']
  acknowledged: number
  refused: number
  /** Lost answers so far. */
  unknown: number
  /** Milliseconds from `go` to the first order that was placed after it. */
  firstOrderMs: number | null
  /** Repetitions that could not be settled, with why. */
  unsettled: string[]
}

const answerWithinMs = 15_000
const settleWithinMs = 30_000
/** Refusals after which nothing has happened. Anything else that is not an answer is unknown. */
const refusals = [
  'order_id_reused',
  'sku_not_on_sale',
  'address_missing',
  'price_changed',
  'sold_out',
  'balance_too_low',
  'desk_busy',
  'order_not_cancellable',
  'top_up_limit',
]

if (process.send) process.on('message', (message: ToDriver) => void obey(message))
// Nobody is left to tell what we see.
process.on('disconnect', () => process.exit(0))

let open: Extract<ToDriver, { do: 'open' }>
let ledger: ReturnType<typeof writeLedger>
let going = false
let wentAtMs = 0
let firstOrderMs: number | null = null
let workers: Promise<void>[] = []
const counts = { acknowledged: 0, refused: 0, unknown: 0 }
const unknown = new Map<string, Intent>()
/** Orders that stand and that their buyer may take back. */
const standing: { orderId: string; buyer: number }[] = []

async function obey(message: ToDriver): Promise<void> {
  const unsettled: string[] = []
  if (message.do === 'open') {
    open = message
    ledger = writeLedger(message.ledger)
  } else if (message.do === 'go') {
    going = true
    wentAtMs = performance.now()
    firstOrderMs = null
    workers = Array.from({ length: open.workers }, () => work())
  } else {
    going = false
    await Promise.all(workers)
    if (message.do === 'settle') unsettled.push(...(await settle()))
  }
  process.send?.({ did: message.do, ...counts, firstOrderMs, unsettled } satisfies FromDriver)
}

async function work(): Promise<void> {
  while (going) {
    const intent = nextIntent()
    ledger.intent(intent)
    const outcome = await ask(intent)
    note(intent, outcome)
    // A server that is not there is not asked a thousand times.
    if (outcome.word === 'unknown') await sleep(50)
  }
}

function nextIntent(): Intent {
  const buyer = Math.floor(Math.random() * open.world.buyers.length)
  const dice = Math.random()
  const taken = dice < 0.1 ? standing.splice(Math.floor(Math.random() * standing.length), 1)[0] : undefined
  if (taken !== undefined) return { kind: 'cancel', id: newId(), ...taken }
  if (dice < 0.18) return { kind: 'topUp', id: newId(), buyer, amountMinor: 100 * (1 + Math.floor(Math.random() * 50)) }
  const skus = open.world.skus
  const lines = Array.from({ length: Math.random() < 0.3 ? 2 : 1 }, () => {
    return { skuId: skus[Math.floor(Math.random() * skus.length)]?.id ?? '', units: 1 + Math.floor(Math.random() * 2) }
  })
  const payMinor = lines.reduce(
    (sum, { skuId, units }) => sum + units * (skus.find(({ id }) => id === skuId)?.priceMinor ?? 0),
    0,
  )
  return { kind: 'place', id: newId(), buyer, lines, payMinor }
}

function note(intent: Intent, outcome: Outcome): void {
  ledger.outcome(intent.id, outcome)
  counts[outcome.word]++
  if (outcome.word === 'unknown') unknown.set(intent.id, intent)
  else unknown.delete(intent.id)
  if (outcome.word === 'acknowledged' && intent.kind === 'place') {
    firstOrderMs ??= performance.now() - wentAtMs
    standing.push({ orderId: intent.id, buyer: intent.buyer })
  }
}

async function ask(intent: Intent): Promise<Outcome> {
  const buyer = open.world.buyers[intent.buyer]
  const [path, body] = requestOf(intent, buyer?.addressId ?? '')
  try {
    const response = await fetch(open.url + path, {
      method: 'POST',
      headers: {
        cookie: buyer?.cookie ?? '',
        // The ids in paths and bodies say what is the same; a key of its own lets a repetition reach them.
        'idempotency-key': randomUUID(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerWithinMs),
    })
    const answer = (await response.json()) as { code?: string; state?: string; order?: { number?: string } }
    if (response.ok) {
      if (intent.kind === 'topUp' && answer.state !== 'succeeded')
        return { word: 'unknown', why: `top-up ${answer.state}` }
      const number = intent.kind === 'place' ? answer.order?.number : undefined
      return { word: 'acknowledged', ...(number === undefined ? {} : { number }) }
    }
    const code = answer.code ?? ''
    return refusals.includes(code) ? { word: 'refused', code } : { word: 'unknown', why: `${response.status} ${code}` }
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code
    // Nothing was sent: there is nobody to have done it.
    if (cause === 'ECONNREFUSED') {
      await sleep(100)
      return { word: 'refused', code: 'not reached' }
    }
    return { word: 'unknown', why: cause ?? String(error) }
  }
}

function requestOf(intent: Intent, addressId: string): [string, object | undefined] {
  switch (intent.kind) {
    case 'place': {
      const { id, lines, payMinor: shownPayMinor } = intent
      return ['/api/v1/orders', { id, lines, addressId, shownPayMinor, payment: 'wallet' }]
    }
    case 'cancel':
      return [`/api/v1/me/orders/${intent.orderId}/cancellations`, undefined]
    case 'topUp':
      return ['/api/v1/wallet/top-ups', { id: intent.id, amountMinor: intent.amountMinor }]
  }
}

async function settle(): Promise<string[]> {
  const until = performance.now() + settleWithinMs
  let why = new Map<string, string>()
  while (unknown.size > 0 && performance.now() < until) {
    why = new Map()
    await Promise.all(
      [...unknown.values()].map(async (intent) => {
        const outcome = await ask(intent)
        // "Not reached" and "come back later" settle nothing.
        const code = outcome.word === 'refused' ? outcome.code : ''
        if (outcome.word === 'unknown' || code === 'not reached' || code === 'desk_busy') {
          why.set(intent.id, outcome.word === 'unknown' ? outcome.why : code)
        } else note(intent, outcome)
      }),
    )
    if (unknown.size > 0) await sleep(200)
  }
  return [...unknown.values()].map((intent) => `${JSON.stringify(intent)}: ${why.get(intent.id)}`)
}
