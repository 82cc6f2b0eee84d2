/** Alipay's gateway is spoken by a server of ours on the loopback, and both key pairs are made here: nothing goes out. */
import { createSign, createVerify, generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '#platform/ids'
import { type AlipayOptions, alipayProvider } from './alipay.ts'
import type { PaymentProvider } from './provider.ts'

const pair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
const [ours, theirs] = [pair(), pair()]
const bare = (pem: string) => pem.replaceAll(/-----[^-]+-----|\s/g, '')

type Said = Record<string, string>
let server: Server
let options: AlipayOptions
let provider: PaymentProvider
const asked: { method: string; query: URLSearchParams; biz: Said }[] = []
let reply: (method: string, biz: Said) => Said = () => ({ code: '20000', msg: 'Service Currently Unavailable' })
let signWith = theirs.privateKey

const rsa2 = (text: string, key = theirs.privateKey) =>
  createSign('RSA-SHA256').update(text, 'utf8').sign(key, 'base64')

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      const query = new URL(request.url ?? '', 'http://x').searchParams
      const method = query.get('method') ?? ''
      const biz = JSON.parse(new URLSearchParams(text).get('biz_content') ?? '{}') as Said
      asked.push({ method, query, biz })
      const said = JSON.stringify(reply(method, biz))
      const name = `${method.replaceAll('.', '_')}_response`
      response.writeHead(200, { 'content-type': 'application/json;charset=utf-8' })
      response.end(`{"${name}":${said},"sign":"${rsa2(said, signWith)}"}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  options = {
    appId: '2021000000000001',
    privateKey: bare(ours.privateKey),
    alipayPublicKey: bare(theirs.publicKey),
    gateway: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway.do`,
    publicUrl: 'https://shop.example',
    fee: { basisPoints: 60, fixedMinor: 0 },
  }
  provider = alipayProvider(options)
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  asked.length = 0
  signWith = theirs.privateKey
})

const reference = newId()
const payment = { reference, providerReference: null, amountMinor: 17_905, currency: 'CNY' as const }
const page = { description: 'Order 100001', returnPath: `/orders/${reference}` }

test('a payment is an address that we sign, and nobody is asked for it', async () => {
  const opened = await provider.open({ ...payment, ...page })
  expect(opened).toMatchObject({ outcome: 'pending', providerReference: null })
  expect(asked).toEqual([])
  const query = new URL(opened.redirectUrl ?? '').searchParams
  expect(query.get('method')).toBe('alipay.trade.wap.pay')
  expect(query.get('return_url')).toBe(`https://shop.example/orders/${reference}`)
  expect(query.get('notify_url')).toBe('https://shop.example/api/v1/payment-callbacks/alipay')
  expect(JSON.parse(query.get('biz_content') ?? '{}')).toMatchObject({
    out_trade_no: reference,
    total_amount: '179.05',
    product_code: 'QUICK_WAP_WAY',
    timeout_express: '15m',
  })
  const signature = query.get('sign') ?? ''
  query.delete('sign')
  const content = [...query]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  expect(createVerify('RSA-SHA256').update(content, 'utf8').verify(ours.publicKey, signature, 'base64')).toBe(true)
})

test('a split over a limit is a no, and nobody is asked', async () => {
  const to = (amountMinor: number) => ({
    receivers: [{ partyId: newId(), amountMinor, isPerson: false }],
    afterDays: 7,
    returnableDays: 7,
  })
  expect((await provider.open({ ...payment, ...page, split: to(5_371) })).outcome).toBe('pending')
  expect((await provider.open({ ...payment, ...page, split: to(5_372) })).outcome).toBe('failed')
  expect(asked).toEqual([])
})

test('yuan and nothing else', async () => {
  expect((await provider.open({ ...payment, ...page, currency: 'USD' })).outcome).toBe('failed')
})

test.each([
  ['TRADE_SUCCESS', 'succeeded'],
  ['TRADE_FINISHED', 'succeeded'],
  ['TRADE_CLOSED', 'failed'],
  ['WAIT_BUYER_PAY', 'pending'],
])('a trade that is %s is %s', async (status, outcome) => {
  reply = () => ({ code: '10000', msg: 'Success', trade_no: '2026', trade_status: status, out_trade_no: reference })
  expect(await provider.find(payment)).toEqual({ outcome, providerReference: '2026' })
  expect(asked[0]).toMatchObject({ method: 'alipay.trade.query', biz: { out_trade_no: reference } })
})

