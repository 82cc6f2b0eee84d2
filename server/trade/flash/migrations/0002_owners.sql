-- Whose goods a sale sells: a seller's are kept back on his own shelf. All sales before this one sold the operator's.
alter table flash.sales
  add column owner_kind text not null default 'platform' check (owner_kind in ('platform', 'brand', 'supplier')),
  add column owner_id uuid not null default '00000000-0000-8000-8000-000000000001';
alter table flash.sales alter column owner_kind drop default, alter column owner_id drop default;
