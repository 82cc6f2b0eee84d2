import * as contract from '#contract/gifts'
import { balanceOf, coinsOf, owedForCoins } from '#money/ledger'
import { type PaymentProvider, providerOf } from '#money/payments'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { idFrom } from '#platform/ids'
import { done, refuse } from '#platform/outcome'
import { buyCoins, buyCoinsWithPayment } from './buy-coins.ts'
import { coinPacks, coinsFor, coinValueMinor, worthOf } from './coins.ts'
import { coinsOutstanding, movementsPage } from './store.ts'

const entriesShown = 30

export function coinsRoutes(app: App, provider: PaymentProvider | null = providerOf(app)): Route[] {
  const { db } = app.database
  const coinsIn = async (personId: string) => coinsFor(await balanceOf(db, coinsOf(personId)))
  return [
    route(contract.getMyCoins, async ({ actor }) => {
      const personId = personOf(actor)
      const [coins, entries] = await Promise.all([
        coinsIn(personId),
        movementsPage(db, { personId, before: null, limit: entriesShown }),
      ])
      return done({
        coins,
        coinValueMinor,
        currency: app.config.currency,
        packs: coinPacks.map((pack) => ({ coins: pack, priceMinor: worthOf(pack) })),
        entries: entries.map(({ kind, coins: change, at }) => ({ kind, coins: change, at: at.toString() })),
      })
    }),
    route(contract.buyCoins, async ({ actor, body }) => {
      const personId = personOf(actor)
      const wish = { id: body.id, personId, coins: body.coins, currency: app.config.currency }
      if (body.payment === 'wallet') {
        const bought = await inTransaction(app, actor, (tx) => buyCoins(tx, wish))
        return bought.ok ? done({ coins: await coinsIn(personId), state: bought.value.state }) : bought
      }
      if (provider === null) return refuse('provider_failed')
      // The payment has an id of its own that follows from the purchase's: asking again pays once.
      const topUpId = idFrom('coins', body.id)
      const bought = await buyCoinsWithPayment(app, provider, actor, { ...wish, topUpId })
      return bought.ok ? done({ coins: await coinsIn(personId), state: bought.value.state }) : bought
    }),
    route(contract.getCoinBooks, async () => {
      const [coins, liabilityMinor] = await Promise.all([coinsOutstanding(db), owedForCoins(db)])
      return done({ coins, coinValueMinor, worthMinor: worthOf(coins), liabilityMinor, currency: app.config.currency })
    }),
  ]
}
