/**
 * Many small random shops, each step checked against plain numbers. What the server answers must be what the model answers; what
 * two people do at once must be what they could have done one after the other; and in the end the auditor must find nothing.
 *
 * Shops live beside each other in one world, a batch at a time, so that one step of the clock and one look serve all of them. The
 * seed of a shop that fails is printed with the commands that are enough to see it again; `HAWKER_SEED` replays it, `HAWKER_RUNS`
 * makes more of them (`dice.ts`).
 */
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runAudit } from '../../server/app/audit.ts'
import { type Dice, diceOf, replayOf, seedsOf } from './dice.ts'
import {
  type AfterSale,
  type Answer,
  apply,
  availableOf,
  type Command,
  flashPriceMinor,
  kinds,
  type Model,
  mergedLines,
  type Order,
  type Parcel,
  priced,
  skuOf,
  visibleOf,
} from './model.ts'
import { fewAtOnce, openShopWorld, type RealShop, type ShopWorld } from './shop.ts'

const seeds = seedsOf(200)
const shopsPerBatch = 50
const steps = 26
/** Each shop begins with goods that are with their buyer, so that what comes after a sale is not always the last to come. */
const openingSteps = 5
const day = 24 * 60
/** What has left is confirmed by the clock, what is confirmed is released by it; then whoever has earned something is paid. */
const closing: readonly Command[][] = [
  [{ do: 'advance', minutes: 10 * day }],
  [{ do: 'advance', minutes: 16 * day }],
  [
    { do: 'payOut', id: 'last payout' },
    { do: 'payOut', id: 'one more' },
  ],
]
const taken = new Map<string, { done: number; refused: Map<string, number> }>()

let here: ShopWorld
beforeAll(async () => {
  here = await openShopWorld()
})
afterAll(() => here?.stop())

/** A shop on its way, with all that was done in it: what a failure needs to be told, and to be made smaller. */
interface Run {
  seed: number
  dice: Dice
  shop: RealShop
  model: Model
  rounds: Command[][]
  fresh: (kind: string) => string
}

class Disagreement extends Error {}

// A minute on two cores of their own; a machine that others share may take ten.
test('shops and plain numbers agree', { timeout: 900_000 }, async () => {
  console.info(`seeds ${seeds[0]} to ${seeds.at(-1)}`)
  for (let from = 0; from < seeds.length; from += shopsPerBatch)
    await playBatch(seeds.slice(from, from + shopsPerBatch))
  console.info(tableOf(taken))
  const report = await runAudit(here.world.server.app.database)
  expect(report.invariants.filter((each) => each.broken > 0)).toEqual([])
})

/** Each failed once; found by a seed, and made as small as it can be. */
const remembered: Record<string, Command[][]> = {
  "a flash sale of goods that lie on their seller's shelf": [
    [{ do: 'announce', id: 'f1', sku: 'cup', units: 2, perBuyer: 1 }],
    [{ do: 'advance', minutes: 5 }],
    [wishFor({ id: 'o1', lines: [{ sku: 'cup', units: 1 }], shownPayMinor: flashPriceMinor, by: 'host', flash: 'f1' })],
    [{ do: 'cancel', orderId: 'o1', buyer: 'ann' }],
    [{ do: 'advance', minutes: 15 }],
  ],
  'a coupon that is claimed twice at once is one': [
    [
      { do: 'claim', id: 'c1', buyer: 'ann' },
      { do: 'claim', id: 'c1', buyer: 'ann' },
    ],
  ],
  'two coupons that one person claims at once are two, where he may have two': [
    [
      { do: 'claim', id: 'c1', buyer: 'ann' },
      { do: 'claim', id: 'c2', buyer: 'ann' },
      { do: 'claim', id: 'c3', buyer: 'ann' },
    ],
  ],
  'a flash sale that is announced twice at once is one': [
    [
      { do: 'announce', id: 'f1', sku: 'pot', units: 2, perBuyer: 1 },
      { do: 'announce', id: 'f1', sku: 'pot', units: 2, perBuyer: 1 },
    ],
  ],
  'who asked again for the last unit, because the answer was lost, has it': [
    [{ do: 'adjust', id: 'c1', sku: 'tea', units: -1 }],
    [wishFor({ id: 'o1' })],
    [wishFor({ id: 'o2', buyer: 'bob' })],
    [wishFor({ id: 'o1' }), wishFor({ id: 'o2', buyer: 'bob' })],
  ],
  'a seller waits for his money while something is asked back': [
    ...delivered('cup', 6_100),
    [askAgain('back1', 'cup')],
    [{ do: 'advance', minutes: 10 * day }],
    [{ do: 'advance', minutes: 16 * day }],
  ],
  'a return that is graded twice at once is graded once': [
    ...delivered('pot', 9_000),
    [askAgain('back1', 'pot')],
    [{ do: 'decide', id: 'back1', orderId: 'o1', approve: true }],
    [gradeOf('back1'), gradeOf('back1')],
  ],
  'earnings that were frozen while something was asked back are held until it is answered': [
    ...delivered('pot', 9_000),
    [{ do: 'confirm', orderId: 'o1', buyer: 'ann' }],
    [{ do: 'violation', id: 'v1' }],
    [askAgain('back1', 'pot')],
    [{ do: 'decide', id: 'back1', orderId: 'o1', approve: true }],
    [{ do: 'forgive', id: 'v1' }],
    [{ do: 'advance', minutes: 16 * day }],
  ],
  'earnings that were frozen when an answer came are not held for ever': [
    ...delivered('pot', 9_000),
    [{ do: 'confirm', orderId: 'o1', buyer: 'ann' }],
    [askAgain('back1', 'pot')],
    [{ do: 'violation', id: 'v1' }],
    [{ do: 'decide', id: 'back1', orderId: 'o1', approve: false }],
    [{ do: 'forgive', id: 'v1' }],
    [{ do: 'advance', minutes: 16 * day }],
  ],
}

