/**
 * Requests made from the contract's schemas: one that fits, and all the ways in which one can be wrong.
 * A new endpoint is covered by being bound; only ids, and texts of a form of their own, need a word here.
 */
import { z } from 'zod'
import type { EndpointShape } from '#contract/endpoint'

type Json = Record<string, any>
type Where = 'params' | 'query' | 'body'

/** Names the place of a field: `body.lines[].skuId`. */
export type Choose = (place: string) => string

export interface Input {
  params: Record<string, string>
  query: Record<string, unknown>
  body: unknown
}

export interface WrongInput {
  what: string
  where: 'query' | 'body'
  value: unknown
  pointer: string
  /** Each schema must refuse this; the rest is wrong only where the schema says so. */
  always: boolean
}

// Texts with a form of their own. One that fits none of these needs a sample here.
const samples = [
  'AAAAAAAAAA',
  '6901234567892',
  '123456',
  'A-01-1',
  '+8615400000009',
  'spring-tea',
  'spring_tea',
  'AAAA',
  '2026-11-11T12:00:00Z',
  '2026-11',
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ',
  `uploads/${'0'.repeat(64)}.webp`,
]

const anId = '018f0000-0000-7000-8000-000000000000'

export const hostileTexts: Readonly<Record<string, string>> = {
  quotes: `'; drop table orders.orders; --`,
  'a nul': 'one\u0000two',
  'half a character': 'one\ud800two',
  'direction marks': '\u202eevil\u202c\u200b\ufeff',
  'a percent': '%',
  backslashes: '\\\\%_\\',
  braces: '{{7*7}}${7*7}<script>alert(1)</script>',
  'a number': 'NaN',
  'a path': '../../../etc/passwd',
  'a column of dashes': '-'.repeat(36),
  'a time that is none': `9999-99-99T99:99:99Z~${'-'.repeat(36)}`,
  'a time that is none, with an id': `9999-99-99T99:99:99Z~${anId}`,
  'a time with dashes': `2026-01-01T00:00:00Z~${'-'.repeat(36)}`,
  'a time with dashes and a line': `2026-01-01T00:00:00Z~${'-'.repeat(36)}~1`,
  'a time of the year 0': `0000-01-01T00:00:00Z~${anId}`,
  'a time of the year 0 and a line': `0000-01-01T00:00:00Z~${anId}~1`,
  'a far time': `+275760-09-13T00:00:00Z~${anId}`,
  'a great number with an id': `999999999999999~${anId}`,
  'an id with a great number': `${anId}~999999999999999`,
  'a great number with two ids': `999999999999999~${anId}~${anId}`,
  'two great numbers with an id': `9~9999999999999~${anId}`,
}

export function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): Json {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' })
}

/** Queries arrive as texts that are turned into what they mean, so their meaning says what is right. */
function shapeOf(endpoint: EndpointShape, where: Where): Json | null {
  const schema = endpoint[where]
  if (schema === undefined) return null
  if (where !== 'query') return schemaOf(schema)
  return { ...schemaOf(schema, 'output'), required: schemaOf(schema)['required'] ?? [] }
}

export function inputOf(endpoint: EndpointShape, choose: Choose): Input {
  const make = (where: Where) => {
    const shape = shapeOf(endpoint, where)
    return shape === null ? undefined : exampleOf(shape, where, choose)
  }
  const body = make('body')
  return {
    params: (make('params') ?? {}) as Input['params'],
    query: (make('query') ?? {}) as Json,
    body: body === undefined ? undefined : { ...(body as object), ...together[endpoint.id] },
  }
}

/** Fields that must fit each other, which a schema of one of them does not say. */
const together: Readonly<Record<string, object>> = {
  inviteCohost: { rule: 'host', guestBasisPoints: null },
}

/** The smallest value that fits; what is optional is left out of queries and given in bodies. */
export function exampleOf(schema: Json, place: string, choose: Choose): unknown {
  if ('const' in schema) return schema['const']
  if (schema['enum']) return schema['enum'][0]
  if (schema['anyOf']) return exampleOf(schema['anyOf'][0], place, choose)
  if (schema['oneOf']) return exampleOf(schema['oneOf'][0], place, choose)
  switch (schema['type']) {
    case 'string':
      return textOf(schema, place, choose)
    case 'integer':
    case 'number': {
      const least = Math.max(schema['minimum'] ?? 1, 1)
      return Math.min(least, schema['maximum'] ?? least)
    }
    case 'boolean':
      return false
    case 'array':
      return Array.from({ length: Math.max(schema['minItems'] ?? 1, 1) }, () =>
        exampleOf(schema['items'], `${place}[]`, choose),
      )
    case 'object': {
      const given = Object.entries<Json>(schema['properties'] ?? {}).filter(
        ([name]) => !place.startsWith('query') || schema['required']?.includes(name),
      )
      return Object.fromEntries(given.map(([name, each]) => [name, exampleOf(each, `${place}.${name}`, choose)]))
    }
    default:
      return 'anything'
  }
}

