/** What can happen to what is sold. */
export type GoodsEvent =
  /** Prices or states of these products changed; rooms and windows that show them look again. */
  { name: 'products.changed'; productIds: string[] }