for (const [sentence, rounds] of Object.entries(remembered)) {
  test(sentence, async () => {
    expect(await failureOf(rounds, 0)).toBeNull()
  })
}

function wishFor(of: Partial<Extract<Command, { do: 'place' }>> & { id: string }): Command {
  return {
    ...{ do: 'place', buyer: 'ann', lines: [{ sku: 'tea', units: 1 }], shownPayMinor: 2_000, payment: 'wallet' },
    ...{ by: 'creator', coupon: null, flash: null, ...of },
  }
}

function delivered(sku: string, shownPayMinor: number): Command[][] {
  return [
    [wishFor({ id: 'o1', lines: [{ sku, units: 1 }], shownPayMinor })],
    [{ do: 'pick', parcel: 'o1', sku, units: 1, wrongItem: false }],
    [{ do: 'pack', parcel: 'o1' }],
    [{ do: 'handOver', parcel: 'o1' }],
    [{ do: 'advance', minutes: 30 * 60 }],
  ]
}

function gradeOf(id: string): Command {
  return { do: 'grade', id, as: 'restock', lines: [{ no: 1, units: 1 }] }
}

function askAgain(id: string, sku: string): Command {
  const lines = [{ sku, no: 1, amountMinor: 1, units: 1 }]
  return { do: 'askBack', id, orderId: 'o1', buyer: 'ann', kind: 'exchange', lines }
}

test('every kind of command succeeded at least once in these runs', (context) => {
  // A simulation in which nothing is sold proves nothing; a few shops may well end before anybody confirms.
  if (seeds.length < 100) context.skip('a few shops alone need not see everything')
  const idle = kinds.filter((kind) => (taken.get(kind)?.done ?? 0) === 0)
  expect(idle, 'nothing of this kind succeeded').toEqual([])
})

async function playBatch(batch: readonly number[]): Promise<void> {
  const escrowBefore = await here.escrowMinor()
  const shops = await here.open(batch.length)
  const runs = shops.map((shop, index): Run => {
    const seed = batch[index] ?? 0
    let count = 0
    const fresh = (kind: string) => `${kind}${++count}`
    return { seed, dice: diceOf(seed), shop, model: shop.model, rounds: [], fresh }
  })
  // The clock is everybody's, so a step of it is everybody's step.
  const clock = diceOf(batch[0] ?? 0)
  for (let step = 0; step < steps + closing.length; step++) {
    const last = closing[step - steps]
    const moves =
      step === openingSteps
        ? ({ do: 'advance', minutes: 30 * 60 } as const)
        : step > openingSteps && step < steps && clock.chance(0.2)
          ? stepOfClock(clock)
          : undefined
    await Promise.all(
      runs.map(async (run) => {
        const commands =
          last ?? (moves !== undefined ? [moves] : step < openingSteps ? opening(run) : nextCommands(run))
        run.rounds.push([...commands])
      }),
    )
    const failed = await playRound(runs)
    if (failed !== null) throw await explained(failed.run, failed.error)
    expect(await here.escrowMinor(), `escrow, step ${step} of seeds ${batch[0]} to ${batch.at(-1)}`).toBe(
      escrowBefore + runs.reduce((sum, { model }) => sum + model.escrowMinor, 0),
    )
  }
}

