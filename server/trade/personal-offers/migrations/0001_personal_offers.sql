create schema personal_offers;

create table personal_offers.offers (
  id              uuid        primary key,
  name            jsonb       not null check (name ? 'en' and name ? 'zh'),
  currency        text        not null check (length(currency) = 3),
  -- What people are told apart by; nobody outside knows it.
  seed            text        not null,
  held_out_points integer     not null check (held_out_points between 0 and 9000),
  -- From the smallest to the largest.
  coupon_ids      uuid[]      not null check (cardinality(coupon_ids) between 1 and 4),
  starts_at       timestamptz not null,
  ends_at         timestamptz not null check (ends_at >= starts_at)
);
create index offers_in_force on personal_offers.offers (ends_at);

-- One for each person and offer, with what it was made on; a decision is never made again.
create table personal_offers.decisions (
  id         uuid        primary key,
  offer_id   uuid        not null references personal_offers.offers (id),
  person_id  uuid        not null,
  reason     text        not null check (reason in ('given', 'held_out', 'not_needed', 'gone')),
  step       integer     check (step >= 1),
  claim_id   uuid,
  score      integer     not null check (score between 0 and 100),
  features   jsonb       not null,
  decided_at timestamptz not null,
  constraint decisions_once unique (offer_id, person_id),
  check ((reason = 'given') = (step is not null)),
  check ((step is null) = (claim_id is null))
);
create index decisions_of_offer on personal_offers.decisions (offer_id, id desc);