function textOf(schema: Json, place: string, choose: Choose): string {
  if (schema['format'] === 'uuid') return choose(place)
  if (schema['format'] === 'email') return 'somebody@example.com'
  const found = samples.find(
    (each) =>
      each.length >= (schema['minLength'] ?? 0) &&
      each.length <= (schema['maxLength'] ?? each.length) &&
      (schema['pattern'] === undefined || new RegExp(schema['pattern']).test(each)),
  )
  if (found !== undefined) return found
  if (schema['pattern'] !== undefined) throw new Error(`${place} needs a sample for ${schema['pattern']}`)
  return 'A'.repeat(Math.max(schema['minLength'] ?? 1, Math.min(10, schema['maxLength'] ?? 10)))
}

/** Each place of an input where an id stands. */
export function idPlacesOf(endpoint: EndpointShape): string[] {
  const places: string[] = []
  const visit = (schema: Json, place: string) => {
    if (schema['format'] === 'uuid') places.push(place)
    for (const each of schema['anyOf'] ?? []) visit(each, place)
    for (const [name, each] of Object.entries<Json>(schema['properties'] ?? {})) visit(each, `${place}.${name}`)
    if (schema['items']) visit(schema['items'], `${place}[]`)
  }
  for (const where of ['params', 'query', 'body'] as const) {
    const shape = shapeOf(endpoint, where)
    if (shape !== null) visit(shape, where)
  }
  return places
}

/** What lets in more than it should: objects that take unknown fields, texts and lists without an end. */
export function loosePlacesOf(endpoint: { body?: z.ZodType; query?: z.ZodType }): string[] {
  const loose: string[] = []
  const visit = (schema: Json, place: string) => {
    for (const each of schema['anyOf'] ?? []) visit(each, place)
    const isText = schema['type'] === 'string' && !('const' in schema) && !schema['enum']
    if (isText && schema['maxLength'] === undefined && schema['pattern'] === undefined && !schema['format'])
      loose.push(`${place}: a text without an end`)
    if (schema['type'] === 'array' && schema['maxItems'] === undefined) loose.push(`${place}: a list without an end`)
    if (schema['type'] === 'object' && schema['additionalProperties'] !== false)
      loose.push(`${place}: takes unknown fields`)
    for (const [name, each] of Object.entries<Json>(schema['properties'] ?? {})) visit(each, `${place}.${name}`)
    if (schema['items']) visit(schema['items'], `${place}[]`)
  }
  for (const where of ['query', 'body'] as const) {
    const schema = endpoint[where]
    if (schema !== undefined) visit(schemaOf(schema), where)
  }
  return loose
}

/** Every way in which the body (or query) of `endpoint` can be wrong in one place, as whole bodies (or queries). */
export function wrongInputsOf(endpoint: EndpointShape, choose: Choose): WrongInput[] {
  return (['query', 'body'] as const).flatMap((where) => {
    const shape = shapeOf(endpoint, where)
    if (shape === null) return []
    const example = exampleOf(shape, where, choose)
    const fitting = where === 'body' ? together[endpoint.id] : undefined
    const right = fitting === undefined ? example : { ...(example as object), ...fitting }
    const found: WrongInput[] = []
    const put = (path: (string | number)[], what: string, value: unknown, always: boolean) => {
      const whole = { [where]: structuredClone(right) }
      let holder: any = whole
      for (const key of [where, ...path].slice(0, -1)) holder = holder[key]
      const key = path.at(-1) ?? where
      if (value === left) delete holder[key]
      else holder[key] = value
      const pointer = pointerOf([where, ...path])
      found.push({ what: `${pointer} ${what}`, where, value: whole[where], pointer, always })
    }
    const visit = (schema: Json, path: (string | number)[], isRequired: boolean) => {
      if (isRequired) put(path, 'is missing', left, true)
      for (const [what, value, always] of where === 'body' ? wrongValuesOf(schema) : wrongTextsOf(schema))
        put(path, what, value, always ?? false)
      visitInside(schema, path)
    }
    const visitInside = (schema: Json, path: (string | number)[]) => {
      const plain: Json = schema['anyOf']?.[0] ?? schema
      if (plain['type'] === 'array') visit(plain['items'], [...path, 0], false)
      if (plain['type'] !== 'object') return
      put([...path, 'extra'], 'is unknown', 'x', true)
      for (const [name, each] of Object.entries<Json>(plain['properties'] ?? {}))
        visit(each, [...path, name], plain['required']?.includes(name) ?? false)
    }
    if (where === 'body') visit(shape, [], false)
    else visitInside(shape, [])
    return found
  })
}

