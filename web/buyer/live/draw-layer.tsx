import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, Gift } from 'lucide-react'
import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import {
  api,
  codeOf,
  must,
  newId,
  type RoomMessage,
  type Store,
  serverNowMs,
  theSocket,
  useStorePart,
} from '../../client/index.ts'
import { Button, count, EmptyState, Sheet, toast, wordsOf } from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'
import { addressesQuery } from '../queries.ts'
import css from './draw.module.css'
import { hearRoom } from './ears.ts'
import type { RoomState } from './room.ts'

type Draw = Extract<RoomMessage, { kind: 'draw' }>['draw']
const resultShownMs = 5 * 60_000

/** The lucky bag of the room: rules and odds before one takes part, the result with everything to draw it again. */
export default function DrawLayer({ store }: { store: Store<RoomState> }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const roomId = useStorePart(store, ({ room }) => room.id)
  const key = ['draws', roomId]
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => must(api.GET('/api/v1/rooms/{id}/draws', { params: { path: { id: roomId } } })),
  })
  const [entries, setEntries] = useState<number | null>(null)
  const [open, setOpen] = useState(false)
  useEffect(
    () =>
      hearRoom(store, {
        onMessage(message) {
          if (message.kind !== 'draw') return
          setEntries(null)
          void queries.invalidateQueries({ queryKey: ['draws', roomId] })
        },
        onCounters(counters) {
          if (counters['entries'] !== undefined) setEntries(counters['entries'])
        },
      }),
    [store, queries, roomId],
  )
  const nowMs = useNow(open || data?.draws[0]?.state === 'open')
  const shown = data?.draws[0]
  const isFresh = shown !== undefined && (shown.state === 'open' || nowMs - Date.parse(shown.endsAt) < resultShownMs)
  if (!isFresh) return null
  const draw = entries === null ? shown : { ...shown, entries: Math.max(entries, shown.entries) }
  const mine = data?.mine.find((each) => each.drawId === draw.id)
  const left = clockOf(Date.parse(draw.endsAt) - nowMs)
  return (
    <>
      <button
        type="button"
        className={css['chip']}
        data-won={mine?.won || undefined}
        aria-label={t`Lucky bag: ${draw.prize}`}
        onClick={() => setOpen(true)}
      >
        <Gift size={18} aria-hidden="true" />
        <span className="tabular">
          {draw.state === 'open' ? left : mine?.won ? <Trans>You won!</Trans> : <Trans>Drawn</Trans>}
        </span>
      </button>
      {createPortal(
        <Sheet open={open} onClose={() => setOpen(false)} title={<Trans>Lucky bag</Trans>}>
          <DrawSheet
            store={store}
            draw={draw}
            left={left}
            mine={mine}
            onChanged={() => void queries.invalidateQueries({ queryKey: key })}
          />
        </Sheet>,
        document.body,
      )}
    </>
  )
}

type Mine = { drawId: string; won: boolean; claimBy: string | null; claimed: boolean }

function DrawSheet(of: {
  store: Store<RoomState>
  draw: Draw
  left: string
  mine: Mine | undefined
  onChanged: () => void
}) {
  const { draw, mine } = of
  const odds = Math.max(1, Math.ceil(draw.entries / draw.units))
  return (
    <div className={css['sheet']}>
      <div className={css['prize']}>
        <Gift size={30} aria-hidden="true" />
        <div>
          <strong>{draw.prize}</strong>
          <small>
            <Plural value={draw.units} one="# to win" other="# to win" /> ·{' '}
            <Plural value={draw.entries} one="# takes part" other="# take part" />
          </small>
        </div>
        {draw.state === 'open' && <b className={css['left']}>{of.left}</b>}
      </div>
      {draw.state === 'open' ? (
        <Tasks {...of} odds={odds} />
      ) : (
        <Result draw={draw} mine={mine} onChanged={of.onChanged} />
      )}
      <Proof draw={draw} />
    </div>
  )
}

