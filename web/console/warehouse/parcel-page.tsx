import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Badge, Button, Group, NumberInput, Paper, Progress, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronLeft, PackageCheck, Printer, Truck } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { api, key, must, useSession } from '../../client/index.ts'
import { Go, useGo, useParam } from '../../kit/desk.tsx'
import { dateTime, ErrorState, Picture, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { StateBadge } from '../badge.tsx'
import { Page, SkeletonRows } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { parcelQuery } from '../queries.ts'
import type { Parcel } from '../types.ts'
import { parcelWords } from '../words.ts'
import { ScanBox } from './scan-box.tsx'
import css from './warehouse.module.css'

/** One box from the bin to the buyer: what its state allows next is the one thing that is large. */
export function ParcelPage() {
  const { t } = useLingui()
  useLocale()
  const id = useParam('id')
  const { data, error, isPending, refetch } = useQuery(parcelQuery(id))
  if (isPending) return <SkeletonRows />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  const { parcel } = data
  return (
    <Page
      title={t`Parcel ${parcel.number}`}
      lead={
        <Group gap="xs" mt={4} component="span">
          <StateBadge words={parcelWords[parcel.state]} />
          {parcel.late && (
            <Badge color="red" tt="none">
              <Trans>late</Trans>
            </Badge>
          )}
          <span>
            <Trans>leaves by {dateTime(parcel.promisedBy)}</Trans>
          </span>
        </Group>
      }
      action={
        <Button
          component={Go}
          to="/parcels"
          variant="default"
          leftSection={<ChevronLeft size={16} aria-hidden="true" />}
        >
          <Trans>All parcels</Trans>
        </Button>
      }
    >
      <div className={css['columns']}>
        <Stack gap="md">
          <NextWork parcel={parcel} />
          <Lines parcel={parcel} />
        </Stack>
        <Stack gap="md">
          <Facts parcel={parcel} />
          <Tracks parcel={parcel} />
        </Stack>
      </div>
    </Page>
  )
}

/** Every step answers with the parcel as it now is. */
function useStep<Input = void>(id: string, send: (input: Input) => Promise<{ parcel: Parcel }>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: (answer) => {
      queries.setQueryData(parcelQuery(id).queryKey, answer)
      void queries.invalidateQueries({ queryKey: ['parcels'] })
      void queries.invalidateQueries({ queryKey: ['pick-list'] })
    },
    onError: (error) => {
      toast(wordsOf(error), 'bad')
      void queries.invalidateQueries({ queryKey: parcelQuery(id).queryKey })
    },
  })
}

function NextWork({ parcel }: { parcel: Parcel }) {
  const { me, platform } = useSession()
  if (!mayDo(me?.roles ?? [], ['warehouse', 'operations', 'admin'])) return null
  switch (parcel.state) {
    case 'to_pick':
      return <Picking parcel={parcel} />
    case 'picked':
      return <Packing parcel={parcel} />
    case 'packed':
      return <HandingOver parcel={parcel} />
    case 'cancelled':
      return (
        <Alert color="gray" title={<Trans>This order was cancelled</Trans>}>
          <Trans>Put the goods back into their bins; the stock already counts them.</Trans>
        </Alert>
      )
    case 'delivered':
      return (
        <Alert color="green" title={<Trans>Delivered</Trans>}>
          <Trans>Nothing is left to do here.</Trans>
        </Alert>
      )
    default:
      return platform?.mode === 'live' ? null : <OnTheWay parcel={parcel} />
  }
}

function Picking({ parcel }: { parcel: Parcel }) {
  const queries = useQueryClient()
  const { id } = parcel
  const scan = async (barcode: string) => {
    const answer = await must(
      api.POST('/api/v1/parcels/{id}/picks', { params: { path: { id }, ...key() }, body: { barcode, units: 1 } }),
    )
    queries.setQueryData(parcelQuery(id).queryKey, answer)
    if (answer.parcel.state !== 'to_pick') void queries.invalidateQueries({ queryKey: ['parcels'] })
    const line = answer.parcel.lines.find((each) => each.barcode === barcode)
    return line ? `${pick(line.title)} ${line.pickedUnits}/${line.units}` : barcode
  }
  return <ScanBox onScan={scan} />
}

