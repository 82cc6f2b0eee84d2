import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Code, Group, Paper, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, must } from '../../client/index.ts'
import { EmptyState, ErrorState, toast, wordsOf } from '../../kit/index.ts'
import { Page, SkeletonRows } from '../listing.tsx'
import { failedQuery } from '../queries.ts'

export function FailedPage() {
  const { t } = useLingui()
  const queries = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(failedQuery)
  const retry = useMutation({
    mutationFn: () => must(api.POST('/api/v1/failed-work/retries')),
    onSuccess: ({ retried }) => toast(t`Given another round: ${retried}`, 'good'),
    onError: (problem) => toast(wordsOf(problem), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['failed'] }),
  })
  const failed = data?.failed ?? []
  return (
    <Page
      title={t`Failed work`}
      lead={t`Consequences of events that could not be done after several tries`}
      action={
        failed.length > 0 && (
          <Button onClick={() => retry.mutate()} loading={retry.isPending}>
            <Trans>Retry all</Trans>
          </Button>
        )
      }
    >
      {isPending ? (
        <SkeletonRows />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : failed.length === 0 ? (
        <Paper withBorder>
          <EmptyState title={<Trans>Nothing has failed.</Trans>} />
        </Paper>
      ) : (
        <Stack gap="xs">
          {failed.map((each) => (
            <Paper withBorder p="sm" key={`${each.eventId} ${each.reaction}`}>
              <Group justify="space-between">
                <Text fw={600}>{each.reaction}</Text>
                <Text size="sm" c="dimmed">
                  <Trans>{each.tries} tries</Trans>
                </Text>
              </Group>
              <Text size="xs" c="dimmed" mb={4}>
                {each.eventId}
              </Text>
              <Code block>{each.error}</Code>
            </Paper>
          ))}
        </Stack>
      )}
    </Page>
  )
}
