create schema replays;

-- How long recordings are kept. The law wants three years; a new version holds for what is recorded after it.
create table replays.retention_rules (
  version      integer     primary key,
  years        integer     not null check (years >= 3),
  effective_at timestamptz not null
);
insert into replays.retention_rules (version, years, effective_at) values (1, 3, '2020-01-01T00:00:00Z');

-- One row for each session of which a picture was recorded. The bytes lie with the media engine.
create table replays.recordings (
  session_id     uuid        primary key,
  room_id        uuid        not null,
  creator_id     uuid        not null,
  began_at       timestamptz not null,
  last_at        timestamptz not null check (last_at >= began_at),
  -- The platform's clock may run ahead of the real one (sandbox), and the engine only knows the real one.
  clock_ahead_ms bigint      not null default 0,
  rule_version   integer     not null references replays.retention_rules (version),
  kept_until     timestamptz not null,
  closed_at      timestamptz,
  held_at        timestamptz,
  held_reason    text,
  held_by        uuid,
  deleted_at     timestamptz,
  deleted_by     uuid,
  removed_at     timestamptz,
  check ((held_at is null) = (held_reason is null)),
  -- The lock: nobody deletes what must still be kept, whichever way he tries.
  constraint recordings_kept_long_enough check (deleted_at is null or (deleted_at >= kept_until and held_at is null)),
  check (removed_at is null or deleted_at is not null)
);
create index recordings_of_room on replays.recordings (room_id, began_at desc);
create index recordings_to_remove on replays.recordings (kept_until) where removed_at is null and held_at is null;
