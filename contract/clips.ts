/** Clips: pieces that creators cut out of their recordings, to keep, to share, and to show beside a product. */
import { z } from 'zod'
import { byId, endpoint, id, instant, nothing } from './endpoint.ts'
import { replay } from './live.ts'

const tag = 'live'
const creatorOnly = ['creator'] as const

export const clip = z.object({
  id,
  sessionId: id,
  title: z.string(),
  productId: id.nullable(),
  /** Where in the recording it was cut. */
  fromMs: z.int(),
  untilMs: z.int(),
  width: z.int(),
  height: z.int(),
  bytes: z.int(),
  video: z.string(),
  /** Null where the machine makes no pictures. */
  poster: z.string().nullable(),
  published: z.boolean(),
  madeAt: instant,
})

export const listMyRecordings = endpoint({
  id: 'listMyRecordings',
  method: 'GET',
  path: '/api/v1/studio/recordings',
  tag,
  who: creatorOnly,
  summary: 'My newest broadcasts that can be watched again (at most 50)',
  reply: z.object({
    recordings: z.array(
      z.object({ sessionId: id, title: z.string(), startedAt: instant, poster: z.string(), clips: z.int() }),
    ),
  }),
})
export const getMyRecording = endpoint({
  id: 'getMyRecording',
  method: 'GET',
  path: '/api/v1/studio/recordings/:id',
  tag,
  who: creatorOnly,
  summary: 'A recording of mine, by its session, with what was explained and what was cut from it',
  params: byId,
  reply: z.object({ replay, clips: z.array(clip) }),
  refusals: { not_found: 404 },
})
export const makeClip = endpoint({
  id: 'makeClip',
  method: 'POST',
  path: '/api/v1/studio/recordings/:id/clips',
  tag,
  who: creatorOnly,
  status: 201,
  summary:
    'Cut a clip of 1 to 180 seconds out of a recording; it begins at the keyframe before the wish. The asker makes the id',
  params: byId,
  body: z.strictObject({
    id,
    title: z.string().trim().min(1).max(60),
    fromMs: z.int().min(0).max(86_400_000),
    lengthMs: z.int().min(1_000).max(180_000),
    /** A product that was in the bag. */
    productId: id.nullable(),
  }),
  reply: z.object({ clip }),
  refusals: {
    not_found: 404,
    id_reused: 409,
    clip_outside: 409,
    not_in_bag: 409,
    too_many_clips: 409,
    clip_failed: 503,
  },
  limit: { per: 'person', count: 20, seconds: 60 },
})
export const publishClip = endpoint({
  id: 'publishClip',
  method: 'PUT',
  path: '/api/v1/studio/clips/:id/publication',
  tag,
  who: creatorOnly,
  summary: 'Show a clip beside its product, or take it back',
  params: byId,
  body: z.strictObject({ published: z.boolean() }),
  reply: z.object({ clip }),
  refusals: { not_found: 404, clip_without_product: 409 },
})
export const deleteClip = endpoint({
  id: 'deleteClip',
  method: 'DELETE',
  path: '/api/v1/studio/clips/:id',
  tag,
  who: creatorOnly,
  summary: 'Delete a clip; the recording keeps what it was cut from',
  params: byId,
  reply: nothing,
  refusals: { not_found: 404 },
})
export const listProductClips = endpoint({
  id: 'listProductClips',
  method: 'GET',
  path: '/api/v1/products/:id/clips',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'What creators show of a product, newest first (at most 10)',
  params: byId,
  reply: z.object({ clips: z.array(clip) }),
})
