import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button, Paper } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Film } from 'lucide-react'
import { Go } from '../../kit/desk.tsx'
import { dateTime, EmptyState, ErrorState, Picture, Skeleton, useLocale } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import { recordingsQuery } from './queries.ts'
import css from './recordings.module.css'

/** What I have broadcast, to be watched again and cut into clips. */
export function RecordingsPage() {
  const { t } = useLingui()
  useLocale()
  const { data, error, isPending, refetch } = useQuery(recordingsQuery)
  return (
    <Page title={t`Recordings`} lead={t`Your broadcasts, kept for three years. Cut the best minutes into clips.`}>
      {isPending ? (
        <Skeleton height={240} />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data.recordings.length === 0 ? (
        <Paper withBorder>
          <EmptyState icon={<Film aria-hidden="true" />} title={<Trans>Nothing was recorded yet.</Trans>}>
            <Button component={Go} to="/">
              <Trans>Go live</Trans>
            </Button>
          </EmptyState>
        </Paper>
      ) : (
        <ul className={css['films']}>
          {data.recordings.map((recording) => (
            <li key={recording.sessionId}>
              <Go to="/recordings/$id" params={{ id: recording.sessionId }} className={css['film']}>
                <Picture picture={recording.poster} alt="" shape={3 / 4} className={css['poster']} />
                <strong>{recording.title}</strong>
                <small>{dateTime(recording.startedAt)}</small>
                {recording.clips > 0 && (
                  <small>
                    <Plural value={recording.clips} one="# clip" other="# clips" />
                  </small>
                )}
              </Go>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}
