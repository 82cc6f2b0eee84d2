import type { claimModes } from '#contract/selling'
import { notify } from '#people/notifications'
import type { Tx } from '#platform/database'
import { bagOf } from './bag.ts'
import { type ClaimRow, insertClaims, modesOf } from './store.ts'

export type ClaimMode = (typeof claimModes)[number]

/**
 * What a comment claims: a word that buys, the number of a product in the bag, and how many. A bare number claims nothing:
 * "1" is what people type when a host asks them to.
 *
 *   sold 3 · claim #3 · buy 12 x2 · 要3号 · 拍3 · 买3号2件 · 抢 3 号 x 2
 */
export function claimIn(text: string): { position: number; units: number } | null {
  const said = text.normalize('NFKC').trim().toLowerCase()
  const found =
    /^(?:sold|claim|buy|take|要|拍|买|抢|下单)\s*#?\s*(\d{1,3})\s*(?:号链接|号|#)?\s*(?:(?:x|\*|×)\s*(\d)|(\d)\s*(?:件|个|份|套))?\s*[!.~！。]*$/.exec(
      said,
    )
  if (found === null) return null
  const position = Number(found[1])
  const units = Number(found[2] ?? found[3] ?? 1)
  return position >= 1 && position <= 100 && units >= 1 ? { position, units } : null
}

/**
 * Comments that claim something in a session whose host lets them. A product of several kinds cannot be claimed by its
 * number alone. First paid, first served: who said it is told where to pay. Held: what follows is an order that waits.
 */
export async function claimAll(
  tx: Tx,
  said: readonly {
    id: string
    roomId: string
    sessionId: string
    creatorId: string
    roomTitle: string
    personId: string
    text: string
  }[],
): Promise<void> {
  const wishes = said.flatMap((comment) => {
    const claim = claimIn(comment.text)
    return claim === null ? [] : [{ ...comment, ...claim }]
  })
  if (wishes.length === 0) return
  const modes = await modesOf(tx.db, [...new Set(wishes.map((wish) => wish.sessionId))])
  const rows: (ClaimRow & {
    roomId: string
    creatorId: string
    roomTitle: string
    title: { en: string; zh: string }
  })[] = []
  for (const [sessionId, some] of Map.groupBy(wishes, (wish) => wish.sessionId)) {
    const mode = modes.get(sessionId) ?? 'off'
    if (mode === 'off') continue
    const { bag } = await bagOf(tx.db, sessionId, tx.now)
    for (const wish of some) {
      const item = bag[wish.position - 1]
      const sku = item?.skus.length === 1 ? item.skus[0] : undefined
      if (item === undefined || sku === undefined) continue
      const { id, personId, units, roomId, creatorId, roomTitle } = wish
      rows.push({
        sessionId, id, personId, productId: item.productId, skuId: sku.id, units, mode, roomId, creatorId, roomTitle,
        title: item.title,
      }) // biome-ignore format: one claim.
    }
  }
  if (rows.length === 0) return
  await insertClaims(tx, rows)
  const held = rows.filter((row) => row.mode === 'hold')
  if (held.length > 0) {
    tx.emit({
      name: 'claims.held',
      claims: held.map(({ id, roomId, sessionId, creatorId, roomTitle, personId, skuId, units, title }) => ({
        id, roomId, sessionId, creatorId, roomTitle, personId, skuId, units, title,
      })), // biome-ignore format: one claim.
    })
  }
  await notify(
    tx,
    rows
      .filter((row) => row.mode === 'first_paid')
      .map((row) => ({
        personId: row.personId,
        kind: 'claim_noted',
        cause: row.id,
        title: { en: `Pay now: ${row.title.en}`, zh: `快付款：${row.title.zh}` },
        body: { en: 'Whoever pays first gets it.', zh: '先付先得，付款后才算抢到。' },
        link: `/rooms/${row.roomId}`,
      })),
  )
}
