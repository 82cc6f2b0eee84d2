/** Offers of which each buyer has what it takes to bring him back: their steps, what was decided, and what it has cost. */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Modal,
  NumberInput,
  Progress,
  SimpleGrid,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Sparkles, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ratioOf } from '#contract/money'
import { api, must, newId, serverNowMs } from '../../client/index.ts'
import { count, dateTime, minorOf, money, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Listing, SkeletonRows, usePages } from '../listing.tsx'
import type { PersonalDecision, PersonalOffer } from '../types.ts'

const dayMs = 86_400_000
const stepsMax = 4

export function PersonalOffers({ mayCreate }: { mayCreate: boolean }) {
  const { t } = useLingui()
  useLocale()
  const [isNew, setIsNew] = useState(false)
  const [shown, setShown] = useState<PersonalOffer | null>(null)
  const pages = usePages<PersonalOffer>(
    ['personal-offers'],
    (query, signal) => must(api.GET('/api/v1/personal-offers', { params: { query }, signal })),
    { refetchMs: 10_000 },
  )
  const create = mayCreate && (
    <Button variant="default" leftSection={<Sparkles size={15} aria-hidden="true" />} onClick={() => setIsNew(true)}>
      <Trans>New personal offer</Trans>
    </Button>
  )
  return (
    <section aria-labelledby="personal-offers">
      <Group justify="space-between" mb="xs" gap="xs">
        <div>
          <Title order={2} size="h4" id="personal-offers">
            <Trans>Personal offers</Trans>
          </Title>
          <Text size="sm" c="dimmed">
            <Trans>To each buyer what it takes to bring him back, decided once and written down.</Trans>
          </Text>
        </div>
        {create}
      </Group>
      <Listing
        label={t`Personal offers`}
        pages={pages}
        keyOf={(offer) => offer.id}
        empty={<Trans>No personal offer yet.</Trans>}
        columns={[
          {
            name: t`Offer`,
            cell: (offer) => (
              <>
                <Text size="sm" fw={600}>
                  {pick(offer.name)}
                </Text>
                <Text size="xs" c="dimmed">
                  <Trans>until {dateTime(offer.endsAt)}</Trans>
                </Text>
              </>
            ),
          },
          { name: t`Steps`, cell: (offer) => <Steps offer={offer} /> },
          { name: t`Decided`, cell: (offer) => <Decided offer={offer} /> },
          {
            name: t`Log`,
            cell: (offer) => (
              <Button size="compact-sm" variant="default" onClick={() => setShown(offer)}>
                <Trans>Decisions</Trans>
              </Button>
            ),
          },
        ]}
      />
      <Modal
        opened={isNew}
        onClose={() => setIsNew(false)}
        title={t`New personal offer`}
        size="lg"
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <NewOffer onDone={() => setIsNew(false)} />
      </Modal>
      <Modal
        opened={shown !== null}
        onClose={() => setShown(null)}
        title={shown === null ? '' : pick(shown.name)}
        size="xl"
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {shown !== null && <Log offer={shown} mayEnd={mayCreate} onDone={() => setShown(null)} />}
      </Modal>
    </section>
  )
}

function Steps({ offer }: { offer: PersonalOffer }) {
  const { t } = useLingui()
  return (
    <Stack gap={4} style={{ minWidth: 180 }}>
      {offer.steps.map((step) => (
        <div key={step.couponId}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="xs" fw={600} className="tabular">
              −{money(step.offMinor, offer.currency)}
            </Text>
            <Text size="xs" c="dimmed" className="tabular">
              <Trans>
                {count(step.givenUnits)} given, {count(step.usedUnits)} used
              </Trans>
            </Text>
          </Group>
          <Progress
            value={ratioOf(step.spentMinor, step.budgetMinor) * 100}
            size="xs"
            aria-label={t`Spent of the budget`}
          />
        </div>
      ))}
    </Stack>
  )
}

function useReasons(): Record<PersonalDecision['reason'], string> {
  const { t } = useLingui()
  return { given: t`given`, held_out: t`held out`, not_needed: t`not needed`, gone: t`gone` }
}
const colours = { given: 'teal', held_out: 'blue', not_needed: 'gray', gone: 'orange' } as const

