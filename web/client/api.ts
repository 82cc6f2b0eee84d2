import createClient from 'openapi-fetch'
import type { paths } from './api.generated.ts'
import { newId } from './ids.ts'
import { Problem, problemFrom } from './problem.ts'

/**
 * The typed client; paths, bodies and replies come from `openapi.json`. One origin, so there is no address to configure.
 *
 *     const { product } = await must(api.GET('/api/v1/products/{id}', { params: { path: { id } } }))
 *     await must(api.POST('/api/v1/wallet/top-ups', { ...intent(id), body: { id, amountMinor } }))
 *     await must(api.POST('/api/v1/me/orders/{id}/confirmations', { params: { path: { id }, ...key(intentId) } }))
 */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? 'http://localhost',
  credentials: 'same-origin',
  // Looked up at each call, so that a test may stand in for the network.
  fetch: (request) => askedEarly(request) ?? globalThis.fetch(request),
})

/** What `before-paint.js` has asked for before this program was here, each taken once; older answers are asked for anew. */
function askedEarly({ method, url }: Request): Promise<Response> | undefined {
  const early = (globalThis as { hawkerEarly?: Record<string, Promise<Response>> }).hawkerEarly
  const { pathname, search } = new URL(url)
  const answer = early?.[pathname + search]
  if (early === undefined || answer === undefined || method !== 'GET' || performance.now() > earlyMsMax)
    return undefined
  delete early[pathname + search]
  return answer
}

/** Since the page began to load. */
const earlyMsMax = 10_000

interface Answer<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/** What was answered, or a thrown `Problem`. */
export async function must<Data>(request: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>
  try {
    answer = await request
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem({ code: 'offline' })
  }
  if (!answer.response.ok) throw problemFrom(answer.error, answer.response.status)
  return answer.data as Data
}

/** The header of an intent: the same key gets the same answer, however often the request is repeated. */
export function key(intentId: string = newId()): { header: { 'Idempotency-Key': string } } {
  return { header: { 'Idempotency-Key': intentId } }
}

/** As `key`, for endpoints without path parameters: spread it into the request. */
export function intent(intentId: string = newId()): { params: { header: { 'Idempotency-Key': string } } } {
  return { params: key(intentId) }
}
