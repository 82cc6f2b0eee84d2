/**
 * better-auth as an engine: it hashes passwords, judges them in the same time for known and unknown people, and keeps
 * sessions behind a signed cookie. Its own HTTP handler is not mounted; nobody outside this module knows it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { hashPassword } from 'better-auth/crypto'
import { betterAuth } from 'better-auth/minimal'
import { LRUCache } from 'lru-cache'
import type { Role } from '#contract/roles'
import type { App } from '#platform/app'
import { hashSecret, newId } from '#platform/ids'
import { engineAdapter } from './engine-adapter.ts'
import { findSession } from './store.ts'

export { hashPassword }

export const cookieName = 'hawker_session'
export const sessionLifeSeconds = 30 * 86_400
/** A session that is used is prolonged at most this often. */
export const sessionRenewSeconds = 86_400
/** A little under the two seconds that are promised, since loading takes a moment too. */
export const sessionCacheMs = 1_500
export const sessionsCachedMax = 50_000

export interface SignedIn {
  personId: string
  roles: readonly Role[]
}

type RequestHeaders = IncomingHttpHeaders | Record<string, string | string[] | undefined>

export interface Engine {
  /** Who is behind the cookie. Cached: somebody signed out elsewhere, or a role changed, is seen within two seconds. */
  authenticate(headers: RequestHeaders): Promise<SignedIn | null>
  /** Null when e-mail or password is wrong. */
  signIn(
    headers: RequestHeaders,
    given: { email: string; password: string },
  ): Promise<{ personId: string; cookies: string[] } | null>
  openSession(headers: RequestHeaders, personId: string): Promise<string[]>
  /** Prolongs the session when it is due; cookies to set, mostly none. */
  renew(headers: RequestHeaders): Promise<string[]>
  close(headers: RequestHeaders): Promise<string[]>
  /** After a change of roles: this process sees it at once, the others when their cache runs out. */
  forgetAll(): void
}

/** What the engine's own endpoint takes, in the form that it asks of schemas. Only this file calls it. */
const personIdSchema = {
  '~standard': {
    version: 1 as const,
    vendor: 'hawker',
    validate: (value: unknown) => ({ value: value as { personId: string } }),
    types: undefined as { input: { personId: string }; output: { personId: string } } | undefined,
  },
}

type EngineApp = Pick<App, 'database' | 'secret'>

// One engine per database of this process, so that routes and the authenticator share a cache.
const engines = new WeakMap<object, Engine>()

export function engineOf(app: EngineApp): Engine {
  let engine = engines.get(app.database)
  if (engine === undefined) {
    engine = startEngine(app)
    engines.set(app.database, engine)
  }
  return engine
}

