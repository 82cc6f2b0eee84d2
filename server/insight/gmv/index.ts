/**
 * GMV: paid sales as they happen, by day, minute, product, room and province; the big screen's state.
 *
 * Always true: a day's sum equals the paid orders of that business day less those cancelled; break-downs by minute, room
 * and province count the same orders; demo sales count in demo mode only.
 * Not here: the order of creators (`insight/leaderboards`), money that was earned (`money/settlements`).
 */
export { countSales, countSalesByGoods, latestMax, streamViewOf, sumsOf, uncountSale } from './count.ts'
export { gmvRoutes } from './routes.ts'
