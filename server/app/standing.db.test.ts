import { afterAll, beforeAll, expect, test } from 'vitest'
import { commissionLinesOf, freezeCommissions } from '#money/commissions'
import { balancesOf, payableOf, postJournals } from '#money/ledger'
import { settleConfirmedOrder } from '#money/settlements'
import { seedFollowers } from '#people/follows'
import { mustBeDone } from '#platform/outcome'
import { closeViolation, decideAppeal, recordViolation, scoresOf } from '#trust/conduct'
import { type Client, newId, startWorld, transact, type World } from '../../tests/world.ts'

type Person = Client & { personId: string }
let world: World
let moderator: Person

beforeAll(async () => {
  world = await startWorld()
  await world.server.app.jobs.stop() // Time moves, and nothing is swept but by the test.
  moderator = await world.person('Moderator', 'moderator', 'admin')
})
afterAll(() => world.stop())

const app = () => world.server.app
const days = (count: number) => app().clock.setOffsetMs(app().clock.offsetMs() + count * 24 * 3_600_000)

async function newCreator(): Promise<Person> {
  const person = await world.person('Creator', 'buyer', 'creator')
  const handle = `c_${person.personId.slice(-10)}`
  await person.post('/api/v1/me/creator', { id: newId(), handle, name: 'Creator', bio: '' })
  await transact(app(), (tx) => seedFollowers(tx, { creatorId: person.personId, count: 2_000 }))
  return person
}

const wish = (creator: Person, more: Record<string, unknown> = {}) => ({
  id: newId(),
  creatorId: creator.personId,
  rule: 'false_claim' as const,
  severity: 'minor' as const,
  points: 48,
  note: 'said it cures colds',
  days: 60,
  ...more,
})
const record = (creator: Person, more: Record<string, unknown> = {}) => {
  const violation = wish(creator, more)
  return moderator.post('/api/v1/violations', violation).then((answer) => {
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return violation.id
  })
}
const standing = async (creator: Person) => (await creator.get('/api/v1/studio/standing')).body
const gates = async (creator: Person) => {
  const body = (await creator.get('/api/v1/studio/gate')).body
  return Object.fromEntries(body.gates.map((gate: any) => [gate.capability, gate.passed]))
}
const marksOf = (body: any) =>
  body.measures.map((measure: any) => measure.mark).toSorted((a: number, b: number) => b - a)

test('two violations that land together cross a mark once, and its measures apply once', async () => {
  const creator = await newCreator()
  await record(creator, { points: 20 })
  expect((await standing(creator)).measures).toEqual([])
  // 180: each of these two alone would stay above 150, both together are at 132, and two more are at 84.
  await Promise.all([record(creator, { points: 24 }), record(creator, { points: 24 })])
  expect(await standing(creator)).toMatchObject({ score: 132, weighs: 68 })
  expect(marksOf(await standing(creator))).toEqual([150])
  await Promise.all([record(creator, { points: 24 }), record(creator, { points: 24, rule: 'copied_content' })])
  const { measures, score } = await standing(creator)
  expect(score).toBe(84)
  expect(measures.map((measure: any) => [measure.mark, measure.restricts, measure.inForce]).toReversed()).toEqual(
    expect.arrayContaining([
      [150, ['gated', 'giveaway'], true],
      [100, ['live'], true],
    ]),
  )
  expect(measures).toHaveLength(2)
})

