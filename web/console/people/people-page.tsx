import { Trans, useLingui } from '@lingui/react/macro'
import { ActionIcon, Badge, Group, Menu, NativeSelect, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { api, must, type Role, useSession } from '../../client/index.ts'
import { useFilters } from '../../kit/desk.tsx'
import { day, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Confirm } from '../confirm.tsx'
import { Listing, Page, SearchField, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { given } from '../queries.ts'
import type { PersonRow } from '../types.ts'
import { roleWords } from '../words.ts'
import { PersonMenu } from './person-data.tsx'

const roles = Object.keys(roleWords) as Role[]

export function PeoplePage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters, setFilters] = useFilters()
  const wanted = given({ q: filters['q'], role: filters['role'] as Role | undefined })
  const pages = usePages<PersonRow>(['people', wanted], (query, signal) =>
    must(api.GET('/api/v1/people', { params: { query: { ...query, ...wanted } }, signal })),
  )
  const mine = me?.roles ?? []
  const mayChange = mayDo(mine, ['admin'])
  return (
    <Page title={t`People and roles`} lead={t`Each change of a role is written to the audit trail.`}>
      <Group gap="xs">
        <SearchField label={t`Name, e-mail or phone`} />
        <NativeSelect
          aria-label={t`Role`}
          value={filters['role'] ?? ''}
          data={[
            { value: '', label: t`All roles` },
            ...roles.map((role) => ({ value: role, label: t(roleWords[role]) })),
          ]}
          onChange={(event) => setFilters({ role: event.currentTarget.value || undefined })}
        />
      </Group>
      <Listing
        label={t`People`}
        pages={pages}
        keyOf={(person) => person.personId}
        empty={<Trans>Nobody fits these filters.</Trans>}
        columns={[
          {
            name: t`Name`,
            cell: (person) => (
              <>
                <Text size="sm" fw={600}>
                  {person.name}
                </Text>
                <Text size="xs" c="dimmed">
                  {[person.email, person.phone].filter(Boolean).join(' · ')}
                </Text>
              </>
            ),
          },
          { name: t`Roles`, cell: (person) => <Roles person={person} mayChange={mayChange} /> },
          { name: t`Since`, wideOnly: true, figures: true, cell: (person) => day(person.since) },
          ...(mayDo(mine, ['admin', 'support'])
            ? [
                {
                  name: <span className="visually-hidden">{t`Actions`}</span>,
                  figures: true,
                  cell: (person: PersonRow) => (
                    <PersonMenu person={person} may={{ erase: mayChange, list: mayChange }} />
                  ),
                },
              ]
            : []),
        ]}
      />
    </Page>
  )
}

function Roles({ person, mayChange }: { person: PersonRow; mayChange: boolean }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [taken, setTaken] = useState<Role | null>(null)
  const change = useMutation({
    mutationFn: ({ role, give }: { role: Role; give: boolean }) => {
      const params = { path: { id: person.personId, role } }
      return must(
        give
          ? api.PUT('/api/v1/people/{id}/roles/{role}', { params })
          : api.DELETE('/api/v1/people/{id}/roles/{role}', { params }),
      )
    },
    onSuccess: () => toast(t`Saved.`, 'good'),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['people'] }),
  })
  const others = roles.filter((role) => !person.roles.includes(role))
  return (
    <Group gap={6}>
      {person.roles.map((role) => (
        <Badge
          key={role}
          variant="light"
          color="gray"
          tt="none"
          pr={mayChange ? 3 : undefined}
          rightSection={
            mayChange && (
              <ActionIcon
                size={22}
                variant="subtle"
                color="gray"
                aria-label={t`Take the role ${t(roleWords[role])} from ${person.name}`}
                onClick={() => setTaken(role)}
              >
                <X size={13} aria-hidden="true" />
              </ActionIcon>
            )
          }
        >
          {t(roleWords[role])}
        </Badge>
      ))}
      {mayChange && others.length > 0 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <ActionIcon variant="default" size={26} aria-label={t`Give ${person.name} a role`}>
              <Plus size={14} aria-hidden="true" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((role) => (
              <Menu.Item key={role} onClick={() => change.mutate({ role, give: true })}>
                {t(roleWords[role])}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <Confirm
        opened={taken !== null}
        title={taken ? t`Take the role ${t(roleWords[taken])} from ${person.name}?` : ''}
        action={t`Take it away`}
        onClose={() => setTaken(null)}
        onConfirm={() => {
          if (taken) change.mutate({ role: taken, give: false })
          setTaken(null)
        }}
      />
    </Group>
  )
}
