import { z } from 'zod'
import type { EndpointShape } from '#contract/endpoint'

/** The API document (OpenAPI 3.1) made from the endpoints; the committed `openapi.json` is this, and drift fails the check. */
export function openApiOf(endpoints: readonly EndpointShape[], version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of [...endpoints].sort(
    (a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method),
  )) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    const operations = paths[path] ?? {}
    operations[endpoint.method.toLowerCase()] = operationOf(endpoint)
    paths[path] = operations
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Hawker',
      version,
      description:
        'Live commerce: rooms, orders, stock, parcels and books. Amounts are integer minor units beside a currency.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(endpoints.map((endpoint) => endpoint.tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'hawker_session' } },
      schemas: {
        Problem: {
          type: 'object',
          description: 'RFC 9457 problem. `code` is stable; show words of your own for it.',
          required: ['type', 'title', 'status', 'code', 'instance'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string' },
            instance: { type: 'string' },
            detail: { type: 'string' },
            params: { type: 'object', additionalProperties: true },
            errors: {
              type: 'array',
              items: {
                type: 'object',
                required: ['pointer', 'code', 'detail'],
                properties: { pointer: { type: 'string' }, code: { type: 'string' }, detail: { type: 'string' } },
              },
            },
          },
        },
      },
    },
  }
}

function operationOf(endpoint: EndpointShape): object {
  const parameters = [
    ...parametersOf('path', endpoint.params),
    ...parametersOf('query', endpoint.query),
    ...(endpoint.idempotent
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: true,
            schema: { type: 'string', minLength: 8, maxLength: 100 },
          },
        ]
      : []),
  ]
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  const refusals = Object.groupBy(Object.entries(endpoint.refusals ?? {}), ([, status]) => String(status))
  const responses: Record<string, object> = {
    [String(endpoint.status ?? 200)]: {
      description: 'Done.',
      content: endpoint.file
        ? { [endpoint.file]: { schema: { type: 'string', format: 'binary' } } }
        : { 'application/json': { schema: schemaOf(endpoint.reply, 'output') } },
    },
    '400': { description: 'Bad input: `errors` point at the fields.', content: problem },
  }
  if (endpoint.yieldsToBuyers)
    responses['503'] = { description: 'Refused: overloaded. Buyers come first; see `Retry-After`.', content: problem }
  for (const [status, codes] of Object.entries(refusals)) {
    responses[status] = { description: `Refused: ${(codes ?? []).map(([code]) => code).join(', ')}.`, content: problem }
  }
  const admits =
    endpoint.who === 'anyone'
      ? 'Anyone.'
      : endpoint.who === 'person'
        ? 'Whoever is signed in.'
        : `Roles: ${endpoint.who.join(', ')}.`
  return {
    operationId: endpoint.id,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: admits,
    ...(endpoint.who === 'anyone' ? {} : { security: [{ session: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(endpoint.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } },
          },
        }
      : endpoint.raw
        ? {
            requestBody: {
              required: true,
              content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
            },
          }
        : {}),
    responses,
  }
}

export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as Record<
    string,
    unknown
  >
  return plain
}

function parametersOf(where: 'path' | 'query', schema: z.ZodType | undefined): object[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, object>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }))
}
