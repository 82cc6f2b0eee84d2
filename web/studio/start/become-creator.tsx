import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, codeOf, must, newId, useSession, useSignedInAs } from '../../client/index.ts'
import { toast, wordsOf } from '../../kit/index.ts'
import { Page } from '../page.tsx'

/** Anybody who is signed in may begin: the shop window at once, live rooms when the gate opens. */
export function BecomeCreator() {
  const { t } = useLingui()
  const { me } = useSession()
  const signedInAs = useSignedInAs()
  const [id] = useState(() => newId())
  const [handle, setHandle] = useState('')
  const [name, setName] = useState(me?.name ?? '')
  const [bio, setBio] = useState('')
  const handleIsRight = /^[a-z0-9_.]{3,30}$/.test(handle)
  const isReady = handleIsRight && name.trim() !== ''
  const begin = useMutation({
    mutationFn: () =>
      must(api.POST('/api/v1/me/creator', { body: { id, handle, name: name.trim(), bio: bio.trim() } })),
    onSuccess: async () => {
      const session = await must(api.GET('/api/v1/me'))
      await signedInAs(session.me)
      toast(t`Welcome! Your shop window is open.`, 'good')
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const handleTaken = codeOf(begin.error) === 'handle_taken' ? wordsOf(begin.error) : null
  return (
    <Page title={t`Become a creator`} lead={t`Sell by mouth, for commission, without ever touching stock.`}>
      <Paper withBorder p="lg" maw={520}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady) begin.mutate()
          }}
        >
          <Stack>
            <TextInput
              label={t`Handle`}
              description={t`3 to 30 small letters, digits, dots or underscores`}
              leftSection="@"
              autoComplete="off"
              maxLength={30}
              value={handle}
              error={
                handleTaken ??
                (handle !== '' && !handleIsRight ? t`3 to 30 small letters, digits, dots or underscores` : null)
              }
              onChange={(event) => {
                setHandle(event.currentTarget.value.toLowerCase())
                if (begin.error) begin.reset()
              }}
            />
            <TextInput
              label={t`Name on the screen`}
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Textarea
              label={t`About you`}
              placeholder={t`What do you know well, and for whom?`}
              autosize
              minRows={2}
              maxLength={300}
              value={bio}
              onChange={(event) => setBio(event.currentTarget.value)}
            />
            <Text size="sm" c="dimmed">
              <Trans>The live room opens when you have enough followers and no active violation.</Trans>
            </Text>
            <Button type="submit" size="md" loading={begin.isPending} disabled={!isReady}>
              <Trans>Become a creator</Trans>
            </Button>
          </Stack>
        </form>
      </Paper>
    </Page>
  )
}
