/** How an operator lets a room sell fast: a sale in a room on air now, or units that a host may sell when he likes. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Modal, NumberInput, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Gift, Zap } from 'lucide-react'
import { useState } from 'react'
import { api, must, newId, serverNowMs } from '../../client/index.ts'
import { count, dateTime, minorOf, money, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Listing, usePages } from '../listing.tsx'
import type { FlashGrantRow } from '../types.ts'
import { CreatorField, RoomField, SkuField } from './choices.tsx'

const dayMs = 86_400_000

/** The two buttons with their forms. */
export function FlashActions() {
  const { t } = useLingui()
  const [form, setForm] = useState<'sale' | 'grant' | null>(null)
  const close = () => setForm(null)
  return (
    <Group gap="xs">
      <Button size="sm" leftSection={<Zap size={14} aria-hidden="true" />} onClick={() => setForm('sale')}>
        <Trans>New flash sale</Trans>
      </Button>
      <Button
        size="sm"
        variant="default"
        leftSection={<Gift size={14} aria-hidden="true" />}
        onClick={() => setForm('grant')}
      >
        <Trans>Grant units to a host</Trans>
      </Button>
      <Modal
        opened={form !== null}
        onClose={close}
        title={form === 'sale' ? t`New flash sale` : t`Grant units to a host`}
        size="lg"
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {form === 'sale' && <NewSale onDone={close} />}
        {form === 'grant' && <NewGrant onDone={close} />}
      </Modal>
    </Group>
  )
}

/** What of a form is the same for both: what is sold, at which price, how many, and who bears the difference. */
function useTerms() {
  const [skuId, setSkuId] = useState<string | null>(null)
  const [price, setPrice] = useState('')
  const [units, setUnits] = useState(20)
  const [perBuyer, setPerBuyer] = useState(1)
  const [platform, setPlatform] = useState(0)
  const [budget, setBudget] = useState('10000.00')
  const { data } = useQuery({
    queryKey: ['effective-price', skuId],
    enabled: skuId !== null,
    queryFn: () =>
      must(api.GET('/api/v1/skus/{id}/effective-price', { params: { path: { id: skuId ?? '' }, query: {} } })),
  })
  const priceMinor = minorOf(price) ?? 0
  return {
    ...{
      skuId,
      setSkuId,
      price,
      setPrice,
      units,
      setUnits,
      perBuyer,
      setPerBuyer,
      platform,
      setPlatform,
      budget,
      setBudget,
    },
    lowestMinor: data?.lowestMinor ?? null,
    currency: data?.currency,
    isReady: skuId !== null && priceMinor > 0,
    body: {
      ...{ skuId: skuId ?? '', priceMinor, units, perBuyerUnits: perBuyer },
      funders: { platform: platform * 100, seller: 10_000 - platform * 100, creator: 0, brand: 0 },
      budgetMinor: platform > 0 ? (minorOf(budget) ?? 0) : 0,
    },
  }
}

function TermFields({ terms }: { terms: ReturnType<typeof useTerms> }) {
  const { t } = useLingui()
  const { lowestMinor, currency } = terms
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <SkuField skuId={terms.skuId} onChange={terms.setSkuId} />
      <TextInput
        required
        label={t`Price`}
        inputMode="decimal"
        description={
          lowestMinor === null || currency === undefined
            ? t`Below the shelf price`
            : t`At most ${money(lowestMinor, currency)}, the lowest of 14 days`
        }
        value={terms.price}
        onChange={(event) => terms.setPrice(event.currentTarget.value)}
      />
      <NumberInput
        label={t`Units for sale`}
        description={t`Kept back from the shelf`}
        min={1}
        max={100_000}
        allowDecimal={false}
        value={terms.units}
        onChange={(value) => terms.setUnits(Number(value) || 1)}
      />
      <NumberInput
        label={t`For each buyer`}
        min={1}
        max={terms.units}
        allowDecimal={false}
        value={terms.perBuyer}
        onChange={(value) => terms.setPerBuyer(Number(value) || 1)}
      />
      <NumberInput
        label={t`Borne by the platform, percent`}
        description={t`The seller bears the rest`}
        min={0}
        max={100}
        allowDecimal={false}
        value={terms.platform}
        onChange={(value) => terms.setPlatform(Number(value) || 0)}
      />
      {terms.platform > 0 && (
        <TextInput
          label={t`Budget of the platform`}
          description={t`Hard stop: what it cannot bear whole is not given`}
          inputMode="decimal"
          value={terms.budget}
          onChange={(event) => terms.setBudget(event.currentTarget.value)}
        />
      )}
    </SimpleGrid>
  )
}

