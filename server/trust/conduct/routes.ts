import * as contract from '#contract/trust'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { positionIn, type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { decideAppeal, fileAppeal } from './appeal.ts'
import { evidenceKeyOf, evidencePerPersonMax, isPicture, pictureTypeOf } from './evidence.ts'
import { actorId, closeViolation, recordViolation } from './record-violation.ts'
import { publishRule } from './rulebook.ts'
import { scoresOf } from './settle-standing.ts'
import { shownAppeal, shownMeasure, shownRule, shownViolations } from './shown.ts'
import { marks, scoreMax, scoreStart } from './standing.ts'
import {
  appealsOf,
  appealsPage,
  countEvidence,
  findAppeal,
  insertEvidence,
  listRecords,
  loadMeasures,
  loadRules,
  loadStanding,
  recordsByIds,
  sumEarned,
} from './store.ts'

export const myViolationsMax = 100

/** This area calls nobody, so whoever composes the server says who is a creator. */
export function conductRoutes(
  app: Pick<App, 'database' | 'clock' | 'storage'>,
  ask: { isCreator: (creatorId: string) => Promise<boolean> },
): Route[] {
  const { db } = app.database
  const shown = async (violations: Parameters<typeof shownViolations>[0]) => {
    const [rules, appeals] = await Promise.all([
      loadRules(db),
      appealsOf(
        db,
        violations.map((violation) => violation.id),
      ),
    ])
    return shownViolations(violations, { rules, appeals, at: app.clock.now() })
  }
  const shownOne = async (violation: Parameters<typeof shownViolations>[0][number]) => {
    const [one] = await shown([violation])
    return one === undefined ? refuse('not_found') : done({ violation: one })
  }
  return [
    route(contract.listMyViolations, async ({ actor }) => {
      const mine = await listRecords(db, { creatorId: personOf(actor), after: null, limit: myViolationsMax })
      return done({ violations: await shown(mine) })
    }),

    route(contract.listViolations, async ({ query }) => {
      const { limit, cursor, creatorId } = query
      const after = positionIn(cursor)
      const found = await listRecords(db, { creatorId: creatorId ?? null, after, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return done({
        items: await shown(page),
        next: found.length > limit && last ? `${last.recordedAt}~${last.id}` : null,
      })
    }),

    route(contract.recordViolation, async ({ actor, body }) => {
      if (!(await ask.isCreator(body.creatorId))) return refuse('not_found')
      const { moment, ...wish } = body
      const recorded = await inTransaction(app, actor, (tx) => recordViolation(tx, { ...wish, ...moment }))
      return recorded.ok ? shownOne(recorded.value) : recorded
    }),

    route(contract.closeViolation, async ({ actor, params, body }) => {
      const closed = await inTransaction(app, actor, (tx) => closeViolation(tx, { id: params.id, reason: body.reason }))
      return closed.ok ? shownOne(closed.value) : closed
    }),

    route(contract.getMyStanding, async ({ actor }) => {
      const creatorId = personOf(actor)
      const at = app.clock.now()
      const [scores, earned, standing, measures] = await Promise.all([
        scoresOf(db, [creatorId], at),
        sumEarned(db, [creatorId], at),
        loadStanding(db, [creatorId], at),
        loadMeasures(db, [creatorId]),
      ])
      return done({
        score: scores.get(creatorId) ?? scoreStart,
        start: scoreStart,
        max: scoreMax,
        earned: earned.get(creatorId) ?? 0,
        weighs: standing.get(creatorId)?.points ?? 0,
        marks: marks.map((mark) => ({ ...mark, restricts: [...mark.restricts] })),
        measures: measures.map((measure) => shownMeasure(measure, at)),
      })
    }),

    route(contract.addEvidence, async ({ actor, params, body }) => {
      const creatorId = personOf(actor)
      const bytes = Buffer.from(body.base64, 'base64')
      if (!isPicture(bytes)) return refuse('unknown_picture_type')
      // Written first: a row without its file would be a promise that nobody can keep.
      if ((await countEvidence(db, creatorId)) >= evidencePerPersonMax) return refuse('too_many_files')
      await app.storage.put(evidenceKeyOf(creatorId, params.id), bytes)
      await inTransaction(app, actor, async (tx) => {
        await insertEvidence(tx, { id: params.id, creatorId })
        return done(null)
      })
      return done({})
    }),

    route(contract.getEvidence, async ({ actor, params }) => {
      const appeal = await findAppeal(db, params.id)
      const isMine = actor.kind === 'person' && appeal?.creatorId === actor.personId
      const decides = actor.kind === 'person' && actor.role !== 'creator'
      if (appeal === null || !(isMine || decides) || !appeal.files.includes(params.fileId)) return refuse('not_found')
      const bytes = await app.storage.get(evidenceKeyOf(appeal.creatorId, params.fileId))
      if (bytes === null) return refuse('not_found')
      return done({ name: `${params.fileId}.${pictureTypeOf(bytes) ?? 'bin'}`, bytes })
    }),

    route(contract.fileAppeal, async ({ actor, params, body }) => {
      const filed = await inTransaction(app, actor, (tx) =>
        fileAppeal(tx, {
          id: body.id,
          violationId: params.id,
          creatorId: personOf(actor),
          text: body.text,
          sessionId: body.moment?.sessionId ?? null,
          atSecond: body.moment?.atSecond ?? null,
          files: body.files,
        }),
      )
      return filed.ok ? done({ appeal: shownAppeal(filed.value) }) : filed
    }),

    route(contract.listAppeals, async ({ query }) => {
      const { limit, state } = query
      const found = await appealsPage(db, {
        open: state === 'open',
        before: positionIn(query.cursor),
        limit: limit + 1,
      })
      const page = found.slice(0, limit)
      const violations = await shown(
        await recordsByIds(
          db,
          page.map((appeal) => appeal.violationId),
        ),
      )
      const byId = new Map(violations.map((violation) => [violation.id, violation]))
      const last = page.at(-1)
      return done({
        items: page.flatMap((appeal) => {
          const violation = byId.get(appeal.violationId)
          return violation === undefined ? [] : [{ appeal: shownAppeal(appeal), violation }]
        }),
        next: found.length > limit && last ? `${last.filedAt}~${last.id}` : null,
      })
    }),

    route(contract.decideAppeal, async ({ actor, params, body }) => {
      const decided = await inTransaction(app, actor, (tx) => decideAppeal(tx, { id: params.id, ...body }))
      return decided.ok ? done({ appeal: shownAppeal(decided.value) }) : decided
    }),

    route(contract.listRules, async () => {
      const at = app.clock.now()
      const rules = await loadRules(db)
      return done({ rules: rules.map((rule) => shownRule(rule, rules, at)) })
    }),

    route(contract.publishRule, async ({ actor, params, body }) => {
      if (body.pointsMinor > body.pointsSerious || body.pointsSerious > body.pointsSevere) {
        return refuse('points_not_rising')
      }
      const effectiveFrom = Temporal.Instant.from(body.effectiveFrom)
      return inTransaction(app, actor, (tx) =>
        publishRule(tx, { ...body, rule: params.rule, effectiveFrom }, actorId(tx)),
      )
    }),
  ]
}
