/**
 * Many small random days of a shop, each step checked against plain numbers. What the server answers must be what the model
 * answers; what two people do at once must be what they could have done one after the other; and in the end the auditor
 * must find nothing. Printed seeds replay a run (`dice.ts`).
 */
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { runAudit } from '../../server/app/audit.ts'
import { newId } from '../world.ts'
import { type Dice, diceOf, replayOf, seedsOf } from './dice.ts'
import {
  type Answer,
  apply,
  availableOf,
  type Command,
  kinds,
  type Model,
  mergedLines,
  priceOf,
  skuOf,
  visibleOf,
} from './model.ts'
import { openRealShop, type RealShop } from './shop.ts'

const stepsPerRun = 260
const runs = 3
const taken = new Map<string, { done: number; refused: Map<string, number> }>()

for (const seed of seedsOf(runs)) {
  test(`a shop and plain numbers agree (seed ${seed})`, async () => {
    console.info(`seed ${seed}`)
    const shop = await openRealShop({ skus: 3, buyers: 3 })
    const history: string[] = []
    try {
      let model = shop.model
      const dice = diceOf(seed)
      const opening = lastUnitAskedForAgain(shop)
      const closing = untilSomebodyIsPaid()
      for (let step = 1; step <= stepsPerRun + closing.length; step++) {
        const commands = opening.shift() ?? closing[step - stepsPerRun - 1] ?? nextCommands(model, shop, dice)
        history.push(`${step}. ${commands.map((command) => JSON.stringify(command)).join('  AT ONCE  ')}`)
        const answers = await Promise.all(commands.map((command) => shop.send(command)))
        history.push(`   ${JSON.stringify(answers)}`)
        model = agree(model, commands, answers, await shop.look())
        for (const [index, command] of commands.entries()) note(taken, command.do, answers[index])
      }
      const report = await runAudit(shop.world.server.app.database)
      expect(report.invariants.filter((each) => each.broken > 0)).toEqual([])
    } catch (error) {
      const told = history.slice(-16).join('\n')
      throw new Error(`${String(error)}\n\nThe last steps:\n${told}\n\n${replayOf(seed, 'tests/simulation/shop')}`, {
        cause: error,
      })
    } finally {
      await shop.stop()
    }
    console.info(tableOf(taken))
  })
}

test('every kind of command succeeded at least once in these runs', (context) => {
  // A simulation in which nothing is sold proves nothing; a single run may well end before anybody confirms.
  if (process.env['HAWKER_RUNS'] === '1') context.skip('one run alone need not see everything')
  const idle = kinds.filter((kind) => (taken.get(kind)?.done ?? 0) === 0)
  expect(idle, 'nothing of this kind succeeded').toEqual([])
})

test('a shop that sells a unit twice is noticed', () => {
  const model = littleModel()
  const [one, other] = [wishFor('one', 'ann'), wishFor('two', 'bob')]
  const sold: Answer = { ok: true, value: { payMinor: 100, walletMinor: 900, repeated: false } }
  expect(() => agree(model, [one, other], [sold, sold], visibleOf(model))).toThrow('no order of these commands')
})

test('a shop that loses money on the way is noticed', () => {
  const model = littleModel()
  const after = structuredClone(model)
  const wish = wishFor('one', 'ann')
  const answer = apply(after, wish)
  const seen = { ...visibleOf(after), escrowMinor: 99 }
  expect(() => agree(model, [wish], [answer], seen)).toThrow('no order of these commands')
  expect(agree(model, [wish], [answer], visibleOf(after))).toEqual(after)
})

/**
 * Failed once (seed 1947662768): who bought the last unit and asked again, because the answer was lost, was told that it is
 * sold out.
 */
function lastUnitAskedForAgain({ skuIds, buyerIds, model }: RealShop): Command[][] {
  const lines = [{ skuId: skuIds[0] ?? '', units: 1 }]
  const wish = (id: string, buyer: string): Command => {
    return { do: 'place', id, buyer, lines, shownPayMinor: priceOf(model, lines), attributed: true }
  }
  const [first, second] = [wish(newId(), buyerIds[0] ?? ''), wish(newId(), buyerIds[1] ?? '')]
  return [[first], [second], [first], [first, second]]
}

