-- Who earns what of which order line, frozen when the order is placed: rates may change later, these rows do not.
create schema commissions;

create table commissions.lines (
  order_id            uuid        not null,
  line_no             integer     not null check (line_no > 0),
  party_kind          text        not null check (party_kind in ('creator', 'agency')),
  party_id            uuid        not null,
  -- Where the party stands in the chain: the money comes to 1 first, who keeps a share and passes the rest on.
  position            smallint    not null check (position between 1 and 5),
  base_minor          bigint      not null check (base_minor >= 0),
  basis_points        integer     not null check (basis_points between 0 and 10000),
  commission_minor    bigint      not null check (commission_minor >= 0),
  gross_minor         bigint      not null check (gross_minor >= 0),
  -- Of what comes in; null for the last of the chain, who has the rest.
  keeps_basis_points  integer     check (keeps_basis_points between 0 and 10000),
  amount_minor        bigint      not null check (amount_minor >= 0 and amount_minor <= gross_minor),
  currency            text        not null check (length(currency) = 3),
  -- The plan and the attribution that applied, as they were.
  plan                jsonb       not null,
  room_id             uuid        not null,
  session_id          uuid        not null,
  attributed_at       timestamptz not null,
  order_number        text        not null,
  title               jsonb       not null,
  party_name          text,
  placed_at           timestamptz not null,
  -- What moves: the state, with the instants and the reason that go with it.
  state               text        not null default 'estimated'
    check (state in ('estimated', 'pending', 'settled', 'ineligible', 'frozen')),
  reason              text        not null default '',
  reversed_minor      bigint      not null default 0 check (reversed_minor between 0 and amount_minor),
  confirmed_at        timestamptz,
  release_at          timestamptz,
  settled_at          timestamptz,
  primary key (order_id, line_no, party_kind, party_id),
  check (state not in ('pending', 'settled', 'frozen') or (confirmed_at is not null and release_at is not null)),
  check ((state = 'settled') = (settled_at is not null))
);
create index lines_of_party on commissions.lines (party_id, placed_at desc, order_id desc, line_no desc);
create index lines_to_release on commissions.lines (release_at) where state = 'pending';

create function commissions.keep_frozen() returns trigger language plpgsql as $$
begin
  if (new.order_id, new.line_no, new.party_kind, new.party_id, new.position, new.base_minor, new.basis_points,
      new.commission_minor, new.gross_minor, new.keeps_basis_points, new.amount_minor, new.currency, new.plan, new.room_id,
      new.session_id, new.attributed_at, new.order_number, new.title, new.party_name, new.placed_at)
    is distinct from
     (old.order_id, old.line_no, old.party_kind, old.party_id, old.position, old.base_minor, old.basis_points,
      old.commission_minor, old.gross_minor, old.keeps_basis_points, old.amount_minor, old.currency, old.plan, old.room_id,
      old.session_id, old.attributed_at, old.order_number, old.title, old.party_name, old.placed_at) then
    raise exception 'a commission line is frozen when the order is placed'
      using errcode = 'integrity_constraint_violation', constraint = 'commission_lines_are_frozen';
  end if;
  return new;
end $$;
create trigger lines_keep_frozen before update on commissions.lines
  for each row execute function commissions.keep_frozen();

create function commissions.refuse_delete() returns trigger language plpgsql as $$
begin
  raise exception 'a commission line is never deleted'
    using errcode = 'integrity_constraint_violation', constraint = 'commission_lines_are_frozen';
end $$;
create trigger lines_are_kept before delete or truncate on commissions.lines
  for each statement execute function commissions.refuse_delete();
