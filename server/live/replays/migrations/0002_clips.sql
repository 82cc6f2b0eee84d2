-- Pieces cut out of recordings. The bytes lie beside the recording, under its session and the clip's id, and go with it.
create table replays.clips (
  id           uuid        primary key,
  session_id   uuid        not null references replays.recordings (session_id),
  creator_id   uuid        not null,
  product_id   uuid,
  title        text        not null check (length(title) between 1 and 60),
  from_ms      integer     not null check (from_ms >= 0),
  until_ms     integer     not null check (until_ms > from_ms),
  width        integer     not null,
  height       integer     not null,
  bytes        bigint      not null check (bytes > 0),
  has_poster   boolean     not null,
  made_at      timestamptz not null,
  published_at timestamptz,
  -- It is shown beside its product; without one there is no place for it.
  constraint clips_published_beside_product check (published_at is null or product_id is not null)
);
create index clips_of_session on replays.clips (session_id, made_at);
create index clips_of_product on replays.clips (product_id, published_at desc) where published_at is not null;