test('a trade that nobody opened is none; an unclear answer is no answer', async () => {
  reply = () => ({ code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_NOT_EXIST' })
  expect(await provider.find(payment)).toBeNull()
  reply = () => ({ code: '20000', msg: 'Service Currently Unavailable', sub_code: 'isp.unknow-error' })
  await expect(provider.find(payment)).rejects.toThrow('20000')
})

test('an answer that Alipay did not sign is no answer', async () => {
  reply = () => ({ code: '10000', msg: 'Success', trade_status: 'TRADE_SUCCESS' })
  signWith = ours.privateKey
  await expect(provider.find(payment)).rejects.toThrow()
})

test('a refund is asked for under our id of it; when nothing moved it is asked whether it had before', async () => {
  const refundId = newId()
  const wish = { reference: refundId, amountMinor: 1_205, currency: 'CNY' as const, payment }
  reply = () => ({ code: '10000', msg: 'Success', fund_change: 'Y', trade_no: '2026' })
  expect(await provider.refund(wish)).toEqual({ outcome: 'succeeded', providerReference: '2026' })
  expect(asked[0]?.biz).toEqual({ out_trade_no: reference, out_request_no: refundId, refund_amount: '12.05' })
  reply = (method): Said =>
    method === 'alipay.trade.refund'
      ? { code: '10000', msg: 'Success', fund_change: 'N', trade_no: '2026' }
      : { code: '10000', msg: 'Success', refund_status: 'REFUND_SUCCESS' }
  expect((await provider.refund(wish)).outcome).toBe('succeeded')
  reply = () => ({ code: '40004', msg: 'Business Failed', sub_code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' })
  expect((await provider.refund(wish)).outcome).toBe('pending')
  reply = () => ({ code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_HAS_FINISHED' })
  expect((await provider.refund(wish)).outcome).toBe('failed')
  reply = () => ({ code: '40004', msg: 'Business Failed', sub_code: 'ACQ.SYSTEM_ERROR' })
  await expect(provider.refund(wish)).rejects.toThrow()
})

const told = (more: Said = {}): Said => ({
  app_id: options.appId,
  notify_id: 'n-1',
  notify_type: 'trade_status_sync',
  out_trade_no: reference,
  sign_type: 'RSA2',
  subject: '秋茶 100% & more',
  total_amount: '179.05',
  trade_no: '2026',
  trade_status: 'TRADE_SUCCESS',
  ...more,
})
/** Signed by the rule of Alipay's documentation, by hand: sorted names, without `sign` and `sign_type`. */
function notice(fields: Said, key = theirs.privateKey): Buffer {
  const content = Object.entries(fields)
    .filter(([name, value]) => name !== 'sign_type' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  return Buffer.from(new URLSearchParams({ ...fields, sign: rsa2(content, key) }).toString())
}

test('a signed message is read, empty fields and signs included', async () => {
  expect(await provider.readCallback(notice(told({ body: '' })), {})).toEqual([
    {
      provider: 'alipay',
      messageId: 'n-1',
      about: 'payment',
      reference,
      outcome: 'succeeded',
      providerReference: '2026',
      amountMinor: 17_905,
    },
  ])
})

test('what is signed by another, changed, weaker, or for another shop is not believed', async () => {
  const read = (raw: Buffer | string) => provider.readCallback(Buffer.from(raw), {})
  expect(await read(notice(told()))).not.toBeNull()
  expect(await read('')).toBeNull()
  expect(await read(notice(told(), ours.privateKey))).toBeNull()
  expect(await read(notice(told()).toString().replace('179.05', '1.05'))).toBeNull()
  expect(await read(notice(told({ sign_type: 'RSA' })))).toBeNull()
  expect(await read(notice(told({ app_id: '2021000000000002' })))).toBeNull()
  expect(await read(`${notice(told())}&trade_status=TRADE_SUCCESS`)).toBeNull()
  expect(await read(notice(told({ total_amount: '179.055' })))).toBeNull()
})
