import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { type CSSProperties, lazy, Suspense, useEffect, useRef, useState } from 'react'
import { ratioOf } from '#contract/money'
import { Problem, serverNowMs, useSession } from '../client/index.ts'
import { Avatar, Button, ErrorState, money, Picture, pick, Skeleton, useLocale } from '../kit/index.ts'
import { Hero } from './hero.tsx'
import type { ScreenOptions } from './options.ts'
import { milestoneOf, type ScreenState } from './screen-state.ts'
import { useScreen, useStaleness } from './use-screen.ts'
import { useWakeLock } from './wake-lock.ts'

const MinuteChart = lazy(async () => ({ default: (await import('./minute-chart.tsx')).MinuteChart }))

export function Screen({ options }: { options: ScreenOptions }) {
  const { me, error } = useSession()
  useWakeLock(options.kiosk)
  if (me === undefined) {
    return (
      <main className="alone">{error ? <ErrorState error={error} onRetry={() => location.reload()} /> : null}</main>
    )
  }
  if (me === null) return <AskWho />
  return <Admitted options={options} />
}

function AskWho({ otherwise = false }: { otherwise?: boolean }) {
  return (
    <main className="alone">
      <img src="/icon.svg" alt="" width={64} height={64} />
      <h1>{otherwise ? <Trans>This account may not see the big screen</Trans> : <Trans>Please sign in</Trans>}</h1>
      <p>
        <Trans>The big screen is for the operator's people.</Trans>
      </p>
      <Button onClick={() => location.assign(`/sign-in?${new URLSearchParams({ next: `/screen${location.search}` })}`)}>
        <Trans>Sign in</Trans>
      </Button>
    </main>
  )
}

function Admitted({ options }: { options: ScreenOptions }) {
  const { t } = useLingui()
  const { platform } = useSession()
  const { state, error, heardMs } = useScreen()
  const name = platform?.name ?? 'Hawker'
  useEffect(() => {
    document.title = `${t`Big screen`} · ${name}`
  }, [name, t])
  if (error instanceof Problem && error.code === 'role_not_admitted') return <AskWho otherwise />
  if (state === null) {
    return (
      <main className="alone">
        {error ? (
          <ErrorState error={error} onRetry={() => location.reload()} />
        ) : (
          <Skeleton width="60vw" height="30vh" />
        )}
      </main>
    )
  }
  return <Wall state={state} heardMs={heardMs} options={options} name={name} />
}

function Wall({
  state,
  heardMs,
  options,
  name,
}: {
  state: ScreenState
  heardMs: number
  options: ScreenOptions
  name: string
}) {
  useLocale()
  const staleSeconds = useStaleness(heardMs)
  const { screen } = state
  const panels = [
    { id: 'products', panel: <TopProducts state={state} /> },
    { id: 'rooms', panel: <TopRooms state={state} /> },
    { id: 'creators', panel: <Creators state={state} /> },
    { id: 'regions', panel: <Regions state={state} /> },
  ]
  const turn = useTurn(options.rotateSeconds, panels.length)
  const shown = options.rotateSeconds > 0 ? panels.slice(turn, turn + 1) : panels
  return (
    <main
      className="wall"
      data-stale={staleSeconds !== null || undefined}
      data-rotating={options.rotateSeconds > 0 || undefined}
    >
      <header className="top">
        <h1>
          <img src="/icon.svg" alt="" /> {name}
        </h1>
        <p>
          <Trans>Business day {screen.day}. Counted: what was paid today, in the moment it is paid.</Trans>
        </p>
        <Clock />
      </header>
      <Hero state={state} />
      {staleSeconds !== null && (
        <p className="stale" role="status">
          <Trans>No connection. These numbers are {staleSeconds} seconds old; it comes back by itself.</Trans>
        </p>
      )}
      <section className="panel minutes">
        <h2>
          <Trans>Paid by the minute</Trans>
        </h2>
        <Suspense fallback={<div className="chart" />}>
          <MinuteChart minutes={screen.minutes} currency={screen.currency} />
        </Suspense>
      </section>
      <Stream state={state} />
      <div className="panels">
        {shown.map(({ id, panel }) => (
          <section key={id} className="panel" data-name={id}>
            {panel}
          </section>
        ))}
      </div>
      <Milestone day={screen.day} paidMinor={screen.paidMinor} currency={screen.currency} />
    </main>
  )
}

function Clock() {
  const [nowMs, setNowMs] = useState(serverNowMs)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(serverNowMs()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <time className="clock tabular" dateTime={new Date(nowMs).toISOString()}>
      {new Date(nowMs).toLocaleTimeString(undefined, { hour12: false })}
    </time>
  )
}

