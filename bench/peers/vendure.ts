/** Vendure: a guest's checkout through its shop API in two requests, which is the fewest that its API allows. */
import { join } from 'node:path'
import type { Connection } from './client.ts'
import { cpuUsOf, installPackages, openDatabase, type Peer, runProgram, startProgram, withDatabase } from './shop.ts'

const version = '3.7.3'
const minuteMs = 60_000
const secrets = { PEER_ADMIN: 'superadmin', PEER_PASSWORD: 'for-this-run-only', PEER_SECRET: 'for-this-run-only' }

interface Outcome {
  __typename: string
  errorCode?: string
  state?: string
}

const outcome = '__typename ... on Order { id state } ... on ErrorResult { errorCode }'
const add = `mutation($v: ID!) { add: addItemToOrder(productVariantId: $v, quantity: 1) { ${outcome} } }`
const finish = `mutation($c: CreateCustomerInput!, $a: CreateAddressInput!, $s: [ID!]!) {
  customer: setCustomerForOrder(input: $c) { ${outcome} }
  address: setOrderShippingAddress(input: $a) { ${outcome} }
  shipping: setOrderShippingMethod(shippingMethodId: $s) { ${outcome} }
  state: transitionOrderToState(state: "ArrangingPayment") { __typename ... on Order { id } ... on OrderStateTransitionError { errorCode } }
  payment: addPaymentToOrder(input: { method: "at-once", metadata: {} }) { ${outcome} } }`
const steps = ['customer', 'address', 'shipping', 'state', 'payment']
const address = {
  fullName: 'A Buyer',
  streetLine1: 'Wensan Road 1',
  city: 'Hangzhou',
  postalCode: '310012',
  countryCode: 'CN',
}

export const vendure: Peer = {
  name: 'vendure',
  version,
  async prepare(folder) {
    await installPackages(folder, { name: 'vendure', packages: { '@vendure/core': version, pg: '8.23.1' } })
    await withDatabase(folder, (url) =>
      runProgram(folder, [process.execPath, 'populate.cjs'], environmentOf(url, 0), 2 * minuteMs),
    )
  },
  async open(folder) {
    const database = await openDatabase(folder)
    const port = database.port + 1
    const program = await startProgram(folder, [process.execPath, join(folder, 'server.cjs')], {
      port,
      path: '/health',
      limitMs: minuteMs,
      environment: environmentOf(database.url, port),
    }).catch(async (error: unknown) => {
      await database.stop()
      throw error
    })
    const known = await lookAround(port)
    const run = Date.now().toString(36)
    const buy = (variantId: string) => async (connection: Connection, buyer: number) => {
      const first = await ask(connection, '/shop-api', null, add, { v: variantId })
      if (typeof first === 'string') return first
      const put = first.data['add']
      if (put?.__typename !== 'Order') return `add: ${put?.errorCode}`
      const customer = { firstName: 'A', lastName: 'Buyer', emailAddress: `b${run}-${buyer}@example.com` }
      const last = await ask(connection, '/shop-api', first.token, finish, {
        c: customer,
        a: address,
        s: [known.shippingId],
      })
      if (typeof last === 'string') return last
      for (const step of steps) {
        const answer = last.data[step]
        if (answer?.__typename !== 'Order') return `${step}: ${answer?.errorCode}`
      }
      return last.data['payment']?.state === 'PaymentSettled' ? null : `state ${last.data['payment']?.state}`
    }
    return {
      port,
      plenty: buy(known.plenty),
      few: buy(known.few),
      cpuUs: () => cpuUsOf(program.pid, join(folder, 'database')),
      async stop() {
        await program.stop()
        await database.stop()
      },
    }
  },
}

function environmentOf(url: string, port: number): Record<string, string> {
  return {
    ...secrets,
    NODE_ENV: 'production',
    DATABASE_URL: url,
    PORT: String(port),
    VENDURE_DISABLE_TELEMETRY: 'true',
  }
}

/** One GraphQL request; a text says what went wrong. */
async function ask(
  connection: Connection,
  path: string,
  token: string | null,
  query: string,
  variables: unknown,
): Promise<{ data: Record<string, Outcome>; token: string | null } | string> {
  const answer = await connection.post(path, token === null ? {} : { authorization: `Bearer ${token}` }, {
    query,
    variables,
  })
  const { data, errors } = JSON.parse(answer.body) as {
    data?: Record<string, Outcome> | null
    errors?: { message: string }[]
  }
  if (errors !== undefined || !data) return `${answer.status} ${errors?.[0]?.message ?? ''}`
  return { data, token: answer.header('vendure-auth-token') ?? token }
}

/** The ids that a shop's page would know after one look at its catalogue. */
async function lookAround(port: number): Promise<{ plenty: string; few: string; shippingId: string }> {
  const post = async (token: string | null, query: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/admin-api`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query }),
    })
    return { token: answer.headers.get('vendure-auth-token'), body: (await answer.json()) as any }
  }
  const { token } = await post(
    null,
    `mutation { login(username: "${secrets.PEER_ADMIN}", password: "${secrets.PEER_PASSWORD}") { __typename } }`,
  )
  const { body } = await post(token, '{ productVariants { items { id sku } } shippingMethods { items { id } } }')
  const variant = (sku: string): string =>
    body.data.productVariants.items.find((item: { sku: string }) => item.sku === sku).id
  return { plenty: variant('PLENTY'), few: variant('FEW'), shippingId: body.data.shippingMethods.items[0].id }
}
