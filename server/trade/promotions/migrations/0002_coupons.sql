-- A coupon is offered to so many, each may have it so often, and it is taken off an order once. What it gives is an amount, or a
-- part of the price up to a cap.
create table promotions.coupons (
  id              uuid        primary key,
  name            jsonb       not null check (name ? 'en' and name ? 'zh'),
  currency        text        not null,
  threshold_minor bigint      not null check (threshold_minor >= 0),
  off_minor       bigint      check (off_minor > 0),
  off_points      integer     check (off_points between 1 and 9000),
  cap_minor       bigint      check (cap_minor > 0),
  -- Empty: whatever is in the cart.
  product_ids     uuid[],
  -- Empty: claimed anywhere; otherwise only by who is in this room.
  room_id         uuid,
  platform_points integer     not null check (platform_points >= 0),
  seller_points   integer     not null check (seller_points >= 0),
  creator_points  integer     not null check (creator_points >= 0),
  brand_points    integer     not null check (brand_points >= 0),
  budget_id       uuid        references promotions.budgets (id),
  quota           integer     not null check (quota > 0),
  claimed         integer     not null default 0,
  per_person      integer     not null check (per_person between 1 and 100),
  valid_days      integer     not null check (valid_days between 1 and 365),
  starts_at       timestamptz not null,
  ends_at         timestamptz not null,
  check ((off_minor is null) <> (off_points is null)),
  check ((off_points is null) = (cap_minor is null)),
  check (platform_points + seller_points + creator_points + brand_points = 10000),
  check (platform_points = 0 or budget_id is not null),
  check (ends_at > starts_at),
  constraint coupons_within_quota check (claimed between 0 and quota)
) with (fillfactor = 50);
create index coupons_on_offer on promotions.coupons (ends_at);

-- Who has one. The number within a person's share makes the share a key: two claims at once are two numbers or one refusal.
create table promotions.claims (
  id          uuid        primary key,
  person_id   uuid        not null,
  coupon_id   uuid        not null,
  no          integer     not null check (no > 0),
  claimed_at  timestamptz not null,
  valid_until timestamptz not null,
  -- The wish that used it; empty again when all of its orders were taken back.
  group_id    uuid,
  constraint claims_number_once unique (person_id, coupon_id, no)
) with (fillfactor = 70);
create index claims_of_person on promotions.claims (person_id, valid_until) where group_id is null;
