import type { z } from 'zod'
import type { draw as drawSchema } from '#contract/selling'
import { topicOf } from '#live/showcase'
import type { Db, Tx } from '#platform/database'
import { countEntries, type DrawRow, winnersIn } from './store.ts'

type DrawView = z.input<typeof drawSchema>

/** As everybody sees them: the seed only when there is nothing to be won any more, names of winners masked. */
export async function viewsOf(db: Db, draws: readonly DrawRow[]): Promise<DrawView[]> {
  const ids = draws.map((draw) => draw.id)
  const [entries, winners] = await Promise.all([countEntries(db, ids), winnersIn(db, ids)])
  const byDraw = Map.groupBy(winners, (winner) => winner.drawId)
  return draws.map((draw) => ({
    id: draw.id,
    sessionId: draw.sessionId,
    prize: draw.prize,
    units: draw.units,
    mustFollow: draw.mustFollow,
    word: draw.word,
    watchSeconds: draw.watchSeconds,
    state: draw.state,
    endsAt: draw.endsAt.toString(),
    entries: entries.get(draw.id) ?? 0,
    commitment: draw.commitment,
    seed: draw.state === 'drawn' ? draw.seed : null,
    winners: (byDraw.get(draw.id) ?? []).map((winner) => ({
      entryId: winner.id,
      name: `${[...winner.name][0] ?? ''}**`,
    })),
  }))
}

export async function tellDraw(tx: Tx, draw: DrawRow): Promise<void> {
  const [view] = await viewsOf(tx.db, [draw])
  tx.tell(topicOf(draw.roomId), { kind: 'draw', draw: view })
}
