import { sql } from 'kysely'
import { all, type Db } from '#platform/database'

export interface TrailEntry {
  id: string
  at: Temporal.Instant
  personId: string
  role: string
  endpoint: string
  requestId: string
  subject: unknown
}

/** What operators changed, newest first; `q` is an endpoint or a person. */
export function listTrail(
  db: Db,
  filter: { before: string | null; q: string | null; limit: number },
): Promise<TrailEntry[]> {
  return all(
    db,
    sql<TrailEntry>`select id, at, person_id as "personId", role, endpoint, request_id as "requestId", subject
      from platform.audit_trail
      where (${filter.before}::uuid is null or id < ${filter.before})
        and (${filter.q}::text is null or endpoint = ${filter.q} or person_id = ${filter.q})
      order by id desc limit ${filter.limit}`,
  )
}
