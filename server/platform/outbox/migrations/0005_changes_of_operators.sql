-- What the operator's people changed, row by row: as it was before and after, in the commit that changed it.
create table platform.audit_changes (
  id         bigint      generated always as identity primary key,
  at         timestamptz not null,
  request_id text        not null,
  person_id  text        not null,
  role       text        not null,
  relation   text        not null,
  before     jsonb,
  after      jsonb,
  check (before is not null or after is not null)
);
create index audit_changes_of_request on platform.audit_changes (request_id);
create trigger audit_changes_are_immutable before update or delete on platform.audit_changes
  for each row execute function platform.refuse_change();

-- A transaction of an operator says so in a setting of its own (`inTransaction`); for all others the trigger does not run. Digests
-- and keys are left out: who reads the trail need not hold them.
create function platform.note_change() returns trigger language plpgsql as $$
declare
  who jsonb := current_setting('hawker.operator', true)::jsonb;
  secret text[] := array['key_hash', 'request_hash', 'id_digest', 'token_hash', 'password', 'secret'];
begin
  insert into platform.audit_changes (at, request_id, person_id, role, relation, before, after)
  values (clock_timestamp(), who->>'request', who->>'person', who->>'role', tg_table_schema || '.' || tg_table_name,
    case when tg_op <> 'INSERT' then to_jsonb(old) - secret end,
    case when tg_op <> 'DELETE' then to_jsonb(new) - secret end);
  return null;
end $$;

-- Watches every table of the areas, also those that a later version brings: it is called after each migration. Rows that sales write
-- by the thousand are watched where they are changed and not where they are made, and what is a fact of its own (journals, postings,
-- movements, comments, figures) is not watched at all: it names its cause already.
create function platform.watch_changes() returns void language plpgsql as $$
declare
  watched record;
  events text;
begin
  for watched in
    select n.nspname as schema, c.relname as name from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('platform', 'jobs', 'public', 'pg_catalog', 'information_schema', 'ledger', 'gmv',
        'leaderboards', 'chat', 'facts', 'conversion', 'commissions', 'payments')
      and n.nspname not like 'pg_%' and (n.nspname <> 'identity' or c.relname = 'roles')
      and (n.nspname, c.relname) not in (('warehouse', 'movements'), ('warehouse', 'stock'), ('orders', 'snapshots'),
        ('coins', 'movements'))
      and not exists (select 1 from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgname = 'changes_of_operators')
  loop
    events := case when watched.schema in ('orders', 'fulfilment') and watched.name in ('orders', 'lines', 'discounts', 'bought',
      'parcels') then 'update or delete' else 'insert or update or delete' end;
    execute format('create trigger changes_of_operators after %s on %I.%I for each row
      when (coalesce(current_setting(''hawker.operator'', true), '''') <> '''') execute function platform.note_change()',
      events, watched.schema, watched.name);
  end loop;
end $$;
