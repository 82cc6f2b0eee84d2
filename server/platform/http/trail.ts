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
  /** Rows as they were before and after; null where there was none. */
  changes: { relation: string; before: Record<string, unknown> | null; after: Record<string, unknown> | null }[]
}

/** Rows of one request that the trail shows; a request that touched more says so by their number. */
export const changesShownMax = 20

/** What operators changed, newest first; `q` is an endpoint or a person. */
export function listTrail(
  db: Db,
  filter: { before: string | null; q: string | null; limit: number },
): Promise<TrailEntry[]> {
  return all(
    db,
    sql<TrailEntry>`select t.id, t.at, t.person_id as "personId", t.role, t.endpoint, t.request_id as "requestId", t.subject,
        coalesce((
          select json_agg(json_build_object('relation', c.relation, 'before', c.before, 'after', c.after) order by c.id)
          from (select * from platform.audit_changes c where c.request_id = t.request_id and c.person_id = t.person_id
            order by c.id limit ${changesShownMax}) c), '[]') as changes
      from platform.audit_trail t
      where (${filter.before}::uuid is null or t.id < ${filter.before})
        and (${filter.q}::text is null or t.endpoint = ${filter.q} or t.person_id = ${filter.q})
      order by t.id desc limit ${filter.limit}`,
  )
}
