import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useParams, useRouter } from '@tanstack/react-router'
import { Heart, MessageCircle, Share2, ShoppingBag, Volume2, X } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { api, type BagItem, codeOf, type Host, must, type Room, type Store, useStorePart } from '../../client/index.ts'
import {
  Avatar,
  Button,
  count,
  ErrorState,
  pick,
  pictureUrl,
  Rolling,
  toast,
  useLocale,
  wordsOf,
} from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'
import { useTitle } from '../shell.tsx'
import { OnAir, Viewers } from './badges.tsx'
import { BagSheet } from './bag-sheet.tsx'
import { Comments, Say } from './comments.tsx'
import { Extras, roomButtons, roomLayers } from './extras.tsx'
import { noteFact } from './facts.ts'
import { Hearts, useLikes } from './hearts.tsx'
import { PinnedCard } from './pinned-card.tsx'
import { play } from './player.ts'
import { ReportButton } from './report-button.tsx'
import css from './room.module.css'
import type { RoomState } from './room.ts'
import { useRoom } from './use-room.ts'

// Loaded once the room stands, long before anybody can tap "buy".
const loadBuySheet = () => import('./buy.tsx').then((module) => ({ default: module.BuySheet }))
const BuySheet = lazy(loadBuySheet)
const FlashCards = lazy(() => import('./flash.tsx'))
const CouponCall = lazy(() => import('./coupon-call.tsx'))
const loadBuySheetAfterMs = 1_200

/** The live room: the picture fills it, everything else lies over it, and nothing stops it. */
export function RoomPage() {
  const { id } = useParams({ from: '/rooms/$id' })
  const { store, error, retry } = useRoom(id)
  if (store === null) {
    return (
      <main className={css['room']}>
        <h1 className="visually-hidden">
          <Trans>Live room</Trans>
        </h1>
        {error ? (
          <div className={css['over']}>
            <ErrorState error={error} {...(codeOf(error) === 'not_found' ? {} : { onRetry: retry })}>
              <Link to="/live" className={css['elsewhere']}>
                <Trans>See who is on air</Trans>
              </Link>
            </ErrorState>
          </div>
        ) : (
          <div className={css['entering']} aria-busy="true" />
        )}
      </main>
    )
  }
  return <OpenRoom key={id} store={store} />
}

