/** Rooms on air for journeys: a host with enough followers, and a broadcast without a camera. */
import { startSession } from '#live/rooms'
import { seedFollowers } from '#people/follows'
import { type Client, newId, transact, type World } from './world.ts'

export interface OpenRoom {
  host: Client & { personId: string }
  roomId: string
  sessionId: string
}

export async function openRoom(world: World, handle: string): Promise<OpenRoom> {
  const host = await world.person('Host', 'buyer', 'creator')
  await host.post('/api/v1/me/creator', { id: newId(), handle, name: 'Host', bio: '' })
  await transact(world.server.app, (tx) => seedFollowers(tx, { creatorId: host.personId, count: 2_000 }))
  const sessionId = newId()
  const opened = await host.post('/api/v1/studio/sessions', { id: sessionId, title: 'Tea' })
  if (opened.status !== 201) throw new Error(`session: ${opened.status} ${JSON.stringify(opened.body)}`)
  const on = await transact(world.server.app, (tx) =>
    startSession(tx, { sessionId, creatorId: host.personId, hasSignal: true }),
  )
  if (!on.ok) throw new Error(`on air: ${on.code}`)
  await world.server.outbox.drained()
  return { host, roomId: opened.body.session.roomId, sessionId }
}
