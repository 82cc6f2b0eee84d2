import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { EndpointShape } from '#contract/endpoint'
import { operatorRoles, type Role, roles } from '#contract/roles'
import type { App } from '#platform/app'
import { type Actor, first, transact } from '#platform/database'
import { newId } from '#platform/ids'
import type { Outcome } from '#platform/outcome'
import { limiter } from './limiter.ts'
import { schemaOf } from './openapi.ts'
import { errorsOf, type Problem, problemOf, unstorableError } from './problem.ts'
import type { FileReply, Route } from './route.ts'
import { bareHeaders, safetyHeaders } from './safety-headers.ts'
import { unstorablePathIn } from './storable.ts'

/** Answers who is behind a request, from its cookie; null when signed out. Given by the composition. */
export type Authenticate = (
  headers: IncomingMessage['headers'],
) => Promise<{ personId: string; roles: readonly Role[] } | null>

export type HttpServer = FastifyInstance

export const bodyBytesMax = 256 * 1024
export const requestTimeoutMs = 20_000
/** When somebody who was refused for the buyers' sake may come back. */
export const overloadedRetryMs = 2_000

/** Builds the server with everything that holds for all routes; does not listen. */
export async function buildHttp(
  app: Pick<App, 'config' | 'log' | 'database' | 'metrics' | 'clock'>,
  options: {
    authenticate: Authenticate
    routes: readonly Route[]
    isOverloaded?: () => boolean
    mount?: (http: HttpServer) => Promise<void> | void
  },
): Promise<HttpServer> {
  const http = Fastify({
    loggerInstance: app.log as never,
    genReqId: () => newId(),
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 15_000,
    logController: new Fastify.LogController({ disableRequestLogging: true }),
    trustProxy: 'loopback',
    // What the router cannot read never reaches the error handler below; it is answered like everything else.
    frameworkErrors: (error, request, reply) => {
      // Nor has it passed what gives every other answer its headers.
      void (reply as unknown as FastifyReply).headers(bareHeaders)
      const isTooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH'
      const [status, code] = isTooLong ? ([404, 'not_found'] as const) : ([400, 'bad_input'] as const)
      sendProblem(reply as unknown as FastifyReply, problemOf({ status, code, requestId: String(request.id) }))
    },
    routerOptions: { maxParamLength: 200, caseSensitive: true, ignoreTrailingSlash: true },
  }) as unknown as HttpServer
  const seconds = app.metrics.histogram('http_seconds', 'How long requests took.', ['endpoint', 'status'])

  await http.register(cookie)
  await http.register(compress, {
    global: true,
    threshold: 1_024,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { 1: 4 } },
  })

  http.setErrorHandler((error, request, reply) =>
    sendFault(app, error as Error & { statusCode?: number; code?: string }, request, reply),
  )
  http.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problemOf({ status: 404, code: 'not_found', requestId: request.id })),
  )
  http.addHook('onRequest', async (request, reply) => {
    reply.headers(safetyHeaders).header('x-request-id', request.id)
    // A page of another origin must not act with this origin's cookie; SameSite=Lax is the second line of defence.
    if (request.method !== 'GET' && request.method !== 'HEAD' && !sameOrigin(request)) {
      return sendProblem(reply, problemOf({ status: 403, code: 'foreign_origin', requestId: request.id }))
    }
    return undefined
  })

  const limits = limiter()
  const seen = new Set<string>()
  for (const { endpoint, handle } of options.routes) {
    if (!isPolicy(endpoint.who)) throw new Error(`${endpoint.id} has no policy: say who may call it.`)
    if (seen.has(endpoint.id)) throw new Error(`${endpoint.id} is bound twice.`)
    seen.add(endpoint.id)
    const status = endpoint.status ?? 200
    const bind = (on: HttpServer) =>
      on.route({
        method: endpoint.method,
        url: endpoint.path,
        ...(endpoint.bytesMax === undefined ? {} : { bodyLimit: endpoint.bytesMax }),
        ...(endpoint.file ? {} : { schema: { response: { [status]: schemaOf(endpoint.reply, 'output') } } }),
        handler: async (request, reply) => {
          const endTimer = seconds.startTimer({ endpoint: endpoint.id })
          try {
            if (endpoint.yieldsToBuyers && options.isOverloaded?.()) return await sendOverloaded(reply, request.id)
            return await answer({ app, endpoint, handle, limits, authenticate: options.authenticate }, request, reply)
          } finally {
            endTimer({ status: String(reply.statusCode) })
          }
        },
      })
    if (endpoint.raw) await http.register(async (scope) => void bind(takingBytes(scope as never)))
    else bind(http)
  }
  await options.mount?.(http)
  return http
}

