import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Bell, BellRing, CalendarPlus } from 'lucide-react'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { Avatar, Button, dateTime, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'
import { type Announcement, announcementsQuery } from '../queries.ts'
import css from './coming.module.css'

/** Broadcasts to come: who wants to be there is told when it starts. */
export function Coming() {
  useLocale()
  const { data } = useQuery(announcementsQuery)
  const coming = data?.announcements ?? []
  if (coming.length === 0) return null
  return (
    <section aria-labelledby="coming">
      <h2 className={css['heading']} id="coming">
        <Trans>Coming up</Trans>
      </h2>
      <ul className={css['list']}>
        {coming.map((announcement) => (
          <Broadcast key={announcement.id} of={announcement} />
        ))}
      </ul>
    </section>
  )
}

function Broadcast({ of }: { of: Announcement }) {
  const { t } = useLingui()
  const askWho = useAskWho()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const { title, host } = of
  const remind = async () => {
    if ((await askWho('follow')) === null) return
    setBusy(true)
    const params = { params: { path: { id: of.id } } }
    try {
      const { reminders } = await must(
        of.remindsMe
          ? api.DELETE('/api/v1/announcements/{id}/reminder', params)
          : api.PUT('/api/v1/announcements/{id}/reminder', params),
      )
      queries.setQueryData(announcementsQuery.queryKey, (old) =>
        old === undefined
          ? old
          : {
              announcements: old.announcements.map((each) =>
                each.id === of.id ? { ...each, reminders, remindsMe: !of.remindsMe } : each,
              ),
            },
      )
      if (!of.remindsMe) toast(t`We tell you when it starts.`, 'good')
    } catch (error) {
      toast(wordsOf(error), 'bad')
    } finally {
      setBusy(false)
    }
  }
  return (
    <li className={css['card']}>
      <Avatar name={host.name} picture={host.avatar} size={48} />
      <div className={css['text']}>
        <strong>{title}</strong>
        <span>
          {host.name} · <time dateTime={of.startsAt}>{dateTime(of.startsAt)}</time>
        </span>
        <small>
          <Plural value={of.reminders} one="# person waits for it" other="# people wait for it" />
        </small>
      </div>
      <div className={css['actions']}>
        <Button
          look={of.remindsMe ? 'tinted' : 'primary'}
          size="s"
          busy={busy}
          aria-pressed={of.remindsMe}
          aria-label={t`Remind me: ${title}`}
          onClick={() => void remind()}
        >
          {of.remindsMe ? <BellRing size={16} aria-hidden="true" /> : <Bell size={16} aria-hidden="true" />}
          {of.remindsMe ? <Trans>Reminder set</Trans> : <Trans>Remind me</Trans>}
        </Button>
        <a
          className={css['calendar']}
          href={`/api/v1/announcements/${of.id}/calendar`}
          download="live.ics"
          aria-label={t`Put into my calendar: ${title}`}
        >
          <CalendarPlus size={19} aria-hidden="true" />
        </a>
      </div>
    </li>
  )
}
