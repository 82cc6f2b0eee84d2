/**
 * Giving, from the tap to the server. Taps of a moment travel together as one batch under one id; a batch whose answer was lost is
 * sent again under the same id, so it is given once. Batches of one go have a combo in common.
 */
import { api, type Gift, must, newId, Problem, type SentGift } from '../../client/index.ts'

/** How long taps gather. */
export const gatherMs = 450
/** Who taps again within this time goes on with the same combo. */
export const comboMs = 4_000
export const batchUnitsMax = 999
const triesMax = 4
const retryMs = 700

export interface Given {
  sent: SentGift
  coins: number
}

export interface Combo {
  gift: Gift
  /** Tapped so far, whether it has arrived or not. */
  units: number
  tap(units: number): void
  /** Sends what has gathered now. */
  flush(): void
}

export interface Ways {
  /** Posts a batch; rejects with a `Problem`. */
  send(batch: { id: string; giftId: string; units: number; comboId: string }): Promise<Given>
  wait(run: () => void, ms: number): void
  onGiven(given: Given): void
  onRefused(problem: unknown): void
}

export function startCombo(gift: Gift, ways: Ways): Combo {
  const comboId = newId()
  let gathered = 0
  let isWaiting = false
  let isFlying = false
  let isOver = false

  const flush = () => {
    if (isFlying || gathered === 0 || isOver) return
    const units = Math.min(batchUnitsMax, gathered)
    gathered -= units
    isFlying = true
    void fly({ id: newId(), giftId: gift.id, units, comboId }, 1)
  }

  async function fly(batch: Parameters<Ways['send']>[0], tries: number): Promise<void> {
    try {
      const given = await ways.send(batch)
      isFlying = false
      ways.onGiven(given)
      flush()
    } catch (error) {
      // No answer is neither a yes nor a no: the same batch again is the same gift.
      if (isPassing(error) && tries < triesMax) {
        ways.wait(() => void fly(batch, tries + 1), retryMs * tries)
        return
      }
      isFlying = false
      isOver = true
      ways.onRefused(error)
    }
  }

  const combo: Combo = {
    gift,
    units: 0,
    tap(units) {
      if (isOver) return
      combo.units += units
      gathered += units
      if (isWaiting) return
      isWaiting = true
      ways.wait(() => {
        isWaiting = false
        flush()
      }, gatherMs)
    },
    flush,
  }
  return combo
}

function isPassing(error: unknown): boolean {
  return !(error instanceof Problem) || error.status === 0 || error.status === 429 || error.status >= 500
}

export async function postGift(
  roomId: string,
  body: { id: string; giftId: string; units: number; comboId: string },
): Promise<Given> {
  return must(api.POST('/api/v1/rooms/{id}/gifts', { params: { path: { id: roomId } }, body }))
}
