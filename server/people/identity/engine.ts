/**
 * The sessions of this process: a cache in front of one query. better-auth is the engine behind sign-in and is loaded when
 * somebody first signs in; nobody outside this module knows it.
 */
import { LRUCache } from 'lru-cache'
import type { Role } from '#contract/roles'
import type { App } from '#platform/app'
import { hashSecret } from '#platform/ids'
import type { BetterAuth } from './better-auth.ts'
import {
  cookieIn,
  cookiesOf,
  headersOf,
  type RequestHeaders,
  sessionLifeSeconds,
  sessionRenewSeconds,
  tokenIn,
} from './session-cookie.ts'
import { type FoundSession, findSessions } from './store.ts'

/** A little under the two seconds that are promised, since loading takes a moment too. */
export const sessionCacheMs = 1_500
export const sessionsCachedMax = 50_000
const sessionsPerLookMax = 1_000

export interface SignedIn {
  personId: string
  roles: readonly Role[]
}

type Session = SignedIn & { renewalDue: boolean }

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
  /** Loads what signing in needs, so that the first who does so need not wait. */
  warmUp(): Promise<void>
  /** After a change of roles: this process sees it at once, the others when their cache runs out. */
  forgetAll(): void
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

const loadBetterAuth = () => import('./better-auth.ts')

/** Slow on purpose, so it is called before a transaction, not in it. */
export async function hashPassword(password: string): Promise<string> {
  return (await loadBetterAuth()).hashPassword(password)
}

function startEngine(app: EngineApp): Engine {
  const { db } = app.database
  let started: Promise<BetterAuth> | undefined
  const betterAuth = () => {
    started ??= loadBetterAuth().then((module) => module.startBetterAuth(app))
    return started
  }

  const cache = new LRUCache<string, Promise<Session | null>>({ max: sessionsCachedMax, ttl: sessionCacheMs })

  let gathering: { hashes: string[]; found: Promise<Map<string, FoundSession>> } | null = null
  let lastLook: Promise<unknown> = Promise.resolve()

  /** One query at a time for all who wait: when thousands come in a second, they are some dozen queries and not thousands. */
  function look(tokenHash: string): Promise<FoundSession | null> {
    if (gathering === null || gathering.hashes.length >= sessionsPerLookMax) {
      const hashes: string[] = []
      const own = {
        hashes,
        found: lastLook.then(() => {
          if (gathering === own) gathering = null
          return findSessions(db, hashes, sessionLifeSeconds - sessionRenewSeconds)
        }),
      }
      lastLook = own.found.catch(() => undefined)
      gathering = own
    }
    gathering.hashes.push(tokenHash)
    return gathering.found.then((sessions) => sessions.get(tokenHash) ?? null)
  }

  /** Kept under a hash of the whole cookie, so that what is in the cache need not be verified again. */
  function load(cookie: string): Promise<Session | null> | null {
    const key = hashSecret(cookie)
    const known = cache.get(key)
    if (known !== undefined) return known
    const token = tokenIn(cookie, app.secret)
    if (token === null) return null
    // The promise is kept, so that a burst of requests of one person asks the database once.
    const loading = look(hashSecret(token))
    cache.set(key, loading)
    loading.catch(() => cache.delete(key))
    return loading
  }

  return {
    async authenticate(headers) {
      const cookie = cookieIn(headers)
      return cookie === null ? null : load(cookie)
    },
    async signIn(headers, given) {
      try {
        const answer = await (await betterAuth()).api.signInEmail({
          body: given,
          headers: headersOf(headers),
          returnHeaders: true,
        })
        return { personId: answer.response.user.id, cookies: cookiesOf(answer.headers, headers) }
      } catch (error) {
        if ((await loadBetterAuth()).isRefusal(error)) return null
        throw error
      }
    },
    async openSession(headers, personId) {
      const answer = await (await betterAuth()).api.openSession({
        body: { personId },
        headers: headersOf(headers),
        returnHeaders: true,
      })
      return cookiesOf(answer.headers, headers)
    },
    async renew(headers) {
      const cookie = cookieIn(headers)
      const session = cookie === null ? null : await load(cookie)
      if (cookie === null || !session?.renewalDue) return []
      const answer = await (await betterAuth()).api.getSession({ headers: headersOf(headers), returnHeaders: true })
      cache.delete(hashSecret(cookie))
      return cookiesOf(answer.headers, headers)
    },
    async close(headers) {
      const answer = await (await betterAuth()).api.signOut({ headers: headersOf(headers), returnHeaders: true })
      const cookie = cookieIn(headers)
      if (cookie !== null) cache.delete(hashSecret(cookie))
      return cookiesOf(answer.headers, headers)
    },
    warmUp: async () => void (await betterAuth()),
    // Changes of roles are rare and loading is cheap, so everybody is loaded anew.
    forgetAll: () => cache.clear(),
  }
}
