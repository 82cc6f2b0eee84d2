/** Comments of the desk as a bounded list. Pure. */
import type { Comment } from '../types.ts'

export const commentsMax = 200

/** Lossy messages may come twice; each is there once, oldest first, and the list does not grow without bound. */
export function withComments(list: readonly Comment[], added: readonly Comment[]): readonly Comment[] {
  const known = new Set(list.map((comment) => comment.id))
  const fresh = added.filter((comment) => !known.has(comment.id))
  return fresh.length === 0 ? list : [...list, ...fresh].slice(-commentsMax)
}

/** What is new first. What somebody said who was silenced meanwhile is gone, like from every other screen. */
export function inDeskOrder(list: readonly Comment[], hushed: ReadonlySet<string>): readonly Comment[] {
  return list.filter((comment) => !hushed.has(comment.personId)).toReversed()
}

/** Questions that wait, the newest first: those the desk has loaded, and those that came since, as far as nobody answered. */
export function waitingQuestions(
  loaded: readonly Comment[],
  heard: readonly Comment[],
  hushed: ReadonlySet<string>,
): readonly Comment[] {
  const known = new Set(loaded.map((comment) => comment.id))
  const fresh = heard.filter((comment) => comment.isQuestion && !comment.isAnswered && !known.has(comment.id))
  return [...fresh.toReversed(), ...loaded.filter((comment) => !comment.isAnswered)].filter(
    (comment) => !hushed.has(comment.personId),
  )
}
