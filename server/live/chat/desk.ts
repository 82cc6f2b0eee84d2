import type { helperPermissions } from '#contract/room-desk'
import { isCohostIn } from '#live/cohosts'
import { topicOf } from '#live/showcase'
import { namesOf } from '#people/identity'
import { notify } from '#people/notifications'
import type { Db, Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { type CommentView, deskTopicOf, viewsOf } from './comment.ts'
import {
  deleteHelper,
  deletePin,
  deleteSilences,
  findPin,
  helpersOf,
  insertBan,
  insertMute,
  loadComments,
  questionsOf,
  rulesOf,
  setAnswered,
  silencedIn,
  upsertHelper,
  upsertPin,
  upsertRules,
} from './store.ts'

export type Permission = (typeof helperPermissions)[number]

export const helpersMax = 20
export const questionsShownMax = 50
const silencedShownMax = 200

/** What somebody may do in a room: a host all, who sits beside him too, a helper what he was given, others nothing. */
export async function permissionsIn(
  db: Db,
  of: { roomId: string; personId: string; hostId: string },
): Promise<Permission[] | null> {
  if (of.personId === of.hostId || (await isCohostIn(db, of))) return ['reply', 'pin', 'mute', 'ban', 'words', 'goods']
  return (await helpersOf(db, [of.roomId])).get(`${of.roomId} ${of.personId}`)?.permissions ?? null
}

export async function deskOf(db: Db, of: { roomId: string; sessionId: string | null }) {
  const [rules, helpers, silenced, questions, pinnedComment] = await Promise.all([
    rulesOf(db, [of.roomId]),
    helpersOf(db, [of.roomId]),
    silencedIn(db, of.roomId, silencedShownMax),
    of.sessionId === null ? [] : questionsOf(db, of.sessionId, questionsShownMax),
    of.sessionId === null ? null : pinnedCommentOf(db, of.sessionId),
  ])
  const people = [...[...helpers.values()].map((each) => each.personId), ...silenced.map((each) => each.personId)]
  const names = await namesOf(db, people)
  const nameOf = (personId: string) => names.get(personId)?.name ?? ''
  return {
    rules: rules.get(of.roomId) ?? { slowSeconds: 0, blockedWords: [] },
    helpers: [...helpers.values()].map(({ personId, permissions }) => ({
      personId,
      permissions,
      name: nameOf(personId),
    })),
    silenced: silenced.map((each) => ({ ...each, name: nameOf(each.personId) })),
    questions: await viewsOf(db, questions),
    pinnedComment,
  }
}

export async function setRules(tx: Tx, of: { roomId: string; slowSeconds: number; blockedWords: readonly string[] }) {
  await upsertRules(tx, { ...of, blockedWords: [...new Set(of.blockedWords)] })
  tx.tell(topicOf(of.roomId), { kind: 'chat_rules', slowSeconds: of.slowSeconds })
  tx.tell(deskTopicOf(of.roomId), { kind: 'desk' })
}

export async function slowSecondsOf(db: Db, roomId: string): Promise<number> {
  return (await rulesOf(db, [roomId])).get(roomId)?.slowSeconds ?? 0
}

/** Gives a helper exactly these permissions; none takes him off the list. */
export async function setHelper(
  tx: Tx,
  of: { roomId: string; personId: string; hostName: string; permissions: readonly Permission[] },
): Promise<Outcome<Record<string, never>, 'not_found' | 'too_many_helpers'>> {
  if (!(await namesOf(tx.db, [of.personId])).has(of.personId)) return refuse('not_found')
  if (of.permissions.length === 0) await deleteHelper(tx, of)
  else {
    await upsertHelper(tx, { roomId: of.roomId, personId: of.personId, permissions: [...new Set(of.permissions)] })
    if ((await helpersOf(tx.db, [of.roomId])).size > helpersMax) return refuse('too_many_helpers', { helpersMax })
  }
  tx.tell(deskTopicOf(of.roomId), { kind: 'desk' })
  if (of.permissions.length > 0) {
    await notify(tx, [
      {
        personId: of.personId,
        kind: 'helper_named',
        cause: of.roomId,
        title: { en: `You help ${of.hostName}`, zh: `您已成为 ${of.hostName} 的直播助手` },
        body: { en: 'Open the desk of the room to answer and keep order.', zh: '打开场控台，协助回复评论、维护秩序。' },
        link: `/studio/help/${of.roomId}`,
      },
    ])
  }
  return done({})
}

/**
 * Mutes, bans, or lets be. What a silenced person has said before leaves the screens too; that he is banned his own page
 * must hear, that he is muted must not.
 */
export async function silence(
  tx: Tx,
  of: { roomId: string; personId: string; byId: string; kind: 'none' | 'muted' | 'banned' },
): Promise<void> {
  await deleteSilences(tx, of)
  if (of.kind === 'muted') await insertMute(tx, of)
  if (of.kind === 'banned') await insertBan(tx, of)
  if (of.kind !== 'none') tx.tell(topicOf(of.roomId), { kind: 'hushed', personId: of.personId })
  tx.tell(deskTopicOf(of.roomId), { kind: 'desk' })
}

export async function pinComment(
  tx: Tx,
  of: { roomId: string; sessionId: string; commentId: string | null },
): Promise<Outcome<Record<string, never>, 'not_found'>> {
  if (of.commentId === null) await deletePin(tx, of.sessionId)
  else {
    const [row] = await loadComments(tx.db, [{ roomId: of.roomId, id: of.commentId }])
    if (row === undefined || row.isHidden || row.sessionId !== of.sessionId) return refuse('not_found')
    await upsertPin(tx, { sessionId: of.sessionId, commentId: of.commentId })
  }
  tx.tell(topicOf(of.roomId), { kind: 'pinned_comment', comment: await pinnedCommentOf(tx.db, of.sessionId) })
  tx.tell(deskTopicOf(of.roomId), { kind: 'desk' })
  return done({})
}

export async function pinnedCommentOf(db: Db, sessionId: string): Promise<CommentView | null> {
  const pin = await findPin(db, sessionId)
  const [view] = pin === null ? [] : await viewsOf(db, [pin])
  return view ?? null
}

export async function markAnswered(
  tx: Tx,
  of: { roomId: string; commentId: string; byId: string; answered: boolean },
): Promise<Outcome<Record<string, never>, 'not_found'>> {
  if (!(await setAnswered(tx, of))) return refuse('not_found')
  tx.tell(deskTopicOf(of.roomId), { kind: 'desk' })
  return done({})
}
