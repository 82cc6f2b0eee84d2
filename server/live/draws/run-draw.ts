import { whoSaid } from '#live/chat'
import { decideGate } from '#people/creators'
import { followersAmong } from '#people/follows'
import { namesOf } from '#people/identity'
import { notify } from '#people/notifications'
import { loadAddresses } from '#people/profiles'
import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { newSecret } from '#platform/ids'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { claimHours, commitmentOf, orderOf, winnersOf } from './draw.ts'
import {
  countEntries,
  type DrawRow,
  dueDraws,
  entriesOf,
  findDraw,
  insertDraw,
  insertEntry,
  lockDraw,
  lockEntry,
  openDrawOfSession,
  setCancelled,
  shareDraw,
  writeClaim,
  writeResult,
} from './store.ts'
import { tellDraw } from './views.ts'

/** Hangs a lucky bag into a room on air. Its seed is made now, and only its hash is told. */
export async function startDraw(
  tx: Tx,
  of: {
    id: string
    roomId: string
    sessionId: string
    creatorId: string
    prize: string
    units: number
    seconds: number
    mustFollow: boolean
    word: string | null
    skuId: string | null
    watchSeconds: number
  },
): Promise<Outcome<DrawRow, 'gate_closed' | 'draw_running'>> {
  const gate = await decideGate(tx, { creatorId: of.creatorId, capability: 'giveaway' })
  if (!gate.passed) return refuse('gate_closed', { capability: 'giveaway' })
  const seed = newSecret()
  const { seconds, ...rest } = of
  const isNew = await insertDraw(tx, {
    ...rest,
    seed,
    commitment: commitmentOf(seed),
    endsAt: tx.now.add({ seconds }),
  })
  const draw = await findDraw(tx.db, of.id)
  if (draw === null || draw.sessionId !== of.sessionId) return refuse('draw_running')
  if (isNew) await tellDraw(tx, draw)
  return done(draw)
}

/** Takes part, once a person. The tasks must be met now, and again when it is drawn. */
export async function enterDraw(
  tx: Tx,
  of: { id: string; roomId: string; drawId: string; personId: string; watchedMs: number },
): Promise<Outcome<{ entries: number }, 'not_found' | 'draw_over' | 'task_watch' | 'task_follow' | 'task_word'>> {
  const draw = await shareDraw(tx, of.drawId)
  if (draw === null || draw.roomId !== of.roomId || draw.creatorId === of.personId) return refuse('not_found')
  if (draw.state !== 'open' || Temporal.Instant.compare(tx.now, draw.endsAt) >= 0) return refuse('draw_over')
  const secondsLeft = Math.ceil(draw.watchSeconds - of.watchedMs / 1_000)
  if (secondsLeft > 0) return refuse('task_watch', { secondsLeft })
  const { follows, said } = await tasksMet(tx, draw, [of.personId])
  if (!follows.has(of.personId)) return refuse('task_follow')
  if (!said.has(of.personId)) return refuse('task_word')
  const name = (await namesOf(tx.db, [of.personId])).get(of.personId)?.name ?? ''
  await insertEntry(tx, { drawId: of.drawId, personId: of.personId, id: of.id, name })
  return done({ entries: (await countEntries(tx.db, [of.drawId])).get(of.drawId) ?? 0 })
}

export async function cancelDraw(
  tx: Tx,
  of: { id: string; creatorId: string },
): Promise<Outcome<Record<string, never>, 'not_found'>> {
  const draw = await lockDraw(tx, of.id)
  if (draw === null || draw.creatorId !== of.creatorId || draw.state !== 'open') return refuse('not_found')
  await setCancelled(tx, draw.id)
  await tellDraw(tx, { ...draw, state: 'cancelled' })
  return done({})
}

/** A broadcast that is over holds no open lucky bag. */
export async function endDrawOfSession(tx: Tx, event: { sessionId: string }): Promise<void> {
  const id = await openDrawOfSession(tx.db, event.sessionId)
  const draw = id === null ? null : await lockDraw(tx, id)
  if (draw?.state !== 'open') return
  await setCancelled(tx, draw.id)
  await tellDraw(tx, { ...draw, state: 'cancelled' })
}

