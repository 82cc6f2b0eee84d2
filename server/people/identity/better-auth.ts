/**
 * better-auth, set up over our tables. It hashes passwords, judges them in the same time for known and unknown people,
 * and keeps sessions behind a signed cookie. Its own HTTP handler is not mounted.
 *
 * Only `engine.ts` imports this file, and when it is first needed: reading all of better-auth takes longer than starting
 * the rest of the server, and looking a session up needs none of it.
 */
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { betterAuth } from 'better-auth/minimal'
import type { App } from '#platform/app'
import { newId } from '#platform/ids'
import { engineAdapter } from './engine-adapter.ts'
import { cookieName, sessionLifeSeconds, sessionRenewSeconds } from './session-cookie.ts'

export { hashPassword } from 'better-auth/crypto'

/** What the engine's own endpoint takes, in the form that it asks of schemas. Only this file calls it. */
const personIdSchema = {
  '~standard': {
    version: 1 as const,
    vendor: 'hawker',
    validate: (value: unknown) => ({ value: value as { personId: string } }),
    types: undefined as { input: { personId: string }; output: { personId: string } } | undefined,
  },
}

export type BetterAuth = ReturnType<typeof startBetterAuth>

export function startBetterAuth(app: Pick<App, 'database' | 'secret'>) {
  return betterAuth({
    // Only its server functions are called; it wants an address all the same.
    baseURL: 'http://localhost',
    secret: app.secret,
    database: engineAdapter(app.database.db),
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
}

/** True when the engine says no, false when something broke. */
export function isRefusal(error: unknown): boolean {
  return error instanceof APIError && Number(error.statusCode) < 500
}
