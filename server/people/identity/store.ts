import { sql } from 'kysely'
import type { Role } from '#contract/roles'
import { all, type Db, first, touched } from '#platform/database'
import type { Person, PublicName } from './person.ts'
import { inOrder } from './person.ts'
import type { KeptCode, SentCode } from './phone-code.ts'

interface PersonRow {
  id: string
  name: string
  avatar: string | null
  email: string | null
  phone: string | null
  roles: string[]
}

const personOfRow = (row: PersonRow): Person => ({
  personId: row.id,
  name: row.name,
  avatar: row.avatar,
  email: row.email,
  phone: row.phone,
  roles: inOrder(row.roles),
})

const personColumns = sql`p.id, p.name, p.avatar, p.email, p.phone,
  array(select r.role from identity.roles r where r.person_id = p.id) as roles`

export async function findPerson(db: Db, personId: string): Promise<Person | null> {
  const row = await first(db, sql<PersonRow>`select ${personColumns} from identity.persons p where p.id = ${personId}`)
  return row === null ? null : personOfRow(row)
}

export async function findPersonByPhone(db: Db, phone: string): Promise<Person | null> {
  const row = await first(db, sql<PersonRow>`select ${personColumns} from identity.persons p where p.phone = ${phone}`)
  return row === null ? null : personOfRow(row)
}

export async function loadNames(db: Db, personIds: readonly string[]): Promise<Map<string, PublicName>> {
  if (personIds.length === 0) return new Map()
  const rows = await all(
    db,
    sql<
      { id: string } & PublicName
    >`select id, name, avatar from identity.persons where id = any(${personIds}::uuid[])`,
  )
  return new Map(rows.map(({ id, name, avatar }) => [id, { name, avatar }]))
}

export interface PersonToInsert {
  id: string
  name: string
  email: string | null
  phone: string | null
  avatar: string | null
}

/** Inserts those whose id, e-mail and phone are free; answers the ids that came in. */
export async function insertPersons(
  db: Db,
  people: readonly PersonToInsert[],
  now: Temporal.Instant,
): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ id: string }>`insert into identity.persons (id, name, email, phone, avatar, created_at, updated_at)
      select id, name, lower(email), phone, avatar, ${now.toString()}, ${now.toString()}
      from unnest(${people.map((each) => each.id)}::uuid[], ${people.map((each) => each.name)}::text[],
        ${people.map((each) => each.email)}::text[], ${people.map((each) => each.phone)}::text[],
        ${people.map((each) => each.avatar)}::text[]) as p (id, name, email, phone, avatar)
      on conflict do nothing returning id`,
  )
  return rows.map((row) => row.id)
}

/** Why a person could not be inserted: what of his is taken already. */
export function findTaken(db: Db, person: PersonToInsert): Promise<{ email: boolean; phone: boolean } | null> {
  return first(
    db,
    sql`select exists (select 1 from identity.persons where email = lower(${person.email}::text)) as email,
      exists (select 1 from identity.persons where phone = ${person.phone}::text) as phone`,
  )
}

export async function insertPasswords(
  db: Db,
  passwords: readonly { id: string; personId: string; hash: string }[],
  now: Temporal.Instant,
): Promise<void> {
  if (passwords.length === 0) return
  await sql`insert into identity.credentials (id, person_id, provider, account, password_hash, created_at, updated_at)
    select id, person_id, 'credential', person_id::text, hash, ${now.toString()}, ${now.toString()}
    from unnest(${passwords.map((each) => each.id)}::uuid[], ${passwords.map((each) => each.personId)}::uuid[],
      ${passwords.map((each) => each.hash)}::text[]) as c (id, person_id, hash)`.execute(db)
}

export async function insertRoles(
  db: Db,
  grants: readonly { personId: string; role: Role }[],
  by: { grantedBy: string | null; now: Temporal.Instant },
): Promise<void> {
  if (grants.length === 0) return
  await sql`insert into identity.roles (person_id, role, granted_at, granted_by)
    select person_id, role, ${by.now.toString()}, ${by.grantedBy}
    from unnest(${grants.map((each) => each.personId)}::uuid[], ${grants.map((each) => each.role)}::text[]) as r (person_id, role)
    on conflict do nothing`.execute(db)
}

export async function deleteRole(db: Db, personId: string, role: Role): Promise<void> {
  await sql`delete from identity.roles where person_id = ${personId} and role = ${role}`.execute(db)
}

/** Everybody with the role, locked in id order until the end of the transaction. */
export async function lockHolders(db: Db, role: Role): Promise<string[]> {
  const rows = await all(
    db,
    sql<{ person_id: string }>`select person_id from identity.roles where role = ${role} order by person_id for update`,
  )
  return rows.map((row) => row.person_id)
}

