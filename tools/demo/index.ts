/**
 * The demo world: an invented shop one would want to buy in. Goods, factories, warehouses, creators, buyers, room
 * talk, their pictures and three looping live streams.
 *
 * Always true: everything is deterministic, written in English and Simplified Chinese, and invented; no brand, no real
 * person, no phone number that rings. Money is integer fen (CNY). A SKU costs us less than its price.
 * Not here: writing it to a database (`tools/seed.ts` does that, through the doors of the areas).
 */
export { type Words, words } from './words.ts'
export { type CategorySlug, type DemoCategory, demoCategories } from './categories.ts'
export {
  type Arrangement,
  type DemoOption,
  type DemoProduct,
  type DemoSku,
  type PackageShape,
  type PictureObject,
  type PictureRecipe,
  type StageSet,
  withCheckDigit,
} from './product.ts'
export { demoProducts } from './products.ts'
export { type DemoShop, demoShops } from './shops.ts'
export { type DemoSupplier, type SupplierSlug, demoSuppliers } from './suppliers.ts'
export { type DemoWarehouse, type DemoZone, type ZoneKind, demoWarehouses } from './warehouses.ts'
export {
  type AgencySlug,
  type AvatarRecipe,
  type DemoAgency,
  type DemoCreator,
  type HairStyle,
  type RoomLoop,
  demoAgencies,
  demoCreators,
} from './creators.ts'
export { type DemoAddress, type DemoBuyer, demoBuyers } from './buyers.ts'
export { type CommentMood, type DemoComment, demoComments } from './comments.ts'
export { loopPath } from './loops.ts'
export { assetPath, type PictureVariant, renderAvatar, renderProductPicture, renderRoomCover } from './pictures.ts'
