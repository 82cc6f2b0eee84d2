create schema promotions;

-- Money set aside for discounts. Spent is drawn and returned inside the order's transaction; it never passes the limit.
create table promotions.budgets (
  id          uuid   primary key,
  name        text   not null,
  currency    text   not null,
  limit_minor bigint not null check (limit_minor >= 0),
  spent_minor bigint not null default 0 check (spent_minor >= 0),
  check (spent_minor <= limit_minor)
);

-- A discount that applies by itself when its conditions hold. The four shares say who bears it.
create table promotions.promotions (
  id               uuid        primary key,
  name             jsonb       not null check (name ? 'en' and name ? 'zh'),
  channel          text        not null,
  room_only        boolean     not null,
  threshold_minor  bigint      not null check (threshold_minor >= 0),
  off_minor        bigint      not null check (off_minor > 0),
  currency         text        not null,
  platform_points  integer     not null check (platform_points >= 0),
  seller_points    integer     not null check (seller_points >= 0),
  creator_points   integer     not null check (creator_points >= 0),
  brand_points     integer     not null check (brand_points >= 0),
  budget_id        uuid        references promotions.budgets (id),
  starts_at        timestamptz not null,
  ends_at          timestamptz not null,
  check (platform_points + seller_points + creator_points + brand_points = 10000),
  check (ends_at > starts_at),
  -- What the platform bears must come out of a budget.
  check (platform_points = 0 or budget_id is not null)
);
create index promotions_in_force on promotions.promotions (channel, starts_at, ends_at);
