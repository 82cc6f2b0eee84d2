import { useLingui } from '@lingui/react/macro'
import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useFilters } from '../../kit/desk.tsx'
import { pick, useLocale } from '../../kit/index.ts'
import { warehousesQuery } from '../queries.ts'

/** The chosen warehouse, or the first one. */
export function useWarehouse(wanted: string | undefined) {
  const { data } = useQuery(warehousesQuery)
  const warehouses = data?.warehouses ?? []
  return { warehouses, warehouseId: wanted ?? warehouses[0]?.id }
}

/** The filter `warehouseId` of the address. Not `required`: all of them may be meant. */
export function WarehouseSelect({ required = false }: { required?: boolean }) {
  const { t } = useLingui()
  useLocale()
  const [filters, setFilters] = useFilters()
  const { warehouses, warehouseId } = useWarehouse(filters['warehouseId'])
  if (warehouses.length === 0) return null
  return (
    <NativeSelect
      aria-label={t`Warehouse`}
      value={(required ? warehouseId : filters['warehouseId']) ?? ''}
      data={[
        ...(required ? [] : [{ value: '', label: t`All warehouses` }]),
        ...warehouses.map((each) => ({ value: each.id, label: `${each.code} · ${pick(each.name)}` })),
      ]}
      onChange={(event) => setFilters({ warehouseId: event.currentTarget.value || undefined })}
    />
  )
}
