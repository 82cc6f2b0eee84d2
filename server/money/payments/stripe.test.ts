/** Stripe's API is spoken by a server of ours on the loopback, and messages are signed with secrets of ours: nothing goes out. */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '#platform/ids'
import type { PaymentProvider } from './provider.ts'
import { parseStatement } from './statement.ts'
import { stripeProvider, stripeToleranceSeconds } from './stripe.ts'

interface Asked {
  method: string
  path: string
  form: URLSearchParams
  key: string | undefined
  authorization: string | undefined
}
type Reply = { status?: number; body: unknown }

let server: Server
let provider: PaymentProvider
const asked: Asked[] = []
let reply: (request: Asked) => Reply = () => ({ status: 500, body: {} })

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

const webhookSecret = 'whsec_made_by_us'
beforeAll(async () => {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request
    const form = new URLSearchParams(await bodyOf(request))
    const key = headers['idempotency-key'] as string | undefined
    const one = { method, path: url, form, key, authorization: headers.authorization }
    asked.push(one)
    const { status = 200, body } = reply(one)
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1' })
    response.end(JSON.stringify(body))
  }
  server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  provider = stripeProvider({
    secretKey: 'sk_test_made_by_us',
    webhookSecret,
    publicUrl: 'https://shop.example',
    fee: { basisPoints: 290, fixedMinor: 30 },
    api: { protocol: 'http', host: '127.0.0.1', port: (server.address() as AddressInfo).port },
  })
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  asked.length = 0
})

const reference = newId()
const payment = { reference, providerReference: null, amountMinor: 17_900, currency: 'USD' as const }
const page = { description: 'Order 100001', returnPath: `/orders/${reference}` }
const session = (more: object) => ({
  id: 'cs_1',
  object: 'checkout.session',
  client_reference_id: reference,
  amount_total: 17_900,
  payment_intent: null,
  payment_status: 'unpaid',
  status: 'open',
  url: 'https://checkout.stripe.com/c/pay/cs_1',
  ...more,
})
const refusal = (code: string) => ({
  status: 400,
  body: { error: { type: 'invalid_request_error', code, message: code } },
})

test('a payment is opened under our reference, and its payer sent to their page', async () => {
  reply = () => ({ body: session({}) })
  expect(await provider.open({ ...payment, ...page })).toEqual({
    outcome: 'pending',
    providerReference: 'cs_1',
    redirectUrl: 'https://checkout.stripe.com/c/pay/cs_1',
  })
  const [one] = asked
  expect(one).toMatchObject({ method: 'POST', path: '/v1/checkout/sessions', key: reference })
  expect(one?.authorization).toBe('Bearer sk_test_made_by_us')
  const given = Object.fromEntries(one?.form ?? [])
  expect(given).toMatchObject({
    client_reference_id: reference,
    'payment_intent_data[metadata][reference]': reference,
    'line_items[0][price_data][unit_amount]': '17900',
    'line_items[0][price_data][currency]': 'usd',
    success_url: `https://shop.example/orders/${reference}`,
  })
})

test('a no is a no, and a broken line is neither', async () => {
  reply = () => refusal('amount_too_small')
  expect((await provider.open({ ...payment, ...page })).outcome).toBe('failed')
  reply = () => ({ status: 503, body: { error: { type: 'api_error', message: 'down' } } })
  await expect(provider.open({ ...payment, ...page })).rejects.toThrow()
  const keys = new Set(asked.map(({ key }) => key))
  expect(keys, 'asked again under the same key').toEqual(new Set([reference]))
  expect(asked.length).toBeGreaterThan(2)
})

test.each([
  [{ payment_status: 'paid', status: 'complete', payment_intent: 'pi_1' }, 'succeeded', 'pi_1'],
  [{ status: 'expired' }, 'failed', 'cs_1'],
  [{}, 'pending', 'cs_1'],
])('a session that is %j is %s', async (more, outcome, providerReference) => {
  reply = () => ({ body: session(more) })
  expect(await provider.find({ ...payment, providerReference: 'cs_1' })).toEqual({ outcome, providerReference })
  expect(asked[0]?.path).toBe('/v1/checkout/sessions/cs_1')
})

test('what we never learned the name of is looked for by our reference, and may not be there', async () => {
  reply = () => ({ body: { object: 'search_result', data: [{ id: 'pi_1', status: 'succeeded' }], has_more: false } })
  expect(await provider.find(payment)).toEqual({ outcome: 'succeeded', providerReference: 'pi_1' })
  expect(decodeURIComponent(asked[0]?.path ?? '').replaceAll('+', ' ')).toContain(
    `metadata['reference']:'${reference}'`,
  )
  reply = () => ({ body: { object: 'search_result', data: [], has_more: false } })
  expect(await provider.find(payment)).toBeNull()
})