function Packing({ parcel }: { parcel: Parcel }) {
  const { t } = useLingui()
  const [grams, setGrams] = useState<number | string>('')
  const pack = useStep(parcel.id, (weightGrams: number) =>
    must(api.POST('/api/v1/parcels/{id}/packings', { params: { path: { id: parcel.id } }, body: { weightGrams } })),
  )
  const weight = typeof grams === 'number' && Number.isInteger(grams) && grams >= 1 && grams <= 60_000 ? grams : null
  return (
    <Work icon={<PackageCheck aria-hidden="true" />} title={<Trans>All picked. Close the box and weigh it.</Trans>}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (weight !== null) pack.mutate(weight)
        }}
      >
        <Group align="flex-end" gap="xs">
          <NumberInput
            label={t`Weight in grams`}
            size="lg"
            w={180}
            min={1}
            max={60_000}
            allowDecimal={false}
            allowNegative={false}
            hideControls
            data-autofocus
            autoFocus
            value={grams}
            onChange={setGrams}
          />
          <Button type="submit" size="lg" loading={pack.isPending} disabled={weight === null}>
            <Trans>Pack</Trans>
          </Button>
        </Group>
      </form>
    </Work>
  )
}

function PrintButton({ id, big = false }: { id: string; big?: boolean }) {
  return (
    <Button
      component="a"
      href={`/api/v1/parcels/${id}/label.pdf`}
      target="_blank"
      rel="noreferrer"
      variant={big ? 'filled' : 'default'}
      size={big ? 'lg' : 'sm'}
      leftSection={<Printer size={18} aria-hidden="true" />}
    >
      <Trans>Print the label</Trans>
    </Button>
  )
}

function HandingOver({ parcel }: { parcel: Parcel }) {
  const handOver = useStep(parcel.id, () =>
    must(api.POST('/api/v1/parcels/{id}/hand-overs', { params: { path: { id: parcel.id } } })),
  )
  return (
    <Work icon={<Truck aria-hidden="true" />} title={<Trans>Packed. Stick on the label, then give it away.</Trans>}>
      <Group gap="xs">
        <PrintButton id={parcel.id} big />
        <Button size="lg" variant="light" loading={handOver.isPending} onClick={() => handOver.mutate()}>
          <Trans>Hand over to the carrier</Trans>
        </Button>
      </Group>
    </Work>
  )
}

function OnTheWay({ parcel }: { parcel: Parcel }) {
  const advance = useStep(parcel.id, () =>
    must(api.POST('/api/v1/sandbox/parcels/{id}/scans', { params: { path: { id: parcel.id } } })),
  )
  return (
    <Work icon={<Truck aria-hidden="true" />} title={<Trans>With the carrier</Trans>}>
      <Text size="sm" c="dimmed" mb="sm">
        <Trans>The sandbox carrier scans in its own time. You need not wait for it:</Trans>
      </Text>
      <Button size="md" variant="light" loading={advance.isPending} onClick={() => advance.mutate()}>
        <Trans>Next scan of the sandbox carrier</Trans>
      </Button>
    </Work>
  )
}

function Work({ icon, title, children }: { icon: ReactNode; title: ReactNode; children: ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Group gap="xs" mb="sm" wrap="nowrap">
        {icon}
        <Title order={2} size="h4">
          {title}
        </Title>
      </Group>
      {children}
    </Paper>
  )
}