function Ending(of: { onDone: () => void; isPending: boolean; isReady: boolean; children: React.ReactNode }) {
  return (
    <Group justify="flex-end">
      <Button variant="subtle" onClick={of.onDone}>
        <Trans>Cancel</Trans>
      </Button>
      <Button type="submit" loading={of.isPending} disabled={!of.isReady}>
        {of.children}
      </Button>
    </Group>
  )
}

function NewSale({ onDone }: { onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id] = useState(newId)
  const [roomId, setRoomId] = useState<string | null>(null)
  const [countdown, setCountdown] = useState(30)
  const [minutes, setMinutes] = useState(5)
  const terms = useTerms()
  const announce = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/rooms/{id}/flash-sales', {
          params: { path: { id: roomId ?? '' } },
          body: { id, ...terms.body, countdownSeconds: countdown, minutes },
        }),
      ),
    onSuccess() {
      toast(t`The countdown runs.`, 'good')
      void queries.invalidateQueries({ queryKey: ['flash-sales'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        announce.mutate()
      }}
    >
      <Stack>
        <RoomField required label={t`Room`} roomId={roomId} onChange={setRoomId} />
        <TermFields terms={terms} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NumberInput
            label={t`Countdown, seconds`}
            min={10}
            max={300}
            allowDecimal={false}
            value={countdown}
            onChange={(value) => setCountdown(Number(value) || 10)}
          />
          <NumberInput
            label={t`Lasts minutes`}
            min={1}
            max={20}
            allowDecimal={false}
            value={minutes}
            onChange={(value) => setMinutes(Number(value) || 1)}
          />
        </SimpleGrid>
        <Ending onDone={onDone} isPending={announce.isPending} isReady={terms.isReady && roomId !== null}>
          <Trans>Begin the countdown</Trans>
        </Ending>
      </Stack>
    </form>
  )
}

function NewGrant({ onDone }: { onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id] = useState(newId)
  const [creatorId, setCreatorId] = useState<string | null>(null)
  const [days, setDays] = useState(7)
  const terms = useTerms()
  const grant = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/flash-grants', {
          body: {
            ...{ id, ...terms.body, creatorId: creatorId ?? '' },
            validUntil: new Date(serverNowMs() + days * dayMs).toISOString(),
          },
        }),
      ),
    onSuccess() {
      toast(t`The host may begin when it suits the show.`, 'good')
      void queries.invalidateQueries({ queryKey: ['flash-grants'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        grant.mutate()
      }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <CreatorField creatorId={creatorId} onChange={setCreatorId} />
          <NumberInput
            label={t`Valid for days`}
            min={1}
            max={365}
            allowDecimal={false}
            value={days}
            onChange={(value) => setDays(Number(value) || 1)}
          />
        </SimpleGrid>
        <TermFields terms={terms} />
        <Ending onDone={onDone} isPending={grant.isPending} isReady={terms.isReady && creatorId !== null}>
          <Trans>Grant them</Trans>
        </Ending>
      </Stack>
    </form>
  )
}

/** What hosts may sell when they like. */
export function FlashGrants() {
  const { t } = useLingui()
  useLocale()
  const pages = usePages<FlashGrantRow>(
    ['flash-grants'],
    (query, signal) => must(api.GET('/api/v1/flash-grants', { params: { query }, signal })),
    { refetchMs: 10_000 },
  )
  return (
    <section aria-labelledby="flash-grants">
      <Title order={2} size="h4" id="flash-grants" mb="xs">
        <Trans>Granted to hosts</Trans>
      </Title>
      <Listing
        label={t`Granted to hosts`}
        pages={pages}
        keyOf={(grant) => grant.id}
        empty={<Trans>No host may begin a flash sale of his own.</Trans>}
        columns={[
          {
            name: t`Product`,
            cell: (grant) => (
              <>
                <Text size="sm" fw={600}>
                  {pick(grant.title)} {pick(grant.label)}
                </Text>
                <Text size="xs" c="dimmed">
                  {grant.creatorName}
                </Text>
              </>
            ),
          },
          { name: t`Price`, figures: true, cell: (grant) => money(grant.priceMinor, grant.currency) },
          {
            name: t`Left`,
            figures: true,
            cell: (grant) => `${count(grant.unitsLeft)} / ${count(grant.units)}`,
          },
          { name: t`Until`, wideOnly: true, figures: true, cell: (grant) => dateTime(grant.validUntil) },
        ]}
      />
    </section>
  )
}
