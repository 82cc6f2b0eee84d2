import * as contract from '#contract/gifts'
import { shownSessionOf } from '#live/rooms'
import { topicOf } from '#live/showcase'
import { coinValueMinor, giftEarningsOf } from '#money/coins'
import { findPerson, namesOf } from '#people/identity'
import type { App } from '#platform/app'
import { businessDayOf } from '#platform/clock'
import { inTransaction, personOf } from '#platform/database'
import { positionIn, type Route, route } from '#platform/http'
import { done, type Outcome, refuse } from '#platform/outcome'
import { gapGiftsMax, rankingShown } from './gift.ts'
import { openMinorCase } from './return-gifts.ts'
import { dayLimitOf, sendGift, shownGift } from './send-gift.ts'
import {
  casesPage,
  coinsOfDay,
  giftsAfter,
  giftsOfCreator,
  lastNumberOf,
  loadCatalogue,
  lockSend,
  type MinorCase,
  markThanked,
  placeOf,
  type SendRow,
  spentOn,
  topOf,
} from './store.ts'

const studioGiftsShown = 100

export function giftsRoutes(app: App): Route[] {
  const { db } = app.database
  const { currency, timeZone } = app.config
  const today = () => businessDayOf(app.clock.now(), timeZone)
  const shown = async (sends: readonly SendRow[]) => {
    const names = await namesOf(db, [...new Set(sends.map((send) => send.personId))])
    return sends.map((send) => shownGift(send, names))
  }
  const shownCases = async (cases: readonly MinorCase[]) => {
    const names = await namesOf(
      db,
      cases.map((each) => each.personId),
    )
    return cases.map(({ from, until, at, ...rest }) => ({
      ...rest,
      personName: names.get(rest.personId)?.name ?? '',
      from: from.toString(),
      until: until.toString(),
      at: at.toString(),
    }))
  }

  return [
    route(contract.listGifts, async () => done({ gifts: await loadCatalogue(db), coinValueMinor, currency })),

    route(contract.sendGift, async ({ actor, params, body }) => {
      const personId = personOf(actor)
      const given = await inTransaction(app, actor, (tx) =>
        sendGift(tx, { ...body, personId, roomId: params.id }, { timeZone, currency }),
      )
      if (!given.ok) return given
      const { send, isNew, coinsLeft, coinsLeftToday } = given.value
      const [sent] = await shown([send])
      if (sent === undefined) return refuse('not_found')
      if (isNew) {
        // The gift itself may be lost on its way; its number is a counter, which is not, and shows who misses what.
        app.sockets.publish(topicOf(params.id), { kind: 'gift', gift: sent })
        app.sockets.count(topicOf(params.id), 'gifts', send.number)
      }
      return done({ sent, coins: coinsLeft, coinsLeftToday })
    }),

    route(contract.listRoomGifts, async ({ params, query }) => {
      const session = await shownSessionOf(db, params.id)
      if (session === null) return refuse('not_found')
      const { sessionId } = session
      const lastNumber = await lastNumberOf(db, sessionId)
      const gifts = await giftsAfter(db, { sessionId, after: query.after ?? 0, limit: gapGiftsMax })
      return done({ gifts: await shown(gifts), lastNumber })
    }),

    route(contract.getGiftRanking, async ({ actor, params }) => {
      if ((await shownSessionOf(db, params.id)) === null) return refuse('not_found')
      const day = today()
      const ranking = await topOf(db, { roomId: params.id, day, limit: rankingShown })
      const names = await namesOf(
        db,
        ranking.map((each) => each.personId),
      )
      const mine = async (personId: string) => {
        const [place, limit, spent] = await Promise.all([
          placeOf(db, { roomId: params.id, day, personId }),
          dayLimitOf({ db, now: app.clock.now() }, personId),
          spentOn(db, personId, day),
        ])
        return { ...place, coinsLeftToday: Math.max(0, limit - spent) }
      }
      return done({
        day: day.toString(),
        ranking: ranking.map((each) => {
          const who = names.get(each.personId)
          return { ...each, name: who?.name ?? '', avatar: who?.avatar ?? null }
        }),
        mine: actor.kind === 'person' ? await mine(actor.personId) : null,
      })
    }),

    route(contract.listMyRoomGifts, async ({ actor }) => {
      const creatorId = personOf(actor)
      const [gifts, todayCoins, earnings] = await Promise.all([
        giftsOfCreator(db, creatorId, studioGiftsShown),
        coinsOfDay(db, { creatorId, day: today() }),
        giftEarningsOf(db, creatorId),
      ])
      return done({ gifts: await shown(gifts), todayCoins, ...earnings, currency })
    }),

    route(contract.thankForGift, async ({ actor, params }) => {
      const thanked = await inTransaction(
        app,
        actor,
        async (tx): Promise<Outcome<{ send: SendRow; isNew: boolean }, 'not_found'>> => {
          const send = await lockSend(tx, params.id)
          if (send === null || send.creatorId !== personOf(actor) || send.returnedAt !== null)
            return refuse('not_found')
          return done({ send, isNew: await markThanked(tx, send.id) })
        },
      )
      if (!thanked.ok) return thanked
      const { send, isNew } = thanked.value
      const [gift] = await shown([send])
      if (isNew && gift) app.sockets.publish(topicOf(send.roomId), { kind: 'thanks', name: gift.name, giftId: gift.id })
      return done({})
    }),

    route(contract.listMinorCases, async ({ query }) => {
      const rows = await casesPage(db, { before: positionIn(query.cursor), limit: query.limit + 1 })
      const page = rows.slice(0, query.limit)
      const last = page.at(-1)
      const next = rows.length > query.limit && last ? `${last.at.toString()}~${last.id}` : null
      return done({ items: await shownCases(page), next })
    }),

    route(contract.openMinorCase, async ({ actor, body }) => {
      if ((await findPerson(db, body.personId)) === null) return refuse('not_found')
      const [from, until] = [Temporal.Instant.from(body.from), Temporal.Instant.from(body.until)]
      const opened = await inTransaction(app, actor, (tx) =>
        openMinorCase(tx, { ...body, from, until, currency }, personOf(actor)),
      )
      if (!opened.ok) return opened
      const [shownCase] = await shownCases([opened.value])
      return shownCase === undefined ? refuse('not_found') : done({ case: shownCase })
    }),
  ]
}
