import type { EventOf } from '#events/index'
import type { App } from '#platform/app'
import { crashPoint } from '#platform/crash-points'
import type { Tx } from '#platform/database'
import { inTransaction, systemActor, transact, violates } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { isStale, type OrderAnswer, type OrderWish, placedAmong, placeOrders, tryPlaceOrders } from '#trade/orders'

/**
 * Two batches are under way at a time: while one waits for its commit, the next is decided and inserted. Batches over the same
 * SKUs wait for each other where they take the stock, so more would only hold more connections.
 */
export const deskLanes = 2
/** How long a SKU that was just seen sold out is refused without a transaction, unless stock is told to have come back. */
export const soldOutMemoryMs = 1_000

/** From so many waiting wishes on, the desk comes before consequences that may wait, */
const busyQueueMin = 50
/** and for so long after: a queue that was just taken whole is a short pause in a sale, not its end. */
const busyAfterMs = 250

/** From so long an expected wait on, browsing and chat are told to come back: what the process has left is the buyers'. */
export const pressingWaitMs = 500

/** How much the last batch says about the next; the rest is what was known before. */
const batchMsNewest = 0.3

/** After a batch was decided on what had changed meanwhile, so many are decided under locks: a sale is near its end. */
export const lockedBatchesAfterStale = 8

/** How often a batch is run again because one of its ids was taken beside it. */
const idRacesMax = 5

export interface OrderDesk {
  /** Answers after the commit. Refuses with `desk_busy` when the queue is full or the wait too long. */
  place(wish: OrderWish): Promise<Outcome<OrderAnswer, 'desk_busy'>>
  /** Stock came back: stop refusing from memory. */
  reopen(skuId: string): void
  queued(): number
  /** More wait than a batch in the ordinary course of a day would take. */
  isBusy(): boolean
  /** What a wish that comes now would wait, as far as the last batches tell. */
  expectedWaitMs(): number
  /** Refuses what waits and lets running batches end. */
  close(): Promise<void>
}

interface Waiting {
  wish: OrderWish
  sinceMs: number
  /** Was looked up and stands: only the desk has the answer. */
  stands?: boolean
  resolve: (outcome: Outcome<OrderAnswer, 'desk_busy'>) => void
  reject: (error: unknown) => void
}

/** So many full batches stand before a wish that comes now, on all lanes together. Small batches were quicker: it errs low. */
export function expectedWaitMsOf(desk: { queued: number; batchMax: number; batchMs: number; lanes: number }): number {
  return (Math.floor(desk.queued / desk.batchMax) * desk.batchMs) / desk.lanes
}

