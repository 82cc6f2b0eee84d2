create schema rooms;

-- The place. One per creator.
create table rooms.rooms (
  id         uuid        primary key,
  creator_id uuid        not null unique,
  cover      text        not null,
  created_at timestamptz not null
);

-- One broadcast in it.
create table rooms.sessions (
  id              uuid        primary key,
  room_id         uuid        not null references rooms.rooms (id),
  creator_id      uuid        not null,
  title           text        not null check (length(title) between 1 and 60),
  state           text        not null check (state in ('preparing', 'live', 'paused', 'ended', 'banned')),
  -- SHA-256 of the stream key; the key itself is kept nowhere.
  key_hash        text        not null unique,
  created_at      timestamptz not null,
  started_at      timestamptz,
  ended_at        timestamptz,
  -- Since when no picture arrives; after the grace the session ends by itself.
  picture_lost_at timestamptz,
  has_picture     boolean     not null default false,
  ended_reason    text,
  is_demo         boolean     not null default false,
  check ((state in ('ended', 'banned')) = (ended_at is not null)),
  check (state not in ('live', 'paused') or started_at is not null)
);
create unique index sessions_one_open on rooms.sessions (creator_id) where state in ('preparing', 'live', 'paused');
create index sessions_on_air on rooms.sessions (started_at desc) where state in ('live', 'paused');
create index sessions_of_room on rooms.sessions (room_id, created_at desc);

-- What was sold in a session; follows the orders.
create table rooms.session_sales (
  session_id uuid   primary key,
  orders     bigint not null,
  paid_minor bigint not null
);