/** Stands for a field that is left out. */
const left = Symbol('left out')

type Wrong = [what: string, value: unknown, always?: boolean]

function wrongValuesOf(schema: Json): Wrong[] {
  const isNullable = schema['anyOf']?.some((each: Json) => each['type'] === 'null') ?? false
  const plain: Json = schema['anyOf']?.[0] ?? schema
  const type = 'const' in plain ? typeof plain['const'] : plain['type'] === 'integer' ? 'number' : plain['type']
  const others: Record<string, unknown> = {
    string: type === 'number' ? '7' : 'x',
    number: 7,
    boolean: true,
    array: [],
    object: {},
    ...(isNullable ? {} : { null: null }),
  }
  delete others[type]
  const wrong: Wrong[] = Object.entries(others).map(([name, value]) => [`is ${name}`, value, true])
  wrong.push(['is deep', nested(200), type !== 'array'])
  switch (type) {
    case 'string':
      wrong.push(['is empty', ''], ['is huge', 'x'.repeat(100_000)], ['is blank', '   '])
      if (plain['maxLength']) wrong.push(['is one too long', 'x'.repeat(plain['maxLength'] + 1), true])
      if (plain['enum'] || 'const' in plain)
        wrong.push(['is an unknown word', 'XYZ', true], ['is no word', '__proto__', true])
      if (plain['format'] === 'uuid')
        for (const [name, text] of Object.entries(hostileTexts)) wrong.push([`is ${name}`, text, true])
      if (plain['format'] === 'email') wrong.push(['is no address', 'nobody', true])
      if (plain['pattern'] && !plain['format']) wrong.push(['has another form', '\u0000 no form', true])
      wrong.push(
        ['holds a nul', hostileTexts['a nul'], true],
        ['holds half a character', hostileTexts['half a character'], true],
      )
      break
    case 'number':
      wrong.push(['is NaN as text', 'NaN', true], ['is broken', 1.5, plain['type'] === 'integer'])
      wrong.push(['is beyond whole numbers', 2 ** 60, true], ['is 1e308', 1e308, true], ['is -1', -1], ['is 0', 0])
      if (plain['minimum'] !== undefined) wrong.push(['is below its least', plain['minimum'] - 1, true])
      if (plain['maximum'] !== undefined) wrong.push(['is above its most', plain['maximum'] + 1, true])
      break
    case 'array':
      wrong.push(['is endless', Array.from({ length: 5_000 }, () => 0), true])
      if (plain['minItems']) wrong.push(['is empty', [], true])
      break
    case 'object':
      break
  }
  return wrong
}

/** A query carries texts only. */
function wrongTextsOf(schema: Json): Wrong[] {
  const wrong: Wrong[] = [
    ['stands twice', ['1', '2'], true],
    ['is huge', 'x'.repeat(5_000), true],
    ['holds a nul', hostileTexts['a nul'], true],
  ]
  if (schema['enum'] || schema['format'] === 'uuid' || schema['type'] === 'integer')
    for (const [name, text] of Object.entries(hostileTexts)) wrong.push([`is ${name}`, text, true])
  if (schema['type'] === 'integer') {
    wrong.push(
      ['is a word', 'many', true],
      ['is 1e400', '1e400', true],
      ['is broken', '1.5', true],
      ['is empty', '', true],
    )
    if (schema['minimum'] !== undefined) wrong.push(['is below its least', String(schema['minimum'] - 1), true])
    if (schema['maximum'] !== undefined) wrong.push(['is above its most', String(schema['maximum'] + 1), true])
  }
  return wrong
}

function nested(depth: number): unknown {
  let value: unknown = 'deep'
  for (let level = 0; level < depth; level++) value = [value]
  return value
}

function pointerOf(path: readonly (string | number)[]): string {
  return `/${path.join('/')}`
}

/** The path with its parameters and query in place. */
export function addressOf(endpoint: EndpointShape, input: Pick<Input, 'params' | 'query'>): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(input.params[name] ?? ''))
  const query = Object.entries(input.query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(
      (each) => `${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(String(each)))}`,
    ),
  )
  return query.length > 0 ? `${path}?${query.join('&')}` : path
}

/** Half a character cannot stand in an address. */
function wellFormed(text: string): string {
  return text.toWellFormed()
}
