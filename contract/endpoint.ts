/**
 * The form of everything that crosses the wire. An endpoint is a value: the server binds a handler to it, the API
 * document is made from it, the web's client is typed by it, and the authorisation matrix is generated from it.
 */
import { z } from 'zod'
import type { Role } from './roles.ts'

/** `anyone`: signed out too. `person`: whoever is signed in. Else the roles that may call. */
export type Who = 'anyone' | 'person' | readonly Role[]

export interface EndpointShape {
  id: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: `/api/v1/${string}`
  tag: string
  summary: string
  who: Who
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  reply: z.ZodType
  status?: 200 | 201 | 202 | 204
  /** Refusal code -> HTTP status; codes stand in the order in which they are told. */
  refusals?: Record<string, 402 | 403 | 404 | 409 | 410 | 422 | 429 | 503>
  /** Needs an `Idempotency-Key`: the same key gets the same answer for a day, another body under it is refused. */
  idempotent?: boolean
  /** At most `count` calls in `seconds`, per person or per address. */
  limit?: { per: 'person' | 'address'; count: number; seconds: number }
  /** Browsing: while the process can hardly serve those who buy, it is refused with `overloaded` and a time to come back. */
  yieldsToBuyers?: true
  /** Takes its body as the bytes that came, whatever they are: for messages that are signed. */
  raw?: true
  /** Of such a body, where it may be more than others. */
  bytesMax?: number
  /** Answers a file instead of JSON, of this type. */
  file?: string
}

export function endpoint<const Shape extends EndpointShape>(shape: Shape): Shape {
  return shape
}

/** What a client asks over the socket; the same rules as for an endpoint. */
export interface AskShape {
  kind: string
  summary: string
  who: Who
  body: z.ZodType
  reply: z.ZodType
  refusals?: Record<string, number>
  limit?: { per: 'person' | 'address'; count: number; seconds: number }
  /** Talk: refused with `overloaded` while the process can hardly serve those who buy. */
  yieldsToBuyers?: true
}

export function ask<const Shape extends AskShape>(shape: Shape): Shape {
  return shape
}

export type BodyOf<E> = E extends { raw: true }
  ? Uint8Array
  : E extends { body: infer Body extends z.ZodType }
    ? z.output<Body>
    : undefined
export type QueryOf<E> = E extends { query: infer Query extends z.ZodType } ? z.output<Query> : undefined
export type ParamsOf<E> = E extends { params: infer Params extends z.ZodType } ? z.output<Params> : undefined
export type ReplyOf<E> = E extends { reply: infer Reply extends z.ZodType } ? z.input<Reply> : undefined
export type RefusalOf<E> = E extends { refusals: infer Refusals } ? keyof Refusals & string : never

// Shapes that many endpoints share.
export const id = z.uuid()
export const instant = z.iso.datetime({ offset: true })
export const units = z.int().min(1).max(10_000)
/** Money on the wire: minor units (fen, cents) as a safe integer, beside its currency. */
export const minor = z.int().min(-9_000_000_000_000).max(9_000_000_000_000)
export const currency = z.enum(['CNY', 'USD', 'EUR', 'HKD', 'SGD', 'GBP'])
/** A text in the operator's two languages. */
export const text2 = z.object({ en: z.string(), zh: z.string() })
/** The same as it comes in: closed, and each with an end. */
export const givenText2 = (most: number) => z.strictObject({ en: z.string().max(most), zh: z.string().max(most) })
export const byId = z.strictObject({ id })
export const nothing = z.object({})
/** Lists are bounded: a page of at most 100 and a cursor to the next. */
export const pageQuery = z.strictObject({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
})
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() })
