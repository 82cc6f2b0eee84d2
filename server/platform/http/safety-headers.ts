/** What every answer tells a browser to refuse: said once, for what is said never depends on the request. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'
import { assert } from '#platform/outcome'

const middleware = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      // The model that finds a face in the host's own picture is WebAssembly, from this origin.
      scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
      // Component kits and charts set inline styles; scripts stay strict.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      mediaSrc: ["'self'", 'blob:'],
      connectSrc: ["'self'", 'ws:', 'wss:'],
      workerSrc: ["'self'", 'blob:'],
      fontSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      frameAncestors: ["'none'"],
      formAction: ["'self'"],
    },
  },
  // Plain http on private addresses is how people try it; a proxy that ends TLS adds this header itself.
  strictTransportSecurity: false,
  crossOriginEmbedderPolicy: false,
  originAgentCluster: false,
})

/** The middleware makes the same policy anew for each request: 6 % of what an order by HTTP cost the server. */
export const safetyHeaders: Readonly<Record<string, string>> = headersOf()

/** For an answer from before the router, which is never a page. */
export const bareHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none';script-src 'none';object-src 'none';base-uri 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

function headersOf(): Record<string, string> {
  const headers: Record<string, string> = {}
  const answer = {
    setHeader(name: string, value: string) {
      headers[name.toLowerCase()] = value
    },
    removeHeader: () => undefined,
  }
  middleware({} as IncomingMessage, answer as unknown as ServerResponse, (error) =>
    assert(!error, 'the headers are made'),
  )
  return headers
}
