create schema notifications;

-- What somebody was told and may read later. The id is made from its cause, so that the same news is told once.
create table notifications.notes (
  person_id uuid        not null,
  id        uuid        not null,
  kind      text        not null check (length(kind) between 1 and 40),
  title     jsonb       not null,
  body      jsonb       not null,
  link      text        not null check (length(link) between 1 and 300),
  at        timestamptz not null,
  read_at   timestamptz,
  primary key (person_id, id)
);
create index notes_of_person on notifications.notes (person_id, at desc, id desc);
create index notes_unread on notifications.notes (person_id) where read_at is null;
