/** Broadcasts to come: a creator announces, followers ask to be reminded and are told when it starts. */
import { z } from 'zod'
import { byId, endpoint, id, instant, nothing } from './endpoint.ts'
import { host } from './live.ts'

const tag = 'live'
const creatorOnly = ['creator'] as const

export const announcement = z.object({
  id,
  roomId: id,
  title: z.string(),
  host,
  startsAt: instant,
  minutes: z.int(),
  /** How many asked to be reminded. */
  reminders: z.int(),
  remindsMe: z.boolean(),
})
export const announceSession = endpoint({
  id: 'announceSession',
  method: 'POST',
  path: '/api/v1/studio/announcements',
  tag,
  who: creatorOnly,
  status: 201,
  summary: 'Announce a broadcast of 30 minutes to 13 hours; open a session under the same id when it is time',
  body: z.strictObject({
    id,
    title: z.string().trim().min(1).max(60),
    startsAt: instant,
    minutes: z.int().min(30).max(780),
  }),
  reply: z.object({ announcement }),
  refusals: { gate_closed: 403, not_found: 404, announced_too_far: 409, too_many_announcements: 409 },
})
export const listMyAnnouncements = endpoint({
  id: 'listMyAnnouncements',
  method: 'GET',
  path: '/api/v1/studio/announcements',
  tag,
  who: creatorOnly,
  summary: 'What I have announced and not opened yet',
  reply: z.object({ announcements: z.array(announcement) }),
})
export const cancelAnnouncement = endpoint({
  id: 'cancelAnnouncement',
  method: 'DELETE',
  path: '/api/v1/studio/announcements/:id',
  tag,
  who: creatorOnly,
  summary: 'Take an announcement back; who asked to be reminded is told',
  params: byId,
  reply: nothing,
  refusals: { not_found: 404 },
})
export const listAnnouncements = endpoint({
  id: 'listAnnouncements',
  method: 'GET',
  path: '/api/v1/announcements',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'Broadcasts to come, the soonest first (at most 50), of all creators or of one',
  query: z.strictObject({ creatorId: id.optional() }),
  reply: z.object({ announcements: z.array(announcement) }),
})
export const setReminder = endpoint({
  id: 'setReminder',
  method: 'PUT',
  path: '/api/v1/announcements/:id/reminder',
  tag,
  who: 'person',
  summary: 'Tell me when it starts',
  params: byId,
  reply: z.object({ reminders: z.int() }),
  refusals: { not_found: 404 },
})
export const dropReminder = endpoint({
  id: 'dropReminder',
  method: 'DELETE',
  path: '/api/v1/announcements/:id/reminder',
  tag,
  who: 'person',
  summary: 'Do not tell me',
  params: byId,
  reply: z.object({ reminders: z.int() }),
  refusals: { not_found: 404 },
})
export const getAnnouncementCalendar = endpoint({
  id: 'getAnnouncementCalendar',
  method: 'GET',
  path: '/api/v1/announcements/:id/calendar',
  tag,
  who: 'anyone',
  summary: 'The broadcast as an entry for a calendar (iCalendar)',
  params: byId,
  reply: z.string(),
  file: 'text/calendar',
  refusals: { not_found: 404 },
})