function Decided({ offer }: { offer: PersonalOffer }) {
  const reasons = useReasons()
  const parts = (Object.keys(reasons) as (keyof typeof reasons)[]).map((reason) => ({
    reason,
    people: offer.decided[reason],
  }))
  const all = parts.reduce((sum, { people }) => sum + people, 0)
  return (
    <div style={{ minWidth: 160 }}>
      <Progress.Root size="md">
        {parts.map(({ reason, people }) => (
          <Progress.Section
            key={reason}
            value={all === 0 ? 0 : (people / all) * 100}
            color={colours[reason]}
            aria-label={reasons[reason]}
          />
        ))}
      </Progress.Root>
      <Text size="xs" c="dimmed" mt={4}>
        {parts.map(({ reason, people }) => `${reasons[reason]} ${count(people)}`).join(' · ')}
      </Text>
    </div>
  )
}

function Log({ offer, mayEnd, onDone }: { offer: PersonalOffer; mayEnd: boolean; onDone: () => void }) {
  const { t } = useLingui()
  useLocale()
  const reasons = useReasons()
  const queries = useQueryClient()
  const log = useQuery({
    queryKey: ['personal-decisions', offer.id],
    refetchInterval: 10_000,
    queryFn: ({ signal }) =>
      must(
        api.GET('/api/v1/personal-offers/{id}/decisions', {
          params: { path: { id: offer.id }, query: { limit: 50 } },
          signal,
        }),
      ),
  })
  const end = useMutation({
    mutationFn: () => must(api.POST('/api/v1/personal-offers/{id}/endings', { params: { path: { id: offer.id } } })),
    onSuccess() {
      toast(t`It is decided for nobody else. What was given stays.`, 'good')
      void queries.invalidateQueries({ queryKey: ['personal-offers'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const isOver = Date.parse(offer.endsAt) <= serverNowMs()
  if (log.data === undefined) return <SkeletonRows />
  return (
    <Stack>
      {log.data.items.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>Nobody has asked yet. It is decided when a buyer opens his coupons.</Trans>
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={620} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table aria-label={t`Decisions`}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t`When`}</Table.Th>
                <Table.Th>{t`Decided`}</Table.Th>
                <Table.Th>{t`Score`}</Table.Th>
                <Table.Th>{t`Orders`}</Table.Th>
                <Table.Th>{t`Days since the last`}</Table.Th>
                <Table.Th>{t`Coupons used, lapsed`}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {log.data.items.map((each) => (
                <Table.Tr key={each.id}>
                  <Table.Td>{dateTime(each.decidedAt)}</Table.Td>
                  <Table.Td>
                    <Badge color={colours[each.reason]} variant="light">
                      {each.step === null ? reasons[each.reason] : t`step ${each.step}`}
                    </Badge>
                  </Table.Td>
                  <Table.Td className="tabular">{each.score}</Table.Td>
                  <Table.Td className="tabular">{count(each.features.orders)}</Table.Td>
                  <Table.Td className="tabular">{each.features.daysSinceOrder ?? '–'}</Table.Td>
                  <Table.Td className="tabular">
                    {each.features.couponsUsed}, {each.features.couponsLapsed}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {mayEnd && !isOver && (
        <Group justify="flex-end">
          <Button color="red" variant="light" loading={end.isPending} onClick={() => end.mutate()}>
            <Trans>End the offer</Trans>
          </Button>
        </Group>
      )}
    </Stack>
  )
}

interface StepWish {
  couponId: string
  off: string
  threshold: string
  budget: string
  quota: number
}
const newStep = (off: string): StepWish => ({
  ...{ couponId: newId(), off, threshold: '0.00', budget: '5000.00', quota: 1_000 },
})

function NewOffer({ onDone }: { onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id] = useState(newId)
  const [nameEn, setNameEn] = useState('')
  const [nameZh, setNameZh] = useState('')
  const [heldOut, setHeldOut] = useState(10)
  const [days, setDays] = useState(14)
  const [steps, setSteps] = useState<StepWish[]>(() => [newStep('5.00'), newStep('15.00')])
  const change = (index: number, more: Partial<StepWish>) =>
    setSteps(steps.map((step, place) => (place === index ? { ...step, ...more } : step)))
  const amounts = steps.map(({ off }) => minorOf(off) ?? 0)
  const isRising = amounts.every((minor, index) => minor > (index === 0 ? 0 : (amounts[index - 1] ?? 0)))
  const create = useMutation({
    mutationFn() {
      const nowMs = serverNowMs()
      return must(
        api.POST('/api/v1/personal-offers', {
          body: {
            ...{
              id,
              name: { en: nameEn.trim(), zh: nameZh.trim() },
              heldOutBasisPoints: heldOut * 100,
              validDays: days,
            },
            steps: steps.map((step) => ({
              couponId: step.couponId,
              thresholdMinor: minorOf(step.threshold) ?? 0,
              offMinor: minorOf(step.off) ?? 0,
              budgetMinor: minorOf(step.budget) ?? 0,
              quotaUnits: step.quota,
            })),
            startsAt: new Date(nowMs).toISOString(),
            endsAt: new Date(nowMs + days * dayMs).toISOString(),
          },
        }),
      )
    },
    onSuccess() {
      toast(t`From now on it is decided for whoever opens his coupons.`, 'good')
      for (const name of ['personal-offers', 'coupons']) void queries.invalidateQueries({ queryKey: [name] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate()
      }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            required
            label={t`Name, English`}
            maxLength={60}
            value={nameEn}
            onChange={(event) => setNameEn(event.currentTarget.value)}
          />
          <TextInput
            required
            lang="zh-CN"
            label={t`Name, Chinese`}
            maxLength={60}
            value={nameZh}
            onChange={(event) => setNameZh(event.currentTarget.value)}
          />
          <NumberInput
            label={t`Held out, percent`}
            description={t`Nobody of these is given anything: beside them you see what it does`}
            min={0}
            max={90}
            allowDecimal={false}
            value={heldOut}
            onChange={(value) => setHeldOut(Number(value) || 0)}
          />
          <NumberInput
            label={t`Days`}
            min={1}
            max={365}
            allowDecimal={false}
            value={days}
            onChange={(value) => setDays(Number(value) || 1)}
          />
        </SimpleGrid>
        {steps.map((step, index) => (
          <Group key={step.couponId} align="end" gap="xs" wrap="nowrap">
            <TextInput
              label={t`Step ${index + 1} takes off`}
              inputMode="decimal"
              value={step.off}
              onChange={(event) => change(index, { off: event.currentTarget.value })}
            />
            <TextInput
              label={t`For orders from`}
              inputMode="decimal"
              value={step.threshold}
              onChange={(event) => change(index, { threshold: event.currentTarget.value })}
            />
            <TextInput
              label={t`Budget`}
              inputMode="decimal"
              value={step.budget}
              onChange={(event) => change(index, { budget: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              disabled={steps.length === 1}
              aria-label={t`Remove step ${index + 1}`}
              onClick={() => setSteps(steps.filter((_, place) => place !== index))}
            >
              <Trash2 size={16} aria-hidden="true" />
            </ActionIcon>
          </Group>
        ))}
        {!isRising && (
          <Text size="sm" c="red" role="alert">
            <Trans>Each step takes off more than the one before.</Trans>
          </Text>
        )}
        <Group justify="space-between">
          <Button
            variant="subtle"
            leftSection={<Plus size={15} aria-hidden="true" />}
            disabled={steps.length >= stepsMax}
            onClick={() => setSteps([...steps, newStep('')])}
          >
            <Trans>Another step</Trans>
          </Button>
          <Group gap="xs">
            <Button variant="subtle" onClick={onDone}>
              <Trans>Cancel</Trans>
            </Button>
            <Button
              type="submit"
              loading={create.isPending}
              disabled={!isRising || nameEn.trim() === '' || nameZh.trim() === ''}
            >
              <Trans>Offer it</Trans>
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  )
}
