/** Who somebody is: name and number, held against a register. Needed to go live and to be paid out. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Paper, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { BadgeCheck, Clock } from 'lucide-react'
import { useState } from 'react'
import { api, must, newId, useSession } from '../../client/index.ts'
import { day, EmptyState, ErrorState, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import { verificationQuery } from '../queries.ts'

export function VerificationPage() {
  const { t } = useLingui()
  useLocale()
  const { data, error, refetch } = useQuery(verificationQuery)
  const verification = data?.verification
  return (
    <Page title={t`Who you are`} lead={t`Only people who have shown who they are go live and are paid out.`}>
      {verification === undefined ? (
        error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={200} />
        )
      ) : verification.state === 'verified' ? (
        <Paper withBorder>
          <EmptyState icon={<BadgeCheck aria-hidden="true" />} title={<Trans>You are verified.</Trans>}>
            <Text size="sm" c="dimmed">
              {verification.maskedName} · {verification.decidedAt && day(verification.decidedAt)}
            </Text>
          </EmptyState>
        </Paper>
      ) : verification.state === 'pending' ? (
        <Paper withBorder>
          <EmptyState
            icon={<Clock aria-hidden="true" />}
            title={<Trans>The register is being asked. This page shows the answer.</Trans>}
          />
        </Paper>
      ) : (
        <VerifyForm refusedFor={verification.reason} />
      )}
    </Page>
  )
}

function VerifyForm({ refusedFor }: { refusedFor: string | null }) {
  const { t } = useLingui()
  const { platform } = useSession()
  const queries = useQueryClient()
  const [id, setId] = useState(() => newId())
  const [legalName, setLegalName] = useState('')
  const [idNumber, setIdNumber] = useState('')
  const reasons: Record<string, string> = {
    number_invalid: t`The number is not valid. Look at each digit again.`,
    name_does_not_fit: t`The name does not belong to this number.`,
    identity_taken: t`Another account was verified with this number.`,
    no_answer: t`The register did not answer. Please try again.`,
  }
  const send = useMutation({
    mutationFn: () => must(api.POST('/api/v1/me/verification', { body: { id, legalName, idNumber } })),
    onSuccess({ verification }) {
      setId(newId())
      if (verification.state === 'verified') toast(t`You are verified.`, 'good')
      for (const name of ['verification', 'gate']) void queries.invalidateQueries({ queryKey: [name] })
    },
    onError(error) {
      setId(newId())
      toast(wordsOf(error), 'bad')
    },
  })
  return (
    <Paper withBorder p="lg" maw={480}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          send.mutate()
        }}
      >
        <Stack>
          {refusedFor && (
            <Alert color="red" title={t`That did not work`}>
              {reasons[refusedFor] ?? t`The register said no.`}
            </Alert>
          )}
          <TextInput
            label={t`Name as in your papers`}
            autoComplete="name"
            required
            maxLength={60}
            value={legalName}
            onChange={(event) => setLegalName(event.currentTarget.value)}
          />
          <TextInput
            label={t`Identity number`}
            description={t`18 digits; the last may be an X. Kept as a digest only, never shown to anybody.`}
            autoComplete="off"
            required
            minLength={6}
            maxLength={30}
            value={idNumber}
            onChange={(event) => setIdNumber(event.currentTarget.value)}
          />
          {platform && platform.mode !== 'live' && (
            <Text size="xs" c="dimmed">
              <Trans>Sandbox: any number with a right check digit is believed, such as 11010519491231002X.</Trans>
            </Text>
          )}
          <Button
            type="submit"
            loading={send.isPending}
            disabled={legalName.trim() === '' || idNumber.trim().length < 6}
          >
            <Trans>Verify me</Trans>
          </Button>
        </Stack>
      </form>
    </Paper>
  )
}