function startEngine(app: EngineApp): Engine {
  const { db } = app.database
  const auth = betterAuth({
    // Only its server functions are called; it wants an address all the same.
    baseURL: 'http://localhost',
    secret: app.secret,
    database: engineAdapter(db),
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: true, autoSignIn: true, minPasswordLength: 10, maxPasswordLength: 200 },
    user: {
      modelName: 'persons',
      fields: { emailVerified: 'email_verified', image: 'avatar', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    account: {
      modelName: 'credentials',
      fields: {
        userId: 'person_id',
        providerId: 'provider',
        accountId: 'account',
        password: 'password_hash',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    session: {
      modelName: 'sessions',
      fields: {
        userId: 'person_id',
        token: 'token_hash',
        expiresAt: 'expires_at',
        ipAddress: 'address',
        userAgent: 'agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      expiresIn: sessionLifeSeconds,
      updateAge: sessionRenewSeconds,
    },
    advanced: {
      // Whether the way is secure is known per request, see `cookiesOf`.
      useSecureCookies: false,
      database: { generateId: () => newId() },
      cookies: { session_token: { name: cookieName, attributes: { httpOnly: true, sameSite: 'lax', path: '/' } } },
    },
    plugins: [
      {
        id: 'hawker',
        endpoints: {
          openSession: createAuthEndpoint.serverOnly({ method: 'POST', body: personIdSchema }, async (ctx) => {
            const { personId } = ctx.body
            const user = await ctx.context.internalAdapter.findUserById(personId)
            if (user === null) throw new Error('A session is opened for a person who is there.')
            const session = await ctx.context.internalAdapter.createSession(personId)
            await setSessionCookie(ctx, { session, user })
            return ctx.json({ opened: true })
          }),
        },
      },
    ],
  })

  const cache = new LRUCache<string, Promise<SignedIn | null>>({ max: sessionsCachedMax, ttl: sessionCacheMs })

  function load(tokenHash: string): Promise<SignedIn | null> {
    const known = cache.get(tokenHash)
    if (known !== undefined) return known
    // The promise is kept, so that a burst of requests of one person asks the database once.
    const loading = findSession(db, tokenHash)
    cache.set(tokenHash, loading)
    loading.catch(() => cache.delete(tokenHash))
    return loading
  }

  return {
    async authenticate(headers) {
      const token = tokenIn(headers, app.secret)
      return token === null ? null : load(hashSecret(token))
    },
    async signIn(headers, given) {
      try {
        const answer = await auth.api.signInEmail({ body: given, headers: headersOf(headers), returnHeaders: true })
        return { personId: answer.response.user.id, cookies: cookiesOf(answer.headers, headers) }
      } catch (error) {
        if (error instanceof APIError && Number(error.statusCode) < 500) return null
        throw error
      }
    },
    async openSession(headers, personId) {
      const answer = await auth.api.openSession({
        body: { personId },
        headers: headersOf(headers),
        returnHeaders: true,
      })
      return cookiesOf(answer.headers, headers)
    },
    async renew(headers) {
      if (cookieIn(headers) === null) return []
      const answer = await auth.api.getSession({ headers: headersOf(headers), returnHeaders: true })
      return cookiesOf(answer.headers, headers)
    },
    async close(headers) {
      const answer = await auth.api.signOut({ headers: headersOf(headers), returnHeaders: true })
      const token = tokenIn(headers, app.secret)
      if (token !== null) cache.delete(hashSecret(token))
      return cookiesOf(answer.headers, headers)
    },
    // Changes of roles are rare and loading is cheap, so everybody is loaded anew.
    forgetAll: () => cache.clear(),
  }
}

/** Only what the engine needs: the cookie, and what it notes beside a session. */
function headersOf(headers: RequestHeaders): Headers {
  const passed = new Headers()
  for (const name of ['cookie', 'user-agent']) {
    const value = headers[name]
    if (typeof value === 'string') passed.set(name, value.slice(0, 8_000))
  }
  return passed
}

/** The engine's cookies that are ours, marked `Secure` when the request came over https (a proxy in front says so). */
function cookiesOf(answer: Headers, request: RequestHeaders): string[] {
  const secure =
    String(request['x-forwarded-proto'] ?? '')
      .split(',')[0]
      ?.trim() === 'https'
  return answer
    .getSetCookie()
    .filter((cookie) => cookie.startsWith(`${cookieName}=`))
    .map((cookie) => (secure ? `${cookie}; Secure` : cookie))
}

function cookieIn(headers: RequestHeaders): string | null {
  const header = headers['cookie']
  if (typeof header !== 'string') return null
  for (const part of header.split(';')) {
    const trimmed = part.trim()
    if (trimmed.startsWith(`${cookieName}=`)) return trimmed.slice(cookieName.length + 1)
  }
  return null
}

/** The session token, when its signature is ours: a made-up cookie never reaches the database. */
function tokenIn(headers: RequestHeaders, secret: string): string | null {
  const cookie = cookieIn(headers)
  if (cookie === null || cookie.length > 500) return null
  let value: string
  try {
    value = decodeURIComponent(cookie)
  } catch {
    return null
  }
  const dot = value.lastIndexOf('.')
  if (dot < 1) return null
  const token = value.slice(0, dot)
  const given = Buffer.from(value.slice(dot + 1), 'base64')
  const wanted = createHmac('sha256', secret).update(token).digest()
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? token : null
}