/** Plays the last round of each, and looks at what came of it. */
async function playRound(runs: readonly Run[]): Promise<{ run: Run; error: unknown } | null> {
  const now = runs[0]?.rounds.at(-1)?.[0]
  if (now?.do === 'advance') await here.advance(now.minutes)
  const answers = await fewAtOnce(runs, async (run) => {
    const commands = run.rounds.at(-1) ?? []
    const sent = commands.map((each): Promise<Answer> => {
      return each.do === 'advance' ? Promise.resolve({ ok: true }) : run.shop.send(each)
    })
    return Promise.allSettled(sent)
  })
  await here.settle()
  const seen = await here.look(runs.map(({ shop }) => shop))
  for (const [index, run] of runs.entries()) {
    const commands = run.rounds.at(-1) ?? []
    try {
      const values = (answers[index] ?? []).map((answer) => {
        if (answer.status === 'rejected') throw answer.reason
        return answer.value
      })
      run.model = agree(run.model, commands, values, seen[index] ?? {})
      for (const [at, command] of commands.entries()) note(command.do, values[at])
    } catch (error) {
      return { run, error }
    }
  }
  return null
}

const shrinkMs = 60_000

/** Plays the failing shop again on its own, with fewer and fewer commands, as long as it still fails; then tells what is left. */
async function explained(run: Run, error: unknown): Promise<Error> {
  let [smallest, reason] = [run.rounds, error]
  const until = performance.now() + shrinkMs
  let isSeenAgain = false
  for (let size = smallest.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < smallest.length && performance.now() < until; ) {
      const fewer: Command[][] = size === smallest.length && !isSeenAgain ? smallest : smallest.toSpliced(from, size)
      const failure = fewer.length === 0 ? null : await failureOf(fewer, run.seed)
      if (failure === null) from += size
      else [smallest, reason, isSeenAgain] = [fewer, failure, true]
      if (size === run.rounds.length) break
    }
  }
  const told = smallest.map(
    (commands, index) => `${index + 1}. ${commands.map((each) => JSON.stringify(each)).join('  AT ONCE  ')}`,
  )
  const how = isSeenAgain ? 'These commands are enough:' : 'Alone it does not fail again; its commands were:'
  return new Error(
    `${String(reason)}\n\n${how}\n${told.join('\n')}\n\n${replayOf(run.seed, 'tests/simulation/shop')}`,
    { cause: error },
  )
}

/** What goes wrong when a new shop does just this; null when nothing does. Commands about what is not there are left out. */
async function failureOf(rounds: readonly Command[][], seed: number): Promise<unknown> {
  const [shop] = await here.open(1)
  if (shop === undefined) throw new Error('A shop was opened.')
  const run: Run = { seed, dice: diceOf(seed), shop, model: shop.model, rounds: [], fresh: (kind) => kind }
  for (const round of rounds) {
    const commands = round.filter((each) => isAbout(run.model, each))
    if (commands.length === 0) continue
    run.rounds.push(commands)
    const failed = await playRound([run])
    if (failed !== null) return failed.error
  }
  return null
}

/** Whether all that a command speaks of is there. */
function isAbout(model: Model, command: Command): boolean {
  switch (command.do) {
    case 'pick':
    case 'pack':
    case 'handOver':
    case 'scan':
      return model.parcels[command.parcel] !== undefined
    case 'askBack':
    case 'cancel':
    case 'confirm':
    case 'pay':
    case 'payThrough':
      return model.orders[command.orderId] !== undefined
    case 'decide':
    case 'sendBack':
    case 'grade':
      return model.afterSales[command.id] !== undefined
    case 'review':
      return model.withdrawals[command.id] !== undefined
    case 'forgive':
      return model.violations[command.id] !== undefined
    case 'stopFlash':
      return model.flash[command.id] !== undefined
    case 'place':
      return command.flash === null || model.flash[command.flash] !== undefined
    default:
      return true
  }
}

