-- Two hosts in one broadcast: who earns what is sold, agreed on before they sit together and frozen for as long as they do.
create table commissions.pacts (
  id                 uuid        primary key,
  session_id         uuid        not null,
  host_id            uuid        not null,
  guest_id           uuid        not null check (guest_id <> host_id),
  rule               text        not null check (rule in ('host', 'bringer', 'shared')),
  -- The guest's part of each commission; only where it is shared.
  guest_basis_points integer     check (guest_basis_points between 1 and 9900),
  from_at            timestamptz not null,
  until_at           timestamptz check (until_at >= from_at),
  constraint pacts_shared_have_a_share check ((rule = 'shared') = (guest_basis_points is not null))
);
create unique index pacts_one_open on commissions.pacts (session_id) where until_at is null;

-- What the guest hung up: where the rule is `bringer`, it earns him.
create table commissions.brought (
  pact_id    uuid not null references commissions.pacts (id),
  product_id uuid not null,
  primary key (pact_id, product_id)
);

create function commissions.keep_pacts() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or tg_op = 'TRUNCATE' then
    raise exception 'a pact is never deleted'
      using errcode = 'integrity_constraint_violation', constraint = 'pacts_are_frozen';
  end if;
  if (new.id, new.session_id, new.host_id, new.guest_id, new.rule, new.guest_basis_points, new.from_at)
    is distinct from
     (old.id, old.session_id, old.host_id, old.guest_id, old.rule, old.guest_basis_points, old.from_at)
    or old.until_at is not null then
    raise exception 'a pact is frozen when it begins; it can only end'
      using errcode = 'integrity_constraint_violation', constraint = 'pacts_are_frozen';
  end if;
  return new;
end $$;
create trigger pacts_keep_frozen before update on commissions.pacts
  for each row execute function commissions.keep_pacts();
create trigger pacts_are_kept before delete or truncate on commissions.pacts
  for each statement execute function commissions.keep_pacts();

-- The part of the whole commission that this party's side has, where two hosts share it; null on the side of who has the rest.
alter table commissions.lines add column share_basis_points integer check (share_basis_points between 1 and 9900);

create or replace function commissions.keep_frozen() returns trigger language plpgsql as $$
begin
  if (new.order_id, new.line_no, new.party_kind, new.party_id, new.position, new.base_minor, new.basis_points,
      new.commission_minor, new.gross_minor, new.keeps_basis_points, new.share_basis_points, new.amount_minor, new.currency,
      new.plan, new.plan_kind, new.room_id, new.session_id, new.attributed_at, new.order_number, new.title, new.title_id,
      new.party_name, new.placed_at)
    is distinct from
     (old.order_id, old.line_no, old.party_kind, old.party_id, old.position, old.base_minor, old.basis_points,
      old.commission_minor, old.gross_minor, old.keeps_basis_points, old.share_basis_points, old.amount_minor, old.currency,
      old.plan, old.plan_kind, old.room_id, old.session_id, old.attributed_at, old.order_number, old.title, old.title_id,
      old.party_name, old.placed_at) then
    raise exception 'a commission line is frozen when the order is placed'
      using errcode = 'integrity_constraint_violation', constraint = 'commission_lines_are_frozen';
  end if;
  return new;
end $$;
