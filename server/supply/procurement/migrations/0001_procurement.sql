-- From whom we buy, and what came.
create schema procurement;

create table procurement.suppliers (
  id                  uuid    primary key,
  code                text    not null constraint suppliers_code_once unique,
  name_en             text    not null,
  name_zh             text    not null,
  city                text    not null default '',
  contact             text    not null default '',
  lead_days           integer not null default 0 check (lead_days >= 0),
  -- Days between receipt and payment.
  account_period_days integer not null check (account_period_days >= 0),
  order_units_min     integer not null default 1
);

-- What was accepted; damaged and missing units are neither paid nor on the shelf. Nothing here ever changes.
create table procurement.receipts (
  id              uuid        primary key,
  supplier_id     uuid        not null references procurement.suppliers (id),
  warehouse_id    uuid        not null,
  sku_id          uuid        not null,
  bin             text        not null,
  units           integer     not null check (units > 0),
  unit_cost_minor bigint      not null check (unit_cost_minor >= 0),
  payable_minor   bigint      not null,
  currency        text        not null,
  received_at     timestamptz not null,
  received_by     uuid,
  due_at          timestamptz not null,
  check (payable_minor = units * unit_cost_minor)
);
create index receipts_by_supplier on procurement.receipts (supplier_id, due_at, id);
create trigger receipts_are_facts before update or delete on procurement.receipts
  for each row execute function platform.refuse_change();
