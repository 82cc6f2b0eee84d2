import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Text } from '@mantine/core'
import { api, must, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, pick, useLocale } from '../../kit/index.ts'
import { StateBadge } from '../badge.tsx'
import { FilterChips, Listing, Page, rowLink, SearchField, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { given } from '../queries.ts'
import type { Parcel, ParcelState } from '../types.ts'
import { parcelWords } from '../words.ts'
import { WarehouseSelect } from './warehouse-select.tsx'

export function ParcelsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters] = useFilters()
  const wanted = given({
    q: filters['q'],
    state: filters['state'] as ParcelState | undefined,
    warehouseId: filters['warehouseId'],
  })
  const pages = usePages<Parcel>(
    ['parcels', wanted],
    (query, signal) => must(api.GET('/api/v1/parcels', { params: { query: { ...query, ...wanted } }, signal })),
    { refetchMs: 15_000 },
  )
  const nobodyAsked = Object.keys(wanted).length === 0
  return (
    <Page
      title={t`Parcels`}
      lead={t`Late ones first, then by what was promised`}
      action={
        mayDo(me?.roles ?? [], ['warehouse', 'operations', 'admin']) && (
          <Button component={Go} to="/pick-list" variant="default">
            <Trans>Pick list</Trans>
          </Button>
        )
      }
    >
      <Group gap="xs">
        <SearchField label={t`Parcel, order or waybill number`} />
        <WarehouseSelect />
      </Group>
      <FilterChips
        label={t`State`}
        name="state"
        options={Object.entries(parcelWords).map(([value, words]) => ({ value, label: t(words.name) }))}
      />
      <Listing
        label={t`Parcels`}
        pages={pages}
        keyOf={(parcel) => parcel.id}
        markOf={(parcel) => (parcel.late ? 'bad' : undefined)}
        empty={nobodyAsked ? <Trans>No parcels yet.</Trans> : <Trans>No parcel fits these filters.</Trans>}
        emptyStep={
          nobodyAsked ? (
            <Text c="dimmed" size="sm">
              <Trans>They appear as soon as an order is paid.</Trans>
            </Text>
          ) : (
            <Button component={Go} to="/parcels" search={{}} variant="default">
              <Trans>Show all</Trans>
            </Button>
          )
        }
        columns={[
          {
            name: t`Parcel`,
            cell: (parcel) => (
              <Go to="/parcels/$id" params={{ id: parcel.id }} className={rowLink}>
                {parcel.number}
              </Go>
            ),
          },
          {
            name: t`State`,
            cell: (parcel) => (
              <Group gap={6}>
                <StateBadge words={parcelWords[parcel.state]} />
                {parcel.late && (
                  <Badge color="red" variant="filled" tt="none">
                    <Trans>late</Trans>
                  </Badge>
                )}
              </Group>
            ),
          },
          { name: t`Goods`, cell: (parcel) => <GoodsOf parcel={parcel} /> },
          { name: t`To`, wideOnly: true, cell: (parcel) => `${parcel.shipTo.recipient} · ${parcel.shipTo.city}` },
          { name: t`From`, wideOnly: true, cell: (parcel) => parcel.warehouseCode },
          { name: t`Waybill`, wideOnly: true, cell: (parcel) => parcel.waybill ?? '–' },
          { name: t`Leaves by`, wideOnly: true, figures: true, cell: (parcel) => dateTime(parcel.promisedBy) },
        ]}
      />
    </Page>
  )
}

function GoodsOf({ parcel }: { parcel: Parcel }) {
  const units = parcel.lines.reduce((sum, line) => sum + line.units, 0)
  const first = parcel.lines[0]
  return (
    <Text size="sm" lineClamp={1}>
      {units} × {first ? pick(first.title) : ''}
      {parcel.lines.length > 1 && ` +${parcel.lines.length - 1}`}
    </Text>
  )
}
