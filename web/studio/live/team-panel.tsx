import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ActionIcon, Button, Checkbox, CopyButton, NativeSelect, Stack, TagsInput, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy, Users, X } from 'lucide-react'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { EmptyState, ErrorState, Skeleton, toast, wordsOf } from '../../kit/index.ts'
import { roomDeskQuery } from '../queries.ts'
import type { RoomDesk, StudioSession } from '../types.ts'
import css from './live.module.css'
import { useDeskTopic } from './use-room-topic.ts'

const permissionNames = {
  reply: msg`reply as the house`,
  pin: msg`pin comments`,
  mute: msg`mute`,
  ban: msg`send out`,
  words: msg`slow mode and words`,
  goods: msg`bag and explaining`,
}
type Permission = keyof typeof permissionNames
const slowChoices = [0, 5, 10, 30, 60, 120, 300]

/** Who helps and with what, how fast people may talk, which words are seen by their author alone, who is silenced. */
export default function TeamPanel({ session }: { session: StudioSession }) {
  const { roomId } = session
  useDeskTopic(roomId)
  const { data, error, refetch } = useQuery(roomDeskQuery(roomId))
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={240} />
  return (
    <Stack gap="lg">
      <Helpers desk={data.desk} />
      <Rules key={JSON.stringify(data.desk.rules)} desk={data.desk} />
      <Silenced desk={data.desk} />
    </Stack>
  )
}

function useRun(roomId: string) {
  const queries = useQueryClient()
  return async (asked: Promise<unknown>, said?: string) => {
    try {
      await asked
      if (said) toast(said, 'good')
    } catch (error) {
      toast(wordsOf(error), 'bad')
    }
    void queries.invalidateQueries({ queryKey: roomDeskQuery(roomId).queryKey })
  }
}

function Helpers({ desk }: { desk: RoomDesk }) {
  const { t, i18n } = useLingui()
  const run = useRun(desk.roomId)
  const set = (personId: string, permissions: Permission[]) =>
    void run(
      must(
        api.PUT('/api/v1/rooms/{id}/helpers/{personId}', {
          params: { path: { id: desk.roomId, personId } },
          body: { permissions },
        }),
      ),
    )
  const link = `${location.origin}/studio/help/${desk.roomId}`
  return (
    <section aria-labelledby="helpers">
      <Title order={2} size="h5" id="helpers" mb="xs">
        <Trans>Helpers</Trans>
      </Title>
      {desk.helpers.length === 0 ? (
        <EmptyState icon={<Users aria-hidden="true" />} title={<Trans>Nobody helps you yet.</Trans>}>
          <Text size="sm" c="dimmed">
            <Trans>Choose "Make a helper" in the menu of somebody's comment.</Trans>
          </Text>
        </EmptyState>
      ) : (
        <ul className={css['team']}>
          {desk.helpers.map((helper) => {
            const { name } = helper
            return (
              <li key={helper.personId}>
                <div className={css['teamHead']}>
                  <b>{name}</b>
                  {desk.isHost && (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={t`${name} helps no more`}
                      onClick={() => set(helper.personId, [])}
                    >
                      <X size={16} aria-hidden="true" />
                    </ActionIcon>
                  )}
                </div>
                <div className={css['permissions']}>
                  {Object.entries(permissionNames).map(([key, words]) => (
                    <Checkbox
                      key={key}
                      size="xs"
                      label={i18n._(words)}
                      checked={helper.permissions.includes(key as Permission)}
                      disabled={!desk.isHost}
                      onChange={(event) => {
                        const others = helper.permissions.filter((each) => each !== key)
                        set(helper.personId, event.currentTarget.checked ? [...others, key as Permission] : others)
                      }}
                    />
                  ))}
                </div>
              </li>
            )
          })}
        </ul>
      )}
      {desk.helpers.length > 0 && (
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button
              mt="xs"
              size="xs"
              variant="default"
              leftSection={<Copy size={14} aria-hidden="true" />}
              onClick={copy}
            >
              {copied ? <Trans>Copied</Trans> : <Trans>Copy the link to the helpers' desk</Trans>}
            </Button>
          )}
        </CopyButton>
      )}
    </section>
  )
}

function Rules({ desk }: { desk: RoomDesk }) {
  const { t } = useLingui()
  const run = useRun(desk.roomId)
  const [slowSeconds, setSlowSeconds] = useState(desk.rules.slowSeconds)
  const [words, setWords] = useState(desk.rules.blockedWords)
  const may = desk.permissions.includes('words')
  const isChanged = slowSeconds !== desk.rules.slowSeconds || words.join('\n') !== desk.rules.blockedWords.join('\n')
  return (
    <section aria-labelledby="rules">
      <Title order={2} size="h5" id="rules" mb="xs">
        <Trans>Rules of the talk</Trans>
      </Title>
      <Stack gap="sm">
        <NativeSelect
          label={t`Slow mode`}
          description={t`One comment of a viewer in so many seconds`}
          disabled={!may}
          value={String(slowSeconds)}
          data={slowChoices.map((seconds) => ({
            value: String(seconds),
            label: seconds === 0 ? t`off` : t`${seconds} seconds`,
          }))}
          onChange={(event) => setSlowSeconds(Number(event.currentTarget.value))}
        />
        <TagsInput
          label={t`Blocked words`}
          description={t`Seen by their author alone, in whatever disguise. Press Enter after each.`}
          disabled={!may}
          maxTags={100}
          value={words}
          onChange={setWords}
        />
        <Button
          size="xs"
          style={{ alignSelf: 'flex-start' }}
          disabled={!may || !isChanged}
          onClick={() =>
            void run(
              must(
                api.PUT('/api/v1/rooms/{id}/chat-rules', {
                  params: { path: { id: desk.roomId } },
                  body: { slowSeconds, blockedWords: words },
                }),
              ),
              t`Saved.`,
            )
          }
        >
          <Trans>Save</Trans>
        </Button>
      </Stack>
    </section>
  )
}

function Silenced({ desk }: { desk: RoomDesk }) {
  const { t } = useLingui()
  const run = useRun(desk.roomId)
  if (desk.silenced.length === 0) return null
  return (
    <section aria-labelledby="silenced">
      <Title order={2} size="h5" id="silenced" mb="xs">
        <Trans>Silenced</Trans>
      </Title>
      <ul className={css['team']}>
        {desk.silenced.map(({ personId, name, kind }) => (
          <li key={personId} className={css['teamHead']}>
            <span>
              <b>{name}</b>{' '}
              <Text span size="xs" c="dimmed">
                {kind === 'muted' ? <Trans>muted</Trans> : <Trans>sent out</Trans>}
              </Text>
            </span>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={t`Let ${name} speak again`}
              onClick={() =>
                void run(
                  must(
                    api.PUT('/api/v1/rooms/{id}/silences/{personId}', {
                      params: { path: { id: desk.roomId, personId } },
                      body: { kind: 'none' },
                    }),
                  ),
                )
              }
            >
              <Trans>Let speak</Trans>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
