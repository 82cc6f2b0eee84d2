import { Trans, useLingui } from '@lingui/react/macro'
import {
  Button,
  Checkbox,
  Group,
  Modal,
  NumberInput,
  Progress,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { api, must, newId, serverNowMs, useSession } from '../../client/index.ts'
import { count, dateTime, minorOf, money, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Listing, Page, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { ProductsField, RoomField } from '../products/choices.tsx'
import type { Coupon } from '../types.ts'
import { PersonalOffers } from './personal-offers.tsx'

/** Coupons with what became of them: how many are in people's hands, how many were used, what they have cost. */
export function CouponsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [isNew, setIsNew] = useState(false)
  const mayCreate = me?.roles.some((role) => role === 'operations' || role === 'admin') ?? false
  const pages = usePages<Coupon>(
    ['coupons'],
    (query, signal) => must(api.GET('/api/v1/coupons', { params: { query }, signal })),
    { refetchMs: 10_000 },
  )
  const create = mayCreate && (
    <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => setIsNew(true)}>
      <Trans>New coupon</Trans>
    </Button>
  )
  return (
    <Page title={t`Coupons`} lead={t`What buyers may claim, who bears it, and what it has cost.`} action={create}>
      <Listing
        label={t`Coupons`}
        pages={pages}
        keyOf={(coupon) => coupon.id}
        empty={<Trans>No coupon yet.</Trans>}
        emptyStep={create}
        columns={[
          {
            name: t`Coupon`,
            cell: (coupon) => (
              <>
                <Text size="sm" fw={600}>
                  {pick(coupon.name)}
                </Text>
                <Text size="xs" c="dimmed">
                  {termsOf(coupon)}
                </Text>
              </>
            ),
          },
          {
            name: t`Claimed`,
            figures: true,
            cell: (coupon) => (
              <Share label={t`Claimed`} part={coupon.claimedUnits} whole={coupon.quotaUnits}>
                {count(coupon.claimedUnits)} / {count(coupon.quotaUnits)}
              </Share>
            ),
          },
          { name: t`Used`, figures: true, cell: (coupon) => count(coupon.usedUnits) },
          {
            name: t`Spent`,
            figures: true,
            cell: (coupon) => (
              <Share label={t`Spent`} part={coupon.spentMinor} whole={coupon.budgetMinor}>
                {money(coupon.spentMinor, coupon.currency)}
              </Share>
            ),
          },
          {
            name: t`Until`,
            wideOnly: true,
            figures: true,
            cell: (coupon) => dateTime(coupon.endsAt),
          },
        ]}
      />
      {mayDo(me?.roles ?? [], ['operations', 'admin', 'finance', 'auditor']) && (
        <PersonalOffers mayCreate={mayCreate} />
      )}
      <Modal
        opened={isNew}
        onClose={() => setIsNew(false)}
        title={t`New coupon`}
        size="lg"
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <NewCoupon onDone={() => setIsNew(false)} />
      </Modal>
    </Page>
  )
}

function termsOf(coupon: Coupon): string {
  const { offMinor, offBasisPoints, capMinor, thresholdMinor, currency } = coupon
  const off =
    offMinor === null
      ? `−${(offBasisPoints ?? 0) / 100} % ≤ ${money(capMinor ?? 0, currency)}`
      : `−${money(offMinor, currency)}`
  return thresholdMinor > 0 ? `${off} · ≥ ${money(thresholdMinor, currency)}` : off
}

function Share(of: { label: string; part: number; whole: number; children: React.ReactNode }) {
  const percent = of.whole === 0 ? 0 : Math.min(100, (of.part / of.whole) * 100)
  return (
    <div style={{ minWidth: 96 }}>
      <Text size="sm" className="tabular">
        {of.children}
      </Text>
      <Progress value={percent} size="xs" color={percent >= 90 ? 'red' : 'blue'} aria-label={of.label} />
    </div>
  )
}

const dayMs = 86_400_000

