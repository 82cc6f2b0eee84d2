import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSession } from '#live/rooms'
import { buyCoins, buyCoinsWithPayment, finishWaitingPurchases, releaseDueGifts } from '#money/coins'
import { balancesOf, findJournal, payableOf } from '#money/ledger'
import { takeProviderMessage, topUp } from '#money/payments'
import { freezeEarnings, thawEarnings } from '#money/settlements'
import { openAgency, signContract } from '#people/agencies'
import { seedFollowers } from '#people/follows'
import { seedVerified } from '#people/verification'
import { mustBeDone } from '#platform/outcome'
import { type Client, newId, startWorld, transact, type World } from '../../../tests/world.ts'
import { auditInvariants, proveAudit, runAudit } from '../../app/audit.ts'

type Person = Client & { personId: string }
let world: World
let host: Person
let support: Person
let sessionId: string
let roomId: string
const agencyId = newId()

async function goOnAir(host: Person): Promise<{ sessionId: string; roomId: string }> {
  const id = newId()
  const opened = await host.post('/api/v1/studio/sessions', { id, title: 'Tea' })
  expect(opened.status).toBe(201)
  await transact(world.server.app, async (tx) =>
    mustBeDone(await startSession(tx, { sessionId: id, creatorId: host.personId, hasSignal: true })),
  )
  return { sessionId: id, roomId: opened.body.session.roomId }
}

async function newHost(name: string): Promise<Person> {
  const person = await world.person(name, 'buyer', 'creator')
  const handle = `h_${person.personId.slice(-10)}`
  await person.post('/api/v1/me/creator', { id: newId(), handle, name, bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: person.personId, count: 2_000 }))
  return person
}

beforeAll(async () => {
  world = await startWorld()
  await world.server.app.jobs.stop() // Time moves, and nothing is swept but by the test.
  host = await newHost('Host')
  support = await world.person('Support', 'support', 'finance')
  await transact(world.server.app, async (tx) => {
    await openAgency(tx, { id: agencyId, name: 'Lantern Street' })
    const from = tx.now.subtract({ hours: 1 })
    mustBeDone(await signContract(tx, { agencyId, creatorId: host.personId, basisPoints: 2_000, from, until: null }))
  })
  ;({ sessionId, roomId } = await goOnAir(host))
})
afterAll(async () => {
  const touched = auditInvariants.filter(({ id }) =>
    /gift|coin|top_list|wallet|pending|available|books|journal/.test(id),
  )
  const report = await runAudit(world.server.app.database, { invariants: touched })
  const proofs = await proveAudit(world.server.app.database, touched)
  await world.stop()
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
  expect(proofs.filter(({ caught }) => !caught)).toEqual([])
  expect(touched.length).toBeGreaterThan(8)
})

const app = () => world.server.app

/** Somebody with so many coins, who has shown who he is unless it is said otherwise. */
async function fanWith(coins: number, verified = true): Promise<Person> {
  const fan = await world.person('Fan', 'buyer')
  if (verified) await transact(app(), (tx) => seedVerified(tx, fan.personId))
  if (coins === 0) return fan
  const paid = await fan.post(
    '/api/v1/wallet/top-ups',
    { id: newId(), amountMinor: coins * 10 },
    { 'idempotency-key': newId() },
  )
  expect(paid.status).toBe(201)
  expect((await buy(fan, coins)).body).toMatchObject({ coins, state: 'bought' })
  return fan
}

const buy = (fan: Client, coins: number, of: { id?: string; payment?: string } = {}) =>
  fan.post(
    '/api/v1/coins/purchases',
    { id: of.id ?? newId(), coins, payment: of.payment ?? 'wallet' },
    { 'idempotency-key': newId() },
  )
const give = (
  fan: Client,
  of: { giftId?: string; units?: number; id?: string; comboId?: string; room?: string } = {},
) =>
  fan.post(`/api/v1/rooms/${of.room ?? roomId}/gifts`, {
    id: of.id ?? newId(),
    giftId: of.giftId ?? 'rose',
    units: of.units ?? 1,
    comboId: of.comboId ?? newId(),
  })
const coinsOf = async (fan: Client) => (await fan.get('/api/v1/coins')).body.coins
const owed = async (partyId: string, kind: 'pending' | 'available') => {
  const account = payableOf(partyId, kind)
  return 0 - ((await balancesOf(app().database.db, [account])).get(account) ?? 0)
}
const ranking = async (of: { room?: string; as?: Client } = {}) =>
  (await (of.as ?? world.client()).get(`/api/v1/rooms/${of.room ?? roomId}/gift-ranking`)).body