/** What has left is confirmed by the clock, what is confirmed is released by it. */
function untilSomebodyIsPaid(): Command[][] {
  return [
    [{ do: 'advance', hours: 10 * 24 }],
    [{ do: 'advance', hours: 15 * 24 }],
    [
      { do: 'payOut', id: newId() },
      { do: 'payOut', id: newId() },
    ],
  ]
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
  throw new Error(`no order of these commands explains ${JSON.stringify(answers)}:\n${explanations.join('\n')}`)
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
    return command.lines.some((line) => availableOf(skuOf(before, line.skuId)) === 0)
  }
  // Two who pay at once under one id both ask the provider; the later one is told the state only once it is decided.
  if (atOnce && command.do === 'topUp' && before.topUps[command.id]?.state === 'failed')
    return answer?.ok === false && answer.code === 'provider_failed'
  // A parcel hears of its order's cancellation a moment later; what is done to it until then has no effect.
  if (atOnce && (command.do === 'pack' || command.do === 'pick'))
    return before.orders[command.orderId]?.state === 'cancelled'
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

/** Mostly one command; sometimes two or three at once, often about the same thing. */
function nextCommands(model: Model, shop: RealShop, dice: Dice): Command[] {
  const first = nextCommand(model, shop, dice)
  if (first.do === 'advance' || first.do === 'sell' || first.do === 'price' || !dice.chance(0.3)) return [first]
  const commands = [first]
  const more = dice.chance(0.2) ? 2 : 1
  for (let index = 0; index < more; index++) {
    // The very same wish twice is what a nervous thumb sends.
    const next = dice.chance(0.15) ? first : nextCommand(model, shop, dice)
    if (next.do !== 'advance' && next.do !== 'sell' && next.do !== 'price') commands.push(next)
  }
  return commands
}

function nextCommand(model: Model, shop: RealShop, dice: Dice): Command {
  const orders = Object.values(model.orders)
  const open = orders.filter((order) => order.state !== 'confirmed' && order.state !== 'cancelled')
  // Of all orders sometimes, so that what is over is tried again too.
  const anOrder = () => dice.pick(open.length > 0 && dice.chance(0.85) ? open : orders)
  const buyer = () => dice.pick(shop.buyerIds)
  const skuId = () => dice.pick(shop.skuIds)
  const ofOrder = (make: () => Command): Command => (orders.length > 0 ? make() : place(model, shop, dice))
  const owner = (order: { buyer: string }) => (dice.chance(0.95) ? order.buyer : buyer())

  return dice.weighted<() => Command>([
    [30, () => place(model, shop, dice)],
    [
      7,
      () =>
        ofOrder(() => {
          const order = anOrder()
          return { do: 'cancel', orderId: order.id, buyer: owner(order) }
        }),
    ],
    [24, () => ofOrder(() => moveOn(anOrder(), dice, owner))],
    [3, () => ({ do: 'advance', hours: dice.pick([1, 3, 7, 30, 9 * 24, 16 * 24]) })],
    // Whoever has earned something wants to see it.
    [model.pending.length > 0 ? 2 : 0, () => ({ do: 'advance', hours: 15 * 24 })],
    [8, () => topUp(model, buyer(), dice)],
    [4, () => ({ do: 'price', skuId: skuId(), priceMinor: dice.between(1, 30_000) })],
    [9, () => receive(model, skuId(), dice)],
    [6, () => adjust(model, skuId(), dice)],
    [3, () => sell(model, skuId(), dice)],
    [
      model.availableMinor.creator > 0 ? 6 : 1,
      () => ({ do: 'payOut', id: dice.chance(0.2) ? (Object.keys(model.payouts)[0] ?? newId()) : newId() }),
    ],
  ])()
}

function place(model: Model, shop: RealShop, dice: Dice): Command {
  const orders = Object.values(model.orders)
  if (orders.length > 0 && dice.chance(0.12)) {
    // The same id again: the same wish, or another one under it.
    const order = dice.pick(orders)
    const [buyer, lines, shownPayMinor] = JSON.parse(order.body)
    const same = dice.chance(0.6)
    return {
      do: 'place',
      id: order.id,
      buyer,
      lines: same ? lines : [...lines, { skuId: dice.pick(shop.skuIds), units: 1 }],
      shownPayMinor,
      attributed: dice.chance(0.5),
    }
  }
  const lines = Array.from({ length: dice.weighted([[6, 1] as const, [3, 2] as const, [1, 4] as const]) }, () => ({
    skuId: dice.pick(shop.skuIds),
    units: dice.weighted([[7, 1] as const, [3, 2] as const, [1, 9] as const]),
  }))
  const payMinor = priceOf(model, mergedLines(lines))
  const shownPayMinor = dice.chance(0.08) ? payMinor + dice.pick([-1, 1]) : payMinor
  return {
    do: 'place',
    id: newId(),
    buyer: dice.pick(shop.buyerIds),
    lines,
    shownPayMinor,
    attributed: dice.chance(0.7),
  }
}

