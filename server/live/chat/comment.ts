import type { z } from 'zod'
import type { comment } from '#contract/live'
import { pinnedProductsOf } from '#live/showcase'
import { namesOf } from '#people/identity'
import type { Db, Tx } from '#platform/database'
import { idFrom } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import { forbiddenWords, reportTo, wordIn } from '#trust/moderation'
import { asksSomething } from './questions.ts'
import {
  type CommentRow,
  type Helper,
  helpersOf,
  insertComments,
  lastComments,
  loadComments,
  loadStandings,
  noteAnswers,
  rulesOf,
} from './store.ts'

export type CommentView = z.input<typeof comment>

/** How many comments a page gets when it comes in. */
export const commentsAtStart = 30

export interface CommentWish {
  id: string
  roomId: string
  sessionId: string
  personId: string
  hostId: string
  /** Who sits beside the host and speaks as one. */
  cohostId?: string | null
  text: string
  replyTo: string | null
}

export type SayRefusal = 'not_found' | 'banned_from_room' | 'slow_mode'
/** `isHidden`: only its author sees it. `isNew`: others have to be told. */
export type Said = { view: CommentView; isHidden: boolean; isNew: boolean }

/** What a comment is judged by; `lastAt` moves on as those before it in the batch are judged. */
export interface Standing {
  isHost: boolean
  helper: Helper | undefined
  isMuted: boolean
  isBanned: boolean
  slowSeconds: number
  lastAt: Temporal.Instant | null
  blockedWord: string | null
}

/** Pure. Host and helpers are not held to slow mode and words: they answer for the room. */
export function decideComment(
  standing: Standing,
  now: Temporal.Instant,
): Outcome<'muted' | 'word' | null, 'banned_from_room' | 'slow_mode'> {
  const { isHost, helper, lastAt, slowSeconds } = standing
  if (isHost || helper !== undefined) return done(null)
  if (standing.isBanned) return refuse('banned_from_room')
  if (slowSeconds > 0 && lastAt !== null) {
    const waitMs = lastAt.add({ seconds: slowSeconds }).epochMilliseconds - now.epochMilliseconds
    if (waitMs > 0) return refuse('slow_mode', { retryAfterMs: waitMs, slowSeconds })
  }
  if (standing.isMuted) return done('muted')
  return done(standing.blockedWord === null ? null : 'word')
}

/**
 * Says many things in one transaction, in the order in which they came; each once per id. A comment is bound to the
 * product that is being explained while it is written. Forbidden words of the platform are reported by themselves.
 */
