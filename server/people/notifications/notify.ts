import type { Tx } from '#platform/database'
import { idFrom } from '#platform/ids'
import { insertNotes } from './store.ts'

export interface News {
  personId: string
  kind: string
  /** What happened, as an id: a second telling of it finds the first. */
  cause: string
  title: { en: string; zh: string }
  body: { en: string; zh: string }
  /** Where the shop shows it, as a path. */
  link: string
}

/** Tells people, each once per cause. What is new is told on `person:<id>` in the same commit. */
export async function notify(tx: Tx, news: readonly News[]): Promise<void> {
  if (news.length === 0) return
  const notes = news.map((each) => ({ ...each, id: idFrom(`notification ${each.kind}`, each.cause) }))
  const fresh = await insertNotes(tx, notes)
  for (const note of notes) {
    if (!fresh.has(`${note.personId} ${note.id}`)) continue
    const { id, kind, title, body, link } = note
    tx.tell(`person:${note.personId}`, { kind: 'note', note: { id, kind, title, body, link, at: tx.now.toString() } })
  }
}