test('coins are bought from the wallet once per id, and not without the money', async () => {
  const fan = await fanWith(1_000)
  const id = newId()
  expect((await buy(fan, 100, { id })).body.code).toBe('balance_too_low')
  expect(await coinsOf(fan)).toBe(1_000)
  const books = (await support.get('/api/v1/books/coins')).body
  expect(books.liabilityMinor).toBe(books.worthMinor)
})

test('coins with a payment of their own: at once when the provider answers, later when he is slow, once in any case', async () => {
  const fan = await fanWith(0)
  const id = newId()
  expect((await buy(fan, 300, { id, payment: 'provider' })).body).toMatchObject({ state: 'bought', coins: 300 })
  expect((await buy(fan, 300, { id, payment: 'provider' })).body).toMatchObject({ state: 'bought', coins: 300 })
  expect((await buy(fan, 301, { id, payment: 'provider' })).body.code).toBe('id_reused')

  // A provider of another kind behind the same port: it says nothing at first.
  const slow = {
    name: 'slow',
    fee: { basisPoints: 0, fixedMinor: 0 },
    open: async () => ({ outcome: 'pending' as const, providerReference: 'p', redirectUrl: null }),
  }
  const actor = { kind: 'person' as const, personId: fan.personId, role: 'buyer' as const, roles: ['buyer' as const] }
  const wish = { id: newId(), topUpId: newId(), personId: fan.personId, coins: 50, currency: 'CNY' as const }
  const asked = await buyCoinsWithPayment(app(), slow as never, actor, wish)
  expect(asked).toMatchObject({ ok: true, value: { state: 'waiting' } })
  await finishWaitingPurchases(app())
  expect(await coinsOf(fan)).toBe(300)
  await transact(app(), (tx) =>
    takeProviderMessage(tx, {
      provider: 'slow',
      messageId: newId(),
      about: 'payment',
      reference: wish.topUpId,
      outcome: 'succeeded',
      providerReference: 'p',
    }),
  )
  await finishWaitingPurchases(app())
  await finishWaitingPurchases(app())
  expect(await coinsOf(fan)).toBe(350)
})

test('a gift of a thousand coins: half is ours, of the other half the agency has a fifth, and it waits', async () => {
  const fan = await fanWith(1_000)
  const id = newId()
  const [before, agencyBefore] = [await owed(host.personId, 'pending'), await owed(agencyId, 'pending')]
  const given = await give(fan, { giftId: 'gem', id })
  expect(given).toMatchObject({ status: 201, body: { coins: 0, sent: { coins: 1_000, effect: 'grand' } } })
  const journal = await findJournal(app().database.db, `gift.sent:${id}`)
  expect(journal?.postings).toEqual([
    { account: `coins:${fan.personId}`, amountMinor: 10_000 },
    { account: 'revenue:gifts', amountMinor: -5_000 },
    { account: payableOf(agencyId, 'pending'), amountMinor: -1_000 },
    { account: payableOf(host.personId, 'pending'), amountMinor: -4_000 },
  ])
  expect((await owed(host.personId, 'pending')) - before).toBe(4_000)
  expect((await owed(agencyId, 'pending')) - agencyBefore).toBe(1_000)
  expect((await give(fan)).body).toMatchObject({ code: 'coins_too_low' })
})

test('a combo of 99 is one batch, however often and however fast it is sent', async () => {
  const fan = await fanWith(200)
  const [id, comboId] = [newId(), newId()]
  const answers = await Promise.all(Array.from({ length: 6 }, () => give(fan, { id, comboId, units: 99 })))
  expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill(201))
  expect(new Set(answers.map((answer) => answer.body.sent.number)).size).toBe(1)
  expect(await coinsOf(fan)).toBe(101)
  expect((await give(fan, { id, comboId, units: 98 })).body.code).toBe('id_reused')
  // The next batch of the same combo goes on counting.
  expect((await give(fan, { comboId, units: 1 })).body.sent).toMatchObject({ units: 1, comboUnits: 100 })
})

test('who has not shown who he is gives up to his limit, also when he gives everywhere at once', async () => {
  const fan = await fanWith(15_000, false)
  const answers = await Promise.all(Array.from({ length: 5 }, () => give(fan, { giftId: 'rocket' })))
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(3)
  const refused = answers.filter((answer) => answer.status === 409)
  expect(refused.map((answer) => answer.body.code)).toEqual(['gift_limit', 'gift_limit'])
  expect(refused[0]?.body.params).toEqual({ limitCoins: 10_000, leftCoins: 10_000 - 3 * 2_880 })
  expect(await coinsOf(fan)).toBe(15_000 - 3 * 2_880)
  expect((await ranking({ as: fan })).mine).toMatchObject({ coins: 3 * 2_880, coinsLeftToday: 1_360 })
})