export async function hasAdmin(db: Db): Promise<boolean> {
  const row = await first(
    db,
    sql<{ found: boolean }>`select exists (select 1 from identity.roles where role = 'admin') as found`,
  )
  return row?.found ?? false
}

export interface PeopleQuery {
  after: { at: string; id: string } | null
  limit: number
  q: string | null
  role: Role | null
}

export async function listPersons(db: Db, query: PeopleQuery): Promise<(Person & { since: Temporal.Instant })[]> {
  const pattern = query.q === null ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`
  const rows = await all(
    db,
    sql<PersonRow & { created_at: Temporal.Instant }>`select ${personColumns}, p.created_at from identity.persons p
      where (${query.after?.at ?? null}::timestamptz is null
          or (p.created_at, p.id) < (${query.after?.at ?? null}::timestamptz, ${query.after?.id ?? null}::uuid))
        and (${pattern}::text is null or p.name ilike ${pattern} or p.email ilike ${pattern} or p.phone like ${pattern})
        and (${query.role}::text is null
          or exists (select 1 from identity.roles r where r.person_id = p.id and r.role = ${query.role}))
      order by p.created_at desc, p.id desc limit ${query.limit}`,
  )
  return rows.map((row) => ({ ...personOfRow(row), since: row.created_at }))
}

// Sessions.

export interface FoundSession {
  personId: string
  roles: Role[]
  renewalDue: boolean
}

/** The people behind living sessions, their roles at this moment, and whether a session should be prolonged; by the token's hash. */
export async function findSessions(
  db: Db,
  tokenHashes: readonly string[],
  renewBelowSeconds: number,
): Promise<Map<string, FoundSession>> {
  const rows = await all(
    db,
    sql<{
      token_hash: string
      person_id: string
      roles: string[]
      renewal_due: boolean
    }>`select s.token_hash, s.person_id,
        s.expires_at < clock_timestamp() + make_interval(secs => ${renewBelowSeconds}) as renewal_due,
        array(select r.role from identity.roles r where r.person_id = s.person_id) as roles
      from identity.sessions s where s.token_hash = any(${[...tokenHashes]}::text[]) and s.expires_at > clock_timestamp()`,
  )
  return new Map(
    rows.map((row) => [
      row.token_hash,
      { personId: row.person_id, roles: inOrder(row.roles), renewalDue: row.renewal_due },
    ]),
  )
}

/** Sessions that ended by time, at most `limit`; answers how many went. */
export function deleteExpiredSessions(db: Db, limit: number): Promise<number> {
  return touched(
    db,
    sql`delete from identity.sessions where id in (
      select id from identity.sessions where expires_at < clock_timestamp() order by expires_at limit ${limit})`,
  )
}

// Phone codes.

/** Makes requests for one number, and from one address, wait for each other: the limits count what is committed. */
export async function lockCodes(db: Db, of: { phone: string; address: string }): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('phone ' || ${of.phone}::text, 41))`.execute(db)
  await sql`select pg_advisory_xact_lock(hashtextextended('address ' || ${of.address}::text, 42))`.execute(db)
}

export async function loadSentCodes(
  db: Db,
  of: { phone: string; address: string; since: Temporal.Instant },
): Promise<{ toNumber: SentCode[]; fromAddress: SentCode[] }> {
  const since = of.since.toString()
  const rows = await all(
    db,
    sql<{ sent_at: Temporal.Instant; to_number: boolean; from_address: boolean }>`
      select sent_at, phone = ${of.phone} as to_number, address = ${of.address} as from_address from identity.phone_codes
      where sent_at > ${since} and (phone = ${of.phone} or address = ${of.address})`,
  )
  const sentAt = (row: { sent_at: Temporal.Instant }) => ({ sentAt: row.sent_at })
  return {
    toNumber: rows.filter((row) => row.to_number).map(sentAt),
    fromAddress: rows.filter((row) => row.from_address).map(sentAt),
  }
}

export async function insertCode(
  db: Db,
  code: {
    id: string
    phone: string
    address: string
    codeHash: string
    sentAt: Temporal.Instant
    expiresAt: Temporal.Instant
    attemptsLeft: number
  },
): Promise<void> {
  await sql`insert into identity.phone_codes (id, phone, address, code_hash, sent_at, expires_at, attempts_left)
    values (${code.id}, ${code.phone}, ${code.address}, ${code.codeHash}, ${code.sentAt.toString()},
      ${code.expiresAt.toString()}, ${code.attemptsLeft})`.execute(db)
}