test('who began first and comes second counts what the other has written, though it is later than his own clock', async () => {
  const creator = await newCreator()
  await record(creator, { points: 20 })
  const { promise: letGo, resolve: go } = Promise.withResolvers<void>()
  const first = transact(app(), async (tx) => {
    await letGo
    mustBeDone(await recordViolation(tx, wish(creator, { points: 24 })))
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  await record(creator, { points: 24 })
  go()
  await first
  expect(await standing(creator)).toMatchObject({ score: 132 })
  expect(marksOf(await standing(creator))).toEqual([150])
})

test('an appeal that is upheld gives back points and permissions, and the same mark can be crossed anew', async () => {
  const creator = await newCreator()
  const first = await record(creator, { points: 48 })
  const second = await record(creator, { points: 48, rule: 'vulgar_content' })
  const third = await record(creator, { points: 10, rule: 'copied_content' })
  expect(await standing(creator)).toMatchObject({ score: 94 })
  expect(await gates(creator)).toEqual({ live: false, showcase: true, giveaway: false, gated: false })

  // A picture, a moment of a recording, and words.
  const file = newId()
  const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(60, 7)])
  expect(
    (await creator.send('PUT', `/api/v1/studio/evidence/${file}`, { base64: png.toString('base64') })).status,
  ).toBe(200)
  const text = Buffer.from('<script>alert(1)</script> and more than forty bytes of it')
  expect(
    (await creator.send('PUT', `/api/v1/studio/evidence/${newId()}`, { base64: text.toString('base64') })).body.code,
  ).toBe('unknown_picture_type')
  const appeal = {
    id: newId(),
    text: 'I said the opposite',
    moment: { sessionId: newId(), atSecond: 754 },
    files: [file],
  }
  const filed = await Promise.all([1, 2].map(() => creator.post(`/api/v1/studio/violations/${second}/appeals`, appeal)))
  for (const answer of filed) expect(answer).toMatchObject({ status: 201, body: { appeal: { state: 'open' } } })
  const again = await creator.post(`/api/v1/studio/violations/${second}/appeals`, { ...appeal, id: newId() })
  expect(again.body.code).toBe('already_appealed')
  const other = await newCreator()
  expect((await other.post(`/api/v1/studio/violations/${first}/appeals`, { ...appeal, id: newId() })).status).toBe(404)

  const open = (await moderator.get('/api/v1/appeals')).body.items.find((each: any) => each.appeal.id === appeal.id)
  expect(open).toMatchObject({ appeal: { atSecond: 754, files: [file] }, violation: { id: second, clause: '2.1' } })
  expect((await moderator.get(`/api/v1/evidence/${appeal.id}/${file}`)).body).toEqual(png)
  expect((await creator.get(`/api/v1/evidence/${appeal.id}/${file}`)).status).toBe(200)
  expect((await other.get(`/api/v1/evidence/${appeal.id}/${file}`)).status).toBe(404)
  // Nothing changes until somebody has decided.
  expect(await standing(creator)).toMatchObject({ score: 94 })

  const decide = (decision: string) =>
    moderator.post(`/api/v1/appeals/${appeal.id}/decisions`, { decision, answer: 'the recording shows it' })
  expect((await Promise.all([decide('upheld'), decide('upheld')])).map((answer) => answer.status)).toEqual([200, 200])
  expect((await decide('rejected')).body.code).toBe('appeal_decided')
  expect(await standing(creator)).toMatchObject({ score: 142 })
  const measures = (await standing(creator)).measures
  expect(measures.find((measure: any) => measure.mark === 100)).toMatchObject({ lifted: true, inForce: false })
  expect(measures.find((measure: any) => measure.mark === 150)).toMatchObject({ lifted: false, inForce: true })

  // The gate asks for no active violation either: the others are closed, and it opens.
  for (const id of [first, third]) await moderator.post(`/api/v1/violations/${id}/closings`, { reason: 'a mistake' })
  expect(await gates(creator)).toEqual({ live: true, showcase: true, giveaway: true, gated: true })
  await record(creator, { points: 48 })
  await record(creator, { points: 48 })
  await record(creator, { points: 8 })
  expect(marksOf(await standing(creator))).toEqual([150, 150, 100, 100])
})

test('an appeal is in time until thirty days have passed, and not at that instant', async () => {
  const creator = await newCreator()
  const id = await record(creator, { points: 4, days: 90 })
  const until = (await creator.get('/api/v1/studio/violations')).body.violations[0].appealUntil
  app().clock.setOffsetMs(app().clock.offsetMs() + Date.parse(until) - app().clock.nowMs())
  const late = await creator.post(`/api/v1/studio/violations/${id}/appeals`, {
    id: newId(),
    text: 'too late',
    files: [],
  })
  expect(late).toMatchObject({ status: 410, body: { code: 'appeal_too_late' } })
})

test('the sixth violation of the same kind within ninety days takes the permission away, whatever the score', async () => {
  const creator = await newCreator()
  const ids: string[] = []
  for (let index = 0; index < 5; index++) ids.push(await record(creator, { points: 1, days: 1 }))
  await record(creator, { points: 1, days: 1, rule: 'copied_content' })
  days(2)
  expect(await gates(creator)).toMatchObject({ live: true })
  const sixth = await record(creator, { points: 1, days: 1 })
  days(2)
  expect(await standing(creator)).toMatchObject({ score: 200, measures: [{ kind: 'repeat', rule: 'false_claim' }] })
  expect(await gates(creator)).toMatchObject({ live: false, showcase: true, giveaway: false })
  // One of the six was none: it is expired by now, and its appeal still decides.
  const appeal = newId()
  await creator.post(`/api/v1/studio/violations/${sixth}/appeals`, { id: appeal, text: 'that was not me', files: [] })
  await moderator.post(`/api/v1/appeals/${appeal}/decisions`, { decision: 'upheld', answer: 'it was not' })
  expect(await gates(creator)).toMatchObject({ live: true, giveaway: true })
})

