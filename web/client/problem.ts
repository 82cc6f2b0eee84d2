/**
 * Every "no" of the server as one thing, from HTTP and from the socket: a stable code, its parameters, the fields.
 * Two codes are made here: `offline` (no answer came) and `timed_out` (an ask was not answered in time).
 * Words for codes: `kit/problems.ts`.
 */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly params: Readonly<Record<string, unknown>>
  readonly errors: readonly FieldError[]
  /** The server's name of the request, to be told to support. */
  readonly requestId: string | undefined

  constructor(of: {
    code: string
    status?: number | undefined
    params?: Record<string, unknown> | undefined
    errors?: readonly FieldError[] | undefined
    requestId?: string | undefined
  }) {
    super(of.code)
    this.name = 'Problem'
    this.code = of.code
    this.status = of.status ?? 0
    this.params = of.params ?? {}
    this.errors = of.errors ?? []
    this.requestId = of.requestId
  }
}

export interface FieldError {
  pointer: string
  code: string
  detail: string
}

/** Reads an RFC 9457 body; what is none (a proxy's page) is a fault. */
export function problemFrom(body: unknown, status: number): Problem {
  const of = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  return new Problem({
    code: typeof of['code'] === 'string' ? of['code'] : status >= 500 || status === 0 ? 'fault' : `http_${status}`,
    status,
    params: of['params'] as Record<string, unknown> | undefined,
    errors: of['errors'] as FieldError[] | undefined,
    requestId: of['instance'] as string | undefined,
  })
}

export function codeOf(error: unknown): string {
  return error instanceof Problem ? error.code : 'fault'
}
