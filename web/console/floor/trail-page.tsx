import { Trans, useLingui } from '@lingui/react/macro'
import { Code, Group, Table, Text } from '@mantine/core'
import { api, must } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, useLocale } from '../../kit/index.ts'
import { Listing, Page, SearchField, usePages } from '../listing.tsx'
import { given } from '../queries.ts'
import type { TrailRow } from '../types.ts'

export function TrailPage() {
  const { t } = useLingui()
  useLocale()
  const [filters] = useFilters()
  const wanted = given({ q: filters['q'] })
  const pages = usePages<TrailRow>(['trail', wanted], (query, signal) =>
    must(api.GET('/api/v1/audit-trail', { params: { query: { ...query, ...wanted } }, signal })),
  )
  return (
    <Page title={t`Audit trail`} lead={t`Who of the operator's people changed what. It cannot be changed.`}>
      <Group gap="xs">
        <SearchField label={t`Action, person or object`} />
      </Group>
      <Listing
        label={t`Audit trail`}
        pages={pages}
        keyOf={(row) => row.id}
        empty={<Trans>Nothing fits.</Trans>}
        columns={[
          { name: t`When`, cell: (row) => dateTime(row.at) },
          {
            name: t`What`,
            cell: (row) => (
              <>
                <Text size="sm" fw={600}>
                  {row.endpoint}
                </Text>
                <Text size="xs" c="dimmed">
                  {row.requestId}
                </Text>
              </>
            ),
          },
          {
            name: t`Who`,
            wideOnly: true,
            cell: (row) => (
              <>
                <Text size="sm">{row.role}</Text>
                <Go to="/trail" search={{ q: row.personId }}>
                  <Text span size="xs">
                    {row.personId.slice(-8)}
                  </Text>
                </Go>
              </>
            ),
          },
          {
            name: t`Before and after`,
            wideOnly: true,
            cell: (row) => (
              <>
                {row.changes.map((change, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the trail never changes.
                  <Change key={index} change={change} />
                ))}
                <Code style={{ overflowWrap: 'anywhere' }}>{JSON.stringify(row.subject)}</Code>
              </>
            ),
          },
        ]}
      />
    </Page>
  )
}

/** The fields of a row that are another value now; of a row that was made or removed, all of them. */
function Change({ change }: { change: TrailRow['changes'][number] }) {
  const { before, after } = change
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  )
  const said = (value: unknown) => (value == null ? '–' : typeof value === 'string' ? value : JSON.stringify(value))
  return (
    <details>
      <Text component="summary" size="sm" lh="28px" style={{ cursor: 'pointer' }}>
        {change.relation}{' '}
        <Text span size="xs" c="dimmed">
          {before === null ? <Trans>made</Trans> : after === null ? <Trans>removed</Trans> : names.join(', ')}
        </Text>
      </Text>
      <Table withRowBorders={false} verticalSpacing={2} fz="xs">
        <Table.Tbody>
          {names.map((name) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              {before !== null && (
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <s>{said(before[name])}</s>
                </Table.Td>
              )}
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{said(after?.[name])}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  )
}