function OpenRoom({ store }: { store: Store<RoomState> }) {
  const { t } = useLingui()
  const router = useRouter()
  const askWho = useAskWho()
  const title = useStorePart(store, ({ room }) => room.title)
  const cover = useStorePart(store, ({ room }) => room.cover)
  const state = useStorePart(store, ({ room }) => room.state)
  const isDemo = useStorePart(store, ({ room }) => room.isDemo)
  const [sheet, setSheet] = useState<'bag' | { buy: string } | null>(null)
  const tap = useLikes(store)
  useTitle(title)
  useEffect(() => {
    const timer = setTimeout(() => void loadBuySheet().catch(() => undefined), loadBuySheetAfterMs)
    return () => clearTimeout(timer)
  }, [])

  const buy = useCallback(
    async (item: BagItem) => {
      noteFact(store.get().room.sessionId, { kind: 'click', productId: item.productId })
      if ((await askWho('buy')) !== null) setSheet({ buy: item.id })
    },
    [askWho, store],
  )
  const share = async () => {
    const link = { title, url: location.href }
    try {
      if (navigator.share) await navigator.share(link)
      else {
        await navigator.clipboard.writeText(link.url)
        toast(t`The link is copied.`, 'good')
      }
    } catch {
      // Sharing was called off.
    }
  }
  const leave = () => {
    if (router.history.canGoBack()) router.history.back()
    else void router.navigate({ to: '/' })
  }

  const isOver = state === 'ended' || state === 'banned' || state === 'replay'
  return (
    <main className={css['room']} style={{ '--cover': `url("${pictureUrl(cover)}")` } as never}>
      <div className={css['stage']}>
        <Stage store={store} onDoubleTap={tap} />
        <header className={css['top']}>
          <div className={css['row']}>
            <HostBar store={store} />
            <div className={css['right']}>
              <LiveViewers store={store} />
              <button type="button" className={css['round']} aria-label={t`Leave the room`} onClick={leave}>
                <X size={22} aria-hidden="true" />
              </button>
            </div>
          </div>
          <div className={css['facts']}>
            {!isOver && <OnAir />}
            <h1>{title}</h1>
            {isDemo && (
              <span className={css['demo']}>
                <Trans>Demo</Trans>
              </span>
            )}
          </div>
          <div className={css['who']}>
            <Seller store={store} />
            <ReportButton store={store} />
          </div>
        </header>
        {isOver ? (
          <Over store={store} />
        ) : (
          <div className={css['bottom']}>
            <Extras of={roomLayers} store={store} />
            <Bought store={store} />
            <Comments store={store} />
            <Suspense>
              <CouponCall store={store} />
              <FlashCards store={store} onBuy={(item) => void buy(item)} />
            </Suspense>
            <PinnedCard store={store} onBuy={(item) => void buy(item)} onOpen={() => setSheet('bag')} />
            <div className={css['bar']}>
              <BagButton store={store} onOpen={() => setSheet('bag')} />
              <Say store={store} />
              <button type="button" className={css['round']} aria-label={t`Share`} onClick={() => void share()}>
                <Share2 size={21} aria-hidden="true" />
              </button>
              <Extras of={roomButtons} store={store} />
              <LikeButton store={store} onTap={tap} />
            </div>
          </div>
        )}
        <Hearts />
      </div>
      <BagSheet store={store} open={sheet === 'bag'} onClose={() => setSheet(null)} onBuy={(item) => void buy(item)} />
      <BuyInRoom
        store={store}
        itemId={typeof sheet === 'object' && sheet ? sheet.buy : null}
        onClose={() => setSheet(null)}
      />
    </main>
  )
}

/** What is bought follows the room: a price or a stock that changes meanwhile changes in the sheet. */
function BuyInRoom({
  store,
  itemId,
  onClose,
}: {
  store: Store<RoomState>
  itemId: string | null
  onClose: () => void
}) {
  const item = useStorePart(store, ({ room }) => room.bag.find((each) => each.id === itemId))
  const attribution = useStorePart(store, ({ room }) => room.attribution)
  const flash = useStorePart(store, (state) => state.flash.find(({ productId }) => productId === item?.productId))
  const last = useRef(item)
  if (item) last.current = item
  const shown = itemId === null ? undefined : (item ?? last.current)
  // Not drawn before it is first wanted.
  const wasWanted = useRef(false)
  if (shown !== undefined) wasWanted.current = true
  if (!wasWanted.current) return null
  return (
    <Suspense>
      <BuySheet goods={shown} flash={flash} attribution={attribution} onClose={onClose} />
    </Suspense>
  )
}

/** One picture fills the room; two stand beside each other above the talk, each with its name. */
function Stage({ store, onDoubleTap }: { store: Store<RoomState>; onDoubleTap: (x: number, y: number) => void }) {
  const { t } = useLingui()
  const playback = useStorePart(store, ({ room }) => room.playback)
  const cohost = useStorePart(store, ({ room }) => room.cohost)
  const host = useStorePart(store, ({ room }) => room.host)
  const state = useStorePart(store, ({ room }) => room.state)
  const isOver = state === 'ended' || state === 'banned' || state === 'replay'
  const isTwo = !isOver && cohost !== null
  const isAway = state === 'paused' || (state === 'live' && playback === null)
  const box = useRef<HTMLDivElement>(null)
  const [isMuted, setIsMuted] = useState(false)
  const onMuted = useCallback(() => setIsMuted(true), [])
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a double tap is a shortcut, the like button is the way. */}
      <div
        ref={box}
        className={css['screen']}
        data-two={isTwo || undefined}
        onDoubleClick={(event) => onDoubleTap(event.clientX, event.clientY)}
      >
        <Moving playback={playback} name={isTwo ? host.name : null} label={t`Live picture`} onMuted={onMuted}>
          {isAway && <Trans>The host will be right back</Trans>}
        </Moving>
        {isTwo && cohost !== null && (
          <Moving
            key={cohost.seatId}
            playback={state === 'paused' ? null : cohost.playback}
            name={cohost.host.name}
            label={t`Picture of ${cohost.host.name}`}
            onMuted={onMuted}
          >
            {cohost.playback === null && <Trans>{cohost.host.name} is getting ready</Trans>}
          </Moving>
        )}
      </div>
      {isMuted && (
        <button
          type="button"
          className={css['unmute']}
          onClick={() => {
            for (const video of box.current?.querySelectorAll('video') ?? []) video.muted = false
            setIsMuted(false)
          }}
        >
          <Volume2 size={18} aria-hidden="true" />
          <Trans>Tap for sound</Trans>
        </button>
      )}
    </>
  )
}

