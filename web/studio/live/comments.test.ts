import { expect, test } from 'vitest'
import type { Comment } from '../types.ts'
import { commentsMax, inDeskOrder, waitingQuestions, withComments } from './comments.ts'

const comment = (id: string, more: Partial<Comment> = {}): Comment => ({
  id,
  personId: `person ${id}`,
  name: id,
  text: id,
  at: '2026-11-11T12:00:00Z',
  productId: null,
  isHost: false,
  isHelper: false,
  isQuestion: false,
  isAnswered: false,
  replyTo: null,
  ...more,
})
const question = (id: string, more: Partial<Comment> = {}) => comment(id, { isQuestion: true, ...more })
const ids = (list: readonly Comment[]) => list.map((each) => each.id).join('')
const nobody = new Set<string>()

test('what comes twice stands once, and the list has an end', () => {
  const list = withComments([comment('a')], [comment('a'), comment('b')])
  expect(ids(list)).toBe('ab')
  const many = Array.from({ length: commentsMax + 50 }, (_, index) => comment(`c${index}`))
  expect(withComments(list, many)).toHaveLength(commentsMax)
})

test('questions that wait come newest first, and one that was answered elsewhere waits no more', () => {
  const loaded = [question('d'), question('c'), question('b', { isAnswered: true })]
  const heard = [question('b'), question('d'), comment('x'), question('e')]
  expect(ids(waitingQuestions(loaded, heard, nobody))).toBe('edc')
})

test('who was silenced is gone from both lists', () => {
  const hushed = new Set(['person b'])
  expect(ids(inDeskOrder([comment('a'), comment('b'), comment('c')], hushed))).toBe('ca')
  expect(ids(waitingQuestions([question('b')], [question('f')], hushed))).toBe('f')
})
