import * as contract from '#contract/people'
import type { App } from '#platform/app'
import { personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { findVerification, type Verification } from './store.ts'
import { type IdentityVerifier, sandboxVerifier } from './verifier.ts'
import { verifyPerson } from './verify-person.ts'

/** The verifier of this operator: the sandbox one, until a real one stands behind the same port; none in live mode. */
export function verifierOf(app: Pick<App, 'config'>): IdentityVerifier | null {
  return app.config.mode === 'live' ? null : sandboxVerifier
}

export function verificationRoutes(app: App, verifier: IdentityVerifier | null = verifierOf(app)): Route[] {
  return [
    route(contract.getMyVerification, async ({ actor }) => {
      return done({ verification: shown(await findVerification(app.database.db, personOf(actor))) })
    }),
    route(contract.verifyMe, async ({ actor, body }) => {
      if (verifier === null) return refuse('verifier_failed')
      const outcome = await verifyPerson(app, verifier, actor, { ...body, personId: personOf(actor) })
      return outcome.ok ? done({ verification: shown(outcome.value) }) : outcome
    }),
  ]
}

function shown(verification: Verification | null) {
  if (verification === null) return { state: 'none' as const, maskedName: null, reason: null, decidedAt: null }
  const { state, maskedName, reason, decidedAt } = verification
  return { state, maskedName, reason, decidedAt: decidedAt?.toString() ?? null }
}