test('nobody gives to himself, to a room that is over, or to one that was stopped', async () => {
  const other = await newHost('Other')
  const fan = await fanWith(100)
  const { sessionId: otherSession, roomId: room } = await goOnAir(other)
  await transact(app(), async (tx) => {
    await topUp(tx, { id: newId(), personId: other.personId, amountMinor: 1_000, currency: 'CNY' })
    mustBeDone(await buyCoins(tx, { id: newId(), personId: other.personId, coins: 100, currency: 'CNY' }))
  })
  expect((await give(other, { room })).body.code).toBe('own_room')
  expect((await give(fan, { room })).status).toBe(201)
  // Whoever ends the room and whoever gives at the same moment: no gift stands behind the end.
  const [, ...gifts] = await Promise.all([
    other.post(`/api/v1/studio/sessions/${otherSession}/endings`),
    ...Array.from({ length: 4 }, () => give(fan, { room })),
  ])
  expect((await give(fan, { room })).body.code).toBe('room_not_live')
  const { rows } = await app().database.pool.query(
    `select count(*) as late from gifts.sends g join rooms.sessions s on s.id = g.session_id
      where s.id = $1 and g.at > s.ended_at + interval '1 second'`,
    [otherSession],
  )
  expect(rows[0].late).toBe(0)
  const accepted = gifts.filter((answer) => answer.status === 201).length + 1
  expect(await coinsOf(fan)).toBe(100 - accepted)

  const { roomId: stopped } = await goOnAir(other)
  const moderator = await world.person('Moderator', 'moderator')
  await moderator.post(`/api/v1/rooms/${stopped}/stops`, { reason: 'banned goods' })
  expect((await give(fan, { room: stopped })).body.code).toBe('room_not_live')
})

test('a gift reaches the room, and who missed some asks for what is between', async () => {
  const fan = await fanWith(1_000)
  const viewer = await world.client().connect()
  await viewer.join(`room:${roomId}`)
  const before = (await world.client().get(`/api/v1/rooms/${roomId}/gifts`)).body.lastNumber
  const first = (await give(fan, { giftId: 'heart' })).body.sent
  expect(await viewer.hears(`room:${roomId}`, 'gift')).toMatchObject({ gift: { id: first.id, number: before + 1 } })
  viewer.close()
  // Away for a while: more is given than one tick carries.
  await Promise.all(Array.from({ length: 30 }, () => give(fan)))
  await Promise.all(Array.from({ length: 30 }, () => give(fan)))
  const missed: number[] = []
  for (let after = first.number; ; after = missed.at(-1) ?? after) {
    const page = (await world.client().get(`/api/v1/rooms/${roomId}/gifts?after=${after}`)).body
    missed.push(...page.gifts.map((gift: { number: number }) => gift.number))
    if (missed.at(-1) === page.lastNumber) break
  }
  const given = missed.length
  expect(missed).toEqual(Array.from({ length: given }, (_, index) => first.number + 1 + index))
  expect(given).toBeGreaterThanOrEqual(40)
  const back = await world.client().connect()
  await back.join(`room:${roomId}`)
  await give(await fanWith(100)) // Somebody else: the first has given as often as one may in ten seconds.
  await world.eventually(
    () => back.counters(`room:${roomId}`)['gifts'] === first.number + given + 1,
    'the number of the last gift is a counter',
  )
  back.close()
})

test('the top list is what was given, the first to come to a sum stands higher', async () => {
  const other = await newHost('Ranked')
  const { roomId: room } = await goOnAir(other)
  const [first, second, third] = [await fanWith(600), await fanWith(600), await fanWith(600)]
  await give(first, { room, giftId: 'star' })
  await give(second, { room, giftId: 'crown' })
  await give(third, { room, giftId: 'star' })
  const list = await ranking({ room, as: third })
  expect(list.ranking.map((each: { personId: string; coins: number }) => [each.personId, each.coins])).toEqual([
    [second.personId, 520],
    [first.personId, 99],
    [third.personId, 99],
  ])
  expect(list.mine).toMatchObject({ rank: 3, coins: 99 })
  expect((await ranking({ room: roomId, as: third })).mine).toMatchObject({ rank: null, coins: 0 })
})

