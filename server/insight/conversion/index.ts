/**
 * Conversion: how a broadcast turns being seen into being bought.
 *
 * Always true: every rate follows from counts by one definition (`numbers.ts`); what is sold is a fold of the same events as
 * the orders; a rate of nothing is none rather than zero.
 * Not here: taking in what was shown and tapped (`facts`), the day's sales over all rooms (`gmv`), who may look (the
 * composition knows whose session it is).
 */
export { countSalesOfMinutes, uncountSaleOfMinutes } from './count.ts'
export { type ConversionAsk, conversionRoutes, watchViewers } from './routes.ts'