const drawBite = 20

/** Draws what is due. Looked at each second. */
export async function drawDue(app: Pick<App, 'database' | 'clock'>): Promise<{ more: boolean }> {
  const ids = await dueDraws(app.database.db, app.clock.now(), drawBite)
  for (const id of ids) await transact(app, (tx) => drawNow(tx, id))
  return { more: ids.length === drawBite }
}

async function drawNow(tx: Tx, id: string): Promise<void> {
  const draw = await lockDraw(tx, id)
  if (draw?.state !== 'open') return
  const entries = await entriesOf(tx.db, id)
  const people = entries.map((entry) => entry.personId)
  const { follows, said } = await tasksMet(tx, draw, people)
  const judged = entries.map((entry) => ({
    ...entry,
    eligible: follows.has(entry.personId) && said.has(entry.personId),
  }))
  const order = new Map(
    orderOf(
      draw.seed,
      judged.map((entry) => entry.id),
    ).map((entryId, place) => [entryId, place + 1]),
  )
  const winners = new Set(winnersOf(draw.seed, judged, draw.units))
  assert(commitmentOf(draw.seed) === draw.commitment, 'the seed is the one that was committed to')
  const claimBy = tx.now.add({ hours: claimHours })
  await writeResult(tx, {
    drawId: id,
    claimBy,
    entries: judged.map((entry) => ({
      id: entry.id,
      eligible: entry.eligible,
      place: order.get(entry.id) ?? 0,
      won: winners.has(entry.id),
    })),
  })
  await tellDraw(tx, { ...draw, state: 'drawn' })
  await notify(
    tx,
    judged
      .filter((entry) => winners.has(entry.id))
      .map((entry) => ({
        personId: entry.personId,
        kind: 'draw_won',
        cause: id,
        title: { en: `You won: ${draw.prize}`, zh: `恭喜中奖：${draw.prize}` },
        body: {
          en: `Say within ${claimHours} hours where it goes.`,
          zh: `请在 ${claimHours} 小时内填写收货地址，逾期失效。`,
        },
        link: `/rooms/${draw.roomId}`,
      })),
  )
}

async function tasksMet(tx: Tx, draw: DrawRow, personIds: readonly string[]) {
  const all = new Set(personIds)
  const follows = draw.mustFollow ? await followersAmong(tx.db, draw.creatorId, personIds) : all
  const { word, sessionId, startedAt } = draw
  const said = word === null ? all : await whoSaid(tx.db, { sessionId, word, since: startedAt, personIds })
  return { follows, said }
}

/** Says where a prize goes: an address of the winner's own, as it is now. */
export async function claimPrize(
  tx: Tx,
  of: { drawId: string; personId: string; addressId: string },
): Promise<Outcome<Record<string, never>, 'not_found' | 'prize_lapsed'>> {
  const entry = await lockEntry(tx, of.drawId, of.personId)
  if (entry === null || !entry.won || entry.claimBy === null) return refuse('not_found')
  if (entry.claimedAt !== null) return done({})
  if (Temporal.Instant.compare(tx.now, entry.claimBy) >= 0) return refuse('prize_lapsed')
  const address = (await loadAddresses(tx.db, [of.addressId])).get(of.addressId)
  if (address === undefined || address.ownerId !== of.personId) return refuse('not_found')
  const { recipient, phone, province, city, district, street } = address
  const shipTo = { recipient, phone, province, city, district, street }
  await writeClaim(tx, { ...of, shipTo })
  const draw = await findDraw(tx.db, of.drawId)
  if (draw?.skuId != null) {
    const { drawId, personId, addressId } = of
    const { skuId, prize: title } = draw
    tx.emit({ name: 'prize.claimed', entryId: entry.id, drawId, personId, skuId, title, addressId, shipTo })
  }
  return done({})
}
