import { Trans, useLingui } from '@lingui/react/macro'
import { ActionIcon, Badge, Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { api, must, newId, useSession } from '../../client/index.ts'
import { Go } from '../../kit/desk.tsx'
import { day, ErrorState, money, pick, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Confirm } from '../confirm.tsx'
import { Listing, Page, usePages } from '../listing.tsx'
import css from '../orders/order.module.css'
import { mayDo } from '../places.ts'
import type { PersonRow, ShopRow } from '../types.ts'

/** Who sells here beside us, who acts for each shop, and what it is owed. */
export function ShopsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [isOpening, setOpening] = useState(false)
  const [account, setAccount] = useState<ShopRow | null>(null)
  const mayOpen = mayDo(me?.roles ?? [], ['operations', 'admin'])
  const maySeeBooks = mayDo(me?.roles ?? [], ['finance', 'admin', 'auditor'])
  const pages = usePages<ShopRow>(['shops'], (query, signal) =>
    must(api.GET('/api/v1/shops', { params: { query }, signal })),
  )
  return (
    <Page
      title={t`Shops`}
      lead={t`Sellers of record beside us: each sees its own orders and statement in the studio.`}
      action={
        mayOpen && (
          <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => setOpening(true)}>
            <Trans>Open a shop</Trans>
          </Button>
        )
      }
    >
      <Listing
        label={t`Shops`}
        pages={pages}
        keyOf={(shop) => shop.id}
        empty={<Trans>Nobody sells here beside us.</Trans>}
        columns={[
          {
            name: t`Shop`,
            cell: (shop) => (
              <Text size="sm" fw={600}>
                {pick(shop.name)}
              </Text>
            ),
          },
          { name: t`Who acts for it`, cell: (shop) => <Members shop={shop} mayChange={mayOpen} /> },
          { name: t`Since`, wideOnly: true, figures: true, cell: (shop) => day(shop.openedAt) },
          {
            name: <span className="visually-hidden">{t`Actions`}</span>,
            figures: true,
            cell: (shop) =>
              maySeeBooks && (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={t`What ${pick(shop.name)} is owed`}
                  onClick={() => setAccount(shop)}
                >
                  <Trans>Account</Trans>
                </Button>
              ),
          },
        ]}
      />
      {isOpening && <OpenShop onClose={() => setOpening(false)} />}
      <Modal
        opened={account !== null}
        onClose={() => setAccount(null)}
        title={account ? pick(account.name) : ''}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {account && <Account shop={account} />}
      </Modal>
    </Page>
  )
}

function Members({ shop, mayChange }: { shop: ShopRow; mayChange: boolean }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<ShopRow['members'][number] | null>(null)
  const change = useMutation({
    mutationFn: ({ personId, add }: { personId: string; add: boolean }) => {
      const params = { path: { id: shop.id, personId } }
      return must(
        add
          ? api.PUT('/api/v1/shops/{id}/members/{personId}', { params })
          : api.DELETE('/api/v1/shops/{id}/members/{personId}', { params }),
      )
    },
    onSuccess: () => toast(t`Saved.`, 'good'),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['shops'] }),
  })
  return (
    <Group gap={6}>
      {shop.members.map((member) => (
        <Badge
          key={member.personId}
          variant="light"
          color="gray"
          tt="none"
          pr={mayChange ? 3 : undefined}
          rightSection={
            mayChange && (
              <ActionIcon
                size={22}
                variant="subtle"
                color="gray"
                aria-label={t`${member.name} acts for it no more`}
                onClick={() => setLeaving(member)}
              >
                <X size={13} aria-hidden="true" />
              </ActionIcon>
            )
          }
        >
          {member.name}
        </Badge>
      ))}
      {mayChange && (
        <ActionIcon
          variant="default"
          size={26}
          aria-label={t`Add somebody to ${pick(shop.name)}`}
          onClick={() => setAdding(true)}
        >
          <Plus size={14} aria-hidden="true" />
        </ActionIcon>
      )}
      {isAdding && (
        <PickPerson
          title={t`Who acts for ${pick(shop.name)}?`}
          onClose={() => setAdding(false)}
          onPick={(personId) => {
            change.mutate({ personId, add: true })
            setAdding(false)
          }}
        />
      )}
      <Confirm
        opened={leaving !== null}
        title={leaving ? t`${leaving.name} acts for ${pick(shop.name)} no more?` : ''}
        action={t`Take it away`}
        onClose={() => setLeaving(null)}
        onConfirm={() => {
          if (leaving) change.mutate({ personId: leaving.personId, add: false })
          setLeaving(null)
        }}
      />
    </Group>
  )
}

