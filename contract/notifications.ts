/** What a person is told: broadcasts that start, goods that are back, draws that were won. */
import { z } from 'zod'
import { endpoint, id, instant, nothing, pageQuery, text2 } from './endpoint.ts'

const tag = 'people'
export const note = z.object({
  id,
  kind: z.string(),
  title: text2,
  body: text2,
  /** A path of the shop. */
  link: z.string(),
  at: instant,
  readAt: instant.nullable(),
})
export const listMyNotes = endpoint({
  id: 'listMyNotes',
  method: 'GET',
  path: '/api/v1/me/notes',
  tag,
  who: 'person',
  summary: 'What I was told, the latest first; new ones arrive on the topic `person:<id>`',
  query: pageQuery,
  reply: z.object({ items: z.array(note), next: z.string().nullable(), unread: z.int() }),
})
export const readMyNotes = endpoint({
  id: 'readMyNotes',
  method: 'POST',
  path: '/api/v1/me/notes/readings',
  tag,
  who: 'person',
  summary: 'I have seen them all',
  reply: nothing,
})
