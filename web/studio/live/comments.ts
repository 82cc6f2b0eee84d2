/** Comments of the desk as a bounded list. Pure. */
import type { Comment } from '../types.ts'

export const commentsMax = 200

/** Lossy messages may come twice; each is there once, oldest first, and the list does not grow without bound. */
export function withComments(list: readonly Comment[], added: readonly Comment[]): readonly Comment[] {
  const known = new Set(list.map((comment) => comment.id))
  const fresh = added.filter((comment) => !known.has(comment.id))
  return fresh.length === 0 ? list : [...list, ...fresh].slice(-commentsMax)
}

/** The newest first; with `questionsFirst`, those that wait for an answer before all others. */
export function inDeskOrder(list: readonly Comment[], questionsFirst: boolean): readonly Comment[] {
  const newest = list.toReversed()
  if (!questionsFirst) return newest
  return [...newest.filter((comment) => comment.isQuestion), ...newest.filter((comment) => !comment.isQuestion)]
}
