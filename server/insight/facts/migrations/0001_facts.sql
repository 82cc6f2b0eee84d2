create schema facts;

-- What stood on screens and was tapped, by minute: counts, not people.
create table facts.session_minutes (
  session_id  uuid        not null,
  minute      timestamptz not null,
  product_id  uuid        not null,
  impressions bigint      not null check (impressions >= 0),
  clicks      bigint      not null check (clicks >= 0),
  primary key (session_id, minute, product_id)
);