/** The newest code for this number, locked: a later code makes the earlier ones worthless. */
export async function lockNewestCode(db: Db, phone: string): Promise<(KeptCode & { id: string }) | null> {
  // Locked on the number first: a lock on the row alone would let a code that is being replaced be used meanwhile.
  await sql`select pg_advisory_xact_lock(hashtextextended('phone ' || ${phone}::text, 41))`.execute(db)
  const row = await first(
    db,
    sql<{ id: string; code_hash: string; expires_at: Temporal.Instant; attempts_left: number; used: boolean }>`
      select id, code_hash, expires_at, attempts_left, used_at is not null as used from identity.phone_codes
      where phone = ${phone} order by sent_at desc, id desc limit 1`,
  )
  if (row === null) return null
  return {
    id: row.id,
    codeHash: row.code_hash,
    expiresAt: row.expires_at,
    attemptsLeft: row.attempts_left,
    used: row.used,
  }
}

export async function countAttempt(db: Db, codeId: string): Promise<void> {
  await sql`update identity.phone_codes set attempts_left = attempts_left - 1 where id = ${codeId}`.execute(db)
}

export async function spendCode(db: Db, codeId: string, now: Temporal.Instant): Promise<void> {
  await sql`update identity.phone_codes set used_at = ${now.toString()}, attempts_left = attempts_left - 1
    where id = ${codeId}`.execute(db)
}

export function deleteOldCodes(db: Db, before: Temporal.Instant, limit: number): Promise<number> {
  return touched(
    db,
    sql`delete from identity.phone_codes where id in (
      select id from identity.phone_codes where sent_at < ${before.toString()} order by sent_at limit ${limit})`,
  )
}

// Passwords that are tried.

/** One more; the count begins anew when the last beginning is older than `expired`. */
export async function countPasswordAttempt(
  db: Db,
  attempt: { emailHash: string; now: Temporal.Instant; expired: Temporal.Instant },
): Promise<{ tried: number; since: Temporal.Instant }> {
  const row = await first(
    db,
    sql<{ tried: number; since: Temporal.Instant }>`
      insert into identity.password_attempts as a (email_hash, tried, since)
      values (${attempt.emailHash}, 1, ${attempt.now.toString()})
      on conflict (email_hash) do update set
        tried = case when a.since < ${attempt.expired.toString()} then 1 else least(a.tried, 1000000) + 1 end,
        since = case when a.since < ${attempt.expired.toString()} then excluded.since else a.since end
      returning tried, since`,
  )
  if (row === null) throw new Error('What was counted has a count.')
  return row
}

export async function deletePasswordAttempts(db: Db, emailHash: string): Promise<void> {
  await sql`delete from identity.password_attempts where email_hash = ${emailHash}`.execute(db)
}

export function deleteOldPasswordAttempts(db: Db, before: Temporal.Instant, limit: number): Promise<number> {
  return touched(
    db,
    sql`delete from identity.password_attempts where email_hash in (
      select email_hash from identity.password_attempts where since < ${before.toString()} order by since limit ${limit})`,
  )
}

// The first administrator.

export async function insertSetupLink(
  db: Db,
  link: { tokenHash: string; madeAt: Temporal.Instant; expiresAt: Temporal.Instant },
): Promise<void> {
  await sql`insert into identity.setup_links (token_hash, made_at, expires_at)
    values (${link.tokenHash}, ${link.madeAt.toString()}, ${link.expiresAt.toString()})`.execute(db)
}

export interface SetupLink {
  tokenHash: string
  expiresAt: Temporal.Instant
  used: boolean
}

/** All links, locked: two people with two different links must not both become the first. */
export async function lockSetupLinks(db: Db): Promise<SetupLink[]> {
  const rows = await all(
    db,
    sql<{ token_hash: string; expires_at: Temporal.Instant; used: boolean }>`
      select token_hash, expires_at, used_at is not null as used from identity.setup_links order by token_hash for update`,
  )
  return rows.map((row) => ({ tokenHash: row.token_hash, expiresAt: row.expires_at, used: row.used }))
}

export async function spendSetupLinks(db: Db, now: Temporal.Instant): Promise<void> {
  await sql`update identity.setup_links set used_at = ${now.toString()} where used_at is null`.execute(db)
}

// The demo world.

export interface DemoLogin {
  login: string
  personId: string
  sentence: { en: string; zh: string }
  app: 'buyer' | 'studio' | 'console'
}