/** The model after these commands, in the order that explains what was answered and what is seen; throws if none does. */
function agree(model: Model, commands: readonly Command[], answers: readonly Answer[], seen: object): Model {
  const explanations: string[] = []
  for (const order of ordersOf(commands.map((_, index) => index))) {
    const next = structuredClone(model)
    const expected: Answer[] = []
    let fits = true
    for (const index of order) {
      const command = commands[index] as Command
      const before = structuredClone(next)
      expected[index] = apply(next, command)
      fits &&= isSameAnswer(expected[index], answers[index], command, before, commands.length > 1)
    }
    const shown = visibleOf(next)
    if (fits && isDeepStrictEqual(plain(shown), plain(seen))) return next
    explanations.push(
      `in the order ${order.join(', ')}: expected ${JSON.stringify(expected)}\n${differencesOf(plain(shown), plain(seen))}`,
    )
  }
  throw new Disagreement(`no order of these commands explains ${JSON.stringify(answers)}:\n${explanations.join('\n')}`)
}

function isSameAnswer(
  expected: Answer,
  answer: Answer | undefined,
  command: Command,
  before: Model,
  atOnce: boolean,
): boolean {
  if (isDeepStrictEqual(plain(expected), plain(answer))) return true
  if (command.do === 'place' && !expected.ok && answer?.ok === false && answer.code === 'sold_out') {
    // What was just seen sold out is refused from memory, before price and purse are looked at.
    return command.lines.some((line) => availableOf(skuOf(before, line.sku)) === 0)
  }
  if (!atOnce) return false
  // Two who pay at once under one id both ask the provider; the later one is told the state only once it is decided.
  if (command.do === 'topUp' && before.payments[command.id]?.state === 'failed')
    return answer?.ok === false && answer.code === 'provider_failed'
  // A parcel hears of its order's cancellation a moment later; what is done to it until then has no effect.
  if (command.do === 'pack' || command.do === 'pick')
    return before.orders[before.parcels[command.parcel]?.orderId ?? '']?.state === 'cancelled'
  return false
}

function ordersOf(indexes: readonly number[]): number[][] {
  if (indexes.length < 2) return [[...indexes]]
  return indexes.flatMap((first) => ordersOf(indexes.filter((each) => each !== first)).map((rest) => [first, ...rest]))
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null))

function differencesOf(expected: unknown, seen: unknown, path = ''): string {
  if (isDeepStrictEqual(expected, seen)) return ''
  if (expected === null || seen === null || typeof expected !== 'object' || typeof seen !== 'object')
    return `  ${path}: the model says ${JSON.stringify(expected)}, the database ${JSON.stringify(seen)}`
  const [left, right] = [expected as Record<string, unknown>, seen as Record<string, unknown>]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .map((key) => differencesOf(left[key] ?? null, right[key] ?? null, `${path}/${key}`))
    .filter((text) => text !== '')
    .join('\n')
}

const stepOfClock = (dice: Dice): Command => {
  const minutes = dice.weighted<number>([
    [3, 5],
    [2, 10],
    [3, 15],
    [2, 60],
    [3, 7 * 60],
    [3, 30 * 60],
    [2, 4 * day],
    [2, 9 * day],
    [2, 16 * day],
  ])
  return { do: 'advance', minutes }
}

/** What may not happen beside something else: the model knows no half of it. */
const alone = new Set<Command['do']>(['sell', 'price', 'violation', 'forgive', 'stopFlash'])

/** A sale, and what brings it to its buyer. */
function opening(run: Run): Command[] {
  const parcels = Object.values(run.model.parcels).filter(({ state }) => state !== 'handed_over')
  if (parcels.length === 0) return Object.keys(run.model.parcels).length === 0 ? [place(run)] : nextCommands(run)
  return parcels.slice(0, 3).map((parcel) => moveOn(run, parcel))
}

/** Mostly one command; sometimes two or three at once, often about the same thing. */
function nextCommands(run: Run): Command[] {
  const { dice } = run
  const first = nextCommand(run)
  if (alone.has(first.do) || !dice.chance(0.35)) return [first]
  const commands = [first]
  const more = dice.chance(0.2) ? 2 : 1
  for (let index = 0; index < more; index++) {
    // The very same wish twice is what a nervous thumb sends.
    const next = dice.chance(0.15) ? first : nextCommand(run)
    if (!alone.has(next.do) && !isRacing(run.model, next, commands)) commands.push(next)
  }
  return commands
}

