-- What happened (events), who has still to hear of it (deliveries), and what was told on topics (messages).
create table platform.events (
  id    uuid        primary key,
  name  text        not null,
  body  jsonb       not null,
  at    timestamptz not null
);
create index events_by_name on platform.events (name, at);

-- One row per reaction and event. A row that is done is deleted: the queue stays as small as the work that is left.
create table platform.deliveries (
  event_id  uuid        not null references platform.events (id),
  reaction  text        not null,
  due_at    timestamptz not null,
  tries     integer     not null default 0 check (tries >= 0),
  failed_at timestamptz,
  error     text,
  primary key (event_id, reaction)
);
create index deliveries_due on platform.deliveries (due_at) where failed_at is null;

-- Reliable messages, numbered per topic without gaps.
create table platform.topics (
  topic       text   primary key,
  last_number bigint not null check (last_number > 0)
);
create table platform.messages (
  topic  text        not null,
  number bigint      not null check (number > 0),
  body   jsonb       not null,
  at     timestamptz not null,
  primary key (topic, number)
);
create index messages_by_age on platform.messages (at);

-- How far the platform's clock is ahead of the real one; only ever grows.
create table platform.clock (
  only_row  boolean primary key default true check (only_row),
  offset_ms bigint  not null check (offset_ms >= 0)
);
insert into platform.clock (offset_ms) values (0);

-- Answers to requests that carried an Idempotency-Key, kept for a day.
create table platform.idempotency_keys (
  person_id    text        not null,
  key          text        not null,
  endpoint     text        not null,
  request_hash text        not null,
  status       integer,
  reply        jsonb,
  at           timestamptz not null,
  primary key (person_id, key)
);
create index idempotency_keys_by_age on platform.idempotency_keys (at);

-- The operator's trail: every change by a person in an operator's role. Nothing here is ever updated or deleted.
create table platform.audit_trail (
  id         uuid        primary key,
  at         timestamptz not null,
  person_id  text        not null,
  role       text        not null,
  endpoint   text        not null,
  request_id text        not null,
  subject    jsonb       not null,
  outcome    text        not null
);
create index audit_trail_by_time on platform.audit_trail (at desc);
create function platform.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are facts and never change', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger audit_trail_is_immutable before update or delete on platform.audit_trail
  for each row execute function platform.refuse_change();