test('a rule that is edited today changes no judgement before its day, and old ones show the old text', async () => {
  const creator = await newCreator()
  const before = await record(creator, { rule: 'fake_interaction', points: 4 })
  const tomorrow = app().clock.now().add({ hours: 24 }).toString()
  const rule = {
    effectiveFrom: tomorrow,
    clause: '3.2',
    title: { en: 'Made-up viewers', zh: '虚假人气' },
    body: { en: 'New text', zh: '新条文' },
    pointsMinor: 8,
    pointsSerious: 16,
    pointsSevere: 32,
    days: 120,
  }
  expect((await moderator.post('/api/v1/rules/fake_interaction/versions', rule)).body).toEqual({ version: 2 })
  const past = { ...rule, effectiveFrom: app().clock.now().subtract({ hours: 1 }).toString() }
  expect((await moderator.post('/api/v1/rules/fake_interaction/versions', past)).body.code).toBe('effective_in_past')
  const wrong = { ...rule, pointsSerious: 4, effectiveFrom: app().clock.now().add({ hours: 48 }).toString() }
  expect((await moderator.post('/api/v1/rules/fake_interaction/versions', wrong)).body.code).toBe('points_not_rising')

  const meanwhile = await record(creator, { rule: 'fake_interaction', points: 4 })
  days(1.1)
  const after = await record(creator, { rule: 'fake_interaction', points: 8 })
  const mine = (await creator.get('/api/v1/studio/violations')).body.violations
  const shown = (id: string) => mine.find((each: any) => each.id === id)
  for (const id of [before, meanwhile]) {
    expect(shown(id)).toMatchObject({ ruleVersion: 1, ruleTitle: { en: 'Fake interaction' } })
  }
  expect(shown(after)).toMatchObject({
    ruleVersion: 2,
    ruleTitle: { en: 'Made-up viewers' },
    ruleText: { en: 'New text' },
  })
  const rules = (await world.client().get('/api/v1/rules')).body.rules
  const versions = rules.filter((each: any) => each.rule === 'fake_interaction')
  expect(versions.map((each: any) => [each.version, each.inForce])).toEqual([
    [2, true],
    [1, false],
  ])
})

/** A creator has earned 1,000 of an order of 10,000 that was just confirmed. */
async function earn(creatorId: string, sessionId: string): Promise<void> {
  const orderId = newId()
  await transact(app(), async (tx) => {
    const cause = `order.paid:${orderId}`
    const postings = [
      { account: 'psp', amountMinor: 10_000 },
      { account: 'escrow', amountMinor: -10_000 },
    ]
    mustBeDone(await postJournals(tx, [{ id: newId(), kind: 'order.paid', cause, currency: 'CNY', orderId, postings }]))
    const lines = commissionLinesOf({
      ...{ orderId, orderNumber: '1', lineNo: 1, title: { en: 'Mug', zh: '杯子' }, currency: 'CNY' },
      ...{ baseMinor: 10_000, basisPoints: 1_000, chain: { creatorId, agency: null } },
      attribution: { creatorId, roomId: newId(), sessionId, roomTitle: '', personId: null, issuedAt: tx.now },
    })
    await freezeCommissions(app(), tx, lines)
    await settleConfirmedOrder(tx, {
      ...{ orderId, orderNumber: '1', currency: 'CNY', priceMinor: 10_000, subsidyMinor: 0, paidMinor: 10_000 },
      ...{ costMinor: 0, confirmedAt: tx.now },
    })
  })
}
const owed = async (creator: Person, kind: 'pending' | 'frozen') => {
  const account = payableOf(creator.personId, kind)
  return 0 - ((await balancesOf(app().database.db, [account])).get(account) ?? 0)
}
const sweepWindows = async () => {
  const { closeAppealWindows } = await import('#trust/conduct')
  while ((await closeAppealWindows(app())).more);
  await world.server.outbox.drained()
}

