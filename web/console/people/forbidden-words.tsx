import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Stack, TagsInput, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { ErrorState, Skeleton, toast, wordsOf } from '../../kit/index.ts'

/** Words that nobody may say, whatever the room. */
export function ForbiddenWords({ mayChange, onDone }: { mayChange: boolean; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['forbidden-words'],
    queryFn: () => must(api.GET('/api/v1/forbidden-words')),
  })
  const [changed, setChanged] = useState<string[] | null>(null)
  const save = useMutation({
    mutationFn: (words: string[]) => must(api.PUT('/api/v1/forbidden-words', { body: { words } })),
    onSuccess: () => {
      toast(t`Saved.`, 'good')
      void queries.invalidateQueries({ queryKey: ['forbidden-words'] })
      onDone()
    },
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={160} />
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        <Trans>Found behind simple disguises too. Who says one is seen by himself alone, and a report is made.</Trans>
      </Text>
      <TagsInput
        label={t`Words`}
        placeholder={t`Add a word`}
        disabled={!mayChange}
        maxTags={1_000}
        value={changed ?? data.words}
        onChange={setChanged}
      />
      {mayChange && (
        <Button disabled={changed === null} loading={save.isPending} onClick={() => changed && save.mutate(changed)}>
          <Trans>Save</Trans>
        </Button>
      )}
    </Stack>
  )
}
