import { join } from 'node:path'
import type { EndpointShape } from '#contract/endpoint'
import { forwardMedia, forwardRtc, type MediaEngine } from '#live/media'
import type { App } from '#platform/app'
import {
  type HttpServer,
  openApiOf,
  serveApiDocument,
  serveApps,
  serveHealth,
  servePictures,
  serveRaw,
  serveRawWrites,
} from '#platform/http'

const webRoot = join(import.meta.dirname, '../../dist/web')

/** Which addresses each app answers; paths inside an app are its own affair. */
const apps = {
  'index.html': [
    '/',
    '/live',
    '/rooms/:id',
    '/notes',
    '/products/:id',
    '/orders',
    '/orders/:id',
    '/me',
    '/me/*',
    '/sign-in',
    '/top',
    '/setup',
    '/search',
    '/creators/:id',
    '/replays/:id',
  ],
  'studio.html': ['/studio', '/studio/*'],
  'console.html': ['/console', '/console/*'],
  'screen.html': ['/screen', '/screen/*'],
}

/** Everything on the one origin that is not an endpoint: pages, pictures, media, health, metrics, the API's document. */
export async function mountPages(
  http: HttpServer,
  app: App,
  parts: {
    endpoints: readonly EndpointShape[]
    version: string
    media: () => MediaEngine | null
    isReady: () => boolean
  },
): Promise<void> {
  serveHealth(http, app, parts.isReady)
  await serveApiDocument(http, openApiOf(parts.endpoints, parts.version), `${app.config.platformName} API`)
  serveRaw(http, '/media/*', (request, response) =>
    forwardMedia(parts.media() ?? { httpPort: null }, request, response),
  )
  await serveRawWrites(http, '/media/*', (request, response, asker) =>
    forwardRtc(parts.media() ?? { httpPort: null }, request, response, asker),
  )
  servePictures(http, app)
  if (!(await serveApps(http, webRoot, apps)))
    app.log.warn({ webRoot }, 'the pages are not built; only the API is served')
}
