import type { EventName } from '#events/index'
import { unpackEvent } from '#events/packed'

/** Events whose rows are kept as objects: those that reactions are at. */
export const eventsOpenMax = 24
/** What is remembered of the others, as the text that was written; an older one is read from its row. */
export const textsRememberedMax = 48 * 1024 * 1024

/**
 * Events that this process has written lately, by id, so that its reactions need not read them again. An event never changes and
 * holds only what JSON holds, so what is here cannot disagree with the database; nobody may change it. Consequences may wait some
 * seconds while buyers queue: what waits is kept as text, since a hundred thousand small objects would cost the garbage collector
 * more than reading the text once costs.
 */
export interface EventMemory {
  remember(id: string, event: { name: EventName }, text: string): void
  find(id: string): { name: EventName } | null
  /** What was read from a row, for the other reactions to the same event. */
  keep(id: string, event: { name: EventName }): void
}

export function openEventMemory(): EventMemory {
  const open = new Map<string, { name: EventName }>()
  const texts = new Map<string, string>()
  let characters = 0

  function keep(id: string, event: { name: EventName }): void {
    open.delete(id)
    open.set(id, event)
    if (open.size > eventsOpenMax) for (const [oldest] of open.entries().take(1)) open.delete(oldest)
  }

  return {
    keep,
    remember(id, event, text) {
      keep(id, event)
      texts.set(id, text)
      characters += text.length
      for (const [oldest, old] of texts) {
        if (characters <= textsRememberedMax) break
        texts.delete(oldest)
        characters -= old.length
      }
    },
    find(id) {
      const event = open.get(id)
      if (event !== undefined) return event
      const text = texts.get(id)
      if (text === undefined) return null
      const read = unpackEvent(JSON.parse(text))
      keep(id, read)
      return read
    },
  }
}
