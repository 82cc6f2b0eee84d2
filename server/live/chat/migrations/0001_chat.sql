create schema chat;

create table chat.comments (
  room_id     uuid        not null,
  id          uuid        not null,
  session_id  uuid        not null,
  person_id   uuid        not null,
  name        text        not null,
  text        text        not null check (length(text) between 1 and 200),
  at          timestamptz not null,
  product_id  uuid,
  is_host     boolean     not null,
  is_question boolean     not null,
  -- Said by somebody who is muted: he sees it, nobody else does.
  is_hidden   boolean     not null,
  primary key (room_id, id)
);
create index comments_of_session on chat.comments (session_id, at desc) where not is_hidden;

create table chat.mutes (
  room_id   uuid        not null,
  person_id uuid        not null,
  by_id     uuid        not null,
  at        timestamptz not null,
  primary key (room_id, person_id)
);

create table chat.likes (
  session_id uuid   primary key,
  likes      bigint not null check (likes >= 0)
);