function Tasks(of: {
  store: Store<RoomState>
  draw: Draw
  mine: Mine | undefined
  odds: number
  onChanged: () => void
}) {
  const { draw, mine, odds } = of
  const askWho = useAskWho()
  const [isBusy, setIsBusy] = useState(false)
  const hostName = useStorePart(of.store, ({ room }) => room.host.name)
  const follows = useStorePart(of.store, ({ room }) => room.host.followedByMe)
  const { word } = draw
  const said = useStorePart(
    of.store,
    ({ comments }) => word !== null && comments.some((each) => each.mine && each.text.includes(word)),
  )
  const enter = async () => {
    if ((await askWho('comment')) === null) return
    setIsBusy(true)
    try {
      const { room } = of.store.get()
      if (draw.mustFollow && !room.host.followedByMe) {
        const params = { params: { path: { id: room.host.creatorId } } }
        const { followers } = await must(api.PUT('/api/v1/creators/{id}/follower', params))
        const host = { ...room.host, followedByMe: true, followers }
        of.store.set({ ...of.store.get(), room: { ...of.store.get().room, host } })
      }
      const ask = () => theSocket().ask('draw.enter', { id: newId(), roomId: room.id, drawId: draw.id })
      await ask().catch(async (error: unknown) => {
        // The word is said for who has asked to take part: that is the task.
        if (codeOf(error) !== 'task_word' || word === null) throw error
        await theSocket().ask('comment.say', { id: newId(), roomId: room.id, text: word })
        return ask()
      })
      of.onChanged()
    } catch (error) {
      toast(wordsOf(error), 'bad')
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <>
      <ul className={css['tasks']}>
        {draw.mustFollow && (
          <li data-done={follows || undefined}>
            <Check size={16} aria-hidden="true" /> <Trans>Follow {hostName}</Trans>
          </li>
        )}
        {draw.watchSeconds > 0 && (
          <li>
            <Check size={16} aria-hidden="true" /> <Trans>Watch for {draw.watchSeconds} seconds</Trans>
          </li>
        )}
        {word !== null && (
          <li data-done={said || mine !== undefined || undefined}>
            <Check size={16} aria-hidden="true" /> <Trans>Say "{word}" in a comment</Trans>
          </li>
        )}
        <li>
          <Check size={16} aria-hidden="true" />{' '}
          <Trans>The tasks must still be met when it is drawn. Now about 1 of {count(odds)} wins.</Trans>
        </li>
      </ul>
      <Button wide size="l" busy={isBusy} disabled={mine !== undefined} onClick={() => void enter()}>
        {mine === undefined ? <Trans>Do it all and take part</Trans> : <Trans>You take part. Good luck!</Trans>}
      </Button>
    </>
  )
}

function Result(of: { draw: Draw; mine: Mine | undefined; onChanged: () => void }) {
  const { draw, mine } = of
  if (draw.winners.length === 0) return <EmptyState icon={<Gift />} title={<Trans>Nobody won this time.</Trans>} />
  return (
    <>
      {mine?.won && <Claim drawId={draw.id} mine={mine} onChanged={of.onChanged} />}
      {mine && !mine.won && (
        <p>
          <Trans>Not this time. The next bag comes soon.</Trans>
        </p>
      )}
      <p className={css['winners']}>
        <Trans>Won:</Trans> {draw.winners.map((winner) => winner.name).join('、')}
      </p>
    </>
  )
}

function Claim(of: { drawId: string; mine: Mine; onChanged: () => void }) {
  const addresses = useQuery(addressesQuery).data?.addresses
  const [isBusy, setIsBusy] = useState(false)
  const address = addresses?.find((each) => each.isDefault) ?? addresses?.[0]
  const claim = async () => {
    if (address === undefined) return
    setIsBusy(true)
    try {
      const params = { path: { id: of.drawId } }
      await must(api.POST('/api/v1/draws/{id}/claims', { params, body: { addressId: address.id } }))
      of.onChanged()
    } catch (error) {
      toast(wordsOf(error), 'bad')
    } finally {
      setIsBusy(false)
    }
  }
  if (of.mine.claimed) {
    return (
      <p className={css['good']}>
        <Trans>You won, and we know where to send it.</Trans>
      </p>
    )
  }
  return (
    <div className={css['good']}>
      <strong>
        <Trans>You won! Say within 48 hours where it goes.</Trans>
      </strong>
      {address ? (
        <>
          <span>
            {address.recipient} · {address.city}
            {address.district}
            {address.street}
          </span>
          <Button wide busy={isBusy} onClick={() => void claim()}>
            <Trans>Send it there</Trans>
          </Button>
        </>
      ) : (
        <a href="/me">
          <Trans>Save an address first</Trans>
        </a>
      )}
    </div>
  )
}

function Proof({ draw }: { draw: Draw }) {
  return (
    <details className={css['proof']}>
      <summary>
        <Trans>How it is drawn</Trans>
      </summary>
      <p>
        <Trans>
          A secret seed was made before anybody took part; here is its fingerprint. When it is drawn, the seed is shown,
          entries are put in the order of SHA-256 over seed and entry, and the first who met the tasks win. Anybody can
          do it again.
        </Trans>
      </p>
      <code>{draw.commitment}</code>
      {draw.seed !== null && <code>{draw.seed}</code>}
      <a href={`/api/v1/draws/${draw.id}/proof`} target="_blank" rel="noreferrer">
        <Trans>All entries and winners</Trans>
      </a>
    </details>
  )
}

/** The server's time, by the second. */
function useNow(ticks: boolean): number {
  const [nowMs, setNowMs] = useState(serverNowMs)
  useEffect(() => {
    if (!ticks) return undefined
    const timer = setInterval(() => setNowMs(serverNowMs()), 500)
    return () => clearInterval(timer)
  }, [ticks])
  return nowMs
}

function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