export async function upsertDemoLogin(db: Db, demo: DemoLogin): Promise<void> {
  await sql`insert into identity.demo_logins (login, person_id, sentence_en, sentence_zh, app)
    values (${demo.login}, ${demo.personId}, ${demo.sentence.en}, ${demo.sentence.zh}, ${demo.app})
    on conflict (login) do update set person_id = excluded.person_id, sentence_en = excluded.sentence_en,
      sentence_zh = excluded.sentence_zh, app = excluded.app`.execute(db)
}

export const demoLoginsMax = 100

export async function loadDemoLogins(
  db: Db,
): Promise<(DemoLogin & { name: string; avatar: string | null; roles: Role[] })[]> {
  const rows = await all(
    db,
    sql<PersonRow & { login: string; sentence_en: string; sentence_zh: string; app: DemoLogin['app'] }>`
      select d.login, d.sentence_en, d.sentence_zh, d.app, ${personColumns}
      from identity.demo_logins d join identity.persons p on p.id = d.person_id
      order by d.position limit ${demoLoginsMax}`,
  )
  return rows.map((row) => ({
    login: row.login,
    personId: row.id,
    sentence: { en: row.sentence_en, zh: row.sentence_zh },
    app: row.app,
    name: row.name,
    avatar: row.avatar,
    roles: inOrder(row.roles),
  }))
}

export async function findDemoPerson(db: Db, login: string): Promise<string | null> {
  const row = await first(
    db,
    sql<{ person_id: string }>`select person_id from identity.demo_logins where login = ${login}`,
  )
  return row?.person_id ?? null
}

// What better-auth does with its rows. It names tables and columns; only these are let through.

const engineColumns: Record<string, readonly string[]> = {
  persons: ['id', 'name', 'email', 'email_verified', 'avatar', 'created_at', 'updated_at'],
  credentials: ['id', 'person_id', 'provider', 'account', 'password_hash', 'created_at', 'updated_at'],
  sessions: ['id', 'token_hash', 'person_id', 'expires_at', 'address', 'agent', 'created_at', 'updated_at'],
}

export interface Condition {
  field: string
  value: unknown
}

function tableOf(model: string) {
  if (!(model in engineColumns)) throw new Error(`The session engine has no table ${model}.`)
  return sql.table(`identity.${model}`)
}

function columnOf(model: string, field: string) {
  if (!engineColumns[model]?.includes(field))
    throw new Error(`The session engine's table ${model} has no column ${field}.`)
  return sql.ref(field)
}

function matching(model: string, where: readonly Condition[]) {
  if (where.length === 0) throw new Error('The session engine may not touch a whole table.')
  return sql.join(
    where.map(({ field, value }) => sql`${columnOf(model, field)} = ${value}`),
    sql` and `,
  )
}

type EngineRow = Record<string, unknown>

export function insertEngineRow(db: Db, model: string, row: EngineRow): Promise<EngineRow | null> {
  const fields = Object.keys(row)
  return first(
    db,
    sql<EngineRow>`insert into ${tableOf(model)} (${sql.join(fields.map((field) => columnOf(model, field)))})
      values (${sql.join(fields.map((field) => row[field]))}) returning *`,
  )
}

export function findEngineRows(
  db: Db,
  model: string,
  where: readonly Condition[],
  limit: number,
): Promise<EngineRow[]> {
  return all(db, sql<EngineRow>`select * from ${tableOf(model)} where ${matching(model, where)} limit ${limit}`)
}

export function updateEngineRows(
  db: Db,
  model: string,
  where: readonly Condition[],
  row: EngineRow,
): Promise<EngineRow[]> {
  const changes = Object.entries(row).map(([field, value]) => sql`${columnOf(model, field)} = ${value}`)
  return all(
    db,
    sql<EngineRow>`update ${tableOf(model)} set ${sql.join(changes)} where ${matching(model, where)} returning *`,
  )
}

export function deleteEngineRows(db: Db, model: string, where: readonly Condition[]): Promise<number> {
  return touched(db, sql`delete from ${tableOf(model)} where ${matching(model, where)}`)
}

/** What stands where somebody was. */
const tombstone = '–'

/** Who he was, how he signed in and what he might do are gone; the row stays, since others point at it. */
export async function eraseIdentity(db: Db, personId: string, now: Temporal.Instant): Promise<void> {
  for (const table of [
    sql`identity.credentials`,
    sql`identity.sessions`,
    sql`identity.roles`,
    sql`identity.demo_logins`,
  ]) {
    await sql`delete from ${table} where person_id = ${personId}`.execute(db)
  }
  await sql`update identity.persons set name = ${tombstone}, email = null, email_verified = false, phone = null, avatar = null,
      updated_at = ${now.toString()} where id = ${personId}`.execute(db)
}