/** Names are masked by the server; the list is bounded. */
function Stream({ state: { screen } }: { state: ScreenState }) {
  return (
    <section className="panel stream">
      <h2>
        <Trans>Orders</Trans>
      </h2>
      {screen.latest.length === 0 && <Nothing />}
      <ol>
        {screen.latest.map((order) => (
          <li key={order.number}>
            <Picture picture={order.picture} alt="" className="small" />
            <span className="grow">
              <b>{pick(order.title)}</b>
              <small>
                {order.maskedBuyer} · {order.city}
                {order.roomTitle && ` · ${order.roomTitle}`}
              </small>
            </span>
            <span className="tabular sum">
              {money(order.payMinor, screen.currency)}
              {order.isDemo && (
                <mark>
                  <Trans>demo</Trans>
                </mark>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function TopProducts({ state: { screen } }: { state: ScreenState }) {
  return (
    <>
      <h2>
        <Trans>Top products</Trans>
      </h2>
      {screen.topProducts.length === 0 && <Nothing />}
      <ol>
        {screen.topProducts.slice(0, 6).map((product) => (
          <li key={product.productId}>
            <Picture picture={product.picture} alt="" className="small" />
            <span className="grow">
              <b>{pick(product.title)}</b>
              <small>
                <Plural value={product.units} one="# unit" other="# units" />
              </small>
            </span>
            <span className="tabular">{money(product.paidMinor, screen.currency)}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

function TopRooms({ state: { screen } }: { state: ScreenState }) {
  return (
    <>
      <h2>
        <Trans>Top rooms</Trans>
      </h2>
      {screen.topRooms.length === 0 && <Nothing />}
      <ol>
        {screen.topRooms.slice(0, 6).map((room, index) => (
          <li key={room.roomId}>
            <i className="rank">{index + 1}</i>
            <span className="grow">
              <b>{room.title}</b>
              <small>
                {room.name} · <Plural value={room.orders} one="# order" other="# orders" />
              </small>
            </span>
            <span className="tabular">{money(room.paidMinor, screen.currency)}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

function Creators({ state: { screen } }: { state: ScreenState }) {
  return (
    <>
      <h2>
        <Trans>Creators</Trans>
      </h2>
      {screen.ranking.length === 0 && <Nothing />}
      <ol>
        {screen.ranking.slice(0, 6).map((creator) => (
          <li key={creator.creatorId}>
            <i className="rank">{creator.rank}</i>
            <Avatar name={creator.name} picture={creator.avatar} size={28} />
            <span className="grow">
              <b>{creator.name}</b>
              <small>
                <Plural value={creator.orders} one="# order" other="# orders" />
              </small>
            </span>
            <span className="tabular">{money(creator.paidMinor, screen.currency)}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

/** Provinces as tiles, the strongest first: no map, so no borders to get wrong. */
function Regions({ state: { screen } }: { state: ScreenState }) {
  const regions = screen.regions.toSorted((a, b) => b.paidMinor - a.paidMinor).slice(0, 12)
  const highest = Math.max(1, regions[0]?.paidMinor ?? 0)
  return (
    <>
      <h2>
        <Trans>Provinces</Trans>
      </h2>
      {regions.length === 0 && <Nothing />}
      <ol className="tiles">
        {regions.map((region) => (
          <li key={region.province} style={{ '--share': ratioOf(region.paidMinor, highest) } as CSSProperties}>
            <b>{region.province}</b>
            <span className="tabular">{money(region.paidMinor, screen.currency)}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

function Nothing() {
  return (
    <p className="nothing">
      <Trans>Nothing yet today</Trans>
    </p>
  )
}

const celebrationMs = 7_000

/** Each mark is celebrated once; opening the page anew celebrates nothing that was passed before. */
function Milestone({ day, paidMinor, currency }: { day: string; paidMinor: number; currency: string }) {
  const passed = milestoneOf(paidMinor)
  const known = useRef({ day, passed })
  const [shown, setShown] = useState<number | null>(null)
  useEffect(() => {
    const before = known.current
    known.current = { day, passed }
    if (before.day !== day || passed <= before.passed) return undefined
    setShown(passed)
    const timer = setTimeout(() => setShown(null), celebrationMs)
    return () => {
      clearTimeout(timer)
      setShown(null)
    }
  }, [day, passed])
  if (shown === null) return null
  return (
    <div className="milestone" role="status">
      <span>
        <Trans>{money(shown, currency)} passed!</Trans>
      </span>
    </div>
  )
}

function useTurn(seconds: number, turns: number): number {
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (seconds === 0) return undefined
    const timer = setInterval(() => setTurn((now) => (now + 1) % turns), seconds * 1_000)
    return () => clearInterval(timer)
  }, [seconds, turns])
  return turn
}
