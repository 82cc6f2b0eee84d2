/** Everything that can happen, by name. Who listens stands in `server/app/reactions.ts`. */
import type { GoodsEvent } from './goods.ts'
import type { LiveEvent } from './live.ts'
import type { MoneyEvent } from './money.ts'
import type { PeopleEvent } from './people.ts'
import type { SupplyEvent } from './supply.ts'
import type { TradeEvent } from './trade.ts'
import type { TrustEvent } from './trust.ts'

export type AnyEvent = PeopleEvent | TrustEvent | GoodsEvent | SupplyEvent | LiveEvent | TradeEvent | MoneyEvent
export type EventName = AnyEvent['name']
export type EventOf<Name extends EventName> = Extract<AnyEvent, { name: Name }>
