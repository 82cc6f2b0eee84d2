import * as contract from '#contract/people'
import { followedBy, followersOf } from '#people/follows'
import { forgetSessions } from '#people/identity'
import type { App } from '#platform/app'
import { type Actor, inTransaction, personOf } from '#platform/database'
import { positionIn, type Route, route } from '#platform/http'
import { assert, done, refuse } from '#platform/outcome'
import { activeViolationsOf } from '#trust/conduct'
import { creatorsOf } from './creator.ts'
import { decideGate, decideGates, gateCategory, setGateRule } from './decide-gate.ts'
import type { GateDecision } from './gate.ts'
import { leaveAsCreator } from './leave.ts'
import { openCreator } from './open-creator.ts'
import { listGatedCategoryRows, listGateRuleRows, listRows } from './store.ts'

const versionsShownMax = 200

/** `isCategory` comes from the composition: goods are above people. */
export function creatorsRoutes(app: App, ask: { isCategory: (code: string) => Promise<boolean> }): Route[] {
  const { db } = app.database
  const atNow = () => ({ db, now: app.clock.now() })

  async function shown(creatorId: string, actor: Actor) {
    const card = (await creatorsOf(db, [creatorId], app.clock.now())).get(creatorId)
    if (card === undefined) return null
    const { agencyId: _, ...rest } = card
    const followed = actor.kind === 'person' ? await followedBy(db, actor.personId, [creatorId]) : new Set()
    return { ...rest, followedByMe: followed.has(creatorId) }
  }

  return [
    route(contract.getCreator, async ({ actor, params }) => {
      const creator = await shown(params.id, actor)
      return creator === null ? refuse('not_found') : done({ creator })
    }),

    route(contract.becomeCreator, async ({ actor, body }) => {
      const personId = personOf(actor)
      const { id: wishId, ...wish } = body
      const opened = await inTransaction(app, actor, (tx) => openCreator(tx, { ...wish, wishId, personId }))
      if (!opened.ok) return opened
      // The studio is the next click, and it asks for the role.
      forgetSessions(app)
      const creator = await shown(personId, actor)
      assert(creator !== null, 'who has just become a creator is one')
      return done({ creator })
    }),

    route(contract.leaveAsCreator, async ({ actor, body }) => {
      const creatorId = personOf(actor)
      const creator = (await creatorsOf(db, [creatorId], app.clock.now())).get(creatorId)
      if (creator === undefined) return refuse('not_found')
      // Typed by hand, since there is no way back.
      if (creator.handle !== body.handle) return refuse('handle_does_not_fit')
      const left = await inTransaction(app, actor, (tx) => leaveAsCreator(tx, creatorId))
      return left.ok ? done({}) : left
    }),

    route(contract.getMyGate, async ({ actor }) => {
      const creatorId = personOf(actor)
      const live = await decideGate(atNow(), { creatorId, capability: 'live' })
      const showcase = await decideGate(atNow(), { creatorId, capability: 'showcase' })
      const giveaway = await decideGate(atNow(), { creatorId, capability: 'giveaway' })
      const gated = await decideGate(atNow(), { creatorId, capability: 'gated' })
      return done({ gates: [live, showcase, giveaway, gated].map(shownGate) })
    }),

    route(contract.listGateRules, async () => {
      const [rules, categories] = await Promise.all([
        listGateRuleRows(db, versionsShownMax),
        listGatedCategoryRows(db, versionsShownMax),
      ])
      return done({
        now: app.clock.now().toString(),
        rules: rules.map((rule) => ({ ...rule, effectiveFrom: rule.effectiveFrom.toString() })),
        categories: categories.map((each) => ({ ...each, effectiveFrom: each.effectiveFrom.toString() })),
      })
    }),

    route(contract.announceGateRule, ({ actor, body: { inDays, ...rule } }) =>
      inTransaction(app, actor, async (tx) =>
        // Measures close a gate whatever else it asks for: that is what they are.
        done(await setGateRule(tx, { ...rule, restrictionsMax: 0, effectiveFrom: inDaysFrom(tx.now, inDays) })),
      ),
    ),

    route(contract.gateCategory, ({ actor, body }) =>
      inTransaction(app, actor, async (tx) => {
        if (!(await ask.isCategory(body.categoryCode))) return refuse('not_found')
        const { categoryCode, scoreMin, inDays } = body
        return done(await gateCategory(tx, { categoryCode, scoreMin, effectiveFrom: inDaysFrom(tx.now, inDays) }))
      }),
    ),

    route(contract.listCreators, async ({ query }) => {
      const { limit, q, cursor } = query
      const rows = await listRows(db, { after: positionIn(cursor), limit: limit + 1, q: q ?? null })
      const page = rows.slice(0, limit)
      const ids = page.map((creator) => creator.id)
      const at = atNow()
      const [followers, violations, gates] = await Promise.all([
        followersOf(db, ids),
        activeViolationsOf(db, ids, at.now),
        decideGates(at, { creatorIds: ids, capability: 'live' }),
      ])
      const last = page.at(-1)
      return done({
        items: page.map(({ id, handle, name, avatar }) => ({
          id,
          handle,
          name,
          avatar,
          followers: followers.get(id) ?? 0,
          activeViolations: violations.get(id) ?? 0,
          mayGoLive: gates.get(id)?.passed ?? false,
        })),
        next: rows.length > limit && last ? `${last.openedAt}~${last.id}` : null,
      })
    }),
  ]
}

function inDaysFrom(now: Temporal.Instant, days: number): Temporal.Instant {
  return now.add({ hours: 24 * days })
}

function shownGate({ creatorId: _, decidedAt, ...gate }: GateDecision) {
  return { ...gate, decidedAt: decidedAt.toString() }
}
