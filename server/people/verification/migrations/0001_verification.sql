-- Who has shown that he is who he says he is. The number itself is kept nowhere: its digest tells two people with one number,
-- and the day of birth tells who is a minor.
create schema verification;

create table verification.people (
  person_id   uuid        primary key,
  state       text        not null check (state in ('pending', 'verified', 'refused')),
  -- What people see of it: the family name and stars.
  masked_name text        not null check (length(masked_name) between 1 and 60),
  id_digest   text        not null check (length(id_digest) = 64),
  born_on     date,
  verifier    text        not null,
  -- Made by the asker: asking again with it is asking once.
  ask_id      uuid        not null,
  reason      text,
  asked_at    timestamptz not null,
  decided_at  timestamptz,
  check ((state = 'pending') = (decided_at is null)),
  check (state <> 'verified' or born_on is not null),
  check (state <> 'refused' or reason is not null)
);
-- One person, one account that may earn.
create unique index people_are_verified_once on verification.people (id_digest) where state = 'verified';

-- People known to be minors, whoever said so: their own papers, or a guardian whom support believed.
create table verification.minors (
  person_id uuid        primary key,
  born_on   date,
  source    text        not null check (source in ('papers', 'guardian')),
  noted_at  timestamptz not null
);
