/**
 * Log: one line of JSON per thing worth telling, with the request's id on every line of a request.
 *
 * Always true: secrets never reach it: known fields are redacted, and code logs ids, not bodies.
 * Not here: metrics, and the operator's audit trail (that is data, not log).
 */
import { type Logger, pino } from 'pino'

export type Log = Logger

export const redactedPaths = [
  'password',
  '*.password',
  'key',
  '*.key',
  'streamKey',
  '*.streamKey',
  'code',
  'token',
  '*.token',
  'secret',
  '*.secret',
  'req.headers.cookie',
  'req.headers.authorization',
  'headers.cookie',
  'headers.authorization',
  'res.headers["set-cookie"]',
]

export function startLog(options: { level: string }): Log {
  return pino({
    level: options.level,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    base: null,
    serializers: { err: plainError },
  })
}

/** A driver's errors carry connections and whole queries with them: only what tells what went wrong is logged. */
function plainError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, constraint, severity } = error as Error & Record<'code' | 'constraint' | 'severity', unknown>
  const cause = error.cause === undefined ? {} : { cause: plainError(error.cause) }
  return { type: error.name, message: error.message, code, constraint, severity, stack: error.stack, ...cause }
}
