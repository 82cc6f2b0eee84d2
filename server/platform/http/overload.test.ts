import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { endpoint } from '#contract/endpoint'
import { startMetrics } from '#platform/metrics'
import { done } from '#platform/outcome'
import { buildHttp, type HttpServer, overloadedRetryMs, route } from './index.ts'

const shape = { tag: 'test', summary: 'A test.', who: 'anyone', reply: z.object({}) } as const
const browse = endpoint({ ...shape, id: 'browse', method: 'GET', path: '/api/v1/browse', yieldsToBuyers: true })
const buy = endpoint({ ...shape, id: 'buy', method: 'POST', path: '/api/v1/buy' })
let overloaded = false
let lookedUp = 0
let http: HttpServer

beforeAll(async () => {
  const log = {
    child: () => log,
    info() {},
    warn() {},
    error() {},
    debug() {},
    trace() {},
    fatal() {},
    level: 'silent',
  }
  http = await buildHttp({ log, metrics: startMetrics() } as never, {
    authenticate: async () => {
      lookedUp++
      return null
    },
    routes: [route(browse, async () => done({})), route(buy, async () => done({}))],
    isOverloaded: () => overloaded,
  })
})
afterAll(() => http.close())

test('browsing is told to come back while buyers need the process, at no cost, and buying is not', async () => {
  overloaded = true
  const before = lookedUp
  const refused = await http.inject({ method: 'GET', url: '/api/v1/browse' })
  expect(refused.statusCode).toBe(503)
  expect(refused.headers['retry-after']).toBe(String(overloadedRetryMs / 1_000))
  expect(refused.json()).toMatchObject({ code: 'overloaded', params: { retryAfterMs: overloadedRetryMs } })
  expect(lookedUp).toBe(before)
  expect((await http.inject({ method: 'POST', url: '/api/v1/buy' })).statusCode).toBe(200)
})

test('browsing is served again as soon as there is room', async () => {
  overloaded = false
  expect((await http.inject({ method: 'GET', url: '/api/v1/browse' })).statusCode).toBe(200)
})
