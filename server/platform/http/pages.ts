import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import fastifyStatic from '@fastify/static'
import scalar from '@scalar/fastify-api-reference'
import { sql } from 'kysely'
import type { App } from '#platform/app'
import { problemOf } from './problem.ts'
import { type HttpServer, sendProblem } from './server.ts'

/** Liveness needs nothing; readiness needs the database and a server that is not stopping. Metrics may ask for a token. */
export function serveHealth(
  http: HttpServer,
  app: Pick<App, 'database' | 'metrics' | 'config'>,
  isReady: () => boolean,
): void {
  http.get('/health/live', async () => ({ status: 'live' }))
  http.get('/health/ready', async (request, reply) => {
    const isAlive =
      isReady() &&
      (await sql`select 1`.execute(app.database.db).then(
        () => true,
        () => false,
      ))
    if (isAlive) return { status: 'ready' }
    return sendProblem(reply, problemOf({ status: 503, code: 'not_ready', requestId: request.id }))
  })
  http.get('/metrics', async (request, reply) => {
    const { metricsToken } = app.config
    if (metricsToken !== undefined && request.headers.authorization !== `Bearer ${metricsToken}`) {
      return sendProblem(reply, problemOf({ status: 401, code: 'sign_in_needed', requestId: request.id }))
    }
    return reply.type(app.metrics.registry.contentType).send(await app.metrics.registry.metrics())
  })
}

/** The API's document, and pages to read it. */
export async function serveApiDocument(http: HttpServer, document: object, title: string): Promise<void> {
  http.get('/api/openapi.json', async () => document)
  await http.register(async (docs) => {
    // The reference page sets its state in an inline script; nowhere else are those allowed.
    docs.addHook('onSend', async (_request, reply) => {
      const policy = reply.getHeader('content-security-policy')
      if (typeof policy === 'string')
        reply.header(
          'content-security-policy',
          policy.replace("script-src 'self'", "script-src 'self' 'unsafe-inline' 'unsafe-eval'"),
        )
    })
    await docs.register(scalar, {
      routePrefix: '/api/docs',
      configuration: {
        url: '/api/openapi.json',
        title,
        // Nothing here talks to anybody else's servers, or sells anything.
        withDefaultFonts: false,
        telemetry: false,
        showDeveloperTools: 'never',
        hideClientButton: true,
        agent: { disabled: true },
        mcp: { disabled: true },
      },
    } as never)
  })
}

/** Hands a GET below `path` to a handler that writes the response itself. */
export function serveRaw(
  http: HttpServer,
  path: string,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  http.get(path, (request, reply) => {
    reply.hijack()
    handle(request.raw, reply.raw)
  })
}

/** The same for what is written: bodies of any kind are left unread, for the handler to take or to pass on. */
export async function serveRawWrites(
  http: HttpServer,
  path: string,
  handle: (request: IncomingMessage, response: ServerResponse, asker: string) => void,
): Promise<void> {
  await http.register(async (raw) => {
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    raw.route({
      method: ['POST', 'DELETE', 'PATCH'],
      url: path,
      handler: (request, reply) => {
        reply.hijack()
        handle(request.raw, reply.raw, request.ip)
      },
    })
  })
}

// No part of a key begins with a dot, so none climbs out of its folder.
const pictureKey = /^(?:[a-z0-9_-][a-z0-9._-]{0,99}\/){0,3}[a-z0-9_-][a-z0-9._-]{0,99}\.(webp|png|jpg)$/

/** Pictures from the storage, by key. */
export function servePictures(http: HttpServer, app: Pick<App, 'storage'>): void {
  http.get<{ Params: { '*': string } }>('/pictures/*', async (request, reply) => {
    const key = request.params['*']
    const [, kind] = pictureKey.exec(key) ?? []
    const file = kind === undefined ? null : await app.storage.open(`pictures/${key}`)
    if (file === null) return reply.callNotFound()
    // What people bring is named by what it is: it never changes.
    const isNamedByItself = key.startsWith('uploads/')
    reply
      .header('cache-control', isNamedByItself ? 'public, max-age=31536000, immutable' : 'public, max-age=86400')
      .header('content-length', file.bytes)
    return reply.type(kind === 'jpg' ? 'image/jpeg' : `image/${kind}`).send(file.stream)
  })
}

/** The bundled apps: each is one page with routes of its own, and hashed files that never change. False: nothing is built. */
export async function serveApps(
  http: HttpServer,
  root: string,
  pages: Readonly<Record<string, readonly string[]>>,
): Promise<boolean> {
  if (!existsSync(root)) return false
  await http.register(fastifyStatic, {
    root,
    wildcard: false,
    index: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  for (const [page, urls] of Object.entries(pages)) {
    for (const url of urls) http.get(url, (_request, reply) => reply.sendFile(page))
  }
  return true
}
