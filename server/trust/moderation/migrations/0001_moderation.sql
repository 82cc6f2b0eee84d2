create schema moderation;

-- What nobody may say on the platform. A comment with such a word is seen by its author alone.
create table moderation.words (
  word     text        primary key check (length(word) between 1 and 40),
  added_by uuid,
  added_at timestamptz not null
);

-- What somebody, or the platform itself, wants a moderator to look at, and by when he must have.
create table moderation.reports (
  id          uuid        primary key,
  kind        text        not null check (kind in ('comment', 'room', 'person')),
  reason      text        not null,
  note        text        not null,
  -- Who and what it is about, as it was then: the report is judged by this and not by what became of it.
  subject     jsonb       not null,
  reporter_id uuid,
  at          timestamptz not null,
  due_at      timestamptz not null check (due_at > at),
  decision    text        check (decision in ('upheld', 'dismissed')),
  decided_by  uuid,
  decided_at  timestamptz,
  answer      text,
  check ((decision is null) = (decided_at is null))
);
create index reports_open on moderation.reports (due_at, id) where decision is null;
create index reports_decided on moderation.reports (decided_at desc, id desc) where decision is not null;
