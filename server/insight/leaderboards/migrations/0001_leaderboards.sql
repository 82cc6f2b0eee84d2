create schema leaderboards;

-- What a creator sold on a business day. `reached_at` is when the present sum was reached: ties go to who was first.
create table leaderboards.creator_days (
  day        date        not null,
  creator_id uuid        not null,
  paid_minor bigint      not null,
  orders     bigint      not null,
  reached_at timestamptz not null,
  primary key (day, creator_id)
);
create index creator_days_ranked on leaderboards.creator_days (day, paid_minor desc, reached_at);

-- Names for the board; come with the broadcasts.
create table leaderboards.hosts (
  creator_id uuid primary key,
  name       text not null,
  avatar     text
);
