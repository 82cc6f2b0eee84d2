/**
 * Gifts that fly by. At most two banners and one great picture at a time; a combo grows in its banner. What was missed while the
 * line was down is asked for, and counted without being flown: nobody wants yesterday's rockets.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api, type GiftWhisper, must, type SentGift, type Store, serverNowMs, theSocket } from '../../client/index.ts'
import { giftPicture } from '../../kit/gift-pictures.ts'
import { Avatar, count, pick, useLocale } from '../../kit/index.ts'
import { hearRoom } from './ears.ts'
import { afterGift, emptySky, type Sky, withoutOld } from './gift-sky.ts'
import css from './gifts.module.css'
import type { RoomState } from './room.ts'

const lookEveryMs = 400
const thanksMs = 3_500

export default function GiftLayer({ store }: { store: Store<RoomState> }) {
  const { t } = useLingui()
  useLocale()
  const sky = useSky(store)
  const thanks = useThanks(store)
  const grand = sky.grand
  return (
    <div className={css['layer']}>
      <div className={css['banners']} role="log" aria-label={t`Gifts`}>
        {sky.banners.map(({ gift, units }) => (
          <div key={gift.comboId} className={css['banner']} data-effect={gift.effect}>
            <Avatar name={gift.name} picture={gift.avatar} size={34} />
            <span>
              <b>{gift.name}</b>
              <small>
                <Trans>gives {pick(gift.giftName)}</Trans>
              </small>
            </span>
            <img src={giftPicture(gift.picture)} alt="" width={46} height={46} />
            <strong key={units}>×{count(units)}</strong>
          </div>
        ))}
      </div>
      {grand && (
        <div key={grand.gift.id} className={css['grand']} aria-hidden="true">
          <i />
          <img src={giftPicture(grand.gift.picture)} alt="" width={176} height={176} />
        </div>
      )}
      {thanks && (
        <p key={thanks.giftId} className={css['thanks']} role="status">
          <Trans>The host thanks {thanks.name} 💛</Trans>
        </p>
      )}
    </div>
  )
}

function useSky(store: Store<RoomState>): Sky {
  const queries = useQueryClient()
  const [sky, setSky] = useState(emptySky)
  const last = useRef<number | null>(null)
  useEffect(() => {
    let isAsking = false
    let isGone = false
    const roomId = store.get().room.id
    const rankingIsOld = () => void queries.invalidateQueries({ queryKey: ['gift-ranking', roomId] })
    const show = (gift: SentGift) => setSky((before) => afterGift(before, gift, serverNowMs()))

    /** Asks for what lies between the last gift that was seen and the newest there is. */
    const fill = async () => {
      if (isAsking || last.current === null) return
      isAsking = true
      try {
        const { gifts, lastNumber } = await must(
          api.GET('/api/v1/rooms/{id}/gifts', {
            params: { path: { id: roomId }, query: last.current > 0 ? { after: last.current } : {} },
          }),
        )
        if (isGone) return
        for (const gift of gifts) show(gift)
        last.current = Math.max(last.current, gifts.at(-1)?.number ?? lastNumber)
        rankingIsOld()
      } catch {
        // The next gift or the next number asks again.
      } finally {
        isAsking = false
      }
    }
    const hear = (number: number) => {
      if (last.current === null) last.current = number
      else if (number === last.current + 1) last.current = number
      else if (number > last.current) void fill()
    }
    // From where this page counts; what was given before is nobody's surprise.
    void must(
      api.GET('/api/v1/rooms/{id}/gifts', { params: { path: { id: roomId }, query: { after: 1_000_000_000 } } }),
    ).then(
      ({ lastNumber }) => {
        last.current ??= lastNumber
      },
      () => undefined,
    )
    const deaf = hearRoom(store, {
      onWhisper(whisper) {
        if (whisper.kind !== 'gift') return
        const { gift } = whisper as Extract<GiftWhisper, { kind: 'gift' }>
        show(gift)
        hear(gift.number)
        rankingIsOld()
      },
      onCounters(counters) {
        const number = counters['gifts']
        // The gift itself comes in the same tick, before its number.
        if (number !== undefined && last.current !== null && number > last.current) void fill()
      },
      onMessage(message) {
        if (message.kind === 'gifts_returned') rankingIsOld()
      },
    })
    // A line that broke has come back: what was given meanwhile is asked for without waiting for the next gift.
    const line = theSocket().state
    const unwatch = line.subscribe(() => {
      if (line.get() === 'open') void fill()
    })
    const timer = setInterval(() => setSky((before) => withoutOld(before, serverNowMs())), lookEveryMs)
    return () => {
      isGone = true
      deaf()
      unwatch()
      clearInterval(timer)
    }
  }, [store, queries])
  return sky
}

function useThanks(store: Store<RoomState>): { name: string; giftId: string } | null {
  const [thanks, setThanks] = useState<{ name: string; giftId: string } | null>(null)
  useEffect(
    () =>
      hearRoom(store, {
        onWhisper(whisper) {
          if (whisper.kind === 'thanks') setThanks(whisper as Extract<GiftWhisper, { kind: 'thanks' }>)
        },
      }),
    [store],
  )
  useEffect(() => {
    if (thanks === null) return undefined
    const timer = setTimeout(() => setThanks(null), thanksMs)
    return () => clearTimeout(timer)
  }, [thanks])
  return thanks
}
