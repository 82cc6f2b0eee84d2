-- What sellers of record other than the operator are owed of each line that they sold, from the day it is confirmed. What it says
-- never changes but for what went back, and for where it stands.
create table settlements.seller_lines (
  order_id         uuid        not null,
  line_no          integer     not null check (line_no > 0),
  seller_id        uuid        not null,
  order_number     text        not null,
  currency         text        not null check (length(currency) = 3),
  -- What the buyer paid and what the platform bore of the discounts; less commission, fees and the tax on them.
  gross_minor      bigint      not null check (gross_minor >= 0),
  commission_minor bigint      not null check (commission_minor >= 0),
  fees_minor       bigint      not null check (fees_minor >= 0),
  tax_minor        bigint      not null check (tax_minor >= 0),
  amount_minor     bigint      not null,
  -- What was taken back; more than the amount where we keep a part of the fees.
  reversed_minor   bigint      not null default 0,
  state            text        not null default 'pending' check (state in ('pending', 'settled')),
  held             boolean     not null default false,
  confirmed_at     timestamptz not null,
  release_at       timestamptz not null,
  settled_at       timestamptz,
  primary key (order_id, line_no),
  check (amount_minor = gross_minor - commission_minor - fees_minor - tax_minor),
  check ((state = 'settled') = (settled_at is not null))
);
create index seller_lines_of_seller on settlements.seller_lines (seller_id, confirmed_at desc, order_id desc, line_no desc);
create index seller_lines_to_release on settlements.seller_lines (release_at) where state = 'pending';

create function settlements.keep_seller_line() returns trigger language plpgsql as $$
begin
  if (new.order_id, new.line_no, new.seller_id, new.order_number, new.currency, new.gross_minor, new.commission_minor,
      new.fees_minor, new.tax_minor, new.amount_minor, new.confirmed_at, new.release_at)
    is distinct from
     (old.order_id, old.line_no, old.seller_id, old.order_number, old.currency, old.gross_minor, old.commission_minor,
      old.fees_minor, old.tax_minor, old.amount_minor, old.confirmed_at, old.release_at) then
    raise exception 'what a seller is owed of a line is written once'
      using errcode = 'integrity_constraint_violation', constraint = 'seller_lines_are_frozen';
  end if;
  return new;
end $$;
create trigger seller_lines_keep before update on settlements.seller_lines
  for each row execute function settlements.keep_seller_line();
create trigger seller_lines_are_kept before delete or truncate on settlements.seller_lines
  for each statement execute function settlements.refuse_change();

-- After how many days a seller's money is his: rows that are never changed, only followed by others.
create table settlements.seller_tiers (
  seller_id uuid        not null,
  id        uuid        not null,
  days      integer     not null check (days in (3, 7, 15)),
  from_at   timestamptz not null,
  set_by    uuid,
  primary key (seller_id, id)
);
create trigger seller_tiers_are_history before update or delete on settlements.seller_tiers
  for each row execute function platform.refuse_change();

-- The kinds of entry are a list in the code; here only their form is held, so that each flow may bring its own.
alter table settlements.entries drop constraint entries_kind_check,
  add constraint entries_kind_check check (kind ~ '^[a-z]+(_[a-z]+)*$');