/** Within this scope a body of any type is the bytes that came: a signature is over those, and not over what they mean. */
function takingBytes(scope: HttpServer): HttpServer {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  return scope
}

/** Before anything is asked or read: a refusal must cost next to nothing. */
function sendOverloaded(reply: FastifyReply, requestId: string): FastifyReply {
  reply.header('retry-after', String(overloadedRetryMs / 1_000))
  const params = { retryAfterMs: overloadedRetryMs }
  return sendProblem(reply, problemOf({ status: 503, code: 'overloaded', requestId, params }))
}

interface Bound {
  app: Pick<App, 'config' | 'log' | 'database' | 'clock'>
  endpoint: EndpointShape
  handle: Route['handle']
  limits: ReturnType<typeof limiter>
  authenticate: Authenticate
}

async function answer(bound: Bound, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { app, endpoint } = bound
  const requestId = request.id
  const refuse = (
    status: number,
    code: string,
    more: { params?: Problem['params']; errors?: Problem['errors']; detail?: string } = {},
  ) => sendProblem(reply, problemOf({ status, code, requestId, ...more }))

  const person = await bound.authenticate(request.headers)
  const actor = actorOf(endpoint, person, request.headers['hawker-role'], requestId)
  if (actor === 'signed_out') return refuse(401, 'sign_in_needed')
  if (actor === 'other_role') return refuse(403, 'role_not_admitted')

  const input: Record<'params' | 'query' | 'body', unknown> = { params: undefined, query: undefined, body: undefined }
  for (const where of ['params', 'query', 'body'] as const) {
    if (where === 'body' && endpoint.raw) {
      input.body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      continue
    }
    const schema = endpoint[where]
    const given = where === 'body' ? (request.body ?? undefined) : request[where]
    if (schema === undefined) {
      const stray = Object.keys((given as object | undefined) ?? {})
      if (where !== 'params' && stray.length > 0) {
        return refuse(400, 'bad_input', {
          errors: stray.slice(0, 20).map((key) => ({
            pointer: `/${where}/${key}`,
            code: 'unknown_field',
            detail: 'This field is not known here.',
          })),
        })
      }
      continue
    }
    const parsed = schema.safeParse(given)
    if (!parsed.success) {
      // An id of the wrong form names nothing: it looks like any other missing thing.
      if (where === 'params') return refuse(404, 'not_found')
      return refuse(400, 'bad_input', { errors: errorsOf(where, parsed.error) })
    }
    const unstorable = unstorablePathIn(parsed.data)
    if (unstorable !== null) {
      if (where === 'params') return refuse(404, 'not_found')
      return refuse(400, 'bad_input', { errors: [unstorableError([where, ...unstorable])] })
    }
    input[where] = parsed.data
  }

  // After the schema: who mistypes a number has not used up one of his tries.
  if (endpoint.limit) {
    const caller = endpoint.limit.per === 'person' && actor.kind === 'person' ? actor.personId : request.ip
    const waitMs = bound.limits.take(`${endpoint.id} ${caller}`, endpoint.limit, app.clock.nowMs())
    if (waitMs !== null) {
      reply.header('retry-after', String(Math.ceil(waitMs / 1_000)))
      return refuse(429, 'too_many_requests', { params: { retryAfterMs: waitMs } })
    }
  }

  const run = (): Promise<Outcome<unknown>> =>
    bound.handle({
      actor,
      params: input.params as never,
      query: input.query as never,
      body: input.body as never,
      address: request.ip,
      headers: request.headers,
      setHeader: (name, value) => void reply.header(name, value),
    })

  if (endpoint.idempotent) {
    const key = request.headers['idempotency-key']
    if (typeof key !== 'string' || key.length < 8 || key.length > 100) {
      return refuse(400, 'bad_input', {
        errors: [
          {
            pointer: '/headers/idempotency-key',
            code: 'required',
            detail: 'A key of 8 to 100 characters, new for each intent.',
          },
        ],
      })
    }
    return answerOnce(bound, { key, actor, input, run }, request, reply)
  }
  const outcome = await run()
  if (outcome.ok) await trail(app, endpoint, actor, requestId, input, 'done')
  return sendOutcome(endpoint, outcome, request, reply)
}