test('what a creator earned is frozen with a severe violation and comes back when his appeal is upheld', async () => {
  const creator = await newCreator()
  await earn(creator.personId, newId())
  const id = await record(creator, { severity: 'severe' })
  await world.server.outbox.drained()
  expect([await owed(creator, 'pending'), await owed(creator, 'frozen')]).toEqual([0, 1_000])
  const appeal = newId()
  await creator.post(`/api/v1/studio/violations/${id}/appeals`, { id: appeal, text: 'look again', files: [] })
  days(40) // While an appeal is open, time forfeits nothing.
  await sweepWindows()
  expect(await owed(creator, 'frozen')).toBe(1_000)
  await moderator.post(`/api/v1/appeals/${appeal}/decisions`, { decision: 'upheld', answer: 'you were right' })
  await world.server.outbox.drained()
  expect([await owed(creator, 'pending'), await owed(creator, 'frozen')]).toEqual([1_000, 0])
})

test('what nobody appealed against in time is forfeited, and what a rejected appeal was about at once', async () => {
  const [silent, rejected] = [await newCreator(), await newCreator()]
  const [bad, good] = [newId(), newId()]
  await earn(silent.personId, bad)
  await earn(silent.personId, good)
  await earn(rejected.personId, newId())
  // A serious one freezes what was earned in the broadcast in which it was seen, and no more.
  await record(silent, { severity: 'serious', moment: { sessionId: bad, atSecond: 12 } })
  const id = await record(rejected, { severity: 'severe' })
  await record(rejected, { severity: 'minor', points: 1 })
  await world.server.outbox.drained()
  expect([await owed(silent, 'pending'), await owed(silent, 'frozen')]).toEqual([1_000, 1_000])
  const appeal = newId()
  await rejected.post(`/api/v1/studio/violations/${id}/appeals`, { id: appeal, text: 'look again', files: [] })
  await moderator.post(`/api/v1/appeals/${appeal}/decisions`, { decision: 'rejected', answer: 'we did' })
  await world.server.outbox.drained()
  expect(await owed(rejected, 'frozen')).toBe(0)
  days(31)
  await sweepWindows()
  await sweepWindows()
  expect([await owed(silent, 'pending'), await owed(silent, 'frozen')]).toEqual([1_000, 0])
})

test('orders that were kept add to the score within a bound a day, and returns take away, each order once', async () => {
  const creator = await newCreator()
  const { earnReputation, loseReputation } = await import('#trust/conduct')
  const orders = Array.from({ length: 14 }, () => ({ orderId: newId(), creatorId: creator.personId }))
  const keep = () => transact(app(), (tx) => earnReputation(tx, { name: 'orders.kept', orders }))
  await Promise.all([keep(), keep()])
  expect(await standing(creator)).toMatchObject({ score: 210, earned: 10 })
  const refund = () =>
    transact(app(), (tx) =>
      loseReputation(tx, {
        name: 'order.refunded',
        refundId: newId(),
        orderId: orders[0]?.orderId ?? '',
        buyerId: newId(),
        creatorId: creator.personId,
        placedAt: '',
        isDemo: false,
        amountMinor: 1,
        currency: 'CNY',
      }),
    )
  await Promise.all([refund(), refund()])
  expect(await standing(creator)).toMatchObject({ score: 208, earned: 8 })
})

test('the record cannot be rewritten: rules, appeals, measures, what was earned', async () => {
  const { pool } = app().database
  for (const table of ['rules', 'earned', 'measures', 'appeals'])
    await expect(pool.query(`delete from conduct.${table}`), table).rejects.toThrow(
      /never change|does not change|never changes/,
    )
  await expect(pool.query(`update conduct.rules set days = 1`)).rejects.toThrow('never change')
  await expect(pool.query(`update conduct.appeals set text = 'no'`)).rejects.toThrow('never changes')
})

test('a score of long ago can be asked for today', async () => {
  const creator = await newCreator()
  const before = app().clock.now()
  const id = await record(creator, { points: 30 })
  const after = app().clock.now()
  days(1)
  await transact(app(), async (tx) => void mustBeDone(await closeViolation(tx, { id, reason: 'a mistake' })))
  const scoreAt = async (at: Temporal.Instant) =>
    (await scoresOf(app().database.db, [creator.personId], at)).get(creator.personId)
  expect([await scoreAt(before), await scoreAt(after), await scoreAt(app().clock.now())]).toEqual([200, 170, 200])
  const missing = await transact(app(), (tx) => decideAppeal(tx, { id: newId(), decision: 'upheld', answer: 'none' }))
  expect(missing).toMatchObject({ code: 'not_found' })
})