/** Group commit: takes what has queued while the last commit was under way and places it in one transaction. */
export function openOrderDesk(app: App): OrderDesk {
  const { deskBatchMax, deskQueueMax, deskWaitMsMax } = app.config
  let queue: Waiting[] = []
  let lanesFree = deskLanes
  let closed = false
  const soldOut = new Map<string, number>()
  let lookup: { ids: string[]; found: Promise<Set<string>> } | null = null
  let lastLookup: Promise<unknown> = Promise.resolve()
  let batchMs = 0
  let lockedBatches = 0
  let busySeenMs = Number.NEGATIVE_INFINITY
  const running = new Set<Promise<void>>()
  const batchSize = app.metrics.histogram(
    'desk_batch_orders',
    'Orders in one commit of the desk.',
    [],
    [1, 5, 20, 50, 100, 200, 500, 1_000],
  )
  const answers = app.metrics.counter('desk_answers_total', 'Answers of the desk.', ['answer'])
  const stale = app.metrics.counter('desk_stale_batches_total', 'Batches that were decided again under locks.', [])
  const depth = app.metrics.gauge('desk_queue', 'Orders that wait at the desk.')
  const waitMs = app.metrics.gauge('desk_wait_ms', 'What an order that comes now is expected to wait.')

  function pump(): void {
    while (lanesFree > 0 && queue.length > 0) {
      const batch = queue.length > deskBatchMax ? queue.splice(0, deskBatchMax) : queue
      if (batch === queue) queue = []
      if (batch.length >= busyQueueMin) busySeenMs = performance.now()
      lanesFree--
      const work = run(batch).finally(() => {
        lanesFree++
        running.delete(work)
        depth.set(queue.length)
        waitMs.set(expectedWaitMs())
        pump()
      })
      running.add(work)
    }
  }

  async function run(batch: readonly Waiting[]): Promise<void> {
    const nowMs = performance.now()
    const fresh: Waiting[] = []
    for (const waiting of batch) {
      if (nowMs - waiting.sinceMs > deskWaitMsMax) waiting.resolve(busy())
      else fresh.push(waiting)
    }
    if (fresh.length === 0) return
    await place(fresh)
    const tookMs = performance.now() - nowMs
    batchMs = batchMs === 0 ? tookMs : batchMs + (tookMs - batchMs) * batchMsNewest
  }

  function expectedWaitMs(): number {
    return expectedWaitMsOf({ queued: queue.length, batchMax: deskBatchMax, batchMs, lanes: deskLanes })
  }

  async function place(batch: readonly Waiting[], tries = 0): Promise<void> {
    try {
      const placed = await placeAll(batch.map((each) => each.wish))
      crashPoint('desk.committed')
      batchSize.observe(batch.length)
      let someGone = false
      for (const [index, waiting] of batch.entries()) {
        const answer = placed[index]
        if (answer === undefined) throw new Error('every wish is answered')
        if (remember(answer)) someGone = true
        answers.inc({ answer: answer.kind === 'refused' ? answer.code : answer.kind })
        waiting.resolve(done(answer))
      }
      if (someGone) tellSoldOut()
    } catch (error) {
      // The same wish was placed beside us, by another lane or process: now its order can be seen and is the answer.
      if (tries < idRacesMax && violates(error, 'orders_pkey')) return place(batch, tries + 1)
      await isolate(batch, error)
    }
  }

  /** Without locks while that goes well; with them where something is nearly gone, so that no batch is decided twice for long. */
  async function placeAll(wishes: readonly OrderWish[]): Promise<OrderAnswer[]> {
    if (lockedBatches === 0) {
      try {
        const outcome = await inTransaction(app, systemActor, (tx) => tryPlaceOrders(app, tx, wishes))
        if (outcome.ok) return outcome.value
      } catch (error) {
        if (!isStale(error)) throw error
      }
      stale.inc()
      lockedBatches = lockedBatchesAfterStale
    } else lockedBatches--
    return transact(app, (tx) => placeOrders(app, tx, wishes))
  }

  /** A batch that fails is halved until the wish that cannot be placed stands alone: one bad wish harms nobody else. */
  async function isolate(batch: readonly Waiting[], error: unknown): Promise<void> {
    const [only] = batch
    if (batch.length === 1 && only !== undefined) {
      app.log.error({ err: error, orderId: only.wish.id }, 'an order could not be placed')
      answers.inc({ answer: 'fault' })
      return only.reject(error)
    }
    const middle = Math.ceil(batch.length / 2)
    await place(batch.slice(0, middle))
    await place(batch.slice(middle))
  }

  /** True when nothing is left of what somebody wanted. */
  function remember(answer: OrderAnswer): boolean {
    if (answer.kind !== 'refused' || answer.code !== 'sold_out') return false
    // Only when nothing at all is left: two units wanted of one left says nothing about the next wish.
    if (answer.params?.['unitsLeft'] !== 0 || typeof answer.params['skuId'] !== 'string') return false
    // What a flash sale keeps back is not gone for its room.
    if (answer.params['flashSaleId'] !== undefined) return false
    soldOut.set(answer.params['skuId'], performance.now())
    return true
  }

  /** Who waits for what has just sold out need not wait for a transaction of his own to hear it. */
  function tellSoldOut(): void {
    const kept: Waiting[] = []
    for (const waiting of queue) {
      const gone = waiting.stands ? undefined : knownSoldOut(waiting.wish)
      if (gone === undefined) kept.push(waiting)
      else answerSoldOut(waiting, gone)
    }
    queue = kept
  }

  function answerSoldOut(waiting: Waiting, gone: string): void {
    wasPlaced(waiting.wish.id).then((placed) => {
      // His order stands: the desk answers with it, as it answers everybody who asks twice.
      if (!placed) return waiting.resolve(soldOutOf(gone))
      if (closed) return waiting.resolve(busy())
      waiting.stands = true
      queue.push(waiting)
      pump()
    }, waiting.reject)
  }

  function soldOutOf(skuId: string): Outcome<OrderAnswer, 'desk_busy'> {
    answers.inc({ answer: 'sold_out_from_memory' })
    return done({ kind: 'refused', code: 'sold_out', params: { skuId, unitsLeft: 0 } })
  }

  function knownSoldOut(wish: OrderWish): string | undefined {
    const nowMs = performance.now()
    return wish.lines.find(({ skuId }) => nowMs - (soldOut.get(skuId) ?? Number.NEGATIVE_INFINITY) < soldOutMemoryMs)
      ?.skuId
  }

  /**
   * Who asks again with the id of an order that stands must hear of his order, not that it is sold out: his may have been
   * the last unit. One read at a time for all who wait.
   */
  function wasPlaced(id: string): Promise<boolean> {
    if (lookup === null) {
      const ids: string[] = []
      const found = lastLookup.then(() => {
        lookup = null
        return placedAmong(app.database.db, ids)
      })
      lastLookup = found.catch(() => undefined)
      lookup = { ids, found }
    }
    lookup.ids.push(id)
    return lookup.found.then((placed) => placed.has(id))
  }

  function busy(): Outcome<never, 'desk_busy'> {
    answers.inc({ answer: 'desk_busy' })
    return refuse('desk_busy', { retryAfterMs: deskWaitMsMax })
  }

  return {
    async place(wish) {
      const gone = knownSoldOut(wish)
      if (gone !== undefined && lookup !== null && lookup.ids.length >= deskQueueMax) return busy()
      if (gone !== undefined && !(await wasPlaced(wish.id))) return soldOutOf(gone)
      // Not by the expected wait: on a machine that others slow down it sent many away who could have bought.
      if (closed || queue.length >= deskQueueMax) return busy()
      return new Promise((resolve, reject) => {
        queue.push({ wish, sinceMs: performance.now(), resolve, reject })
        // Let what arrived in the same turn of the loop queue up too.
        if (queue.length === 1) setImmediate(pump)
      })
    },
    reopen: (skuId) => void soldOut.delete(skuId),
    queued: () => queue.length,
    isBusy: () => queue.length >= busyQueueMin || performance.now() - busySeenMs < busyAfterMs,
    expectedWaitMs,
    async close() {
      closed = true
      for (const waiting of queue) waiting.resolve(busy())
      queue = []
      await Promise.all(running)
    },
  }
}

/** Stock came back (a cancelled order, a receipt): wishes reach the database again at once. */
export function reopenSoldOut(desk: Pick<OrderDesk, 'reopen'>) {
  return async function reopenSoldOutSkus(_tx: Tx, event: EventOf<'stock.changed'>): Promise<void> {
    for (const stock of event.stocks) if (stock.unitsLeft > 0) desk.reopen(stock.skuId)
  }
}