/** The first to bring a key runs; a repetition gets its answer; another body under the same key is refused. */
async function answerOnce(
  bound: Bound,
  once: { key: string; actor: Actor; input: Record<string, unknown>; run: () => Promise<Outcome<unknown>> },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { app, endpoint } = bound
  const owner = once.actor.kind === 'person' ? once.actor.personId : `address ${request.ip}`
  const requestHash = createHash('sha256')
    .update(JSON.stringify([endpoint.id, once.input]))
    .digest('hex')
  const now = app.clock.now().toString()
  const claimed = await transact(app, async (tx) => {
    const mine = await first(
      tx.db,
      // A claim without an answer belongs to nobody when its process has no connection left, or after a minute: the use
      // cases are idempotent by the asker's ids, so running again meets the same rows.
      sql<{
        key: string
      }>`insert into platform.idempotency_keys as k (person_id, key, endpoint, request_hash, at, process)
        values (${owner}, ${once.key}, ${endpoint.id}, ${requestHash}, ${now}, ${app.database.process})
        on conflict (person_id, key) do update set at = excluded.at, process = excluded.process
        where k.status is null and k.request_hash = excluded.request_hash and (
          k.at < excluded.at - interval '1 minute'
          or not exists (select 1 from pg_stat_activity a where a.application_name = k.process))
        returning key`,
    )
    if (mine !== null) return 'mine' as const
    return first(
      tx.db,
      sql<{ request_hash: string; status: number | null; reply: unknown }>`
        select request_hash, status, reply from platform.idempotency_keys where person_id = ${owner} and key = ${once.key}`,
    )
  })
  if (claimed !== 'mine') {
    if (claimed === null || claimed.request_hash !== requestHash) {
      return sendProblem(reply, problemOf({ status: 409, code: 'idempotency_key_reused', requestId: request.id }))
    }
    if (claimed.status === null) {
      reply.header('retry-after', '1')
      return sendProblem(reply, problemOf({ status: 409, code: 'request_in_progress', requestId: request.id }))
    }
    reply.header('idempotent-replayed', 'true')
    return sendOutcome(endpoint, claimed.reply as Outcome<unknown>, request, reply)
  }
  try {
    const outcome = await once.run()
    await sql`update platform.idempotency_keys set status = 200, reply = ${JSON.stringify(outcome)}::jsonb
      where person_id = ${owner} and key = ${once.key}`.execute(app.database.db)
    if (outcome.ok) await trail(app, endpoint, once.actor, request.id, once.input, 'done')
    return sendOutcome(endpoint, outcome, request, reply)
  } catch (error) {
    // Nothing is known to have happened: the same key may try again.
    await sql`delete from platform.idempotency_keys where person_id = ${owner} and key = ${once.key} and status is null`
      .execute(app.database.db)
      .catch(() => undefined)
    throw error
  }
}

