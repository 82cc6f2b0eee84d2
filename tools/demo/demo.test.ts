import { existsSync, readFileSync } from 'node:fs'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import {
  assetPath,
  demoAgencies,
  demoBuyers,
  demoCategories,
  demoComments,
  demoCreators,
  demoProducts,
  demoSuppliers,
  demoWarehouses,
  loopPath,
  renderAvatar,
  renderProductPicture,
  renderRoomCover,
  withCheckDigit,
} from './index.ts'

const skus = demoProducts.flatMap((product) => product.skus)

test('there is enough of everything to browse', () => {
  expect(demoProducts.length).toBeGreaterThanOrEqual(72)
  expect(demoCategories.length).toBeGreaterThanOrEqual(12)
  for (const category of demoCategories) {
    expect(demoProducts.filter((product) => product.category === category.slug).length).toBeGreaterThanOrEqual(5)
  }
  expect(demoSuppliers).toHaveLength(8)
  expect(demoWarehouses).toHaveLength(2)
  expect(demoCreators).toHaveLength(20)
  expect(demoAgencies).toHaveLength(2)
  expect(demoBuyers).toHaveLength(30)
  expect(demoComments.length).toBeGreaterThanOrEqual(120)
})

test('every name that identifies something is used once', () => {
  for (const names of [
    demoProducts.map((product) => product.slug),
    demoCategories.map((category) => category.slug),
    demoCreators.map((creator) => creator.handle),
    demoBuyers.map((buyer) => buyer.phone),
    skus.map((sku) => sku.code),
    skus.map((sku) => sku.barcode),
    demoProducts.map((product) => product.title.en),
    demoProducts.map((product) => product.title.zh),
    demoComments.map((comment) => comment.text.zh),
    ...demoWarehouses.map((warehouse) => warehouse.zones.flatMap((zone) => zone.bins)),
  ]) {
    expect(new Set(names).size).toBe(names.length)
  }
})

test('a barcode is thirteen digits and its last one checks the others', () => {
  expect(withCheckDigit('400638133393')).toBe('4006381333931')
  for (const { barcode } of skus) {
    expect(barcode).toMatch(/^2\d{12}$/)
    expect(withCheckDigit(barcode.slice(0, 12))).toBe(barcode)
  }
})

test('goods cost us between two fifths and two thirds of what they bring', () => {
  for (const { priceMinor, costMinor, weightGrams } of [...skus]) {
    expect(Number.isSafeInteger(priceMinor) && Number.isSafeInteger(costMinor)).toBe(true)
    expect(costMinor).toBeGreaterThan(0)
    expect(costMinor / priceMinor).toBeGreaterThan(0.39)
    expect(costMinor / priceMinor).toBeLessThan(0.66)
    expect(weightGrams).toBeGreaterThan(0)
  }
  for (const product of demoProducts) {
    expect(product.priceMinor).toBe(Math.min(...product.skus.map((sku) => sku.priceMinor)))
    if (product.listPriceMinor !== null) expect(product.listPriceMinor).toBeGreaterThan(product.priceMinor)
    expect(product.unitsHint).toBeGreaterThan(0)
  }
})

test('a SKU names one value of each option', () => {
  for (const product of demoProducts) {
    expect(product.skus.length).toBeGreaterThanOrEqual(1)
    expect(product.skus.length).toBeLessThanOrEqual(6)
    for (const sku of product.skus) {
      expect(sku.choices).toHaveLength(product.options.length)
      for (const [index, choice] of sku.choices.entries()) {
        expect(product.options[index]?.values[choice]).toBeDefined()
      }
    }
  }
})

test('everything can be read in both languages', () => {
  let pairs = 0
  const visit = (value: unknown, path: string) => {
    if (typeof value !== 'object' || value === null) return
    if ('en' in value && 'zh' in value) {
      pairs += 1
      expect(value.en, path).toMatch(/\S/)
      expect(value.zh, path).toMatch(/\S/)
      expect(value.en, path).not.toMatch(/[\u4e00-\u9fff]/)
    }
    for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`)
  }
  const world = { demoProducts, demoCategories, demoSuppliers, demoWarehouses, demoCreators, demoBuyers, demoComments }
  visit(world, 'demo')
  expect(pairs).toBeGreaterThan(900)
  for (const { title, subtitle, story } of demoProducts) {
    for (const { zh } of [title, subtitle, story]) expect(zh).toMatch(/[\u4e00-\u9fff]/)
  }
})

test('references lead somewhere', () => {
  const categories = new Set(demoCategories.map((category) => category.slug))
  const suppliers = new Set(demoSuppliers.map((supplier) => supplier.slug))
  const agencies = new Set(demoAgencies.map((agency) => agency.slug))
  for (const product of demoProducts) {
    expect(categories).toContain(product.category)
    expect(suppliers).toContain(product.supplierSlug)
  }
  for (const creator of demoCreators) {
    for (const category of creator.categories) expect(categories).toContain(category)
    if (creator.agency !== null) expect(agencies).toContain(creator.agency)
  }
})

test('creators stand on both sides of the live gate', () => {
  const followers = demoCreators.map((creator) => creator.followersWanted)
  expect(followers.filter((count) => count === 1_999)).toHaveLength(1)
  expect(followers.filter((count) => count === 2_000)).toHaveLength(1)
  expect(Math.max(...followers)).toBe(180_000)
  const barred = demoCreators.filter((creator) => creator.activeViolation)
  expect(barred).toHaveLength(1)
  expect(barred[0]?.followersWanted).toBeGreaterThan(2_000)
})

test('every object in a picture exists in the emoji package', () => {
  const assets = demoProducts.flatMap(({ picture }) => [
    'asset' in picture.hero ? picture.hero.asset : picture.hero.print,
    ...picture.props,
  ])
  for (const asset of [...assets, ...demoCategories.map((category) => category.iconAsset)]) {
    expect(existsSync(assetPath(asset)), asset).toBe(true)
  }
})

test('no two products show the same thing', () => {
  const heroes = demoProducts.map(({ picture }) => JSON.stringify(picture.hero))
  expect(new Set(heroes).size).toBe(heroes.length)
})

test('a picture is small, has its shape, and comes out the same each time', async () => {
  const [product] = demoProducts
  const [creator] = demoCreators
  if (product === undefined || creator === undefined) throw new Error('the world is not empty')
  const hero = await renderProductPicture(product, { variant: 'hero' })
  const card = await renderProductPicture(product, { variant: 'card' })
  expect(hero.equals(await renderProductPicture(product, { variant: 'hero' }))).toBe(true)
  for (const picture of [hero, card, await renderAvatar(creator), await renderRoomCover(creator)]) {
    expect(picture.length).toBeLessThan(45 * 1024)
  }
  expect(await sharp(hero).metadata()).toMatchObject({ format: 'webp', width: 720, height: 720 })
  expect(await sharp(card).metadata()).toMatchObject({ width: 600, height: 800 })
})

test('each room has a small video to loop', () => {
  for (const loop of new Set(demoCreators.map((creator) => creator.loop))) {
    const file = readFileSync(loopPath(loop))
    expect(file.subarray(0, 5)).toEqual(Buffer.from([0x46, 0x4c, 0x56, 1, 5])) // "FLV", version 1, sound and picture.
    expect(file.length).toBeLessThanOrEqual(900 * 1024)
  }
})
