/** Ourselves: a signed-in buyer buys at the price that the product's page shows him, one request. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { newId } from '#platform/ids'
import { version } from '../../server/app/server.ts'
import type { BenchSku } from '../orders/seed.ts'
import type { Connection } from './client.ts'
import type { HawkerReady } from './hawker-server.ts'
import { cpuUsOf, type Peer } from './shop.ts'

const startMsMax = 120_000

export const hawker: Peer = {
  name: 'hawker',
  version,
  prepare: async () => undefined,
  async open(folder) {
    const child = fork(join(import.meta.dirname, 'hawker-server.ts'), [folder], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const ready = await readyFrom(child)
    const buyerOf = (turn: number) => {
      const buyer = ready.buyers[turn % ready.buyers.length]
      if (buyer === undefined) throw new Error('there are buyers')
      return buyer
    }
    const buy = (sku: BenchSku) => async (connection: Connection, turn: number) => {
      const { cookie, addressId } = buyerOf(turn)
      return place(connection, cookie, { ...wishFor(sku, addressId), shownPayMinor: sku.priceMinor })
    }
    const askAndBuy = (sku: BenchSku) => async (connection: Connection, turn: number) => {
      const { cookie, addressId } = buyerOf(turn)
      const wish = wishFor(sku, addressId)
      const answer = await connection.post('/api/v1/quotes', { cookie }, wish)
      const { quote, code } = JSON.parse(answer.body) as { quote?: { payMinor: number }; code?: string }
      if (quote === undefined) return `quote: ${answer.status} ${code}`
      return place(connection, cookie, { ...wish, shownPayMinor: quote.payMinor })
    }
    return {
      port: ready.port,
      plenty: buy(ready.plenty),
      plentyWithPrice: askAndBuy(ready.plenty),
      few: buy(ready.few),
      cpuUs: () => cpuUsOf(child.pid ?? 0, join(folder, 'database')),
      stop: () =>
        new Promise((resolve) => {
          child.once('exit', () => resolve())
          child.disconnect()
        }),
    }
  },
}

function wishFor(sku: BenchSku, addressId: string) {
  return { lines: [{ skuId: sku.skuId, units: 1 }], addressId }
}

async function place(
  connection: Connection,
  cookie: string,
  wish: ReturnType<typeof wishFor> & { shownPayMinor: number },
): Promise<string | null> {
  const answer = await connection.post('/api/v1/orders', { cookie }, { ...wish, id: newId(), payment: 'wallet' })
  return answer.status === 201 ? null : `${answer.status} ${(JSON.parse(answer.body) as { code?: string }).code}`
}

function readyFrom(child: ChildProcess): Promise<HawkerReady> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`the server was not ready after ${startMsMax / 1_000} s`))
    }, startMsMax)
    child.once('message', (message) => {
      clearTimeout(timer)
      resolve(message as HawkerReady)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the server ended with ${code}`))
    })
  })
}
