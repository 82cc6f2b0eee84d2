import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { api, must, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { Avatar, count, useLocale } from '../../kit/index.ts'
import { Listing, Page, SearchField, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { given } from '../queries.ts'
import type { CreatorRow } from '../types.ts'
import { RecordViolation } from './record-violation.tsx'

export function CreatorsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters] = useFilters()
  const [accused, setAccused] = useState<CreatorRow | null>(null)
  const wanted = given({ q: filters['q'] })
  const pages = usePages<CreatorRow>(['creators', wanted], (query, signal) =>
    must(api.GET('/api/v1/creators', { params: { query: { ...query, ...wanted } }, signal })),
  )
  const mine = me?.roles ?? []
  return (
    <Page title={t`Creators`} lead={t`The gate to the live room opens with enough followers and no active violation.`}>
      <Group gap="xs">
        <SearchField label={t`Name or handle`} />
      </Group>
      <Listing
        label={t`Creators`}
        pages={pages}
        keyOf={(creator) => creator.id}
        empty={<Trans>No creator fits.</Trans>}
        columns={[
          {
            name: t`Creator`,
            cell: (creator) => (
              <Group gap="sm" wrap="nowrap">
                <Avatar name={creator.name} picture={creator.avatar} size={36} />
                <div>
                  <Text size="sm" fw={600}>
                    {creator.name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    @{creator.handle}
                  </Text>
                </div>
              </Group>
            ),
          },
          { name: t`Followers`, figures: true, cell: (creator) => count(creator.followers) },
          {
            name: t`Active violations`,
            figures: true,
            wideOnly: true,
            cell: (creator) =>
              mayDo(mine, ['moderator', 'operations', 'admin', 'auditor']) ? (
                <Go to="/violations" search={{ creatorId: creator.id }} aria-label={t`Violations of ${creator.name}`}>
                  {creator.activeViolations}
                </Go>
              ) : (
                creator.activeViolations
              ),
          },
          {
            name: t`Live room`,
            cell: (creator) => (
              <Badge variant="light" color={creator.mayGoLive ? 'green' : 'orange'} tt="none">
                {creator.mayGoLive ? t`open` : t`closed`}
              </Badge>
            ),
          },
          ...(mayDo(mine, ['moderator', 'admin'])
            ? [
                {
                  name: <span className="visually-hidden">{t`Actions`}</span>,
                  figures: true,
                  cell: (creator: CreatorRow) => (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={t`Record a violation of ${creator.name}`}
                      onClick={() => setAccused(creator)}
                    >
                      <Trans>Record</Trans>
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <RecordViolation creator={accused} onClose={() => setAccused(null)} />
    </Page>
  )
}
