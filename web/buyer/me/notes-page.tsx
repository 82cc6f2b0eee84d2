import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bell } from 'lucide-react'
import { useEffect } from 'react'
import { api, useSession } from '../../client/index.ts'
import { ago, Button, EmptyState, ErrorState, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'
import { notesQuery } from '../queries.ts'
import { useTitle } from '../shell.tsx'
import css from './notes.module.css'

/** What I was told: broadcasts that start, goods that are back, draws that were won. */
export function NotesPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const askWho = useAskWho()
  useTitle(t`Messages`)
  return (
    <main className={css['page']}>
      <h1>
        <Trans>Messages</Trans>
      </h1>
      {me === undefined ? (
        <Skeleton height={240} />
      ) : me === null ? (
        <EmptyState icon={<Bell />} title={<Trans>Sign in to see what you were told.</Trans>}>
          <Button onClick={() => void askWho('see')}>
            <Trans>Sign in</Trans>
          </Button>
        </EmptyState>
      ) : (
        <Notes />
      )}
    </main>
  )
}

function Notes() {
  const queries = useQueryClient()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(notesQuery)
  const unread = data?.pages[0]?.unread ?? 0
  useEffect(() => {
    if (unread === 0) return
    // Seen; the marks stay until the page is left.
    void api.POST('/api/v1/me/notes/readings').then(() => queries.invalidateQueries({ queryKey: ['unread-notes'] }))
  }, [unread, queries])
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={240} />
  const notes = data.pages.flatMap((page) => page.items)
  if (notes.length === 0) {
    return (
      <EmptyState icon={<Bell />} title={<Trans>Nothing yet. Ask to be reminded of a broadcast, for instance.</Trans>}>
        <Link to="/live" className={css['more']}>
          <Trans>See what is coming up</Trans>
        </Link>
      </EmptyState>
    )
  }
  return (
    <>
      <ul className={css['list']}>
        {notes.map((note) => (
          <li key={note.id} data-new={note.readAt === null || undefined}>
            <a href={note.link}>
              <strong>
                {note.readAt === null && (
                  <span className={css['new']}>
                    <Trans>new</Trans>
                  </span>
                )}
                {pick(note.title)}
              </strong>
              <span>{pick(note.body)}</span>
              <small>{ago(note.at)}</small>
            </a>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button look="tinted" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          <Trans>Show earlier ones</Trans>
        </Button>
      )}
    </>
  )
}
