import { sumOf } from '#contract/money'
import { accounts, postJournals, withoutZeros } from '#money/ledger'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { allocationCause, shippedUnitsOf, takeBackUnits } from '#supply/warehouse'
import { checkGradings, costsOfGradings, type Grading } from './grading.ts'
import {
  backOfOrder,
  findReturn,
  insertGradings,
  insertReturn,
  lockReturn,
  type NewReturn,
  type ReturnRow,
  updateBecame,
  updateGraded,
  updateLapsed,
  updateSent,
} from './store.ts'

/** A wish was accepted whose goods come back first. The same id again changes nothing. */
export async function openReturn(tx: Tx, wish: NewReturn): Promise<void> {
  await insertReturn(tx, wish)
}

/** The buyer has given it to a carrier. He may correct the number until it is here. */
export async function noteReturnSent(
  tx: Tx,
  of: { orderId: string; id: string; waybill: string },
): Promise<Outcome<null, 'not_found' | 'return_closed'>> {
  const found = await lockReturn(tx, of)
  if (found === null) return refuse('not_found')
  if (found.state !== 'expected' && found.state !== 'sent') return refuse('return_closed')
  await updateSent(tx, of, of.waybill)
  return done(null)
}

/** The days in which it had to be sent are over. */
export async function lapseReturn(tx: Tx, of: { orderId: string; id: string }): Promise<void> {
  await updateLapsed(tx, of)
}

/**
 * It is here: every unit is graded, those as good as new are on the shelf again, and what they cost goes where they go. Once; the
 * same grades again change nothing. Whoever owes the buyer money or goods for it hears it as `return.graded`.
 */
export async function gradeReturn(
  tx: Tx,
  wish: { id: string; gradings: readonly Grading[] },
): Promise<Outcome<ReturnRow, 'not_found' | 'return_closed' | 'units_not_graded'>> {
  const key = await findReturn(tx.db, wish.id)
  const found = key === null ? null : await lockReturn(tx, key)
  if (found === null) return refuse('not_found')
  if (found.state === 'graded') return isSame(found.gradings, wish.gradings) ? done(found) : refuse('return_closed')
  if (found.state === 'lapsed') return refuse('return_closed')
  const fits = checkGradings(wish.gradings, found.lines)
  if (!fits.ok) return fits

  const before = await backOfOrder(tx.db, found.orderId)
  const graded: (Grading & { costMinor: number })[] = []
  for (const line of found.lines) {
    const cause = allocationCause(found.orderId, line.lineNo)
    const shipped = await shippedUnitsOf(tx.db, { skuId: line.skuId, warehouseId: found.warehouseId, cause })
    assert(shipped !== null, 'what comes back was sent')
    const own = wish.gradings.filter(({ lineNo }) => lineNo === line.lineNo)
    const earlier = before.find(({ lineNo }) => lineNo === line.lineNo) ?? { units: 0, costMinor: 0 }
    const costs = costsOfGradings({ gradings: own, shipped, before: earlier })
    graded.push(...own.map((each, index) => ({ ...each, costMinor: costs[index] ?? 0 })))
    await restock(tx, found, {
      ...{ skuId: line.skuId, owner: shipped.owner, cause: `return:${found.id}:${line.lineNo}` },
      gradings: graded.filter(({ lineNo, grade }) => lineNo === line.lineNo && grade === 'restock'),
    })
  }
  await insertGradings(tx, found, graded)
  await updateGraded(tx, found, tx.actor.kind === 'person' ? tx.actor.personId : null)
  const cost = (grade: Grading['grade']) =>
    sumOf(graded.flatMap((each) => (each.grade === grade ? [each.costMinor] : [])))
  const postings = withoutZeros([
    { account: accounts.inventory, amountMinor: cost('restock') },
    { account: accounts.refurbishing, amountMinor: cost('refurbish') },
    { account: accounts.expenseClaims, amountMinor: cost('scrap') },
    { account: accounts.expenseCogs, amountMinor: -sumOf(graded.map(({ costMinor }) => costMinor)) },
  ])
  await post(tx, found, `goods.returned:${found.id}`, postings)
  const isAccepted = graded.every(({ grade }) => grade !== 'rejected')
  tx.emit({ name: 'return.graded', returnId: found.id, orderId: found.orderId, isAccepted })
  return done((await findReturn(tx.db, found.id)) ?? found)
}

/** What was to be made good is: it is on the shelf again, or it was not worth it. Once. */
export async function finishRefurbishing(
  tx: Tx,
  wish: { id: string; lineNo: number; became: 'restock' | 'scrap' },
): Promise<Outcome<ReturnRow, 'not_found' | 'return_closed'>> {
  const key = await findReturn(tx.db, wish.id)
  const found = key === null ? null : await lockReturn(tx, key)
  const line = found?.lines.find(({ lineNo }) => lineNo === wish.lineNo)
  const grading = found?.gradings.find(({ lineNo, grade }) => lineNo === wish.lineNo && grade === 'refurbish')
  if (found === null || line === undefined || grading === undefined) return refuse('not_found')
  if (grading.became !== null) return grading.became === wish.became ? done(found) : refuse('return_closed')
  await updateBecame(tx, { ...wish, orderId: found.orderId })
  if (wish.became === 'restock') {
    const cause = allocationCause(found.orderId, line.lineNo)
    const shipped = await shippedUnitsOf(tx.db, { skuId: line.skuId, warehouseId: found.warehouseId, cause })
    assert(shipped !== null, 'what comes back was sent')
    await restock(tx, found, {
      ...{ skuId: line.skuId, owner: shipped.owner, cause: `refurbished:${found.id}:${line.lineNo}` },
      gradings: [grading],
    })
  }
  await post(
    tx,
    found,
    `goods.refurbished:${found.id}:${line.lineNo}`,
    withoutZeros([
      {
        account: wish.became === 'restock' ? accounts.inventory : accounts.expenseClaims,
        amountMinor: grading.costMinor,
      },
      { account: accounts.refurbishing, amountMinor: -grading.costMinor },
    ]),
  )
  return done((await findReturn(tx.db, found.id)) ?? found)
}

async function restock(
  tx: Tx,
  of: ReturnRow,
  what: {
    skuId: string
    owner: NonNullable<Awaited<ReturnType<typeof shippedUnitsOf>>>['owner']
    cause: string
    gradings: readonly { units: number; costMinor: number }[]
  },
): Promise<void> {
  const units = what.gradings.reduce((sum, each) => sum + each.units, 0)
  if (units === 0) return
  const valueMinor = sumOf(what.gradings.map(({ costMinor }) => costMinor))
  const { skuId, owner, cause } = what
  await takeBackUnits(tx, [{ skuId, warehouseId: of.warehouseId, units, cause, owner, valueMinor, note: of.number }])
}

async function post(
  tx: Tx,
  of: ReturnRow,
  cause: string,
  postings: { account: string; amountMinor: number }[],
): Promise<void> {
  // A seller's goods have no value in our books.
  if (postings.length === 0) return
  const { currency, orderId } = of
  mustBeDone(await postJournals(tx, [{ id: newId(), kind: 'goods.returned', cause, currency, orderId, postings }]))
}

function isSame(left: readonly Grading[], right: readonly Grading[]): boolean {
  const text = (gradings: readonly Grading[]) =>
    gradings
      .map(({ lineNo, grade, units }) => `${lineNo} ${grade} ${units}`)
      .toSorted()
      .join()
  return text(left) === text(right)
}