/** One picture: what is played, and what is said while nothing moves. */
function Moving(of: {
  playback: Room['playback']
  name: string | null
  label: string
  onMuted: () => void
  children: ReactNode
}) {
  const { playback, onMuted } = of
  const hls = playback?.hls
  const lowLatencyHls = playback?.lowLatencyHls
  // Whether the room is small is asked when it begins: a picture that plays is not changed for it.
  const whep = useRef(playback?.whep)
  whep.current = playback?.whep
  const video = useRef<HTMLVideoElement>(null)
  const [isMoving, setIsMoving] = useState(false)
  const [isStalled, setIsStalled] = useState(false)
  useEffect(() => {
    if (video.current === null || hls === undefined || lowLatencyHls === undefined) return undefined
    const stop = play(video.current, {
      sources: { hls, lowLatencyHls, whep: whep.current ?? null },
      onMoving: () => setIsMoving(true),
      onMuted,
      onStalled: setIsStalled,
    })
    return () => {
      stop()
      setIsMoving(false)
      setIsStalled(false)
    }
  }, [hls, lowLatencyHls, onMuted])
  return (
    <div className={css['picture']}>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody writes captions for a live room yet. */}
      <video ref={video} className={css['video']} data-moving={isMoving} playsInline autoPlay aria-label={of.label} />
      {of.name !== null && <span className={css['nameTag']}>{of.name}</span>}
      {(of.children || (isStalled && playback !== null)) && (
        <p className={css['notice']} role="status">
          {of.children || <Trans>Waiting for the picture…</Trans>}
        </p>
      )}
    </div>
  )
}

function HostBar({ store }: { store: Store<RoomState> }) {
  const host = useStorePart(store, ({ room }) => room.host)
  return (
    <div className={css['host']}>
      <Avatar name={host.name} picture={host.avatar} size={38} />
      <div className={css['hostText']}>
        <strong>{host.name}</strong>
        <small>
          <Trans>{count(host.followers)} followers</Trans>
        </small>
      </div>
      <Follow store={store} host={host} />
    </div>
  )
}

function Follow({ store, host }: { store: Store<RoomState>; host: Host }) {
  const askWho = useAskWho()
  const change = (followedByMe: boolean, followers: number) => {
    const state = store.get()
    store.set({ ...state, room: { ...state.room, host: { ...state.room.host, followedByMe, followers } } })
  }
  const follow = async () => {
    if ((await askWho('follow')) === null) return
    const { host: before } = store.get().room
    const wanted = !before.followedByMe
    change(wanted, before.followers + (wanted ? 1 : -1))
    const params = { params: { path: { id: before.creatorId } } }
    try {
      const { followers } = await must(
        wanted
          ? api.PUT('/api/v1/creators/{id}/follower', params)
          : api.DELETE('/api/v1/creators/{id}/follower', params),
      )
      change(wanted, followers)
    } catch (error) {
      change(before.followedByMe, before.followers)
      toast(wordsOf(error), 'bad')
    }
  }
  return (
    <button type="button" className={css['follow']} aria-pressed={host.followedByMe} onClick={() => void follow()}>
      {host.followedByMe ? <Trans>Following</Trans> : <Trans>Follow</Trans>}
    </button>
  )
}

