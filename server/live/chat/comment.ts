import type { z } from 'zod'
import type { comment } from '#contract/live'
import { pinnedProductOf } from '#live/showcase'
import { namesOf } from '#people/identity'
import type { Db, Tx } from '#platform/database'
import { assert } from '#platform/outcome'
import { type CommentRow, findComment, insertComment, insertMute, isMuted, lastComments } from './store.ts'

export type CommentView = z.input<typeof comment>

/** How many comments a page gets when it comes in. */
export const commentsAtStart = 30

const questionWords =
  /[?？]|吗|呢|多少|怎么|什么|哪|几[天件个码]|能不能|有没有|是不是|^(how|what|when|where|which|why|who|is|are|can|could|does|do|will|would)\b/i

/** Whether the host should see it first. A rule of thumb, in both languages: question marks and words that ask. */
export function asksSomething(text: string): boolean {
  return questionWords.test(text.trim())
}

/** Said once per id. Answers what to show; `isHidden` when only its author sees it. */
export async function say(
  tx: Tx,
  of: { id: string; roomId: string; sessionId: string; personId: string; hostId: string; text: string },
): Promise<{ view: CommentView; isHidden: boolean; isNew: boolean } | 'id_taken'> {
  const names = await namesOf(tx.db, [of.personId])
  const productId = await pinnedProductOf(tx.db, of.sessionId)
  const muted = await isMuted(tx.db, of.roomId, of.personId)
  const row: CommentRow = {
    ...of,
    name: names.get(of.personId)?.name ?? '',
    at: tx.now,
    productId,
    isHost: of.personId === of.hostId,
    isQuestion: asksSomething(of.text),
    isHidden: muted,
  }
  const isNew = await insertComment(tx, row)
  if (isNew) return { view: viewOf(row), isHidden: row.isHidden, isNew }
  const earlier = await findComment(tx.db, of.roomId, of.id)
  assert(earlier !== null, 'an id that was taken is there')
  // Somebody else's id: neither said again nor shown to the asker.
  if (earlier.personId !== of.personId) return 'id_taken'
  return { view: viewOf(earlier), isHidden: earlier.isHidden, isNew }
}

export async function commentsOf(db: Db, sessionId: string): Promise<CommentView[]> {
  return (await lastComments(db, sessionId, commentsAtStart)).map(viewOf)
}

/** From now on, what this person says in this room is seen by nobody else. */
export async function mutePerson(tx: Tx, mute: { roomId: string; personId: string; byId: string }): Promise<void> {
  await insertMute(tx, mute)
}

function viewOf(row: CommentRow): CommentView {
  return {
    id: row.id,
    personId: row.personId,
    name: row.name,
    text: row.text,
    at: row.at.toString(),
    productId: row.productId,
    isHost: row.isHost,
    isQuestion: row.isQuestion,
  }
}
