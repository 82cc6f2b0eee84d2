/**
 * Catalog: what a product is. SPU and SKU with options in a stable order, categories, pictures by key, and whether it
 * is a draft, on sale or off sale.
 *
 * Always true: the order of a product's SKUs and options never changes; slugs, SKU codes and barcodes exist once; a
 * draft cannot be sold, linked or pinned.
 * Not here: price, seller and stock shown (`goods/listings`), units (`supply/warehouse`), the bytes of pictures
 * (`#platform/storage`); what is brought as one is read and made anew here, so that only its pixels are kept.
 */
export { type Product, type ProductOption, type ProductState, pictureMissing, type SkuFacts } from './product.ts'
export { type CreateProduct, createProduct } from './create-product.ts'
export { findMissing as findMissingPicture } from './picture.ts'
export { setPictures, setProductState } from './set-product-state.ts'
export {
  findSkuIds,
  listAllIds,
  listOnSaleIds,
  type ProductPage,
  productsOf,
  skusFoundMax,
  skusOf,
} from './find-products.ts'
export {
  categoryPaths as categoryPathsOf,
  insertCategories as openCategories,
  keptProducts as notReturnedWithoutReason,
  selectCategories as categoriesOf,
} from './store.ts'
export { catalogRoutes } from './routes.ts'