export async function sayAll(tx: Tx, wishes: readonly CommentWish[]): Promise<Outcome<Said, SayRefusal>[]> {
  const replied = wishes.flatMap((wish) => (wish.replyTo === null ? [] : [{ roomId: wish.roomId, id: wish.replyTo }]))
  const [names, products, rules, helpers, standings, earlier, forbidden] = await Promise.all([
    namesOf(tx.db, [...new Set(wishes.map((wish) => wish.personId))]),
    pinnedProductsOf(tx.db, [...new Set(wishes.map((wish) => wish.sessionId))]),
    rulesOf(tx.db, [...new Set(wishes.map((wish) => wish.roomId))]),
    helpersOf(tx.db, [...new Set(wishes.map((wish) => wish.roomId))]),
    loadStandings(tx.db, wishes),
    loadComments(tx.db, [...wishes, ...replied]),
    forbiddenWords(tx.db),
  ])
  const known = new Map(earlier.map((row) => [keyOf(row), row]))
  const rows: CommentRow[] = []
  const answered: { roomId: string; id: string; byId: string }[] = []
  const outcomes = wishes.map((wish): Outcome<Said, SayRefusal> => {
    const before = known.get(keyOf(wish))
    if (before !== undefined) {
      // Somebody else's id: neither said again nor shown to the asker.
      if (before.personId !== wish.personId) return refuse('not_found')
      return done({ view: viewOf(before, known), isHidden: before.isHidden, isNew: false })
    }
    const person = `${wish.roomId} ${wish.personId}`
    const rule = rules.get(wish.roomId)
    const standing = standings.get(person)
    const isHost = wish.personId === wish.hostId || wish.personId === wish.cohostId
    const helper = helpers.get(person)
    const badWord = wordIn(wish.text, forbidden)
    const decision = decideComment(
      {
        isHost,
        helper,
        isMuted: standing?.isMuted ?? false,
        isBanned: standing?.isBanned ?? false,
        slowSeconds: rule?.slowSeconds ?? 0,
        lastAt: standing?.lastAt ?? null,
        blockedWord: badWord ?? wordIn(wish.text, rule?.blockedWords ?? []),
      },
      tx.now,
    )
    if (!decision.ok) return decision
    const original = wish.replyTo === null ? undefined : known.get(`${wish.roomId} ${wish.replyTo}`)
    // What is hidden is there for nobody, so nobody can answer it.
    if (wish.replyTo !== null && (original === undefined || original.isHidden)) return refuse('not_found')
    const speaksForHouse = isHost || (helper?.permissions.includes('reply') ?? false)
    // The platform's words bind the house too.
    const hiddenFor = decision.value ?? (badWord === null ? null : 'word')
    const row: CommentRow = {
      id: wish.id,
      roomId: wish.roomId,
      sessionId: wish.sessionId,
      personId: wish.personId,
      name: names.get(wish.personId)?.name ?? '',
      text: wish.text,
      at: tx.now,
      productId: products.get(wish.sessionId) ?? null,
      isHost,
      isHelper: !isHost && speaksForHouse,
      isQuestion: !speaksForHouse && asksSomething(wish.text),
      isHidden: hiddenFor !== null,
      hiddenFor,
      replyTo: wish.replyTo,
      answeredAt: null,
    }
    rows.push(row)
    known.set(keyOf(row), row)
    standings.set(person, {
      isMuted: standing?.isMuted ?? false,
      isBanned: standing?.isBanned ?? false,
      lastAt: tx.now,
    })
    if (original?.isQuestion && speaksForHouse && hiddenFor === null)
      answered.push({ roomId: wish.roomId, id: original.id, byId: wish.personId })
    return done({ view: viewOf(row, known), isHidden: row.isHidden, isNew: true })
  })
  await insertComments(tx, rows)
  await noteAnswers(tx, answered)
  for (const row of rows) {
    if (row.hiddenFor === 'word' && wordIn(row.text, forbidden) !== null) await reportWord(tx, row)
  }
  for (const roomId of new Set(answered.map((each) => each.roomId))) tx.tell(deskTopicOf(roomId), { kind: 'desk' })
  return outcomes
}

/** For a seed or a demo visitor: one comment of somebody who may speak. */
export async function say(tx: Tx, wish: Omit<CommentWish, 'replyTo'>): Promise<Outcome<Said, SayRefusal>> {
  const [outcome] = await sayAll(tx, [{ ...wish, replyTo: null }])
  return outcome ?? refuse('not_found')
}

async function reportWord(tx: Tx, row: CommentRow): Promise<void> {
  await reportTo(tx, {
    id: idFrom('moderation of comment', row.id),
    kind: 'comment',
    reason: 'sensitive_word',
    note: '',
    subject: {
      roomId: row.roomId,
      sessionId: row.sessionId,
      commentId: row.id,
      personId: row.personId,
      name: row.name,
      text: row.text,
      at: row.at.toString(),
    },
    reporterId: null,
  })
}

export async function commentsOf(db: Db, sessionId: string): Promise<CommentView[]> {
  return viewsOf(db, await lastComments(db, sessionId, commentsAtStart))
}

/** As others see them, with what they answer. */
export async function viewsOf(db: Db, rows: readonly CommentRow[]): Promise<CommentView[]> {
  const known = new Map(rows.map((row) => [keyOf(row), row]))
  const missing = rows.flatMap(({ roomId, replyTo }) =>
    replyTo === null || known.has(`${roomId} ${replyTo}`) ? [] : [{ roomId, id: replyTo }],
  )
  for (const row of await loadComments(db, missing)) known.set(keyOf(row), row)
  return rows.map((row) => viewOf(row, known))
}

function viewOf(row: CommentRow, known: ReadonlyMap<string, CommentRow>): CommentView {
  const original = row.replyTo === null ? undefined : known.get(`${row.roomId} ${row.replyTo}`)
  return {
    id: row.id,
    personId: row.personId,
    name: row.name,
    text: row.text,
    at: row.at.toString(),
    productId: row.productId,
    isHost: row.isHost,
    isHelper: row.isHelper,
    isQuestion: row.isQuestion,
    isAnswered: row.answeredAt !== null,
    replyTo: original === undefined ? null : { id: original.id, name: original.name, text: original.text },
  }
}

function keyOf(of: { roomId: string; id: string }): string {
  return `${of.roomId} ${of.id}`
}

/** Where host and helpers hear that something at their desk has changed. */
export function deskTopicOf(roomId: string): string {
  return `desk:${roomId}`
}
