/** Who may go live, open a showcase, give away, promote gated goods: the rule in force, those to come, and gated categories. */
import { msg } from '@lingui/core/macro'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import {
  Badge,
  Button,
  Checkbox,
  Group,
  Modal,
  NativeSelect,
  NumberInput,
  Paper,
  Stack,
  Text,
  Title,
} from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, useSession } from '../../client/index.ts'
import { dateTime, EmptyState, ErrorState, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Page, SkeletonRows } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { categoriesQuery } from '../queries.ts'
import type { GatedCategory, GateRule } from '../types.ts'

const capabilityNames: Record<GateRule['capability'], ReturnType<typeof msg>> = {
  live: msg`Going live`,
  showcase: msg`Opening a showcase`,
  giveaway: msg`Lucky bags`,
  gated: msg`Promoting gated goods`,
}
const capabilities = Object.keys(capabilityNames) as GateRule['capability'][]

export function GatesPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const { data, error, refetch } = useQuery({
    queryKey: ['gates'],
    queryFn: () => must(api.GET('/api/v1/gate-rules')),
  })
  const [edited, setEdited] = useState<GateRule | null>(null)
  const [isGating, setGating] = useState(false)
  const mayChange = mayDo(me?.roles ?? [], ['operations', 'admin'])
  const isNow = (version: { effectiveFrom: string }) => data !== undefined && version.effectiveFrom <= data.now
  return (
    <Page
      title={t`Gates`}
      lead={t`Each change is a new version from a day on. What was decided by an earlier one stays.`}
    >
      {data === undefined ? (
        error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows />
        )
      ) : (
        <>
          {capabilities.map((capability) => {
            const versions = data.rules.filter((rule) => rule.capability === capability)
            const now = versions.find(isNow)
            const name = t(capabilityNames[capability])
            return (
              <Paper key={capability} withBorder p="md" component="section" aria-label={name}>
                <Group justify="space-between" align="flex-start">
                  <div>
                    <Title order={2} size="h5">
                      {name}
                    </Title>
                    {now && <Needs rule={now} />}
                  </div>
                  {mayChange && now && (
                    <Button size="xs" variant="default" aria-label={t`Change: ${name}`} onClick={() => setEdited(now)}>
                      <Trans>Change</Trans>
                    </Button>
                  )}
                </Group>
                {versions
                  .filter((rule) => !isNow(rule))
                  .map((rule) => (
                    <Group key={rule.version} gap="xs" mt="xs">
                      <Badge variant="light" tt="none">
                        <Trans>from {dateTime(rule.effectiveFrom)}</Trans>
                      </Badge>
                      <Needs rule={rule} />
                    </Group>
                  ))}
                <Text size="xs" c="dimmed" mt={6}>
                  <Plural value={versions.length} one="# version" other="# versions" />
                </Text>
              </Paper>
            )
          })}
          <Group justify="space-between">
            <Title order={2} size="h4">
              <Trans>Gated categories</Trans>
            </Title>
            {mayChange && (
              <Button variant="default" onClick={() => setGating(true)}>
                <Trans>Gate a category</Trans>
              </Button>
            )}
          </Group>
          <Categories
            categories={data.categories.filter(isNow)}
            coming={data.categories.filter((each) => !isNow(each))}
          />
        </>
      )}
      <Modal
        opened={edited !== null}
        onClose={() => setEdited(null)}
        title={edited ? t(capabilityNames[edited.capability]) : ''}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {edited && <RuleForm of={edited} onDone={() => setEdited(null)} />}
      </Modal>
      <Modal
        opened={isGating}
        onClose={() => setGating(false)}
        title={t`Gate a category`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {isGating && <CategoryForm onDone={() => setGating(false)} />}
      </Modal>
    </Page>
  )
}

function Needs({ rule }: { rule: GateRule }) {
  const { t } = useLingui()
  const needs = [
    rule.followersMin !== null && t`${rule.followersMin} followers`,
    rule.activeViolationsMax !== null && t`at most ${rule.activeViolationsMax} active violations`,
    rule.verifiedNeeded && t`identity shown`,
    rule.scoreMin !== null && t`a score of ${rule.scoreMin}`,
    rule.restrictionsMax !== null && t`nothing closed by a measure`,
  ].filter((need) => need !== false)
  return <Text size="sm">{needs.length === 0 ? <Trans>open to everybody</Trans> : needs.join(' · ')}</Text>
}

