/**
 * The acknowledgement ledger: what a buyer's side knows, in a file of its own that no server ever touches. An intent is
 * written before the request leaves, an outcome after the answer came; a request without an outcome is unknown.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

export type Intent =
  | { kind: 'place'; id: string; buyer: number; lines: { skuId: string; units: number }[]; payMinor: number }
  | { kind: 'cancel'; id: string; buyer: number; orderId: string }
  | { kind: 'topUp'; id: string; buyer: number; amountMinor: number }

export type Outcome =
  | { word: 'acknowledged'; number?: string }
  | { word: 'refused'; code: string }
  /** The answer was lost, or said that something failed: it may have happened or not. */
  | { word: 'unknown'; why: string }

export interface Entry {
  intent: Intent
  outcome: Outcome
  /** The first answer was lost. */
  wasUnknown: boolean
}

export interface LedgerWriter {
  intent(intent: Intent): void
  outcome(id: string, outcome: Outcome): void
  close(): void
}

export function writeLedger(path: string): LedgerWriter {
  const file = openSync(path, 'a')
  // Written at once, not from a buffer: whoever is killed next, this line is in the file.
  const write = (line: object) => void writeSync(file, `${JSON.stringify(line)}\n`)
  return {
    intent: (intent) => write({ intent }),
    outcome: (id, outcome) => write({ id, outcome }),
    close: () => closeSync(file),
  }
}

/** Everything that was asked for, with the last that is known of it. */
export function readLedger(path: string): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue
    const { intent, id, outcome } = JSON.parse(line) as { intent?: Intent; id?: string; outcome?: Outcome }
    if (intent !== undefined) {
      entries.set(intent.id, { intent, outcome: { word: 'unknown', why: 'no answer yet' }, wasUnknown: false })
    }
    const entry = id === undefined ? undefined : entries.get(id)
    if (entry !== undefined && outcome !== undefined) {
      entry.outcome = outcome
      if (outcome.word === 'unknown') entry.wasUnknown = true
    }
  }
  return entries
}