/** Two payments for the same orders at once both reach the provider, and one of them goes back: no order of the two tells that. */
function isRacing(model: Model, next: Command, commands: readonly Command[]): boolean {
  const groupOf = (command: Command) =>
    command.do === 'pay' || command.do === 'payThrough' || command.do === 'cancel'
      ? model.orders[command.orderId]?.group
      : undefined
  const group = groupOf(next)
  return (
    group !== undefined &&
    commands.some(
      (each) =>
        groupOf(each) === group &&
        (each.do === 'payThrough' || next.do === 'payThrough') &&
        !isDeepStrictEqual(each, next),
    )
  )
}

function nextCommand(run: Run): Command {
  const { model, dice, fresh } = run
  const orders = Object.values(model.orders)
  const buyer = () => dice.pick(Object.keys(model.walletsMinor))
  const sku = () => dice.pick(Object.keys(model.skus))
  const owner = (order: Order) => (dice.chance(0.95) ? order.buyer : buyer())
  const those = (state: Order['state']) => orders.filter((order) => order.state === state)
  const unpaid = those('unpaid')
  const openAfterSales = Object.values(model.afterSales).filter(({ state }) =>
    ['asked', 'accepted', 'sent'].includes(state),
  )
  const parcels = Object.values(model.parcels)
  const moving = parcels.filter(({ state, scans }) => state !== 'cancelled' && scans < 4)
  const reviewed = Object.entries(model.withdrawals).filter(([, { state }]) => state === 'review')
  const openSales = Object.entries(model.flash).filter(([, { closed }]) => !closed)
  const violations = Object.keys(model.violations)
  const claimers = Object.keys(model.walletsMinor)
  const rich = claimers.filter((name) => (model.coins[name] ?? 0) > 0)
  const when = <Value>(values: readonly Value[], weight: number) => (values.length > 0 ? weight : 0)
  // Of all orders sometimes, so that what is over is tried again too.
  const some = <Value>(values: readonly Value[], all: readonly Value[]): Value =>
    dice.pick(values.length > 0 && dice.chance(0.9) ? values : all)

  return dice.weighted<() => Command>([
    [22, () => place(run)],
    [when(openSales, 12), () => place(run, dice.pick(openSales)[0])],
    [
      when(unpaid, 5),
      () => {
        const order = some(unpaid, orders)
        return { do: 'pay', orderId: order.id, buyer: owner(order), id: fresh('w') }
      },
    ],
    [when(unpaid, 14), () => payThrough(run, some(unpaid, orders))],
    [
      when(orders, 6),
      () => {
        const order = some([...unpaid, ...those('paid')], orders)
        return { do: 'cancel', orderId: order.id, buyer: owner(order) }
      },
    ],
    [when(moving, 30), () => moveOn(run, some(moving, parcels))],
    [
      when(those('delivered'), 6),
      () => {
        const order = some(those('delivered'), orders)
        return { do: 'confirm', orderId: order.id, buyer: owner(order) }
      },
    ],
    [
      when([...those('delivered'), ...those('confirmed')], 16),
      () => askBack(run, some([...those('delivered'), ...those('confirmed')], orders), owner),
    ],
    [when(openAfterSales, 24), () => answerAfterSale(run, some(openAfterSales, Object.values(model.afterSales)))],
    [4, () => topUp(run, buyer())],
    [2, () => withdraw(run)],
    [
      when(reviewed, 10),
      () => ({ do: 'review', id: some(reviewed, Object.entries(model.withdrawals))[0], approve: dice.chance(0.5) }),
    ],
    [
      4,
      () => {
        const earlier = Object.keys(model.claims)
        const id = earlier.length > 0 && dice.chance(0.15) ? dice.pick(earlier) : fresh('claim')
        return { do: 'claim', id, buyer: dice.pick(claimers) }
      },
    ],
    [
      openSales.length > 0 ? 1 : 3,
      () => ({
        do: 'announce',
        id: fresh('flash'),
        sku: sku(),
        units: dice.between(1, 2),
        perBuyer: dice.pick([1, 1, 2]),
      }),
    ],
    [when(openSales, 3), () => ({ do: 'stopFlash', id: dice.pick(openSales)[0] })],
    [3, () => price(run, sku())],
    [6, () => receive(run)],
    [4, () => adjust(run, sku())],
    [2, () => sell(run, sku())],
    [
      model.availableMinor.creator > 0 ? 5 : 1,
      () => ({ do: 'payOut', id: dice.chance(0.2) ? (Object.keys(model.payouts)[0] ?? fresh('out')) : fresh('out') }),
    ],
    [1, () => ({ do: 'violation', id: dice.chance(0.2) ? (violations[0] ?? fresh('wrong')) : fresh('wrong') })],
    [when(violations, 3), () => ({ do: 'forgive', id: dice.pick(violations) })],
    [2, () => ({ do: 'follow', buyer: buyer(), follows: dice.chance(0.65) })],
    [
      2,
      () => ({
        do: 'buyCoins',
        ...again(
          run,
          model.coinPurchases,
          'coins',
          (id) => ({ id, buyer: buyer(), coins: dice.between(10, 400) }),
          ([of, coins]) => ({ buyer: of, coins }),
        ),
      }),
    ],
    [
      2,
      () => ({
        do: 'gift',
        ...again(
          run,
          model.gifts,
          'gift',
          (id) => ({
            id,
            buyer: dice.pick(rich.length > 0 && dice.chance(0.8) ? rich : claimers),
            roses: dice.between(1, 60),
          }),
          ([of, roses]) => ({ buyer: of, roses }),
        ),
      }),
    ],
  ])()
}

