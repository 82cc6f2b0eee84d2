import type { z } from 'zod'
import type { openSession, roomCard, room as roomSchema } from '#contract/live'
import { platformSellerName } from '#goods/listings'
import { commentsOf, type Likes, pinnedCommentOf, slowSecondsOf } from '#live/chat'
import { openSeats, type SeatRow } from '#live/cohosts'
import type { MediaEngine, PlaybackSource, StreamState } from '#live/media'
import { bagOf, itemsInBags, topicOf } from '#live/showcase'
import { issueAttribution } from '#money/commissions'
import { creatorsOf } from '#people/creators'
import { followedBy } from '#people/follows'
import type { App } from '#platform/app'
import { type Actor, type Db, lastNumberOf } from '#platform/database'
import { isOnAir, isPublic } from './session.ts'
import { coversOf, findRoom, findShownSession, type SessionRow, salesOf, sessionsOnAir } from './store.ts'

export type RoomView = z.input<typeof roomSchema>
export type RoomCard = z.input<typeof roomCard>
export type StudioSession = z.input<typeof openSession.reply>['session']

export type Parts = { app: App; media: () => MediaEngine | null; likes: Likes }

/** Everything a viewer's page needs in one go; the number is read first, so that nothing falls between it and the state. */
export async function roomViewOf(parts: Parts, roomId: string, actor: Actor): Promise<RoomView | null> {
  const { app } = parts
  const { db } = app.database
  const topic = topicOf(roomId)
  const topicNumber = await lastNumberOf(db, topic)
  const [room, session] = await Promise.all([findRoom(db, roomId), findShownSession(db, roomId)])
  if (room === null || session === null || !isPublic(session.state)) return null
  const personId = actor.kind === 'person' ? actor.personId : null
  const [seats, pinnedComment, slowSeconds, bag, comments, likes] = await Promise.all([
    openSeats(db, [session.id]),
    pinnedCommentOf(db, session.id),
    slowSecondsOf(db, roomId),
    bagOf(db, session.id, app.clock.now()),
    commentsOf(db, session.id),
    parts.likes.countOf(db, [session.id]),
  ])
  const seat = seats.get(session.id)
  const hosts = await hostsOf(db, actor, [room.creatorId, ...(seat?.state === 'joined' ? [seat.guestId] : [])])
  const host = hosts.get(room.creatorId)
  if (host === undefined) return null
  const cohost = seat === undefined ? undefined : hosts.get(seat.guestId)
  const onAir = isOnAir(session.state)
  return {
    id: room.id,
    title: session.title,
    cover: room.cover,
    state: session.state,
    sessionId: session.id,
    startedAt: session.startedAt?.toString() ?? null,
    host,
    cohost:
      seat === undefined || cohost === undefined
        ? null
        : { seatId: seat.id, host: cohost, playback: seatPlaybackOf(parts, seat, isSmallRoom(parts, topic)) },
    // Who pauses is not looked at.
    playback:
      session.state === 'live' && session.hasPicture
        ? playbackOf(parts, session.id, {
            signal: signalOf(parts, session),
            isSmall: isSmallRoom(parts, topic),
          })
        : null,
    viewers: app.sockets.present(topic),
    likes: likes.get(session.id) ?? 0,
    bag: bag.bag,
    pinnedItemId: bag.pinnedItemId,
    comments,
    pinnedComment,
    slowSeconds,
    attribution: onAir
      ? issueAttribution(app, {
          creatorId: room.creatorId,
          roomId,
          sessionId: session.id,
          roomTitle: session.title,
          personId,
          issuedAt: app.clock.now(),
        })
      : null,
    topic,
    topicNumber,
    operatorName: app.config.platformName,
    sellerName: platformSellerName,
    stoppedReason: session.state === 'banned' ? session.endedReason : null,
    isDemo: session.isDemo,
  }
}

/** Rooms on air, newest first. */
export async function roomCardsOf(parts: Parts, actor: Actor): Promise<RoomCard[]> {
  const { db } = parts.app.database
  const sessions = await sessionsOnAir(db)
  const creatorIds = sessions.map((session) => session.creatorId)
  const [creators, follows, covers, items] = await Promise.all([
    creatorsOf(db, creatorIds),
    actor.kind === 'person' ? followedBy(db, actor.personId, creatorIds) : new Set<string>(),
    coversOf(
      db,
      sessions.map((session) => session.roomId),
    ),
    itemsInBags(
      db,
      sessions.map((session) => session.id),
    ),
  ])
  return Promise.all(
    sessions.flatMap((session) => {
      const creator = creators.get(session.creatorId)
      if (creator === undefined || session.startedAt === null) return []
      return [
        cardOf(parts, session, {
          creator,
          follows,
          cover: coverNow(parts, session) ?? covers.get(session.roomId) ?? '',
          items: items.get(session.id) ?? 0,
          startedAt: session.startedAt,
        }),
      ]
    }),
  )
}

