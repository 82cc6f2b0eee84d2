/**
 * What the platform knows of a person, for him to take with him, and how he goes.
 *
 * Reads across all schemas, which no module may: it belongs to the composition, as the auditor does. Going replaces who he was by a
 * tombstone under the same id: journals, orders, gifts and the record stay as they are and name nobody. What an order was shipped to
 * stays with the order for as long as the law wants records of trade to be kept.
 */
import * as contract from '#contract/people'
import { operatorRoles } from '#contract/roles'
import { forgetAuthor } from '#live/chat'
import { coinsOf, lockBalances, walletOf } from '#money/ledger'
import { erasePerson, findPerson, forgetSessions } from '#people/identity'
import { forgetAddresses } from '#people/profiles'
import { forgetVerification } from '#people/verification'
import type { App } from '#platform/app'
import { type Actor, inTransaction, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, type Outcome, refuse } from '#platform/outcome'

/** Rows of one section that a copy holds; who has more asks support for the rest. */
const rowsMax = 5_000

/** Section -> the rows of a person. `$1` is his id, `$2` how many. Secrets are nobody's to take along. */
const sections: Readonly<Record<string, string>> = {
  person: 'select id, name, email, phone, avatar, created_at from identity.persons where id = $1 limit $2',
  roles: 'select role, granted_at from identity.roles where person_id = $1 limit $2',
  verification: `select state, masked_name, born_on, asked_at, decided_at from verification.people where person_id = $1 limit $2`,
  addresses: `select recipient, phone, province, city, district, street, is_default from profiles.addresses
    where owner_id = $1 limit $2`,
  orders: 'select * from orders.orders where buyer_id = $1 order by placed_at desc limit $2',
  wallet: `select j.kind, j.at, -p.amount_minor as amount_minor, j.currency from ledger.postings p
    join ledger.journals j on j.id = p.journal_id where p.account = 'wallet:' || $1::uuid order by j.at desc limit $2`,
  coins: 'select kind, coins, at from coins.movements where person_id = $1 order by at desc limit $2',
  gifts: `select gift_id, units, coins, room_id, at, returned_at from gifts.sends where person_id = $1 order by at desc limit $2`,
  comments: 'select room_id, text, at from chat.comments where person_id = $1 order by at desc limit $2',
  follows: 'select creator_id, since from follows.followers where person_id = $1 limit $2',
  violations: `select rule, severity, points, note, recorded_at, closed_at from conduct.violations where creator_id = $1 limit $2`,
  appeals: 'select text, filed_at, decision, answer from conduct.appeals where creator_id = $1 limit $2',
  listings:
    'select restricts, reason, starts_at, ends_at, objection from blacklist.listings where person_id = $1 limit $2',
}

export function personalDataRoutes(app: App): Route[] {
  const { pool } = app.database
  const exportOf = async (personId: string) => {
    const found: Record<string, unknown[]> = {}
    for (const [name, sql] of Object.entries(sections)) {
      found[name] = (await pool.query<{ [column: string]: unknown }>(sql, [personId, rowsMax])).rows
    }
    const text = JSON.stringify({ personId, at: app.clock.now().toString(), ...found }, null, 2)
    return { name: `personal-data-${personId}.json`, bytes: Buffer.from(text) }
  }

  const erase = async (
    actor: Actor,
    of: { personId: string; name: string },
  ): Promise<Outcome<Record<string, never>, 'not_found' | 'name_does_not_fit' | 'erasure_blocked'>> => {
    const { personId, name } = of
    const erased = await inTransaction(
      app,
      actor,
      async (tx): Promise<Outcome<null, 'not_found' | 'name_does_not_fit' | 'erasure_blocked'>> => {
        const person = await findPerson(tx.db, personId)
        if (person === null) return refuse('not_found')
        // Typed by hand, since there is no way back.
        if (person.name !== name) return refuse('name_does_not_fit')
        const accounts = [coinsOf(personId), walletOf(personId)]
        const balances = await lockBalances(tx, accounts)
        const [open] = await tx.hot<{ orders: number; owed: number }>(
          'what keeps a person',
          `select (select count(*) from orders.orders where buyer_id = $1 and state not in ('confirmed', 'cancelled'))::int as orders,
            (select count(*) from ledger.postings where account like 'payable:' || $1::uuid || ':%')::int as owed`,
          [personId],
        )
        const isStaff = person.roles.some((role) => (operatorRoles as readonly string[]).includes(role))
        const why = {
          openOrders: open?.orders ?? 0,
          walletMinor: balances.get(walletOf(personId)) ?? 0,
          coinsMinor: balances.get(coinsOf(personId)) ?? 0,
          isStaff,
          hasEarnings: (open?.owed ?? 0) > 0,
        }
        if (Object.values(why).some(Boolean)) return refuse('erasure_blocked', why)
        await forgetAddresses(tx, personId)
        await forgetAuthor(tx, personId)
        await forgetVerification(tx, personId)
        await erasePerson(tx, personId)
        return done(null)
      },
    )
    if (!erased.ok) return erased
    forgetSessions(app)
    app.sockets.recheck(personId)
    return done({})
  }

  return [
    route(contract.exportMyData, async ({ actor }) => done(await exportOf(personOf(actor)))),
    route(contract.eraseMe, ({ actor, body }) => erase(actor, { personId: personOf(actor), name: body.name })),
    route(contract.exportPersonData, async ({ params }) =>
      (await findPerson(app.database.db, params.id)) === null ? refuse('not_found') : done(await exportOf(params.id)),
    ),
    route(contract.erasePerson, ({ actor, params, body }) => erase(actor, { personId: params.id, name: body.name })),
  ]
}
