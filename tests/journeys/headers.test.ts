/** What every answer tells a browser, so that a page of this origin can be neither framed, nor sniffed, nor scripted by others. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, startWorld, type World } from '../world.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.stop())

/** Browsers obey these two alone; nobody frames us, and no text of another's is run. */
function weaknessesOf(headers: Headers): string[] {
  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split(';').map((rule) => {
      const [name = '', ...sources] = rule.trim().split(' ')
      return [name, sources]
    }),
  )
  const closed = (name: string) => ["'self'", "'none'"].includes(policy.get(name)?.join() ?? '')
  const scripts = policy.get('script-src') ?? ['*']
  return [
    ...(closed('default-src') ? [] : ['things from elsewhere may be loaded']),
    ...(policy.get('frame-ancestors')?.join() === "'none'" ? [] : ['it may be framed']),
    ...(policy.get('object-src')?.join() === "'none'" ? [] : ['it may hold plug-ins']),
    ...(closed('base-uri') ? [] : ['its addresses may be bent']),
    // Compiled programs of our own are no text that somebody could slip in.
    ...(scripts.every((source) => ["'self'", "'none'", "'wasm-unsafe-eval'"].includes(source))
      ? []
      : ['scripts may stand in it']),
    ...(headers.get('x-content-type-options') === 'nosniff' ? [] : ['its type may be guessed']),
    ...(headers.get('referrer-policy') === 'no-referrer' ? [] : ['its address is told to others']),
    ...(headers.has('x-powered-by') ? ['it says what it is made of'] : []),
  ]
}

test('every answer of every route keeps strangers out of the page', async () => {
  const reader = world.client()
  const paths = world.server.routes
    .filter(({ endpoint }) => endpoint.method === 'GET')
    .map(({ endpoint }) => endpoint.path.replace(/:\w+/g, newId()))
  const others = [
    '/',
    '/live',
    '/studio',
    '/console',
    '/screen',
    '/nowhere',
    '/api/openapi.json',
    '/health/live',
    '/%zz',
  ]
  const weak: string[] = []
  for (const path of [...paths, ...others]) {
    const { headers, status } = await reader.get(path)
    weak.push(...weaknessesOf(headers).map((weakness) => `${path} (${status}): ${weakness}`))
  }
  expect(paths.length).toBeGreaterThan(50)
  expect(weak).toEqual([])
})

test('the pages hold no script of their own, so that none put into them by others is run', async () => {
  for (const path of ['/', '/studio', '/console', '/screen']) {
    const page = String((await world.client().get(path)).body)
    expect(page, path).toContain('<script')
    for (const script of page.match(/<script\b[^>]*>[^<]*/g) ?? [])
      expect(script, path).toMatch(/ src="\/[^"]+"[^>]*>$/)
    expect(page, path).not.toMatch(/\son\w+="/)
  }
})

test('a weak answer is noticed', () => {
  const strong = {
    'content-security-policy':
      "default-src 'self';script-src 'self';frame-ancestors 'none';object-src 'none';base-uri 'self'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }
  const with_ = (more: Record<string, string>) => weaknessesOf(new Headers({ ...strong, ...more }))
  expect(with_({})).toEqual([])
  const policy = strong['content-security-policy']
  expect(
    with_({ 'content-security-policy': policy.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'") }),
  ).toEqual(['scripts may stand in it'])
  expect(with_({ 'content-security-policy': policy.replace("'none'", '*') })).toEqual(['it may be framed'])
  expect(weaknessesOf(new Headers())).toHaveLength(7)
})

test('a page of another origin is allowed nothing here, whichever header it asks for', async () => {
  const origin = 'https://elsewhere.example'
  // Browsers want `authorization` named by itself before they send it; no answer of ours names anything.
  const preflight = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  }
  for (const path of ['/media/whip', '/api/v1/rooms', '/media/00000000-0000-7000-8000-000000000001/live.m3u8']) {
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const { headers } = await fetch(`${world.url}${path}`, { method, headers: preflight })
      const granted = [...headers.keys()].filter((name) => name.startsWith('access-control-'))
      expect(granted, `${method} ${path}`).toEqual([])
    }
  }
})