function NewCoupon({ onDone }: { onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  // The asker makes the id: pressing twice offers one coupon.
  const [id] = useState(() => newId())
  const needed = (value: string) => (value.trim() === '' ? t`This is needed` : null)
  const amount = (value: string) => ((minorOf(value) ?? 0) < 1 ? t`Write an amount like 12.50` : null)
  const form = useForm({
    initialValues: {
      nameEn: '',
      nameZh: '',
      kind: 'amount' as 'amount' | 'share',
      off: '20.00',
      percent: 10 as number | string,
      cap: '30.00',
      threshold: '0.00',
      productIds: [] as string[],
      roomId: null as string | null,
      byHost: false,
      platform: 100 as number | string,
      budget: '10000.00',
      quota: 1_000 as number | string,
      perPerson: 1 as number | string,
      days: 30 as number | string,
    },
    validate: {
      nameEn: needed,
      nameZh: needed,
      off: (value: string, { kind }) => (kind === 'amount' ? amount(value) : null),
      cap: (value: string, { kind }) => (kind === 'share' ? amount(value) : null),
      threshold: (value: string) => (minorOf(value) === null ? t`Write an amount like 12.50` : null),
      budget: (value: string, { platform }) => (Number(platform) > 0 ? amount(value) : null),
    },
  })
  const create = useMutation({
    mutationFn: (values: typeof form.values) => {
      const nowMs = serverNowMs()
      const platform = Math.round(Number(values.platform) * 100)
      return must(
        api.POST('/api/v1/coupons', {
          body: {
            id,
            name: { en: values.nameEn.trim(), zh: values.nameZh.trim() },
            thresholdMinor: minorOf(values.threshold) ?? 0,
            off:
              values.kind === 'amount'
                ? { kind: 'amount', minor: minorOf(values.off) ?? 0 }
                : {
                    kind: 'share',
                    basisPoints: Math.round(Number(values.percent) * 100),
                    capMinor: minorOf(values.cap) ?? 0,
                  },
            productIds: values.productIds.length > 0 ? values.productIds : null,
            roomId: values.roomId,
            byHost: values.roomId !== null && values.byHost,
            funders: { platform, seller: 10_000 - platform, creator: 0, brand: 0 },
            budgetMinor: platform > 0 ? (minorOf(values.budget) ?? 0) : 0,
            quotaUnits: Number(values.quota),
            perPersonUnits: Number(values.perPerson),
            validDays: Number(values.days),
            startsAt: new Date(nowMs).toISOString(),
            endsAt: new Date(nowMs + Number(values.days) * dayMs).toISOString(),
          },
        }),
      )
    },
    onSuccess() {
      toast(t`It can be claimed now.`, 'good')
      void queries.invalidateQueries({ queryKey: ['coupons'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const isAmount = form.values.kind === 'amount'
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput required label={t`Name, English`} maxLength={60} {...form.getInputProps('nameEn')} />
          <TextInput required label={t`Name, Chinese`} lang="zh-CN" maxLength={60} {...form.getInputProps('nameZh')} />
        </SimpleGrid>
        <SegmentedControl
          aria-label={t`What it takes off`}
          data={[
            { value: 'amount', label: t`An amount` },
            { value: 'share', label: t`A part of the price` },
          ]}
          {...form.getInputProps('kind')}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {isAmount ? (
            <TextInput required label={t`Takes off`} inputMode="decimal" {...form.getInputProps('off')} />
          ) : (
            <>
              <NumberInput
                required
                label={t`Takes off, percent`}
                min={0.01}
                max={90}
                decimalScale={2}
                {...form.getInputProps('percent')}
              />
              <TextInput required label={t`At most`} inputMode="decimal" {...form.getInputProps('cap')} />
            </>
          )}
          <TextInput
            label={t`For orders from`}
            description={t`What the cart has to cost`}
            inputMode="decimal"
            {...form.getInputProps('threshold')}
          />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <ProductsField
            label={t`For these products`}
            description={t`None chosen: for all of them`}
            onChange={(ids) => form.setFieldValue('productIds', ids)}
          />
          <RoomField
            label={t`In one room only`}
            description={t`One that is on air now`}
            roomId={form.values.roomId}
            onChange={(roomId) => form.setFieldValue('roomId', roomId)}
          />
        </SimpleGrid>
        {form.values.roomId !== null && (
          <Checkbox
            label={t`Only while its host hands it out`}
            {...form.getInputProps('byHost', { type: 'checkbox' })}
          />
        )}
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NumberInput
            label={t`Borne by the platform, percent`}
            description={t`The seller bears the rest`}
            min={0}
            max={100}
            decimalScale={2}
            {...form.getInputProps('platform')}
          />
          <TextInput
            label={t`Budget of the platform`}
            description={t`Hard stop: what it cannot bear whole is not given`}
            inputMode="decimal"
            {...form.getInputProps('budget')}
          />
          <NumberInput
            label={t`How many`}
            min={1}
            max={10_000_000}
            allowDecimal={false}
            {...form.getInputProps('quota')}
          />
          <NumberInput
            label={t`For each buyer`}
            min={1}
            max={100}
            allowDecimal={false}
            {...form.getInputProps('perPerson')}
          />
          <NumberInput label={t`Days`} min={1} max={365} allowDecimal={false} {...form.getInputProps('days')} />
        </SimpleGrid>
        <Group justify="flex-end">
          <Button variant="subtle" onClick={onDone}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={create.isPending}>
            <Trans>Offer it</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
