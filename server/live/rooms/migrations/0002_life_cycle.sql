-- Announced, rehearsed, replayed: the whole life of a session, and each step it took.
alter table rooms.sessions drop constraint sessions_state_check;
alter table rooms.sessions add constraint sessions_state_check
  check (state in ('scheduled', 'preparing', 'rehearsal', 'live', 'paused', 'ended', 'replay', 'banned'));
-- The constraint over states and times that came with the table has no name of its own.
alter table rooms.sessions drop constraint sessions_check;
alter table rooms.sessions add constraint sessions_over_have_an_end
  check ((state in ('ended', 'replay', 'banned')) = (ended_at is not null));
-- An announcement has no key yet.
alter table rooms.sessions alter column key_hash drop not null;
alter table rooms.sessions add constraint sessions_have_a_key
  check (key_hash is not null or started_at is null);
alter table rooms.sessions
  add column announced_for     timestamptz,
  add column announced_minutes integer check (announced_minutes between 30 and 780);
alter table rooms.sessions add constraint sessions_scheduled_have_a_time
  check (state <> 'scheduled' or (announced_for is not null and announced_minutes is not null));

drop index rooms.sessions_one_open;
create unique index sessions_one_open on rooms.sessions (creator_id)
  where state in ('preparing', 'rehearsal', 'live', 'paused');
create index sessions_scheduled on rooms.sessions (announced_for) where state = 'scheduled';
create index sessions_scheduled_of on rooms.sessions (creator_id, announced_for) where state = 'scheduled';

-- What may follow what. `session.ts` holds the same table, and a test compares them.
create table rooms.legal_moves (
  from_state text not null,
  to_state   text not null,
  primary key (from_state, to_state)
);
insert into rooms.legal_moves values
  ('scheduled', 'preparing'), ('scheduled', 'ended'), ('scheduled', 'banned'),
  ('preparing', 'rehearsal'), ('preparing', 'live'), ('preparing', 'ended'), ('preparing', 'banned'),
  ('rehearsal', 'preparing'), ('rehearsal', 'live'), ('rehearsal', 'ended'), ('rehearsal', 'banned'),
  ('live', 'paused'), ('live', 'ended'), ('live', 'banned'),
  ('paused', 'live'), ('paused', 'ended'), ('paused', 'banned'),
  ('ended', 'replay'), ('ended', 'banned'),
  ('replay', 'ended'), ('replay', 'banned');

-- Each step a session took. Only legal ones fit.
create table rooms.moves (
  session_id uuid        not null references rooms.sessions (id),
  no         integer     not null check (no > 0),
  from_state text        not null,
  to_state   text        not null,
  at         timestamptz not null,
  by_id      uuid,
  reason     text,
  primary key (session_id, no),
  foreign key (from_state, to_state) references rooms.legal_moves (from_state, to_state)
);

-- Who wants to be told when an announced broadcast starts.
create table rooms.reminders (
  session_id uuid        not null references rooms.sessions (id),
  person_id  uuid        not null,
  at         timestamptz not null,
  told_at    timestamptz,
  primary key (session_id, person_id)
);
create index reminders_to_tell on rooms.reminders (session_id, at) where told_at is null;

-- What went on air before its steps were kept gets the shortest way to where it stands.
insert into rooms.moves (session_id, no, from_state, to_state, at, reason)
  select id, 1, 'preparing', case state when 'paused' then 'live' else state end,
    coalesce(started_at, ended_at, created_at), 'before steps were kept'
  from rooms.sessions where state <> 'preparing';
insert into rooms.moves (session_id, no, from_state, to_state, at, reason)
  select id, 2, 'live', 'paused', coalesce(started_at, created_at), 'before steps were kept'
  from rooms.sessions where state = 'paused';
