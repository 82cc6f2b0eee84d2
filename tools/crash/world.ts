/** What a crash run sells and who buys: made once, through the server itself, before anything is killed. */
import { openCategories, setProductState } from '#goods/catalog'
import { listProduct } from '#goods/listings'
import { topUp } from '#money/payments'
import { addDemoLogin, openPeople } from '#people/identity'
import { saveAddress } from '#people/profiles'
import { readConfig } from '#platform/config'
import { inTransaction, systemActor, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { openSupplier, receiveStock } from '#supply/procurement'
import { openWarehouse } from '#supply/warehouse'
import { startServer } from '../../server/app/server.ts'

export interface CrashWorld {
  skus: { id: string; priceMinor: number; units: number }[]
  buyers: { personId: string; cookie: string; addressId: string }[]
}

const words = (text: string) => ({ en: text, zh: text })
/** Two that never end, and two that are gone while servers die. */
const unitsOf = [5_000_000, 5_000_000, 400, 40]
const buyersNumber = 16
/** Below what a person may put in within a day, so that there is room for the top-ups of the run. */
const purseMinor = 15_000_000

/** Makes goods, money and people, signs them in, and stops the server again; their sessions outlive it. */
export async function openCrashWorld(environment: Record<string, string>): Promise<CrashWorld> {
  // One click signs in, in demo mode; the run itself is a sandbox.
  const server = await startServer(readConfig({ ...environment, HAWKER_MODE: 'demo', HAWKER_DEMO_SALES: 'false' }))
  try {
    const { app } = server
    const [warehouseId, supplierId, productId] = [newId(), newId(), newId()]
    const skus = unitsOf.map((units, index) => ({ id: newId(), priceMinor: 1_100 + 700 * index, units }))
    const people = Array.from({ length: buyersNumber }, () => ({ personId: newId(), addressId: newId() }))
    await transact(app, async (tx) => {
      await openCategories(tx.db, [{ code: 'tea', name: words('Tea') }])
      const place = { province: '浙江省', city: '杭州市', district: '萧山区', street: '集栖路118号' }
      const house = { id: warehouseId, code: 'HGH', name: words('Hangzhou'), ...place, serves: [], bins: ['A-01-1'] }
      await openWarehouse(tx, house)
      const supplier = { id: supplierId, code: 'S1', name: words('Garden'), city: '', contact: '', leadDays: 3 }
      await openSupplier(tx.db, { ...supplier, accountPeriodDays: 30, orderUnitsMin: 1 })
      const product = { id: productId, slug: 'tea', categoryCode: 'tea', title: words('Tea'), subtitle: words('') }
      const sold = skus.map(({ id, priceMinor }, index) => ({
        id,
        barcode: ['2000000000015', '2000000000022', '2000000000039', '2000000000046'][index] ?? '',
        code: `T-${index}`,
        label: words(`${index}`),
        priceMinor,
        listPriceMinor: null,
        costMinor: 300,
        weightGrams: 100,
      }))
      const terms = { story: words(''), currency: 'CNY' as const, commissionBasisPoints: 1_000, skus: sold }
      mustBeDone(await listProduct(tx, { ...product, ...terms }))
      mustBeDone(await setProductState(tx, { productId, state: 'on_sale' }))
      await openPeople(
        tx,
        people.map(({ personId }) => ({ id: personId, name: 'Chen', roles: ['buyer' as const] })),
      )
      for (const { personId, addressId } of people) {
        const sentence = words('Buys')
        await addDemoLogin(tx, { login: personId, personId, sentence, app: 'buyer' })
        const to = { recipient: '陈一诺', phone: '+8613900001234', isDefault: true }
        const where = { province: '浙江省', city: '杭州市', district: '西湖区', street: '文三路1号' }
        mustBeDone(await saveAddress(tx, { id: addressId, ownerId: personId, ...to, ...where }))
      }
      await topUp(
        tx,
        ...people.map(({ personId }) => {
          return { id: newId(), personId, amountMinor: purseMinor, currency: 'CNY' as const }
        }),
      )
    })
    for (const { id, units } of skus) {
      const receipt = { id: newId(), supplierId, warehouseId, skuId: id, bin: 'A-01-1', units }
      mustBeDone(
        await inTransaction(app, systemActor, (tx) =>
          receiveStock(tx, { ...receipt, unitCostMinor: 300, currency: 'CNY' }),
        ),
      )
    }
    const buyers: CrashWorld['buyers'] = []
    for (const { personId, addressId } of people) {
      const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/demo/sign-ins`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': newId() },
        body: JSON.stringify({ login: personId }),
      })
      if (!response.ok) throw new Error(`A buyer could not sign in: ${response.status} ${await response.text()}`)
      const cookie = response.headers
        .getSetCookie()
        .map((each) => each.split(';')[0] ?? '')
        .filter((each) => !each.endsWith('='))
        .join('; ')
      buyers.push({ personId, addressId, cookie })
    }
    await server.outbox.drained()
    return { skus, buyers }
  } finally {
    await server.stop()
  }
}
