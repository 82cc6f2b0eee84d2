import type { CategorySlug } from './categories.ts'
import type { SupplierSlug } from './suppliers.ts'
import { type Words, words } from './words.ts'

export type DemoOption = { name: Words; values: readonly Words[] }

export type DemoSku = {
  code: string
  label: Words
  /** One index into `values` for each of the product's options, in their order. */
  choices: readonly number[]
  priceMinor: number
  costMinor: number
  weightGrams: number
  barcode: string
}

export type PackageShape = 'dropper' | 'tube' | 'jar' | 'pouch' | 'tin' | 'bottle'

/** Either an object of the fluent emoji package, or a package that is drawn here and carries one as its print. */
export type PictureObject = { asset: string } | { shape: PackageShape; colour: string; trim: string; print: string }

export type StageSet = 'plinth' | 'sweep' | 'arch' | 'steps' | 'window' | 'disc' | 'drapes'
export type Arrangement = 'single' | 'pair' | 'trio' | 'fan' | 'pattern'

export type PictureRecipe = {
  hero: PictureObject
  set: StageSet
  arrangement: Arrangement
  /** Hue rotations of the hero's companions where the arrangement shows more than one. */
  companionHues: readonly number[]
  /** Code points of the small objects beside the hero. */
  props: readonly string[]
  /** A background colour that overrides the category's own. */
  backdrop?: string
}

export type DemoProduct = {
  slug: string
  category: CategorySlug
  title: Words
  subtitle: Words
  story: Words
  /** The lowest price among the SKUs: what a card shows. */
  priceMinor: number
  costMinor: number
  /** The struck-through price, or null where the goods were never dearer. */
  listPriceMinor: number | null
  options: readonly DemoOption[]
  skus: readonly DemoSku[]
  /** About how many units, over all SKUs, a busy shop would keep. */
  unitsHint: number
  supplierSlug: SupplierSlug
  picture: PictureRecipe
}

/** How a product is written down; `productsOf` makes the full record of it. Money is in whole yuan here. */
export type ProductDraft = {
  slug: string
  title: Words
  subtitle: Words
  story: Words
  yuan: number
  /** The factory's price as a share of ours. */
  costShare: number
  listYuan?: number
  grams: number
  units: number
  supplier: SupplierSlug
  options: readonly DraftOption[]
  picture: PictureRecipe
}

type DraftOption = { name: Words; values: readonly DraftValue[] }
type DraftValue = { label: Words; plusYuan: number; plusGrams: number }

export function value(en: string, zh: string, plusYuan = 0, plusGrams = 0): DraftValue {
  return { label: words(en, zh), plusYuan, plusGrams }
}

export const colours = (...values: DraftValue[]): DraftOption => ({ name: words('Colour', '颜色'), values })
export const sizes = (...values: DraftValue[]): DraftOption => ({ name: words('Size', '尺码'), values })
export const packs = (...values: DraftValue[]): DraftOption => ({ name: words('Pack', '规格'), values })
export const flavours = (...values: DraftValue[]): DraftOption => ({ name: words('Flavour', '口味'), values })
export const styles = (...values: DraftValue[]): DraftOption => ({ name: words('Style', '款式'), values })

/** A picture of an object of the emoji package. */
export function photo(
  hero: string | PictureObject,
  set: StageSet,
  arrangement: Arrangement = 'single',
  more: { hues?: readonly number[]; props?: readonly string[]; backdrop?: string } = {},
): PictureRecipe {
  return {
    hero: typeof hero === 'string' ? { asset: hero } : hero,
    set,
    arrangement,
    companionHues: more.hues ?? [0, 0],
    props: more.props ?? [],
    ...(more.backdrop === undefined ? {} : { backdrop: more.backdrop }),
  }
}

/** Completes the drafts of one category. `shelf` is the category's number and becomes part of codes and barcodes. */
export function productsOf(category: CategorySlug, shelf: number, drafts: readonly ProductDraft[]): DemoProduct[] {
  return drafts.map((draft, index) => {
    const skus = combinationsOf(draft.options).map((choices, skuIndex): DemoSku => {
      const chosen = choices.map((choice, option) => draft.options[option]?.values[choice] ?? value('', ''))
      const yuan = draft.yuan + sumOf(chosen.map((one) => one.plusYuan))
      const number = `${two(shelf)}${two(index + 1)}${two(skuIndex + 1)}`
      return {
        code: `HK${two(shelf)}-${two(index + 1)}-${skuIndex + 1}`,
        label: words(
          chosen.map((one) => one.label.en).join(', ') || 'Standard',
          chosen.map((one) => one.label.zh).join('，') || '标准款',
        ),
        choices,
        priceMinor: yuan * 100,
        costMinor: Math.round(yuan * 100 * draft.costShare),
        weightGrams: draft.grams + sumOf(chosen.map((one) => one.plusGrams)),
        // Numbers that begin with 2 are kept for use inside one shop, so they belong to nobody's goods.
        barcode: withCheckDigit(`200000${number}`),
      }
    })
    const priceMinor = Math.min(...skus.map((sku) => sku.priceMinor))
    return {
      slug: draft.slug,
      category,
      title: draft.title,
      subtitle: draft.subtitle,
      story: draft.story,
      priceMinor,
      costMinor: Math.round(priceMinor * draft.costShare),
      listPriceMinor: draft.listYuan === undefined ? null : draft.listYuan * 100,
      options: draft.options.map((option) => ({ name: option.name, values: option.values.map((one) => one.label) })),
      skus,
      unitsHint: draft.units,
      supplierSlug: draft.supplier,
      picture: draft.picture,
    }
  })
}

/** Appends the check digit of an EAN-13: weights 1 and 3 from the left, up to the next ten. */
export function withCheckDigit(twelveDigits: string): string {
  const sum = sumOf([...twelveDigits].map((digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3)))
  return `${twelveDigits}${(10 - (sum % 10)) % 10}`
}

function combinationsOf(options: readonly DraftOption[]): number[][] {
  return options.reduce<number[][]>(
    (rows, option) => rows.flatMap((row) => option.values.map((_, index) => [...row, index])),
    [[]],
  )
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0)
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