function Categories({
  categories,
  coming,
}: {
  categories: readonly GatedCategory[]
  coming: readonly GatedCategory[]
}) {
  const { data } = useQuery(categoriesQuery)
  const nameOf = (code: string) => {
    const category = data?.categories.find((each) => each.code === code)
    return category === undefined ? code : pick(category.name)
  }
  // The latest first: the first of a category is the one that holds.
  const inForce = [...new Map(categories.toReversed().map((each) => [each.categoryCode, each])).values()].filter(
    (each) => each.scoreMin !== null,
  )
  if (inForce.length === 0 && coming.length === 0) {
    return (
      <Paper withBorder>
        <EmptyState title={<Trans>Everybody may promote everything.</Trans>} />
      </Paper>
    )
  }
  return (
    <Stack gap="xs">
      {[...inForce, ...coming].map((each) => (
        <Paper key={`${each.categoryCode} ${each.version}`} withBorder p="sm">
          <Group justify="space-between">
            <Text size="sm" fw={600}>
              {nameOf(each.categoryCode)}
            </Text>
            <Text size="sm">
              {each.scoreMin === null ? (
                <Trans>open to everybody</Trans>
              ) : (
                <Trans>needs a score of {each.scoreMin}</Trans>
              )}
              {coming.includes(each) && (
                <>
                  {' · '}
                  <Trans>from {dateTime(each.effectiveFrom)}</Trans>
                </>
              )}
            </Text>
          </Group>
        </Paper>
      ))}
    </Stack>
  )
}

function useAnnounce(body: () => Promise<{ version: number }>, onDone: () => void) {
  const { t } = useLingui()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: body,
    onSuccess({ version }) {
      toast(t`Version ${version} is announced.`, 'good')
      void queries.invalidateQueries({ queryKey: ['gates'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
}

const orNull = (value: number | string) => (value === '' ? null : Number(value))

function RuleForm({ of, onDone }: { of: GateRule; onDone: () => void }) {
  const { t } = useLingui()
  const [followersMin, setFollowers] = useState<number | string>(of.followersMin ?? '')
  const [activeViolationsMax, setViolations] = useState<number | string>(of.activeViolationsMax ?? '')
  const [scoreMin, setScore] = useState<number | string>(of.scoreMin ?? '')
  const [verifiedNeeded, setVerified] = useState(of.verifiedNeeded)
  const [inDays, setDays] = useState<number | string>(7)
  const send = useAnnounce(
    () =>
      must(
        api.POST('/api/v1/gate-rules', {
          body: {
            ...{ capability: of.capability, verifiedNeeded, inDays: Number(inDays) },
            followersMin: orNull(followersMin),
            activeViolationsMax: orNull(activeViolationsMax),
            scoreMin: orNull(scoreMin),
          },
        }),
      ),
    onDone,
  )
  const number = (label: string, value: number | string, set: (value: number | string) => void, max: number) => (
    <NumberInput
      label={label}
      description={t`Empty: not asked for`}
      min={0}
      max={max}
      allowDecimal={false}
      value={value}
      onChange={set}
    />
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send.mutate()
      }}
    >
      <Stack>
        {number(t`Followers, at least`, followersMin, setFollowers, 1_000_000_000)}
        {number(t`Active violations, at most`, activeViolationsMax, setViolations, 1_000)}
        {number(t`Score, at least`, scoreMin, setScore, 1_000)}
        <Checkbox
          label={t`Has shown who he is`}
          checked={verifiedNeeded}
          onChange={(event) => setVerified(event.currentTarget.checked)}
        />
        <NumberInput
          label={t`Holds in so many days`}
          min={0}
          max={365}
          allowDecimal={false}
          value={inDays}
          onChange={setDays}
        />
        <Button type="submit" loading={send.isPending}>
          <Trans>Announce</Trans>
        </Button>
      </Stack>
    </form>
  )
}

function CategoryForm({ onDone }: { onDone: () => void }) {
  const { t } = useLingui()
  const { data } = useQuery(categoriesQuery)
  const [categoryCode, setCategory] = useState('')
  const [scoreMin, setScore] = useState<number | string>(200)
  const [inDays, setDays] = useState<number | string>(7)
  const send = useAnnounce(
    () =>
      must(
        api.POST('/api/v1/gated-categories', {
          body: { categoryCode, scoreMin: orNull(scoreMin), inDays: Number(inDays) },
        }),
      ),
    onDone,
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (categoryCode !== '') send.mutate()
      }}
    >
      <Stack>
        <NativeSelect
          label={t`Category`}
          required
          value={categoryCode}
          data={[
            { value: '', label: t`Choose one` },
            ...(data?.categories ?? []).map((each) => ({ value: each.code, label: pick(each.name) })),
          ]}
          onChange={(event) => setCategory(event.currentTarget.value)}
        />
        <NumberInput
          label={t`Score, at least`}
          description={t`Empty: open to everybody`}
          min={0}
          max={1_000}
          allowDecimal={false}
          value={scoreMin}
          onChange={setScore}
        />
        <NumberInput
          label={t`Holds in so many days`}
          min={0}
          max={365}
          allowDecimal={false}
          value={inDays}
          onChange={setDays}
        />
        <Button type="submit" disabled={categoryCode === ''} loading={send.isPending}>
          <Trans>Announce</Trans>
        </Button>
      </Stack>
    </form>
  )
}
