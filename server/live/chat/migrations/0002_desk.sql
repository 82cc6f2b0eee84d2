-- Who may say what in a room, who helps its host, and what became of a question.
alter table chat.comments
  add column reply_to    uuid,
  add column is_helper   boolean not null default false,
  add column hidden_for  text check (hidden_for in ('muted', 'word')),
  add column answered_at timestamptz,
  add column answered_by uuid;
create index comments_of_person on chat.comments (room_id, person_id, at desc);
create index comments_asked on chat.comments (session_id, at desc) where is_question and not is_hidden;

create table chat.rules (
  room_id       uuid    primary key,
  -- One comment of a person in so many seconds; 0 is off.
  slow_seconds  integer not null default 0 check (slow_seconds between 0 and 300),
  blocked_words text[]  not null default '{}' check (cardinality(blocked_words) <= 100)
);

-- Each may do only what is named.
create table chat.helpers (
  room_id     uuid        not null,
  person_id   uuid        not null,
  permissions text[]      not null check (cardinality(permissions) > 0
    and permissions <@ array['reply', 'pin', 'mute', 'ban', 'words', 'goods']),
  at          timestamptz not null,
  primary key (room_id, person_id)
);

create table chat.bans (
  room_id   uuid        not null,
  person_id uuid        not null,
  by_id     uuid        not null,
  at        timestamptz not null,
  primary key (room_id, person_id)
);

-- The comment that stands above all others in a session.
create table chat.pins (
  session_id uuid primary key,
  comment_id uuid not null
);
