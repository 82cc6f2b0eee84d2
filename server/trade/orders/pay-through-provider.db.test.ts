/** A buyer pays through Alipay: its gateway is a server of ours on the loopback, and both key pairs are made here. */
import { createSign, generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findJournal } from '#money/ledger'
import { openShop, type Shop, settleIn } from '../../../tests/goods.ts'
import { type Client, newId, startWorld, type World } from '../../../tests/world.ts'
import { runAudit } from '../../app/audit.ts'

const pair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
const [ours, theirs] = [pair(), pair()]
const appId = '2021000000000001'
const rsa2 = (text: string) => createSign('RSA-SHA256').update(text, 'utf8').sign(theirs.privateKey, 'base64')

let gateway: Server
let world: World
let shop: Shop
const refunds: string[] = []
/** Alipay's answers are lost so many times before one comes through. */
let answersLost = 0

beforeAll(async () => {
  gateway = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      const method = new URL(request.url ?? '', 'http://x').searchParams.get('method') ?? ''
      const biz = JSON.parse(new URLSearchParams(text).get('biz_content') ?? '{}') as Record<string, string>
      const isNew = !refunds.includes(biz['out_request_no'] ?? '')
      if (method === 'alipay.trade.refund' && isNew) refunds.push(biz['out_request_no'] ?? '')
      if (answersLost-- > 0) return void response.destroy()
      const said = JSON.stringify(
        method === 'alipay.trade.refund'
          ? { code: '10000', msg: 'Success', fund_change: isNew ? 'Y' : 'N', trade_no: '2026' }
          : { code: '10000', msg: 'Success', refund_status: 'REFUND_SUCCESS' },
      )
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(`{"${method.replaceAll('.', '_')}_response":${said},"sign":"${rsa2(said)}"}`)
    })
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  world = await startWorld({
    HAWKER_PUBLIC_URL: 'https://shop.example',
    HAWKER_ALIPAY_APP_ID: appId,
    HAWKER_ALIPAY_PRIVATE_KEY: ours.privateKey,
    HAWKER_ALIPAY_PUBLIC_KEY: theirs.publicKey,
    HAWKER_ALIPAY_GATEWAY: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/gateway.do`,
  })
  // Nothing is sent by itself: the test says when.
  await world.server.app.jobs.stop()
  shop = await openShop(world, await world.person('Operator', 'operations'))
})
afterAll(async () => {
  await world.server.outbox.drained()
  const report = await runAudit(world.server.app.database)
  await world.stop()
  await new Promise((resolve) => gateway.close(resolve))
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
})

/** As Alipay sends it: a signed form, over the public address. */
async function tell(fields: Record<string, string>, sign = rsa2): Promise<{ status: number; text: string }> {
  const whole: Record<string, string> = { app_id: appId, notify_id: newId(), trade_no: '2026', ...fields }
  const content = Object.keys(whole)
    .sort()
    .map((name) => `${name}=${whole[name]}`)
    .join('&')
  const body = new URLSearchParams({ ...whole, sign_type: 'RSA2', sign: sign(content) }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }
  const answer = await fetch(`${world.url}/api/v1/payment-callbacks/alipay`, { method: 'POST', body, headers })
  return { status: answer.status, text: await answer.text() }
}

async function waitingOrder(): Promise<{ buyer: Client; orderId: string }> {
  const buyer = await world.person('Buyer', 'buyer')
  const { addressId } = await settleIn(buyer)
  const { skuId } = await shop.sell({ units: 1 })
  const orderId = newId()
  const wish = { id: orderId, lines: [{ skuId, units: 1 }], addressId, shownPayMinor: 19_900, payment: 'later' }
  expect((await buyer.post('/api/v1/orders', wish)).status).toBe(201)
  return { buyer, orderId }
}
const order = (buyer: Client, id: string) => buyer.get(`/api/v1/me/orders/${id}`).then(({ body }) => body.order)

test('a hundred messages in any order pay once; what is refunded goes back once, though answers are lost', async () => {
  const { buyer, orderId } = await waitingOrder()
  const { means } = (await buyer.get('/api/v1/payment-means')).body
  expect(means.map(({ provider }: { provider: string }) => provider)).toEqual(['sandbox', 'alipay'])
  const before = (await buyer.get('/api/v1/wallet')).body.balanceMinor
  const id = newId()
  const pay = () => buyer.post(`/api/v1/me/orders/${orderId}/payments`, { id, method: 'provider', provider: 'alipay' })
  const asked = await pay()
  expect(asked.body).toMatchObject({ state: 'pending', redirectUrl: expect.stringContaining('alipay.trade.wap.pay') })
  expect((await pay()).body.redirectUrl, 'asked again, it is the same').toBe(asked.body.redirectUrl)

  const told = { out_trade_no: id, total_amount: '199.00', trade_status: 'TRADE_SUCCESS' }
  expect(await tell(told, () => 'bm9ib2R5')).toMatchObject({ status: 403 })
  expect(await tell({ ...told, total_amount: '1.00' }), 'signed, and about another sum').toMatchObject({ status: 200 })
  expect((await order(buyer, orderId)).state).toBe('unpaid')

  const words = ['TRADE_CLOSED', 'TRADE_SUCCESS', 'WAIT_BUYER_PAY']
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      tell({ ...told, notify_id: `n-${(index * 7) % 40}`, trade_status: words[(index * 13) % 3] ?? '' }),
    ),
  )
  expect(answers.every(({ status, text }) => status === 200 && text === 'success')).toBe(true)
  await world.server.outbox.drained()
  expect((await order(buyer, orderId)).state).toBe('paid')
  expect((await findJournal(world.server.app.database.db, `payment.received:${id}`))?.postings).toHaveLength(2)
  expect((await buyer.get('/api/v1/wallet')).body.balanceMinor).toBe(before)
  expect((await pay()).body.state, 'and asked once more').toBe('paid')

  // The SDK asks once more by itself when a line breaks.
  answersLost = 2
  const stranger = await world.person('Stranger', 'buyer')
  expect((await stranger.get(`/api/v1/me/payments?groupId=${orderId}`)).body.items).toEqual([])
  expect((await buyer.post(`/api/v1/me/orders/${orderId}/cancellations`)).status).toBe(200)
  const finance = await world.person('Finance', 'finance')
  const look = async () => (await finance.post(`/api/v1/payments/${id}/questions`)).body
  expect((await look()).payment.refunds).toMatchObject([{ state: 'requested', amountMinor: 19_900 }])
  const after = await look()
  expect(after.payment.refunds).toMatchObject([{ state: 'succeeded' }])
  expect(refunds).toHaveLength(1)
  expect((await buyer.get('/api/v1/wallet')).body.balanceMinor).toBe(before)
  const kinds = after.steps.map(({ kind }: { kind: string }) => kind)
  for (const kind of ['opened', 'message', 'succeeded', 'used', 'refund_requested', 'no_answer', 'refund_succeeded'])
    expect(kinds).toContain(kind)
})

test('messages about what nobody knows, or to a provider that is not there, change nothing', async () => {
  expect((await tell({ out_trade_no: newId(), total_amount: '1.00', trade_status: 'TRADE_SUCCESS' })).status).toBe(200)
  expect((await tell({ out_trade_no: 'x', total_amount: '1.00', trade_status: 'TRADE_SUCCESS' })).status).toBe(200)
  const other = await fetch(`${world.url}/api/v1/payment-callbacks/sandbox`, { method: 'POST', body: '{}' })
  expect(other.status).toBe(403)
})
