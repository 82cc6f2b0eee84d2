import { STATUS_CODES } from 'node:http'
import type { z } from 'zod'
import type { RefusalParams } from '#platform/outcome'

/** RFC 9457. `code` is stable and translated by the client; `errors` point into the request. */
export interface Problem {
  type: string
  title: string
  status: number
  code: string
  instance: string
  detail?: string
  params?: RefusalParams
  errors?: { pointer: string; code: string; detail: string }[]
}

export function problemOf(of: {
  status: number
  code: string
  requestId: string
  detail?: string
  params?: RefusalParams | undefined
  errors?: Problem['errors']
}): Problem {
  return {
    type: `urn:problem:${of.code}`,
    title: STATUS_CODES[of.status] ?? 'Problem',
    status: of.status,
    code: of.code,
    instance: of.requestId,
    ...(of.detail === undefined ? {} : { detail: of.detail }),
    ...(of.params === undefined ? {} : { params: of.params }),
    ...(of.errors === undefined ? {} : { errors: of.errors }),
  }
}

/** Where in the request each issue lies, as JSON pointers: `/body/lines/0/units`. At most 20 are told. */
export function errorsOf(where: 'body' | 'query' | 'params', error: z.ZodError): NonNullable<Problem['errors']> {
  return error.issues.slice(0, 20).flatMap((issue) => {
    const at = [where, ...issue.path.map(String)]
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.slice(0, 20).map((key) => ({
        pointer: pointer([...at, key]),
        code: 'unknown_field',
        detail: 'This field is not known here.',
      }))
    }
    return [{ pointer: pointer(at), code: issue.code, detail: issue.message }]
  })
}

/** A text with a character that cannot be kept. */
export function unstorableError(path: readonly string[]): NonNullable<Problem['errors']>[number] {
  return { pointer: pointer(path), code: 'unstorable_text', detail: 'This text holds a character that cannot be kept.' }
}

function pointer(path: readonly string[]): string {
  return `/${path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`
}
