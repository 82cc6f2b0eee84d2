/** The rules that creators are judged by, in all their versions; a new version holds from a later moment on. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Accordion, Badge, Button, Group, Modal, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, serverNowMs, useSession } from '../../client/index.ts'
import { dateTime, ErrorState, pick, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Page } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { rulesQuery } from '../queries.ts'
import type { Rule } from '../types.ts'

const sinceEver = '2000-01-01T00:00:00Z'

export function RulebookPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const { data, error, isPending, refetch } = useQuery(rulesQuery)
  const [edited, setEdited] = useState<Rule | null>(null)
  const mayChange = mayDo(me?.roles ?? [], ['moderator', 'admin'])
  const byRule = Map.groupBy(data?.rules ?? [], (rule) => rule.rule)
  return (
    <Page
      title={t`Rulebook`}
      lead={t`A judgement keeps the version by which it was made. A new version holds from a later moment on.`}
    >
      {isPending ? (
        <Skeleton height={320} />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Accordion variant="separated" multiple>
          {[...byRule].map(([name, versions]) => {
            const now = versions.find((version) => version.inForce) ?? versions[0]
            if (now === undefined) return null
            return (
              <Accordion.Item key={name} value={name}>
                <Accordion.Control>
                  <Group gap="xs">
                    <Text fw={650}>
                      {now.clause} {pick(now.title)}
                    </Text>
                    <Badge variant="light" tt="none">
                      <Trans>version {now.version}</Trans>
                    </Badge>
                    {versions.some((version) => Date.parse(version.effectiveFrom) > serverNowMs()) && (
                      <Badge variant="light" color="orange" tt="none">
                        <Trans>a change is announced</Trans>
                      </Badge>
                    )}
                  </Group>
                </Accordion.Control>
                <Accordion.Panel>
                  <Stack gap="sm">
                    {versions.map((version) => (
                      <Version key={version.version} version={version} />
                    ))}
                    {mayChange && (
                      <Group>
                        <Button size="xs" variant="default" onClick={() => setEdited(now)}>
                          <Trans>Write a new version</Trans>
                        </Button>
                      </Group>
                    )}
                  </Stack>
                </Accordion.Panel>
              </Accordion.Item>
            )
          })}
        </Accordion>
      )}
      <Modal
        opened={edited !== null}
        onClose={() => setEdited(null)}
        size="lg"
        title={edited ? t`A new version of ${pick(edited.title)}` : ''}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {edited && <VersionForm rule={edited} onDone={() => setEdited(null)} />}
      </Modal>
    </Page>
  )
}

function Version({ version }: { version: Rule }) {
  return (
    <div>
      <Group gap={6}>
        <Text size="sm" fw={600}>
          <Trans>Version {version.version}</Trans>
        </Text>
        {version.inForce && (
          <Badge size="sm" color="green" variant="light" tt="none">
            <Trans>in force</Trans>
          </Badge>
        )}
        <Text size="xs" c="dimmed">
          {version.effectiveFrom.startsWith(sinceEver.slice(0, 10)) ? (
            <Trans>from the beginning</Trans>
          ) : (
            <Trans>from {dateTime(version.effectiveFrom)}</Trans>
          )}
        </Text>
      </Group>
      <Text size="sm">{pick(version.body)}</Text>
      <Text size="xs" c="dimmed">
        <Trans>
          {version.pointsMinor} points minor, {version.pointsSerious} serious, {version.pointsSevere} severe; for{' '}
          {version.days} days
        </Trans>
      </Text>
    </div>
  )
}

function VersionForm({ rule, onDone }: { rule: Rule; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [draft, setDraft] = useState({
    clause: rule.clause,
    titleEn: rule.title.en,
    titleZh: rule.title.zh,
    bodyEn: rule.body.en,
    bodyZh: rule.body.zh,
    pointsMinor: rule.pointsMinor as number | string,
    pointsSerious: rule.pointsSerious as number | string,
    pointsSevere: rule.pointsSevere as number | string,
    days: rule.days as number | string,
    inDays: 7 as number | string,
  })
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }))
  const send = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/rules/{rule}/versions', {
          params: { path: { rule: rule.rule } },
          body: {
            effectiveFrom: new Date(serverNowMs() + Number(draft.inDays) * 86_400_000).toISOString(),
            clause: draft.clause.trim(),
            title: { en: draft.titleEn.trim(), zh: draft.titleZh.trim() },
            body: { en: draft.bodyEn.trim(), zh: draft.bodyZh.trim() },
            pointsMinor: Number(draft.pointsMinor),
            pointsSerious: Number(draft.pointsSerious),
            pointsSevere: Number(draft.pointsSevere),
            days: Number(draft.days),
          },
        }),
      ),
    onSuccess(reply) {
      toast(t`Version ${reply.version} is announced.`, 'good')
      void queries.invalidateQueries({ queryKey: ['rules'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const points = (label: string, name: 'pointsMinor' | 'pointsSerious' | 'pointsSevere') => (
    <NumberInput
      label={label}
      min={1}
      max={48}
      allowDecimal={false}
      value={draft[name]}
      onChange={(value) => set({ [name]: value })}
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
        <Group grow align="flex-start">
          <TextInput
            label={t`Clause`}
            maxLength={20}
            required
            value={draft.clause}
            onChange={(event) => set({ clause: event.currentTarget.value })}
          />
          <NumberInput
            label={t`Holds in so many days`}
            min={1}
            max={365}
            allowDecimal={false}
            value={draft.inDays}
            onChange={(value) => set({ inDays: value })}
          />
        </Group>
        <Group grow align="flex-start">
          <TextInput
            label={t`Title (English)`}
            maxLength={80}
            required
            value={draft.titleEn}
            onChange={(event) => set({ titleEn: event.currentTarget.value })}
          />
          <TextInput
            label={t`Title (Chinese)`}
            maxLength={80}
            required
            value={draft.titleZh}
            onChange={(event) => set({ titleZh: event.currentTarget.value })}
          />
        </Group>
        <Textarea
          label={t`Text (English)`}
          autosize
          minRows={2}
          maxLength={1_000}
          required
          value={draft.bodyEn}
          onChange={(event) => set({ bodyEn: event.currentTarget.value })}
        />
        <Textarea
          label={t`Text (Chinese)`}
          autosize
          minRows={2}
          maxLength={1_000}
          required
          value={draft.bodyZh}
          onChange={(event) => set({ bodyZh: event.currentTarget.value })}
        />
        <Group grow>
          {points(t`Points, minor`, 'pointsMinor')}
          {points(t`Points, serious`, 'pointsSerious')}
          {points(t`Points, severe`, 'pointsSevere')}
          <NumberInput
            label={t`Days`}
            min={1}
            max={365}
            allowDecimal={false}
            value={draft.days}
            onChange={(value) => set({ days: value })}
          />
        </Group>
        <Button type="submit" loading={send.isPending}>
          <Trans>Announce</Trans>
        </Button>
      </Stack>
    </form>
  )
}