/** Something new, or what was asked for before once more. */
function again<Wish extends { id: string }>(
  { dice, fresh }: Run,
  earlier: Readonly<Record<string, string>>,
  kind: string,
  make: (id: string) => Wish,
  repeat: (body: any) => Omit<Wish, 'id'>,
): Wish {
  const known = Object.entries(earlier)
  if (known.length === 0 || !dice.chance(0.15)) return make(fresh(kind))
  const [id, body] = dice.pick(known)
  return dice.chance(0.7) ? ({ id, ...repeat(JSON.parse(body)) } as Wish) : make(id)
}

function place({ model, dice, fresh }: Run, sale?: string): Command {
  const groups = Object.entries(model.groups).filter(([id]) => !id.startsWith('again'))
  if (groups.length > 0 && dice.chance(0.1)) {
    // The same id again: the same wish, or another one under it.
    const [id, { body }] = dice.pick(groups)
    const [buyer, lines, shownPayMinor, payment, coupon, flash] = JSON.parse(body)
    const same = dice.chance(0.6)
    const more = same ? lines : [...lines, { sku: dice.pick(Object.keys(model.skus)), units: 1 }]
    return { do: 'place', id, buyer, lines: more, shownPayMinor, payment, coupon, flash, by: null }
  }
  const buyer = dice.pick(Object.keys(model.walletsMinor))
  const payment = dice.chance(0.45) ? ('later' as const) : ('wallet' as const)
  const flash = sale === undefined ? undefined : model.flash[sale]
  if (sale !== undefined && flash !== undefined) {
    const units = dice.pick([1, 1, 2])
    const by = dice.chance(0.95) ? ('host' as const) : null
    const wish = { id: fresh('o'), buyer, lines: [{ sku: flash.sku, units }], shownPayMinor: units * flashPriceMinor }
    return { do: 'place', ...wish, payment, by, coupon: null, flash: sale }
  }
  const lines = Array.from({ length: dice.weighted([[5, 1] as const, [4, 2] as const, [1, 4] as const]) }, () => ({
    sku: dice.pick(Object.keys(model.skus)),
    units: dice.weighted([[8, 1] as const, [3, 2] as const, [1, 9] as const]),
  }))
  const own = Object.entries(model.claims).filter(([, each]) => each.buyer === buyer)
  const free = own.filter(([, each]) => each.group === null)
  const coupon =
    own.length > 0 && dice.chance(0.6)
      ? dice.pick(free.length > 0 && dice.chance(0.9) ? free : Object.entries(model.claims))[0]
      : null
  const price = priced(model, mergedLines(lines), { coupon: coupon !== null, flash: false })
  const payMinor = price?.payMinor ?? 1_000
  const shownPayMinor = dice.chance(0.06) ? payMinor + dice.pick([-1, 1]) : payMinor
  const by = dice.chance(0.75) ? ('creator' as const) : null
  return { do: 'place', id: fresh('o'), buyer, lines, shownPayMinor, payment, by, coupon, flash: null }
}