function Lines({ parcel }: { parcel: Parcel }) {
  const units = parcel.lines.reduce((sum, line) => sum + line.units, 0)
  const picked = parcel.lines.reduce((sum, line) => sum + line.pickedUnits, 0)
  const { t } = useLingui()
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb={6}>
        <Title order={2} size="h4">
          <Trans>In this parcel</Trans>
        </Title>
        <Text size="sm" className="tabular">
          <Trans>
            {picked} of {units} picked
          </Trans>
        </Text>
      </Group>
      <Progress
        value={units === 0 ? 0 : (picked / units) * 100}
        color={picked === units ? 'green' : 'brand'}
        aria-label={t`Picked`}
      />
      {parcel.lines.map((line) => (
        <div key={line.skuId} className={css['line']} data-done={line.pickedUnits === line.units || undefined}>
          <div className={css['bin']}>{line.bin}</div>
          <Picture picture={line.picture} alt="" className="thumb-large" />
          <div className={css['what']}>
            <Text fw={600} lineClamp={2}>
              {pick(line.title)}
            </Text>
            <Text size="sm" c="dimmed">
              {pick(line.label)} · {line.skuCode}
            </Text>
            <Text size="sm" className="tabular">
              {line.barcode}
            </Text>
          </div>
          <div className={css['units']}>
            <b>{line.pickedUnits}</b>/{line.units}
          </div>
        </div>
      ))}
      {parcel.state !== 'to_pick' && parcel.state !== 'cancelled' && <NextParcel current={parcel} />}
    </Paper>
  )
}

/** The warehouse's rhythm: this one is done, where is the next. */
function NextParcel({ current }: { current: Parcel }) {
  const go = useGo()
  const { t } = useLingui()
  const { me } = useSession()
  const next = useMutation({
    mutationFn: async () => {
      const query = { state: 'to_pick' as const, limit: 1 }
      return (await must(api.GET('/api/v1/parcels', { params: { query } }))).items[0]
    },
    onSuccess: (parcel) => {
      if (parcel === undefined) toast(t`Nothing waits to be picked.`, 'good')
      else go({ to: '/parcels/$id', params: { id: parcel.id } })
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  if (!mayDo(me?.roles ?? [], ['warehouse', 'operations', 'admin'])) return null
  return (
    <Group justify="flex-end" mt="sm" gap="xs">
      {current.waybill && current.state !== 'packed' && <PrintButton id={current.id} />}
      <Button variant="default" loading={next.isPending} onClick={() => next.mutate()}>
        <Trans>Next parcel to pick</Trans>
      </Button>
    </Group>
  )
}

function Facts({ parcel }: { parcel: Parcel }) {
  const { me } = useSession()
  const { shipTo } = parcel
  const maySeeOrder = mayDo(me?.roles ?? [], ['support', 'operations', 'finance', 'admin', 'auditor'])
  return (
    <Paper withBorder p="md">
      <dl className={css['facts']}>
        <dt>
          <Trans>Order</Trans>
        </dt>
        <dd>
          {maySeeOrder ? (
            <Go to="/orders/$id" params={{ id: parcel.orderId }}>
              {parcel.orderNumber}
            </Go>
          ) : (
            parcel.orderNumber
          )}
        </dd>
        <dt>
          <Trans>To</Trans>
        </dt>
        <dd>
          {shipTo.recipient}, {shipTo.phone}
          <br />
          {shipTo.province} {shipTo.city} {shipTo.district} {shipTo.street}
        </dd>
        <dt>
          <Trans>From</Trans>
        </dt>
        <dd>
          {parcel.warehouseCode} · {pick(parcel.warehouseName)}
        </dd>
        <dt>
          <Trans>Waybill</Trans>
        </dt>
        <dd className="tabular">{parcel.waybill ?? '–'}</dd>
        <dt>
          <Trans>Weight</Trans>
        </dt>
        <dd className="tabular">{parcel.weightGrams === null ? '–' : `${parcel.weightGrams} g`}</dd>
      </dl>
    </Paper>
  )
}

export function Tracks({ parcel }: { parcel: Parcel }) {
  const tracks = parcel.tracks.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="sm">
        <Trans>Tracks</Trans>
      </Title>
      {tracks.length === 0 ? (
        <Text size="sm" c="dimmed">
          <Trans>The carrier has not seen it yet.</Trans>
        </Text>
      ) : (
        <ol className={css['tracks']}>
          {tracks.map((track) => (
            <li key={`${track.state} ${track.at}`}>
              <Text size="sm">{pick(track.sentence)}</Text>
              <Text size="xs" c="dimmed">
                {dateTime(track.at)} · {track.place}
              </Text>
            </li>
          ))}
        </ol>
      )}
    </Paper>
  )
}
