-- What a seller pays us of each line that he sells: the schedule as rows that are never changed, only followed by others, and the
-- fees of each order line as they were when it was placed.
create schema fees;

create table fees.rules (
  id                uuid        primary key,
  kind              text        not null check (kind in ('referral', 'provider', 'service', 'fulfilment')),
  -- Null: whatever has no rule of its own, here or above it in the tree of categories.
  category_code     text,
  currency          text        not null check (length(currency) = 3),
  -- Of what the buyer paid, or of that and the platform's part of the discounts.
  base              text        not null check (base in ('paid', 'sale')),
  basis_points      integer     not null check (basis_points between 0 and 10000),
  -- Per unit.
  fixed_minor       bigint      not null check (fixed_minor >= 0),
  min_minor         bigint      check (min_minor >= 0),
  max_minor         bigint      check (max_minor >= coalesce(min_minor, 0)),
  -- Whether it goes back with a refund, and what of that we keep for our work.
  is_returned       boolean     not null,
  kept_basis_points integer     not null check (kept_basis_points between 0 and 10000),
  kept_max_minor    bigint      check (kept_max_minor >= 0),
  from_at           timestamptz not null,
  set_by            uuid
);
create index rules_latest on fees.rules (kind, category_code, currency, from_at desc, id desc);

-- The tax on a kind of fee, stored apart from the fee itself.
create table fees.tax_rules (
  id           uuid        primary key,
  kind         text        not null check (kind in ('referral', 'provider', 'service', 'fulfilment')),
  basis_points integer     not null check (basis_points between 0 and 10000),
  from_at      timestamptz not null,
  set_by       uuid
);
create index tax_rules_latest on fees.tax_rules (kind, from_at desc, id desc);

create table fees.lines (
  order_id           uuid    not null,
  line_no            integer not null check (line_no > 0),
  kind               text    not null,
  rule_id            uuid    not null,
  seller_id          uuid    not null,
  base_minor         bigint  not null check (base_minor >= 0),
  units              integer not null check (units > 0),
  amount_minor       bigint  not null check (amount_minor > 0),
  tax_basis_points   integer not null check (tax_basis_points between 0 and 10000),
  tax_minor          bigint  not null check (tax_minor >= 0),
  currency           text    not null check (length(currency) = 3),
  -- What moves: how much went back, what of that we kept, and the tax that went back.
  reversed_minor     bigint  not null default 0 check (reversed_minor between 0 and amount_minor),
  kept_minor         bigint  not null default 0 check (kept_minor between 0 and reversed_minor),
  tax_reversed_minor bigint  not null default 0 check (tax_reversed_minor between 0 and tax_minor),
  primary key (order_id, line_no, kind)
);

create trigger rules_are_history before update or delete on fees.rules
  for each row execute function platform.refuse_change();
create trigger tax_rules_are_history before update or delete on fees.tax_rules
  for each row execute function platform.refuse_change();

create function fees.keep_frozen() returns trigger language plpgsql as $$
begin
  if (new.order_id, new.line_no, new.kind, new.rule_id, new.seller_id, new.base_minor, new.units, new.amount_minor,
      new.tax_basis_points, new.tax_minor, new.currency)
    is distinct from
     (old.order_id, old.line_no, old.kind, old.rule_id, old.seller_id, old.base_minor, old.units, old.amount_minor,
      old.tax_basis_points, old.tax_minor, old.currency)
    or new.reversed_minor < old.reversed_minor then
    raise exception 'a fee is frozen when the order is placed'
      using errcode = 'integrity_constraint_violation', constraint = 'fee_lines_are_frozen';
  end if;
  return new;
end $$;
create trigger lines_keep_frozen before update on fees.lines for each row execute function fees.keep_frozen();
create trigger lines_are_kept before delete on fees.lines for each row execute function platform.refuse_change();