/** One payment for orders is on its way at a time: which of two late ones wins the goods again is nobody's promise. */
function payThrough(run: Run, order: Order): Command {
  const { model, dice, fresh } = run
  const pending = Object.entries(model.payments).filter(([, each]) => each.group !== null && each.state === 'pending')
  const [known] = pending
  const wish = { orderId: order.id, buyer: order.buyer, useWallet: dice.chance(0.5) }
  if (known === undefined) return { do: 'payThrough', ...wish, id: fresh('p') }
  const first = Object.values(model.orders).find(({ group }) => group === known[1].group)
  return first === undefined
    ? place(run)
    : { do: 'payThrough', orderId: first.id, buyer: first.buyer, id: known[0], useWallet: wish.useWallet }
}

/** Mostly what comes next for a parcel, sometimes what does not. */
function moveOn({ dice, model }: Run, parcel: Parcel): Command {
  const missing = parcel.lines.find((line) => line.pickedUnits < line.units) ?? dice.pick(parcel.lines)
  const pick: Command = {
    do: 'pick',
    parcel: parcel.key,
    sku: missing.sku,
    units: Math.max(1, missing.units - missing.pickedUnits + (dice.chance(0.1) ? 1 : 0)),
    wrongItem: dice.chance(0.05) || model.skus[missing.sku] === undefined,
  }
  const next = { to_pick: 0, picked: 1, packed: 2, handed_over: 3, cancelled: 0 }
  const commands: Command[] = [
    pick,
    { do: 'pack', parcel: parcel.key },
    { do: 'handOver', parcel: parcel.key },
    { do: 'scan', parcel: parcel.key },
  ]
  return (dice.chance(0.9) ? commands[next[parcel.state]] : dice.pick(commands)) ?? pick
}

function askBack({ model, dice, fresh }: Run, order: Order, owner: (order: Order) => string): Command {
  const earlier = Object.values(model.afterSales).filter((each) => each.orderId === order.id)
  const kind = dice.weighted([
    [4, 'refundOnly'] as const,
    [4, 'returnRefund'] as const,
    [3, 'exchange'] as const,
    [1, 'resend'] as const,
  ])
  const known = earlier.length > 0 && dice.chance(0.1) ? dice.pick(earlier) : undefined
  if (known !== undefined) {
    const lines = known.lines.map(({ sku, lineNo, amountMinor, units }) => {
      return { sku, no: lineNo, amountMinor: Math.max(1, amountMinor), units: Math.max(1, units) }
    })
    return {
      do: 'askBack',
      id: known.id,
      orderId: order.id,
      buyer: owner(order),
      kind: dice.chance(0.8) ? known.kind : kind,
      lines,
    }
  }
  const of = order.lines.filter(() => dice.chance(0.7))
  const lines = (of.length > 0 ? of : order.lines.slice(0, 1)).map((line) => {
    const leftMinor = line.payMinor - line.refundedMinor
    const amountMinor = dice.chance(0.5) ? leftMinor : dice.between(1, Math.max(1, leftMinor))
    return {
      ...{ sku: line.sku, no: order.lines.indexOf(line) + 1 },
      amountMinor: Math.max(1, amountMinor + (dice.chance(0.05) ? 1 : 0)),
      units: dice.chance(0.7) ? line.units : dice.between(1, line.units + 1),
    }
  })
  return { do: 'askBack', id: fresh('back'), orderId: order.id, buyer: owner(order), kind, lines }
}

function answerAfterSale({ dice, model }: Run, wish: AfterSale): Command {
  const order = model.orders[wish.orderId]
  const { id, orderId } = wish
  const decide: Command = { do: 'decide', id, orderId, approve: dice.chance(0.8) }
  const send: Command = { do: 'sendBack', id, orderId, buyer: order?.buyer ?? '' }
  const more = dice.chance(0.05) ? 1 : 0
  const grade: Command = {
    ...{
      do: 'grade',
      id,
      as: dice.weighted([[6, 'restock'] as const, [2, 'scrap'] as const, [1, 'rejected'] as const]),
    },
    lines: wish.lines.map(({ lineNo, units }) => ({ no: lineNo, units: Math.max(1, units + more) })),
  }
  const next = { asked: decide, accepted: dice.chance(0.6) ? send : grade, sent: grade }[wish.state as 'asked']
  return next !== undefined && dice.chance(0.9) ? next : dice.pick([decide, send, grade])
}