test("a minor's gifts are taken back from everybody, also from who was paid out already", async () => {
  const other = await newHost('Paid')
  const { roomId: room } = await goOnAir(other)
  const [child, fan] = [await fanWith(3_000), await fanWith(1_000)]
  await give(child, { room, giftId: 'gem' })
  await give(fan, { room, giftId: 'star' })
  const from = app().clock.now().subtract({ hours: 1 }).toString()
  app().clock.setOffsetMs(app().clock.offsetMs() + 8 * 24 * 3_600_000)
  while ((await releaseDueGifts(app())).more);
  expect(await owed(other.personId, 'available')).toBe(5_000 + 495)
  const paidOut = await other.post('/api/v1/studio/payouts', { id: newId() }, { 'idempotency-key': newId() })
  expect(paidOut.body.payout).toMatchObject({ amountMinor: 5_495, lines: [{ amountMinor: 5_495 }] })
  // And one that still waits.
  await give(child, { room, giftId: 'gem' })
  expect(await owed(other.personId, 'pending')).toBe(5_000)

  const until = app().clock.now().add({ hours: 1 }).toString()
  const wish = { id: newId(), personId: child.personId, from, until, note: 'his mother showed the birth certificate' }
  const opened = await Promise.all([1, 2].map(() => support.post('/api/v1/minor-cases', wish)))
  for (const answer of opened) {
    expect(answer).toMatchObject({ status: 201, body: { case: { gifts: 2, giftCoins: 2_000, refundedMinor: 30_000 } } })
  }
  // What he gave and what he had not given yet is money again.
  expect((await child.get('/api/v1/wallet')).body.balanceMinor).toBe(30_000)
  expect(await coinsOf(child)).toBe(0)
  expect(await owed(other.personId, 'pending')).toBe(0)
  expect(await owed(other.personId, 'available')).toBe(-5_000)
  expect((await ranking({ room })).ranking).toEqual([])
  expect((await give(child, { room })).body.code).toBe('minor_may_not')

  // What he owes is netted by what he earns next.
  await give(fan, { room, giftId: 'crown' })
  app().clock.setOffsetMs(app().clock.offsetMs() + 8 * 24 * 3_600_000)
  while ((await releaseDueGifts(app())).more);
  expect(await owed(other.personId, 'available')).toBe(-5_000 + 2_600)
  const none = await other.post('/api/v1/studio/payouts', { id: newId() }, { 'idempotency-key': newId() })
  expect(none.body.code).toBe('nothing_available')
})

test('what waits of a host whose earnings are frozen waits on until they thaw', async () => {
  const other = await newHost('Frozen')
  const { roomId: room } = await goOnAir(other)
  await give(await fanWith(1_000), { room, giftId: 'star' })
  const wish = { id: newId(), partyId: other.personId, currency: 'CNY' as const, reason: 'fake_interaction' }
  await transact(app(), (tx) => freezeEarnings(tx, wish))
  app().clock.setOffsetMs(app().clock.offsetMs() + 8 * 24 * 3_600_000)
  while ((await releaseDueGifts(app())).more);
  expect(await owed(other.personId, 'available')).toBe(0)
  expect(await owed(other.personId, 'pending')).toBe(495)
  await transact(app(), async (tx) => mustBeDone(await thawEarnings(tx, wish)))
  while ((await releaseDueGifts(app())).more);
  expect(await owed(other.personId, 'available')).toBe(495)
})

test('a host sees what he was given and thanks for it once; others cannot', async () => {
  const fan = await fanWith(100)
  const { sent } = (await give(fan, { giftId: 'heart' })).body
  const mine = (await host.get('/api/v1/studio/gifts')).body
  expect(mine.gifts[0]).toMatchObject({ id: sent.id, thanked: false })
  const viewer = await world.client().connect()
  await viewer.join(`room:${roomId}`)
  const other = await newHost('Nosy')
  expect((await other.post(`/api/v1/studio/gifts/${sent.id}/thanks`)).status).toBe(404)
  await Promise.all([1, 2].map(() => host.post(`/api/v1/studio/gifts/${sent.id}/thanks`)))
  await viewer.hears(`room:${roomId}`, 'thanks', (message) => message.giftId === sent.id)
  expect(viewer.heard(`room:${roomId}`, 'thanks')).toHaveLength(1)
  expect((await host.get('/api/v1/studio/gifts')).body.gifts[0].thanked).toBe(true)
  viewer.close()
  expect(sessionId).toBeTruthy()
})
