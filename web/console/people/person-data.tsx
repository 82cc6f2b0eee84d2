import { Trans, useLingui } from '@lingui/react/macro'
import { ActionIcon, Button, Menu, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { toast, wordsOf } from '../../kit/index.ts'
import type { PersonRow } from '../types.ts'

/** What somebody may ask of us about himself: a copy of his data, to be forgotten; and to list him. */
export function PersonMenu({ person, may }: { person: PersonRow; may: { erase: boolean; list: boolean } }) {
  const { t } = useLingui()
  const [isErasing, setErasing] = useState(false)
  const { personId, name } = person
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t`More about ${name}`}>
            <Ellipsis size={17} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={`/api/v1/people/${personId}/data`} download>
            <Trans>Download the person's data</Trans>
          </Menu.Item>
          {may.list && (
            <Menu.Item component="a" href={`/console/blacklist?personId=${personId}`}>
              <Trans>List on the blacklist</Trans>
            </Menu.Item>
          )}
          {may.erase && (
            <Menu.Item color="red" onClick={() => setErasing(true)}>
              <Trans>Erase on request</Trans>
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={isErasing}
        onClose={() => setErasing(false)}
        title={t`Erase ${name}`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {isErasing && <EraseForm person={person} onDone={() => setErasing(false)} />}
      </Modal>
    </>
  )
}

function EraseForm({ person, onDone }: { person: PersonRow; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const erase = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/people/{id}/erasures', {
          params: { path: { id: person.personId } },
          body: { name: name.trim(), reason: reason.trim() },
        }),
      ),
    onSuccess() {
      toast(t`Erased. The books stay as they are and name nobody.`, 'good')
      void queries.invalidateQueries({ queryKey: ['people'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        erase.mutate()
      }}
    >
      <Stack>
        <Text size="sm">
          <Trans>
            Name, addresses, comments and identity are replaced by a tombstone. Open orders, money in the wallet and
            owed earnings stand in the way.
          </Trans>
        </Text>
        <TextInput
          label={t`The name, typed by hand`}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t`Who asked for it, and how`}
          autosize
          minRows={2}
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button
          type="submit"
          color="red"
          loading={erase.isPending}
          disabled={name.trim() !== person.name || reason.trim().length < 3}
        >
          <Trans>Erase for good</Trans>
        </Button>
      </Stack>
    </form>
  )
}