/** Mostly what comes next for an order, sometimes what does not. */
function moveOn(order: Model['orders'][string], dice: Dice, owner: (order: { buyer: string }) => string): Command {
  const missing = order.lines.find((line) => line.pickedUnits < line.units) ?? dice.pick(order.lines)
  const pick: Command = {
    do: 'pick',
    orderId: order.id,
    skuId: missing.skuId,
    units: Math.max(1, missing.units - missing.pickedUnits + (dice.chance(0.1) ? 1 : 0)),
    wrongItem: dice.chance(0.05),
  }
  const steps: Command[] = [
    pick,
    { do: 'pack', orderId: order.id },
    { do: 'handOver', orderId: order.id },
    { do: 'scan', orderId: order.id },
    { do: 'confirm', orderId: order.id, buyer: owner(order) },
  ]
  const next = {
    paid: order.parcel === 'picked' ? 1 : 0,
    packed: 2,
    shipped: 3,
    delivered: 4,
    confirmed: 4,
    cancelled: 0,
  }
  return (dice.chance(0.85) ? steps[next[order.state]] : dice.pick(steps)) ?? pick
}

function topUp(model: Model, buyer: string, dice: Dice): Command {
  const earlier = Object.entries(model.topUps)
  if (earlier.length > 0 && dice.chance(0.15)) {
    const [id, { amountMinor }] = dice.pick(earlier)
    return {
      do: 'topUp',
      id,
      buyer: model.topUps[id]?.buyer ?? buyer,
      amountMinor: amountMinor + dice.pick([0, 0, 100]),
    }
  }
  // The last two digits tell the sandbox provider how to misbehave.
  return {
    do: 'topUp',
    id: newId(),
    buyer,
    amountMinor: dice.between(10, 300) * 100 + dice.pick([0, 0, 0, 1, 2, 3, 4, 5, 6, 7]),
  }
}

function receive(model: Model, skuId: string, dice: Dice): Command {
  const earlier = Object.entries(model.receipts)
  if (earlier.length > 0 && dice.chance(0.15)) {
    const [id, body] = dice.pick(earlier)
    const [sku, units, unitCostMinor] = JSON.parse(body)
    return { do: 'receive', id, skuId: sku, units: units + dice.pick([0, 1]), unitCostMinor }
  }
  return { do: 'receive', id: newId(), skuId, units: dice.between(1, 4), unitCostMinor: dice.between(0, 5_000) }
}

function adjust(model: Model, skuId: string, dice: Dice): Command {
  const earlier = Object.keys(model.adjustments)
  // The id of an adjustment belongs to its SKU; it is repeated as it was.
  const again = earlier.length > 0 && dice.chance(0.1) ? dice.pick(earlier) : undefined
  const known = again === undefined ? undefined : model.adjustments[again]
  if (again !== undefined && known !== undefined) return { do: 'adjust', id: again, ...known }
  return { do: 'adjust', id: newId(), skuId, units: dice.pick([-3, -2, -1, -1, 1, 2]) }
}

function sell(model: Model, skuId: string, dice: Dice): Command {
  const off = Object.entries(model.skus).find(([, sku]) => !sku.onSale)
  // What is off sale comes back soon, or nothing would be sold.
  if (off !== undefined && dice.chance(0.8)) return { do: 'sell', skuId: off[0], onSale: true }
  return { do: 'sell', skuId, onSale: dice.chance(0.5) }
}

function note(
  taken: Map<string, { done: number; refused: Map<string, number> }>,
  kind: string,
  answer: Answer | undefined,
): void {
  const row = taken.get(kind) ?? { done: 0, refused: new Map<string, number>() }
  if (answer?.ok) row.done++
  else if (answer) row.refused.set(answer.code, (row.refused.get(answer.code) ?? 0) + 1)
  taken.set(kind, row)
}

function tableOf(taken: ReadonlyMap<string, { done: number; refused: ReadonlyMap<string, number> }>): string {
  return [...taken]
    .map(([kind, { done, refused }]) => {
      const codes = [...refused].map(([code, number]) => `${code} ${number}`).join(', ')
      return `${kind.padEnd(9)} ${String(done).padStart(4)} done  ${codes}`
    })
    .join('\n')
}

function littleModel(): Model {
  const sku = { onHand: 1, allocated: 0, valueMinor: 50, priceMinor: 100, onSale: true, commissionBasisPoints: 0 }
  return {
    now: 0,
    skus: { tea: sku },
    walletsMinor: { ann: 1_000, bob: 1_000 },
    orders: {},
    topUps: {},
    receipts: {},
    adjustments: {},
    escrowMinor: 0,
    pending: [],
    reserves: [],
    availableMinor: { creator: 0, agency: 0 },
    paidOutMinor: 0,
    payouts: {},
  }
}

function wishFor(id: string, buyer: string): Command {
  return { do: 'place', id, buyer, lines: [{ skuId: 'tea', units: 1 }], shownPayMinor: 100, attributed: false }
}
