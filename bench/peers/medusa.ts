/** Medusa: a guest's checkout through its store API in five requests, which is how its own storefront does it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection } from './client.ts'
import { cpuUsOf, installPackages, openDatabase, type Peer, runProgram, startProgram, withDatabase } from './shop.ts'

const version = '2.21.2'
const minuteMs = 60_000
const cli = 'node_modules/@medusajs/cli/cli.js'
const address = {
  first_name: 'A',
  last_name: 'Buyer',
  address_1: 'Wensan Road 1',
  city: 'Hangzhou',
  postal_code: '310012',
  country_code: 'cn',
}

interface Known {
  key: string
  region: string
  option: string
  plenty: string
  few: string
}

class NotPlaced extends Error {}

export const medusa: Peer = {
  name: 'medusa',
  version,
  async prepare(folder) {
    const packages = ['@medusajs/cli', '@medusajs/framework', '@medusajs/medusa']
    await installPackages(folder, {
      name: 'medusa',
      packages: Object.fromEntries(packages.map((name) => [name, version])),
    })
    await withDatabase(folder, async (url) => {
      const environment = environmentOf(url)
      await runProgram(folder, [process.execPath, cli, 'db:migrate'], environment, 3 * minuteMs)
      await runProgram(folder, [process.execPath, cli, 'exec', './src/scripts/seed.js'], environment, 2 * minuteMs)
    })
  },
  async open(folder) {
    const database = await openDatabase(folder)
    const port = database.port + 1
    const program = await startProgram(folder, [process.execPath, cli, 'start', '-p', String(port)], {
      port,
      path: '/health',
      limitMs: 2 * minuteMs,
      environment: environmentOf(database.url),
    }).catch(async (error: unknown) => {
      await database.stop()
      throw error
    })
    const known = JSON.parse(await readFile(join(folder, 'seed.json'), 'utf8')) as Known
    return {
      port,
      plenty: (connection, buyer) => refusalOf(buy(connection, known, known.plenty, buyer)),
      few: (connection, buyer) => refusalOf(buy(connection, known, known.few, buyer)),
      cpuUs: () => cpuUsOf(program.pid, join(folder, 'database')),
      async stop() {
        await program.stop()
        await database.stop()
      },
    }
  },
}

function environmentOf(url: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: url,
    PEER_SECRET: 'for-this-run-only',
    MEDUSA_DISABLE_TELEMETRY: 'true',
  }
}

async function buy(connection: Connection, known: Known, variantId: string, buyer: number): Promise<void> {
  const post = async (step: string, path: string, body: unknown): Promise<any> => {
    const answer = await connection.post(`/store/${path}?fields=id`, { 'x-publishable-api-key': known.key }, body)
    if (answer.status < 300) return JSON.parse(answer.body)
    throw new NotPlaced(`${step}: ${answer.status} ${messageIn(answer.body)}`)
  }
  const { cart } = await post('cart', 'carts', {
    region_id: known.region,
    email: `b${process.pid}-${buyer}@example.com`,
    shipping_address: address,
    billing_address: address,
    items: [{ variant_id: variantId, quantity: 1 }],
  })
  await post('shipping', `carts/${cart.id}/shipping-methods`, { option_id: known.option })
  const { payment_collection } = await post('payment', 'payment-collections', { cart_id: cart.id })
  const session = { provider_id: 'pp_system_default' }
  await post('session', `payment-collections/${payment_collection.id}/payment-sessions`, session)
  const done = await post('complete', `carts/${cart.id}/complete`, {})
  if (done.type !== 'order') throw new NotPlaced(`complete: ${done.error?.message ?? done.type}`)
}

async function refusalOf(bought: Promise<void>): Promise<string | null> {
  try {
    await bought
    return null
  } catch (error) {
    if (error instanceof NotPlaced) return error.message
    throw error
  }
}

function messageIn(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: string }).message ?? '')
  } catch {
    return ''
  }
}
