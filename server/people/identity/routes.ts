import * as contract from '#contract/people'
import type { App } from '#platform/app'
import { inTransaction } from '#platform/database'
import { cursorOf, positionIn, type Route, route } from '#platform/http'
import { newId } from '#platform/ids'
import { done, refuse } from '#platform/outcome'
import { engineOf, hashPassword } from './engine.ts'
import { openFirstAdmin } from './first-admin.ts'
import { openHashed } from './open-person.ts'
import { takePasswordAttempt } from './password-attempts.ts'
import { meOf } from './person.ts'
import { codeResendAfterSeconds } from './phone-code.ts'
import { issueCode, redeemCode, type SendCode } from './phone-sign-in.ts'
import { grantRole, revokeRole } from './roles.ts'
import { findDemoPerson, findPerson, hasAdmin, listPersons, loadDemoLogins } from './store.ts'

interface Request {
  headers: Record<string, string | string[] | undefined>
  setHeader(name: string, value: string | string[]): void
}

/** `sendCode` is the operator's way to send texts; outside of live mode none is needed. */
export function identityRoutes(app: App, options: { sendCode?: SendCode } = {}): Route[] {
  const { database, config, clock } = app
  const { db } = database
  const engine = engineOf(app)
  let adminSeen = false

  // Who looks around signed out may sign in next.
  let warm = false
  function warmUpOnce(): void {
    if (warm) return
    warm = true
    engine.warmUp().catch((error: unknown) => app.log.error({ err: error }, 'signing in cannot be made ready'))
  }

  async function setupNeeded(): Promise<boolean> {
    // Once there is an administrator there is always one, so the question is asked no more.
    adminSeen ||= await hasAdmin(db)
    return !adminSeen
  }

  async function meAs(personId: string) {
    const person = await findPerson(db, personId)
    if (person === null) throw new Error('A session belongs to a person who is there.')
    return meOf(person)
  }

  function setCookies(request: Request, cookies: string[]): void {
    if (cookies.length > 0) request.setHeader('set-cookie', cookies)
  }

  async function signedIn(request: Request, personId: string) {
    setCookies(request, await engine.openSession(request.headers, personId))
    return done({ me: await meAs(personId) })
  }

  return [
    route(contract.getMe, async (request) => {
      const { actor } = request
      if (actor.kind === 'person') setCookies(request, await engine.renew(request.headers))
      else warmUpOnce()
      return done({
        me: actor.kind === 'person' ? await meAs(actor.personId) : null,
        platform: {
          name: config.platformName,
          mode: config.mode,
          currency: config.currency,
          timeZone: config.timeZone,
          now: clock.now().toString(),
          setupNeeded: await setupNeeded(),
        },
      })
    }),

    route(contract.signUp, async (request) => {
      const { email, password, name } = request.body
      const passwordHash = await hashPassword(password)
      const opened = await inTransaction(app, request.actor, (tx) =>
        openHashed(tx, { id: newId(), name, email, passwordHash, roles: ['buyer'] }),
      )
      return opened.ok ? signedIn(request, opened.value.personId) : refuse('email_taken')
    }),

    route(contract.signIn, async (request) => {
      const attempt = await takePasswordAttempt(app, request.body.email)
      if (!attempt.ok) return attempt
      const answer = await engine.signIn(request.headers, request.body)
      if (answer === null) return refuse('wrong_credentials')
      await attempt.value.wasRight()
      setCookies(request, answer.cookies)
      return done({ me: await meAs(answer.personId) })
    }),

    route(contract.requestPhoneCode, async (request) => {
      if (config.mode === 'live' && options.sendCode === undefined) return refuse('texts_not_sent_here')
      const { phone } = request.body
      const issued = await issueCode(app, { phone, address: request.address })
      if (!issued.ok) return issued
      const { code, expiresAt } = issued.value
      await options.sendCode?.({ phone, code })
      return done({
        expiresAt: expiresAt.toString(),
        resendAfterSeconds: codeResendAfterSeconds,
        ...(config.mode === 'live' ? {} : { sandboxCode: code }),
      })
    }),

    route(contract.signInByPhone, async (request) => {
      const redeemed = await redeemCode(app, request.body)
      return redeemed.ok ? signedIn(request, redeemed.value.personId) : redeemed
    }),

    route(contract.signOut, async (request) => {
      setCookies(request, await engine.close(request.headers))
      if (request.actor.kind === 'person') app.sockets.recheck(request.actor.personId)
      return done({})
    }),

    route(contract.setUpFirstAdmin, async (request) => {
      const { password, ...rest } = request.body
      const passwordHash = await hashPassword(password)
      const opened = await inTransaction(app, request.actor, (tx) =>
        openFirstAdmin(tx, { id: newId(), ...rest, passwordHash }),
      )
      return opened.ok ? signedIn(request, opened.value.personId) : opened
    }),

    route(contract.listDemoLogins, async () => {
      if (config.mode !== 'demo') return done({ logins: [] })
      const logins = await loadDemoLogins(db)
      return done({ logins: logins.map(({ personId: _, ...login }) => login) })
    }),

    route(contract.signInToDemo, async (request) => {
      if (config.mode !== 'demo') return refuse('not_in_demo_mode')
      const personId = await findDemoPerson(db, request.body.login)
      return personId === null ? refuse('not_found') : signedIn(request, personId)
    }),

    route(contract.listPeople, async ({ query }) => {
      const { limit, q, role, cursor } = query
      const people = await listPersons(db, {
        after: positionIn(cursor),
        limit: limit + 1,
        q: q ?? null,
        role: role ?? null,
      })
      const page = people.slice(0, limit)
      const last = page.at(-1)
      return done({
        items: page.map((person) => {
          const { avatar: _, ...shown } = meOf(person)
          return { ...shown, since: person.since.toString() }
        }),
        next: people.length > limit && last ? cursorOf(last.since, last.personId) : null,
      })
    }),

    route(contract.grantRole, async ({ actor, params }) => {
      const granted = await inTransaction(app, actor, (tx) => grantRole(tx, { personId: params.id, role: params.role }))
      engine.forgetAll()
      app.sockets.recheck(params.id)
      return granted
    }),

    route(contract.revokeRole, async ({ actor, params }) => {
      const revoked = await inTransaction(app, actor, (tx) =>
        revokeRole(tx, { personId: params.id, role: params.role }),
      )
      engine.forgetAll()
      app.sockets.recheck(params.id)
      return revoked
    }),
  ]
}