function LiveViewers({ store }: { store: Store<RoomState> }) {
  return <Viewers value={useStorePart(store, ({ viewers }) => viewers)} rolling />
}

function Seller({ store }: { store: Store<RoomState> }) {
  useLocale()
  const seller = useStorePart(store, ({ room }) => room.sellerName)
  const operator = useStorePart(store, ({ room }) => room.operatorName)
  return (
    <p className={css['seller']}>
      <Trans>
        Sold by {pick(seller)} · run by {operator}
      </Trans>
    </p>
  )
}

function Bought({ store }: { store: Store<RoomState> }) {
  useLocale()
  const bought = useStorePart(store, (state) => state.bought)
  if (bought === null) return null
  return (
    <p key={`${bought.name} ${bought.title.en} ${bought.units}`} className={css['bought']}>
      <ShoppingBag size={14} aria-hidden="true" />
      <span>
        <Trans>
          {bought.name} bought {pick(bought.title)}
        </Trans>
      </span>
    </p>
  )
}

function BagButton({ store, onOpen }: { store: Store<RoomState>; onOpen: () => void }) {
  const { t } = useLingui()
  const things = useStorePart(store, ({ room }) => room.bag.length)
  return (
    <button type="button" className={css['bag']} aria-label={t`Bag, ${things} products`} onClick={onOpen}>
      <ShoppingBag size={24} aria-hidden="true" />
      <span aria-hidden="true">{things}</span>
    </button>
  )
}

function LikeButton({ store, onTap }: { store: Store<RoomState>; onTap: (x: number, y: number) => void }) {
  const { t } = useLingui()
  const likes = useStorePart(store, (state) => state.likes)
  return (
    <button
      type="button"
      className={css['like']}
      aria-label={t`Like`}
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect()
        onTap(box.x + box.width / 2, box.y)
      }}
    >
      <Heart size={24} fill="currentColor" aria-hidden="true" />
      <small>
        <Rolling value={likes} compact />
      </small>
    </button>
  )
}

/** A rule has words; what an operator wrote is shown as he wrote it. */
function stopWordsOf(reason: string): string {
  const rule = stopRules[reason.replace('violation: ', '')]
  return rule === undefined ? reason : pick(rule)
}

const stopRules: Record<string, { en: string; zh: string }> = {
  false_claim: { en: 'false claims about goods', zh: '虚假宣传' },
  banned_goods: { en: 'goods that may not be sold', zh: '销售违禁商品' },
  vulgar_content: { en: 'vulgar content', zh: '低俗内容' },
  off_platform_sale: { en: 'selling outside the platform', zh: '引导站外交易' },
  fake_interaction: { en: 'faked interaction', zh: '虚假互动' },
  copied_content: { en: 'copied content', zh: '盗播或搬运内容' },
}

function Over({ store }: { store: Store<RoomState> }) {
  useLocale()
  const banned = useStorePart(store, ({ room }) => room.state === 'banned')
  const reason = useStorePart(store, ({ room }) => room.stoppedReason)
  const isReplay = useStorePart(store, ({ room }) => room.state === 'replay')
  const sessionId = useStorePart(store, ({ room }) => room.sessionId)
  return (
    <div className={css['over']}>
      <MessageCircle size={34} aria-hidden="true" />
      <p role="status">
        {banned ? (
          <Trans>This room was stopped by the platform.</Trans>
        ) : (
          <Trans>The broadcast has ended. See you next time!</Trans>
        )}
      </p>
      {banned && reason !== null && (
        <p className={css['reason']}>
          <Trans>Reason: {stopWordsOf(reason)}</Trans>
        </p>
      )}
      {isReplay && sessionId !== null && (
        <Link to="/replays/$id" params={{ id: sessionId }} className={css['elsewhere']}>
          <Trans>Watch the replay</Trans>
        </Link>
      )}
      <Link to="/live" className={css['elsewhere']}>
        <Trans>See who is on air</Trans>
      </Link>
      <Button look="plain" onClick={() => history.back()}>
        <Trans>Back</Trans>
      </Button>
    </div>
  )
}