/** Finds a person by name or number. Who may not look people up gives the id. */
function PickPerson(of: { title: string; onPick: (personId: string) => void; onClose: () => void }) {
  const { t } = useLingui()
  const { me } = useSession()
  const [text, setText] = useState('')
  const wanted = text.trim()
  const mayLook = mayDo(me?.roles ?? [], ['admin', 'support', 'auditor'])
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(wanted)
  const found = useQuery({
    queryKey: ['people', 'pick', wanted],
    enabled: mayLook && wanted.length > 0 && !isId,
    queryFn: () => must(api.GET('/api/v1/people', { params: { query: { q: wanted, limit: 8 } } })),
  })
  const people: readonly PersonRow[] = found.data?.items ?? []
  return (
    <Modal opened onClose={of.onClose} title={of.title} closeButtonProps={{ 'aria-label': t`Close` }}>
      <Stack gap="xs">
        <TextInput
          data-autofocus
          label={mayLook ? t`Name, e-mail, phone or id` : t`The id of the person`}
          value={text}
          maxLength={60}
          autoComplete="off"
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {people.map((person) => (
          <Button key={person.personId} variant="default" onClick={() => of.onPick(person.personId)}>
            {person.name}
          </Button>
        ))}
        {isId && (
          <Button onClick={() => of.onPick(wanted)}>
            <Trans>Add</Trans>
          </Button>
        )}
      </Stack>
    </Modal>
  )
}

function OpenShop({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id] = useState(() => newId())
  const [en, setEn] = useState('')
  const [zh, setZh] = useState('')
  const open = useMutation({
    mutationFn: () => must(api.POST('/api/v1/shops', { body: { id, name: { en: en.trim(), zh: zh.trim() } } })),
    onSuccess: () => {
      toast(t`Saved.`, 'good')
      void queries.invalidateQueries({ queryKey: ['shops'] })
      onClose()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const isReady = en.trim() !== '' && zh.trim() !== ''
  return (
    <Modal opened onClose={onClose} title={t`Open a shop`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) open.mutate()
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            required
            label={t`Name in English`}
            maxLength={80}
            value={en}
            onChange={(event) => setEn(event.currentTarget.value)}
          />
          <TextInput
            required
            label={t`Name in Chinese`}
            maxLength={80}
            value={zh}
            onChange={(event) => setZh(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" disabled={!isReady} loading={open.isPending}>
              <Trans>Open a shop</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const tiers = [3, 7, 15] as const

/** What it is owed, each sum with its journals, and after how many days a sale is its own. */
function Account({ shop }: { shop: ShopRow }) {
  const { t } = useLingui()
  const { me } = useSession()
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['shops', shop.id, 'account'],
    queryFn: () => must(api.GET('/api/v1/shops/{id}/account', { params: { path: { id: shop.id } } })),
  })
  const setTier = useMutation({
    mutationFn: (days: (typeof tiers)[number]) =>
      must(api.PUT('/api/v1/shops/{id}/tier', { params: { path: { id: shop.id } }, body: { id: newId(), days } })),
    onSuccess: () => toast(t`Saved.`, 'good'),
    onError: (failed) => toast(wordsOf(failed), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['shops'] }),
  })
  if (data === undefined) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={200} />
  }
  const { sums, tier } = data
  const mayChange = mayDo(me?.roles ?? [], ['finance', 'admin'])
  const rows = [
    { kind: 'pending', name: t`Earned, waiting`, minor: sums.pendingMinor },
    { kind: 'available', name: t`Earned, may be paid out`, minor: sums.availableMinor },
    { kind: 'reserve', name: t`Kept back for refunds`, minor: sums.reserveMinor },
    { kind: 'frozen', name: t`Frozen earnings`, minor: sums.frozenMinor },
    { kind: 'payout', name: t`Payout on its way`, minor: sums.payoutMinor },
  ]
  return (
    <Stack>
      <dl className={css['sum']}>
        {rows.map((row) => (
          <div key={row.kind}>
            <dt>
              <Go to="/journals" search={{ account: `payable:${shop.id}:${row.kind}` }}>
                {row.name}
              </Go>
            </dt>
            <dd className="tabular">{money(row.minor, sums.currency)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <Trans>Paid out</Trans>
          </dt>
          <dd className="tabular">{money(sums.paidMinor, sums.currency)}</dd>
        </div>
      </dl>
      <NativeSelect
        label={t`A sale is its own after`}
        description={t`What is confirmed already keeps its day.`}
        disabled={!mayChange || setTier.isPending}
        value={String(tier.days)}
        data={tiers.map((days) => ({ value: String(days), label: t`${days} days` }))}
        onChange={(event) => {
          const days = tiers.find((each) => String(each) === event.currentTarget.value)
          if (days !== undefined) setTier.mutate(days)
        }}
      />
    </Stack>
  )
}