function topUp({ model, dice, fresh }: Run, buyer: string): Command {
  const earlier = Object.entries(model.payments).filter(([, each]) => each.group === null)
  if (earlier.length > 0 && dice.chance(0.15)) {
    const [id, { amountMinor, buyer: of }] = dice.pick(earlier)
    return { do: 'topUp', id, buyer: of, amountMinor: amountMinor + dice.pick([0, 0, 100]) }
  }
  // The last two digits tell the sandbox provider how to misbehave.
  const amountMinor = dice.between(10, 300) * 100 + dice.pick([0, 0, 0, 1, 2, 3, 4, 5, 6, 7])
  return { do: 'topUp', id: fresh('top'), buyer, amountMinor }
}

function withdraw({ model, dice, fresh }: Run): Command {
  const earlier = Object.entries(model.withdrawals)
  if (earlier.length > 0 && dice.chance(0.15)) {
    const [id, { amountMinor, buyer: of }] = dice.pick(earlier)
    return { do: 'withdraw', id, buyer: of, amountMinor: amountMinor + dice.pick([0, 0, 1]) }
  }
  const amountMinor = dice.weighted<() => number>([
    [5, () => dice.between(900, 9_000)],
    [1, () => dice.between(30_000, 60_000)],
    [3, () => dice.between(500_001, 560_000)],
  ])()
  return { do: 'withdraw', id: fresh('bank'), buyer: dice.pick(Object.keys(model.walletsMinor)), amountMinor }
}

function price({ dice }: Run, sku: string): Command {
  // What an order costs is also what the sandbox provider is asked for: its last two digits are the switch.
  return { do: 'price', sku, priceMinor: dice.between(2, 120) * 100 + dice.pick([0, 0, 1, 2, 3, 4, 5, 6, 7]) }
}

function receive({ model, dice, fresh }: Run): Command {
  const earlier = Object.entries(model.receipts)
  if (earlier.length > 0 && dice.chance(0.15)) {
    const [id, body] = dice.pick(earlier)
    const [sku, units, unitCostMinor] = JSON.parse(body)
    return { do: 'receive', id, sku, units: units + dice.pick([0, 1]), unitCostMinor }
  }
  // A seller's goods are brought by himself.
  const ours = Object.keys(model.skus).filter((name) => model.skus[name]?.seller === 'us')
  return {
    do: 'receive',
    id: fresh('in'),
    sku: dice.pick(ours),
    units: dice.between(1, 4),
    unitCostMinor: dice.between(0, 5_000),
  }
}

function adjust({ model, dice, fresh }: Run, sku: string): Command {
  const earlier = Object.keys(model.adjustments)
  // The id of an adjustment belongs to its SKU; it is repeated as it was.
  const again = earlier.length > 0 && dice.chance(0.1) ? dice.pick(earlier) : undefined
  const known = again === undefined ? undefined : model.adjustments[again]
  if (again !== undefined && known !== undefined) return { do: 'adjust', id: again, ...known }
  return { do: 'adjust', id: fresh('count'), sku, units: dice.pick([-3, -2, -1, -1, 1, 2]) }
}

function sell({ model, dice }: Run, sku: string): Command {
  const off = Object.entries(model.skus).find(([, each]) => !each.onSale)
  // What is off sale comes back soon, or nothing would be sold.
  if (off !== undefined && dice.chance(0.8)) return { do: 'sell', sku: off[0], onSale: true }
  return { do: 'sell', sku, onSale: dice.chance(0.5) }
}

function note(kind: string, answer: Answer | undefined): void {
  const row = taken.get(kind) ?? { done: 0, refused: new Map<string, number>() }
  if (answer?.ok) row.done++
  else if (answer) row.refused.set(answer.code, (row.refused.get(answer.code) ?? 0) + 1)
  taken.set(kind, row)
}

function tableOf(taken: ReadonlyMap<string, { done: number; refused: ReadonlyMap<string, number> }>): string {
  return [...taken]
    .map(([kind, { done, refused }]) => {
      const codes = [...refused].map(([code, number]) => `${code} ${number}`).join(', ')
      return `${kind.padEnd(10)} ${String(done).padStart(5)} done  ${codes}`
    })
    .join('\n')
}
