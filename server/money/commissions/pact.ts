import type { Db, Tx } from '#platform/database'
import { assert } from '#platform/outcome'
import type { PayeeChain, PayeeSide } from './commission.ts'
import { endPactRow, insertBrought, insertPact, openPactsOf } from './store.ts'

/**
 * Who earns while two hosts sit together. `host`: the host alone. `bringer`: the guest what he hung into the bag himself, the host
 * the rest. `shared`: the guest a part of everything.
 */
export type PactRule = 'host' | 'bringer' | 'shared'

export interface Pact {
  id: string
  sessionId: string
  hostId: string
  guestId: string
  rule: PactRule
  /** The guest's part, where it is shared. */
  guestBasisPoints: number | null
  /** What the guest brought. */
  broughtIds: readonly string[]
}

/** From now on orders of this session follow the pact; what was placed before does not. The same id again changes nothing. */
export async function beginPact(tx: Tx, pact: Omit<Pact, 'broughtIds'>): Promise<void> {
  await insertPact(tx, pact)
}

/** What is placed from now on earns the host alone again. */
export async function endPact(tx: Tx, id: string): Promise<void> {
  await endPactRow(tx, id)
}

/** The guest hung these up; they earn him where the rule is that who brings earns. */
export async function noteBrought(tx: Tx, of: { pactId: string; productIds: readonly string[] }): Promise<void> {
  await insertBrought(tx, of)
}

/** Pacts in force, by session. */
export async function pactsInForce(db: Db, sessionIds: readonly string[]): Promise<Map<string, Pact>> {
  if (sessionIds.length === 0) return new Map()
  return new Map((await openPactsOf(db, sessionIds)).map((pact) => [pact.sessionId, pact]))
}

/**
 * Who earns on one line, pure. A pact counts where both are there: not for a guest who has left the platform, nor for one who buys
 * himself. Then it is as if the host sat alone.
 */
export function chainUnder(of: {
  host: PayeeSide
  pact: Pact | undefined
  guest: PayeeSide | undefined
  buyerId: string
  productId: string
}): PayeeChain {
  const { host, pact, guest } = of
  if (pact === undefined || guest === undefined || pact.hostId !== host.creatorId) return host
  if (of.buyerId === pact.guestId) return host
  switch (pact.rule) {
    case 'host':
      return host
    case 'bringer':
      return pact.broughtIds.includes(of.productId) ? guest : host
    case 'shared':
      assert(pact.guestBasisPoints !== null, 'what is shared has a share')
      return { ...host, guest: { ...guest, basisPoints: pact.guestBasisPoints } }
    default:
      return pact.rule satisfies never
  }
}
