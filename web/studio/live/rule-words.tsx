import { Trans } from '@lingui/react/macro'
import type { Seat } from '../types.ts'

/** Who earns, in one sentence. */
export function RuleWords({ seat }: { seat: Pick<Seat, 'rule' | 'guestBasisPoints' | 'host' | 'guest'> }) {
  const host = seat.host.name
  const guest = seat.guest.name
  const percent = (seat.guestBasisPoints ?? 0) / 100
  switch (seat.rule) {
    case 'host':
      return <Trans>{host} earns on everything that is sold.</Trans>
    case 'bringer':
      return (
        <Trans>
          {guest} earns on what {guest} puts into the bag, {host} on everything else.
        </Trans>
      )
    case 'shared':
      return (
        <Trans>
          {guest} gets {percent} % of every commission, {host} the rest.
        </Trans>
      )
    default:
      return seat.rule satisfies never
  }
}
