/** The one cookie: its name, its signature, and what of it goes out. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export const cookieName = 'hawker_session'
export const sessionLifeSeconds = 30 * 86_400
/** A session that is used is prolonged at most this often. */
export const sessionRenewSeconds = 86_400

/** Ours are about 130 characters; a longer one is not ours. */
const cookieLengthMax = 500

export type RequestHeaders = IncomingHttpHeaders | Record<string, string | string[] | undefined>

/** Only what the engine needs: the cookie, and what it notes beside a session. */
export function headersOf(headers: RequestHeaders): Headers {
  const passed = new Headers()
  for (const name of ['cookie', 'user-agent']) {
    const value = headers[name]
    if (typeof value === 'string') passed.set(name, value.slice(0, 8_000))
  }
  return passed
}

/** The engine's cookies that are ours, marked `Secure` when the request came over https (a proxy in front says so). */
export function cookiesOf(answer: Headers, request: RequestHeaders): string[] {
  const secure =
    String(request['x-forwarded-proto'] ?? '')
      .split(',')[0]
      ?.trim() === 'https'
  return answer
    .getSetCookie()
    .filter((cookie) => cookie.startsWith(`${cookieName}=`))
    .map((cookie) => (secure ? `${cookie}; Secure` : cookie))
}

export function cookieIn(headers: RequestHeaders): string | null {
  const header = headers['cookie']
  if (typeof header !== 'string') return null
  for (const part of header.split(';')) {
    const trimmed = part.trim()
    if (trimmed.startsWith(`${cookieName}=`)) {
      const value = trimmed.slice(cookieName.length + 1)
      return value.length > cookieLengthMax ? null : value
    }
  }
  return null
}

/** The session token, when its signature is ours: a made-up cookie never reaches the database. */
export function tokenIn(cookie: string, secret: string): string | null {
  let value: string
  try {
    value = decodeURIComponent(cookie)
  } catch {
    return null
  }
  const dot = value.lastIndexOf('.')
  if (dot < 1) return null
  const token = value.slice(0, dot)
  const given = Buffer.from(value.slice(dot + 1), 'base64')
  const wanted = createHmac('sha256', secret).update(token).digest()
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? token : null
}