test('a refund goes to its payment under our id of the refund; what cannot go back is said', async () => {
  const refundId = newId()
  const wish = {
    reference: refundId,
    amountMinor: 500,
    currency: 'USD' as const,
    payment: { ...payment, providerReference: 'pi_1' },
  }
  reply = () => ({ body: { id: 're_1', object: 'refund', status: 'succeeded' } })
  expect(await provider.refund(wish)).toEqual({ outcome: 'succeeded', providerReference: 're_1' })
  expect(asked[0]).toMatchObject({ path: '/v1/refunds', key: refundId })
  expect(Object.fromEntries(asked[0]?.form ?? [])).toMatchObject({
    payment_intent: 'pi_1',
    amount: '500',
    'metadata[reference]': refundId,
  })
  reply = () => ({ body: { id: 're_1', object: 'refund', status: 'pending' } })
  expect((await provider.refund(wish)).outcome).toBe('pending')
  reply = () => refusal('charge_already_refunded')
  expect((await provider.refund(wish)).outcome).toBe('failed')
})

/** Signed by the rule of Stripe's documentation, by hand: HMAC of time, dot and the bytes. */
function signed(body: string, of: { secret?: string; agoSeconds?: number } = {}): Record<string, string> {
  const time = Math.floor(Temporal.Now.instant().epochMilliseconds / 1_000) - (of.agoSeconds ?? 0)
  const v1 = createHmac('sha256', of.secret ?? webhookSecret)
    .update(`${time}.${body}`)
    .digest('hex')
  return { 'stripe-signature': `t=${time},v1=${v1}` }
}
const event = (type: string, object: object) =>
  JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } }, null, 2)

test('a signed message is read, over the bytes as they came', async () => {
  const body = event(
    'checkout.session.completed',
    session({ payment_status: 'paid', status: 'complete', payment_intent: 'pi_1' }),
  )
  expect(await provider.readCallback(Buffer.from(body), signed(body))).toEqual([
    {
      provider: 'stripe',
      messageId: 'evt_1',
      about: 'payment',
      reference,
      outcome: 'succeeded',
      providerReference: 'pi_1',
      amountMinor: 17_900,
    },
  ])
  const refund = event('refund.updated', { id: 're_1', object: 'refund', status: 'failed', metadata: { reference } })
  expect(await provider.readCallback(Buffer.from(refund), signed(refund))).toMatchObject([
    { about: 'refund', reference, outcome: 'failed' },
  ])
  const other = event('customer.created', { id: 'cus_1' })
  expect(await provider.readCallback(Buffer.from(other), signed(other))).toEqual([])
})

test('what is not signed, by somebody else, long ago, or over other bytes is not believed', async () => {
  const body = event('checkout.session.completed', session({ payment_status: 'paid' }))
  const read = (text: string, headers: Record<string, string>) => provider.readCallback(Buffer.from(text), headers)
  expect(await read(body, signed(body))).not.toBeNull()
  expect(await read(body, {})).toBeNull()
  expect(await read(body, { 'stripe-signature': 't=1,v1=00' })).toBeNull()
  expect(await read(body, signed(body, { secret: 'whsec_of_another' }))).toBeNull()
  expect(await read(body, signed(body, { agoSeconds: stripeToleranceSeconds + 60 }))).toBeNull()
  // The same meaning in other bytes.
  expect(await read(JSON.stringify(JSON.parse(body)), signed(body))).toBeNull()
  expect(await read(body.replace('17900', '17901'), signed(body))).toBeNull()
})

test('their balance of a day becomes a statement, with the fee that they kept', async () => {
  const moved = (more: object) => ({
    object: 'balance_transaction',
    created: 1_800_000_000,
    currency: 'usd',
    fee: 0,
    ...more,
  })
  const refundId = newId()
  reply = () => ({
    body: {
      object: 'list',
      has_more: false,
      data: [
        moved({
          id: 'txn_1',
          type: 'charge',
          amount: 17_900,
          fee: 549,
          source: { id: 'ch_1', metadata: { reference } },
        }),
        moved({ id: 'txn_2', type: 'refund', amount: -500, source: { id: 're_1', metadata: { reference: refundId } } }),
        moved({ id: 'txn_3', type: 'charge', amount: 100, source: { id: 'ch_2', metadata: {} } }),
        moved({ id: 'txn_4', type: 'payout', amount: -9_000, source: 'po_1' }),
      ],
    },
  })
  const from = Temporal.Instant.from('2027-01-15T00:00:00Z')
  const text = await provider.statementOf?.({ from, until: from.add({ hours: 24 }) })
  expect(parseStatement(text ?? '')).toMatchObject({
    ok: true,
    value: [
      { kind: 'payment', reference, amountMinor: 17_900, feeMinor: 549, currency: 'USD' },
      { kind: 'refund', reference: refundId, amountMinor: 500, feeMinor: 0 },
      { kind: 'payment', reference: 'txn_3', amountMinor: 100 },
    ],
  })
  const path = decodeURIComponent(asked[0]?.path ?? '')
  expect(path).toContain(`created[gte]=${from.epochMilliseconds / 1_000}`)
})
