/**
 * What a PostgreSQL must promise before a shop may stand on it.
 *
 * Ending processes in a test cannot show that a database loses what it confirmed: the operating system still holds the
 * pages. Only a power cut can, and then it is too late. So the settings themselves are read at each start.
 */
import pg from 'pg'

export type ClusterRefusal = { setting: string; value: string; sentence: string }

type Client = Pick<pg.Client, 'query'>

type Facts = {
  version: string
  version_number: number
  is_replica: boolean
  encoding: string
  fsync: string
  full_page_writes: string
  synchronous_commit: string
  synchronous_commit_source: string
  database: string
  role: string
  /** `[{ of: 'database "hawker"', fix: 'alter database hawker' }]`, for each place that turns synchronous commit off. */
  kept_off: { of: string; fix: string }[]
}

const versionNumberMin = 150_000

/** Connects plainly, as no pool of ours does: settings that a connection brings along would hide those of the server. */
export async function checkClusterAt(url: string): Promise<ClusterRefusal | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, query_timeout: 10_000 })
  await client.connect()
  try {
    return await checkCluster(client)
  } finally {
    await client.end()
  }
}

/** The first reason not to start on this database, or null. */
export async function checkCluster(client: Client): Promise<ClusterRefusal | null> {
  const facts = await readFacts(client)
  if (facts.version_number < versionNumberMin) {
    return {
      setting: 'server_version',
      value: facts.version,
      sentence:
        `server_version is ${facts.version}, and Hawker needs PostgreSQL 15 or newer: its constraints use what came with 15. ` +
        'Upgrade the server, or unset DATABASE_URL to use the built-in one.',
    }
  }
  if (facts.is_replica) {
    return {
      setting: 'pg_is_in_recovery',
      value: 'true',
      sentence:
        'pg_is_in_recovery is true: this server is a read-only copy of another one, and no order can be written to it. ' +
        'Point DATABASE_URL at the primary.',
    }
  }
  if (facts.encoding !== 'UTF8') {
    return {
      setting: 'server_encoding',
      value: facts.encoding,
      sentence:
        `server_encoding is ${facts.encoding}, and names and addresses of buyers need UTF8. ` +
        `Create the database anew: create database "${facts.database}" encoding 'UTF8' template template0.`,
    }
  }
  for (const setting of ['fsync', 'full_page_writes'] as const) {
    if (facts[setting] === 'on') continue
    return {
      setting,
      value: facts[setting],
      sentence:
        `${setting} is ${facts[setting]}: after a power cut the whole database may be unreadable, orders and books included. ` +
        `Run "alter system set ${setting} = on" and "select pg_reload_conf()", or remove it from the server's start options.`,
    }
  }
  const place = facts.kept_off[0] ?? placeOfSource(facts)
  if (!place) return null
  return {
    setting: 'synchronous_commit',
    value: 'off',
    sentence:
      `synchronous_commit is off for ${place.of}: a purchase that was confirmed to a buyer could be gone after a crash. ` +
      place.fix,
  }
}

async function readFacts(client: Client): Promise<Facts> {
  const { rows } = await client.query<Facts>(`
    select
      current_setting('server_version') as version,
      current_setting('server_version_num')::int as version_number,
      pg_is_in_recovery() as is_replica,
      current_setting('server_encoding') as encoding,
      current_setting('fsync') as fsync,
      current_setting('full_page_writes') as full_page_writes,
      current_setting('synchronous_commit') as synchronous_commit,
      (select source from pg_settings where name = 'synchronous_commit') as synchronous_commit_source,
      current_database() as database,
      current_user as role,
      array(
        select json_build_object(
          'of', concat_ws(' in ',
            'the role ' || quote_ident(r.rolname),
            case when d.oid is not null then 'the database ' || quote_ident(d.datname) when r.oid is null then 'all roles' end),
          'fix', format('Run "%s%s reset synchronous_commit".',
            case when r.oid is null and d.oid is not null then 'alter database ' || quote_ident(d.datname)
                 else 'alter role ' || coalesce(quote_ident(r.rolname), 'all') end,
            case when r.oid is not null and d.oid is not null then ' in database ' || quote_ident(d.datname) end))
        from pg_db_role_setting s
        left join pg_database d on d.oid = s.setdatabase
        left join pg_roles r on r.oid = s.setrole
        where s.setconfig @> array['synchronous_commit=off']
          and (s.setdatabase = 0 or d.datname = current_database())
          and (s.setrole = 0 or r.rolname = current_user)
      ) as kept_off`)
  const facts = rows[0]
  if (!facts) throw new Error('PostgreSQL did not answer which settings it runs with.')
  return facts
}

function placeOfSource(facts: Facts): { of: string; fix: string } | null {
  if (facts.synchronous_commit !== 'off') return null
  const isOfSession = facts.synchronous_commit_source === 'client' || facts.synchronous_commit_source === 'session'
  if (isOfSession) {
    return {
      of: 'this session',
      fix: 'Remove it from the options in DATABASE_URL or in the environment variable PGOPTIONS.',
    }
  }
  return {
    of: 'the server',
    fix:
      'Run "alter system set synchronous_commit = on" and "select pg_reload_conf()", or remove it from the start ' +
      'options of the server.',
  }
}
