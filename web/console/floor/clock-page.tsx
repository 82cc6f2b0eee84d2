import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Paper, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, forgetServerTime, intent, must, useSession } from '../../client/index.ts'
import { dateTime, ErrorState, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Page, SkeletonRows } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { clockQuery } from '../queries.ts'
import { useAhead } from '../words.ts'

/** Time can be moved forward in a sandbox, so that delivery, confirmation and settlement can be seen today. */
export function ClockPage() {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const { me } = useSession()
  const ahead = useAhead()
  const { data, error, isPending, refetch } = useQuery(clockQuery)
  const steps = [
    { label: t`+1 hour`, seconds: 3_600 },
    { label: t`+1 day`, seconds: 86_400 },
    { label: t`+10 days`, seconds: 10 * 86_400 },
    { label: t`+15 days`, seconds: 15 * 86_400 },
  ]
  const advance = useMutation({
    mutationFn: (seconds: number) => must(api.POST('/api/v1/sandbox/clock', { ...intent(), body: { seconds } })),
    onSuccess: async (clock) => {
      forgetServerTime()
      queries.setQueryData(clockQuery.queryKey, { ...clock, movable: true })
      toast(t`It is now ${dateTime(clock.now)}.`, 'good')
      // Everything may have changed with the time.
      await queries.invalidateQueries()
    },
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  if (isPending) return <SkeletonRows />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  const mayMove = data.movable && mayDo(me?.roles ?? [], ['operations', 'admin'])
  return (
    <Page title={t`Sandbox clock`}>
      <Paper withBorder p="lg">
        <Text c="dimmed" size="sm">
          <Trans>The platform's time</Trans>
        </Text>
        <Text fz={34} fw={650} className="tabular">
          {dateTime(data.now)}
        </Text>
        <Text c="dimmed">{ahead(data.aheadSeconds)}</Text>
      </Paper>
      {mayMove ? (
        <Paper withBorder p="lg">
          <Title order={2} size="h5" mb={4}>
            <Trans>Move it forward</Trans>
          </Title>
          <Text size="sm" c="dimmed" mb="md">
            <Trans>
              What falls due on the way happens before the answer: carriers scan, orders confirm themselves, earnings
              are released. It cannot be moved back.
            </Trans>
          </Text>
          <Group gap="xs">
            {steps.map((step) => (
              <Button
                key={step.seconds}
                size="md"
                variant="light"
                loading={advance.isPending && advance.variables === step.seconds}
                disabled={advance.isPending}
                onClick={() => advance.mutate(step.seconds)}
              >
                {step.label}
              </Button>
            ))}
          </Group>
          <Text size="sm" mt="sm" role="status" mih={22}>
            {advance.isPending && <Trans>Time passes; everything that falls due is being done…</Trans>}
          </Text>
        </Paper>
      ) : (
        <Alert color="gray">
          {data.movable ? (
            <Trans>Operations and administrators may move it.</Trans>
          ) : (
            <Trans>This platform runs in real time; its clock cannot be moved.</Trans>
          )}
        </Alert>
      )}
    </Page>
  )
}
