import type { BodyOf, EndpointShape, ParamsOf, QueryOf, RefusalOf, ReplyOf } from '#contract/endpoint'
import type { Actor } from '#platform/database'
import type { Outcome } from '#platform/outcome'

export interface RouteRequest<E> {
  actor: Actor
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  /** The client's address and headers, for limits and session cookies. */
  address: string
  headers: Record<string, string | string[] | undefined>
  /** Adds a header to the reply (cookies, file names). */
  setHeader(name: string, value: string | string[]): void
}

/** A file answer: for endpoints that declare `file`. */
export interface FileReply {
  bytes: Buffer
  name: string
}

type Answer<E> = E extends { file: string } ? FileReply : ReplyOf<E>

export interface Route {
  endpoint: EndpointShape
  handle: (request: RouteRequest<never>) => Promise<Outcome<unknown>>
}

/** Binds an endpoint to what answers it; types follow from the endpoint. */
export function route<const E extends EndpointShape>(
  endpoint: E,
  handle: (request: RouteRequest<E>) => Promise<Outcome<Answer<E>, RefusalOf<E> | 'not_found'>>,
): Route {
  return { endpoint, handle: handle as unknown as Route['handle'] }
}