async function cardOf(
  parts: Parts,
  session: SessionRow,
  of: {
    creator: Parameters<typeof hostOf>[0]
    follows: ReadonlySet<string>
    cover: string
    items: number
    startedAt: Temporal.Instant
  },
): Promise<RoomCard> {
  const { app } = parts
  const { bag } = await bagOf(app.database.db, session.id, app.clock.now())
  return {
    id: session.roomId,
    title: session.title,
    cover: of.cover,
    host: hostOf(of.creator, of.follows),
    viewers: app.sockets.present(topicOf(session.roomId)),
    startedAt: of.startedAt.toString(),
    topPicture: (bag.find((item) => item.pinned) ?? bag[0])?.picture ?? null,
    products: of.items,
    playback:
      session.state === 'live' && session.hasPicture
        ? { hls: playbackOf(parts, session.id, { signal: null, isSmall: false }).hls }
        : null,
    isDemo: session.isDemo,
  }
}

/** The session as its host's studio sees it. */
export async function studioViewOf(parts: Parts, session: SessionRow): Promise<StudioSession> {
  const { app } = parts
  const { db } = app.database
  const topic = topicOf(session.roomId)
  const topicNumber = await lastNumberOf(db, topic)
  const [bag, comments, likes, sales] = await Promise.all([
    bagOf(db, session.id, app.clock.now()),
    commentsOf(db, session.id),
    parts.likes.countOf(db, [session.id]),
    salesOf(db, session.id),
  ])
  const signal = signalOf(parts, session)
  return {
    id: session.id,
    roomId: session.roomId,
    title: session.title,
    state: session.state,
    createdAt: session.createdAt.toString(),
    startedAt: session.startedAt?.toString() ?? null,
    endedAt: session.endedAt?.toString() ?? null,
    signal: {
      publishing: signal?.phase === 'publishing',
      width: signal?.width ?? 0,
      height: signal?.height ?? 0,
      fps: signal?.fps ?? 0,
      kbps: Math.round(signal?.kbps ?? 0),
      keyframeSeconds: (signal?.keyframeIntervalMs ?? 0) / 1_000,
      lastFrameAgoMs: signal === null ? null : Math.round(signal.lastFrameAgeMs),
      degraded: signal?.isDegraded ?? false,
    },
    browserMaySend: parts.media()?.capabilities.ingest.some((kind) => kind === 'whip' || kind === 'websocket') ?? true,
    playback: signal === null ? null : playbackOf(parts, session.id, { signal, isSmall: true }),
    bag: bag.bag,
    pinnedItemId: bag.pinnedItemId,
    viewers: app.sockets.present(topic),
    likes: likes.get(session.id) ?? 0,
    orders: sales.orders,
    paidMinor: sales.paidMinor,
    currency: app.config.currency,
    topic,
    topicNumber,
    comments,
  }
}

/** What is on air now, where the machine makes pictures of it; the demo world has covers that were made for it. */
function coverNow(parts: Parts, session: SessionRow): string | null {
  const canShow = session.state === 'live' && session.hasPicture && !session.isDemo
  return canShow && parts.media()?.capabilities.pictures === true ? `/media/${session.id}/now.jpg` : null
}

/** A tenth of a second behind instead of a second: worth its price where host and viewers talk with each other. */
const smallRoomViewersMax = 10

function isSmallRoom({ app }: Parts, topic: string): boolean {
  return app.sockets.present(topic) <= smallRoomViewersMax
}

/** The picture of a guest; those who sit in the room see it by the shortest way, whoever else watches. */
export function seatPlaybackOf(parts: Parts, seat: SeatRow, isShort: boolean): ReturnType<typeof playbackOf> | null {
  if (seat.state !== 'joined' || !seat.hasPicture) return null
  return playbackOf(parts, seat.id, { signal: parts.media()?.stateOf(seat.id) ?? null, isSmall: isShort })
}

/** What the engine offers, sorted into what players ask for; an engine with one kind of HLS has one address for both. */
function playbackOf(
  parts: Parts,
  sessionId: string,
  of: { signal: StreamState | null; isSmall: boolean },
): { hls: string; lowLatencyHls: string; whep: string | null } {
  const sources = parts.media()?.playbackOf(sessionId) ?? []
  const pathOf = (kind: PlaybackSource['kind']) => sources.find((source) => source.kind === kind)?.path
  const hls = pathOf('hls') ?? pathOf('low_latency_hls') ?? ''
  const whep = of.isSmall && of.signal?.canWatchByRtc === true ? `/media/${sessionId}/whep` : null
  return { hls, lowLatencyHls: pathOf('low_latency_hls') ?? hls, whep }
}

function signalOf(parts: Parts, session: SessionRow): StreamState | null {
  return parts.media()?.stateOf(session.id) ?? null
}

/** Hosts as viewers see them, by creator. */
export async function hostsOf(
  db: Db,
  actor: Actor,
  creatorIds: readonly string[],
): Promise<Map<string, RoomView['host']>> {
  const personId = actor.kind === 'person' ? actor.personId : null
  const [creators, follows] = await Promise.all([
    creatorsOf(db, creatorIds),
    personId === null ? new Set<string>() : followedBy(db, personId, creatorIds),
  ])
  return new Map([...creators].map(([id, creator]) => [id, hostOf(creator, follows)]))
}

export function hostOf(
  creator: { id: string; name: string; handle: string; avatar: string | null; followers: number },
  follows: ReadonlySet<string>,
): RoomView['host'] {
  return {
    creatorId: creator.id,
    name: creator.name,
    handle: creator.handle,
    avatar: creator.avatar,
    followers: creator.followers,
    followedByMe: follows.has(creator.id),
  }
}