function actorOf(
  endpoint: EndpointShape,
  person: { personId: string; roles: readonly Role[] } | null,
  wanted: string | string[] | undefined,
  requestId: string,
): Actor | 'signed_out' | 'other_role' {
  if (person === null) return endpoint.who === 'anyone' ? { kind: 'visitor', requestId } : 'signed_out'
  const acting = typeof wanted === 'string' && roles.includes(wanted as Role) ? (wanted as Role) : undefined
  if (acting !== undefined && !person.roles.includes(acting)) return 'other_role'
  const candidates = acting === undefined ? person.roles : [acting]
  const admitted =
    typeof endpoint.who === 'string' ? candidates[0] : candidates.find((role) => endpoint.who.includes(role))
  if (admitted === undefined) return endpoint.who === 'anyone' ? { kind: 'visitor', requestId } : 'other_role'
  return { kind: 'person', personId: person.personId, role: admitted, roles: person.roles, requestId }
}

function isPolicy(who: unknown): boolean {
  return (
    who === 'anyone' ||
    who === 'person' ||
    (Array.isArray(who) && who.length > 0 && who.every((role) => roles.includes(role)))
  )
}

function sendOutcome(
  endpoint: EndpointShape,
  outcome: Outcome<unknown>,
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  if (outcome.ok) {
    if (endpoint.file) {
      const file = outcome.value as FileReply
      reply.header('content-disposition', `inline; filename="${file.name}"`).type(endpoint.file)
      return reply.send(file.bytes)
    }
    return reply.code(endpoint.status ?? 200).send(outcome.value)
  }
  const status = outcome.code === 'not_found' ? 404 : endpoint.refusals?.[outcome.code]
  if (status === undefined)
    throw new Error(`${endpoint.id} refused with ${outcome.code}, which its contract does not declare.`)
  const retryAfterMs = outcome.params?.['retryAfterMs']
  if (typeof retryAfterMs === 'number')
    reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))))
  return sendProblem(reply, problemOf({ status, code: outcome.code, requestId: request.id, params: outcome.params }))
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem)
}

function sendFault(
  app: Pick<App, 'log'>,
  error: Error & { statusCode?: number; code?: string },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500) {
    // Fastify's own refusals: a body that is no JSON, too large, of an unknown type.
    const code = status === 413 ? 'body_too_large' : status === 415 ? 'unknown_content_type' : 'bad_input'
    return sendProblem(
      reply,
      problemOf({ status, code, requestId: request.id, errors: [{ pointer: '/body', code, detail: error.message }] }),
    )
  }
  app.log.error({ err: error, requestId: request.id, url: request.routeOptions.url }, 'a request failed')
  return sendProblem(reply, problemOf({ status: 500, code: 'fault', requestId: request.id }))
}

/** Writes what an operator changed; reads are not kept. Secrets in bodies are left out by name. */
async function trail(
  app: Pick<App, 'database' | 'clock'>,
  endpoint: EndpointShape,
  actor: Actor,
  requestId: string,
  input: Record<string, unknown>,
  outcome: string,
): Promise<void> {
  if (endpoint.method === 'GET' || actor.kind !== 'person' || !(operatorRoles as readonly Role[]).includes(actor.role))
    return
  const subject = JSON.stringify(input, (key, value) =>
    /password|secret|token|idNumber|base64|^key$|^code$/i.test(key) ? '[redacted]' : value,
  )
  await sql`insert into platform.audit_trail (id, at, person_id, role, endpoint, request_id, subject, outcome)
    values (${newId()}, ${app.clock.now().toString()}, ${actor.personId}, ${actor.role}, ${endpoint.id}, ${requestId}, ${subject}::jsonb, ${outcome})`.execute(
    app.database.db,
  )
}

/** True when the request comes from a page of this origin, or from a program (which sends no Origin). */
export function sameOrigin(request: { headers: IncomingMessage['headers'] }): boolean {
  const origin = request.headers.origin
  if (origin === undefined) return request.headers['sec-fetch-site'] !== 'cross-site'
  try {
    return new URL(origin).host === (request.headers['x-forwarded-host'] ?? request.headers.host)
  } catch {
    return false
  }
}
