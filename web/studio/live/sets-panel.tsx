import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { ActionIcon, Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Layers, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api, must, newId } from '../../client/index.ts'
import { EmptyState, ErrorState, Skeleton, toast, wordsOf } from '../../kit/index.ts'
import { mySessionQuery } from '../queries.ts'
import type { StudioSession } from '../types.ts'
import css from './live.module.css'

const setsKey = ['bag-sets']

/** What is hung up in one go, and whether comments buy. */
export default function SetsPanel({ session }: { session: StudioSession }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: setsKey,
    queryFn: () => must(api.GET('/api/v1/studio/bag-sets')),
  })
  const run = async (asked: () => Promise<unknown>) => {
    setIsBusy(true)
    try {
      await asked()
    } catch (problem) {
      toast(wordsOf(problem), 'bad')
    } finally {
      setIsBusy(false)
      void queries.invalidateQueries({ queryKey: setsKey })
    }
  }
  const save = () =>
    run(async () => {
      const productIds = session.bag.map((item) => item.productId)
      const params = { path: { id: newId() } }
      await must(api.PUT('/api/v1/studio/bag-sets/{id}', { params, body: { name: name.trim(), productIds } }))
      setName('')
    })
  const load = (setId: string) =>
    run(async () => {
      const params = { path: { id: session.id } }
      const { leftOut } = await must(api.POST('/api/v1/studio/sessions/{id}/bag-sets', { params, body: { setId } }))
      void queries.invalidateQueries({ queryKey: mySessionQuery.queryKey })
      toast(leftOut === 0 ? t`In the bag.` : t`In the bag; ${leftOut} may not be promoted any more.`, 'good')
    })
  const forget = (id: string) =>
    run(() => must(api.DELETE('/api/v1/studio/bag-sets/{id}', { params: { path: { id } } })))
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={240} />
  return (
    <Stack gap="lg">
      <section aria-labelledby="sets">
        <Title order={2} size="h5" id="sets" mb="xs">
          <Trans>Saved sets</Trans>
        </Title>
        {data.sets.length === 0 ? (
          <EmptyState icon={<Layers aria-hidden="true" />} title={<Trans>No set yet.</Trans>}>
            <Text size="sm" c="dimmed">
              <Trans>Fill the bag, give it a name, and hang all of it up with one press next time.</Trans>
            </Text>
          </EmptyState>
        ) : (
          <ul className={css['team']}>
            {data.sets.map((set) => (
              <li key={set.id} className={css['teamHead']}>
                <span>
                  <b>{set.name}</b>{' '}
                  <Text span size="xs" c="dimmed">
                    <Plural value={set.products} one="# product" other="# products" />
                  </Text>
                </span>
                <Group gap={4} wrap="nowrap">
                  <Button size="compact-sm" disabled={isBusy} onClick={() => void load(set.id)}>
                    <Trans>Hang up</Trans>
                  </Button>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t`Forget ${set.name}`}
                    onClick={() => void forget(set.id)}
                  >
                    <Trash2 size={16} aria-hidden="true" />
                  </ActionIcon>
                </Group>
              </li>
            ))}
          </ul>
        )}
        <form
          className={css['say']}
          style={{ marginTop: 10 }}
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <TextInput
            style={{ flex: 1 }}
            aria-label={t`Name of the set`}
            placeholder={t`Name of the set`}
            maxLength={40}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={isBusy || name.trim() === '' || session.bag.length === 0}>
            <Trans>Save this bag</Trans>
          </Button>
        </form>
      </section>
      <Claims sessionId={session.id} />
    </Stack>
  )
}

function Claims({ sessionId }: { sessionId: string }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const key = ['claim-mode', sessionId]
  const params = { path: { id: sessionId } }
  const { data } = useQuery({
    queryKey: key,
    refetchInterval: 5_000,
    queryFn: () => must(api.GET('/api/v1/studio/sessions/{id}/claim-mode', { params })),
  })
  return (
    <section aria-labelledby="claims">
      <Title order={2} size="h5" id="claims" mb="xs">
        <Trans>Buying by comment</Trans>
      </Title>
      <NativeSelect
        aria-label={t`Buying by comment`}
        description={t`"sold 3" or "要3号" claims number 3 of the bag, if it comes in one kind only`}
        value={data?.mode ?? 'off'}
        data={[
          { value: 'off', label: t`off` },
          { value: 'first_paid', label: t`who pays first gets it` },
          { value: 'hold', label: t`held for who said it, until he pays or time is up` },
        ]}
        onChange={(event) => {
          const mode = event.currentTarget.value as 'off' | 'first_paid' | 'hold'
          void must(api.PUT('/api/v1/studio/sessions/{id}/claim-mode', { params, body: { mode } }))
            .catch((problem: unknown) => toast(wordsOf(problem), 'bad'))
            .finally(() => void queries.invalidateQueries({ queryKey: key }))
        }}
      />
      {(data?.claims ?? 0) > 0 && (
        <Text size="sm" mt="xs" c="dimmed">
          <Plural value={data?.claims ?? 0} one="# claim so far" other="# claims so far" />
        </Text>
      )}
    </section>
  )
}
