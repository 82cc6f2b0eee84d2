import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Checkbox, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { EmptyState, ErrorState, Picture, pick, useLocale } from '../../kit/index.ts'
import { Page, SkeletonRows } from '../listing.tsx'
import type { PickLine } from '../types.ts'
import css from './warehouse.module.css'
import { useWarehouse, WarehouseSelect } from './warehouse-select.tsx'

/** What to take on one walk through the bins, over all parcels that wait. Ticks are a help for the eye, scans count. */
export function PickListPage() {
  const { t } = useLingui()
  useLocale()
  const [filters] = useFilters()
  const { warehouseId } = useWarehouse(filters['warehouseId'])
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['pick-list', warehouseId],
    enabled: warehouseId !== undefined,
    staleTime: 2_000,
    refetchInterval: 15_000,
    queryFn: () => must(api.GET('/api/v1/pick-list', { params: { query: { warehouseId: warehouseId ?? '' } } })),
  })
  const lines = data?.lines ?? []
  const parcels = data?.parcels ?? 0
  const units = lines.reduce((sum, line) => sum + line.units, 0)
  const aisles = Map.groupBy(lines, (line) => line.bin.split('-')[0] ?? '')
  return (
    <Page
      title={t`Pick list`}
      lead={data && t`${units} units for ${parcels} parcels, in walking order`}
      action={
        <>
          <WarehouseSelect required />
          <Button component={Go} to="/parcels" search={{ state: 'to_pick' }}>
            <Trans>Start scanning</Trans>
          </Button>
        </>
      }
    >
      {isPending && error === null ? (
        <SkeletonRows />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : lines.length === 0 ? (
        <Paper withBorder>
          <EmptyState title={<Trans>Nothing waits to be picked here.</Trans>}>
            <Button component={Go} to="/parcels" variant="default">
              <Trans>See all parcels</Trans>
            </Button>
          </EmptyState>
        </Paper>
      ) : (
        [...aisles].map(([aisle, members]) => (
          <section key={aisle} aria-labelledby={`aisle-${aisle}`}>
            <Title order={2} size="h4" id={`aisle-${aisle}`} mb="xs">
              <Trans>Aisle {aisle}</Trans>
            </Title>
            <Stack gap="xs">
              {members.map((line) => (
                <PickLineCard key={`${line.bin} ${line.skuId}`} line={line} />
              ))}
            </Stack>
          </section>
        ))
      )}
    </Page>
  )
}

function PickLineCard({ line }: { line: PickLine }) {
  const { t } = useLingui()
  const [isTaken, setTaken] = useState(false)
  const title = pick(line.title)
  return (
    <Paper withBorder p="sm" className={css['pick']} data-taken={isTaken || undefined}>
      <div className={css['bin']}>{line.bin}</div>
      <Picture picture={line.picture} alt="" className="thumb" />
      <div className={css['what']}>
        <Text fw={600} lineClamp={2}>
          {title}
        </Text>
        <Text size="sm" c="dimmed">
          {pick(line.label)} · {line.skuCode} · <span className="tabular">{line.barcode}</span>
        </Text>
        <Group gap={6} mt={4}>
          {line.parcels.map((parcel) => (
            <Badge
              key={parcel.id}
              component={Go}
              to="/parcels/$id"
              params={{ id: parcel.id }}
              variant="default"
              tt="none"
              size="lg"
              style={{ cursor: 'pointer' }}
            >
              {parcel.number} × {parcel.units}
            </Badge>
          ))}
        </Group>
      </div>
      <div className={css['units']}>
        × <b>{line.units}</b>
      </div>
      <Checkbox
        size="md"
        aria-label={t`Taken: ${title}`}
        checked={isTaken}
        onChange={(event) => setTaken(event.currentTarget.checked)}
      />
    </Paper>
  )
}
