create schema cohosts;

-- The second seat of a broadcast: who was invited to sit beside its host, by which rule they earn, and how it went. Its id is the id
-- of the guest's stream too.
create table cohosts.seats (
  id                 uuid        primary key,
  session_id         uuid        not null,
  room_id            uuid        not null,
  host_id            uuid        not null,
  guest_id           uuid        not null check (guest_id <> host_id),
  rule               text        not null check (rule in ('host', 'bringer', 'shared')),
  guest_basis_points integer     check (guest_basis_points between 1 and 9900),
  state              text        not null check (state in ('invited', 'joined', 'declined', 'withdrawn', 'left')),
  -- SHA-256 of the guest's stream key; the key itself is kept nowhere.
  key_hash           text        unique,
  has_picture        boolean     not null default false,
  invited_at         timestamptz not null,
  joined_at          timestamptz,
  over_at            timestamptz,
  constraint seats_shared_have_a_share check ((rule = 'shared') = (guest_basis_points is not null)),
  check (state not in ('joined', 'left') or joined_at is not null),
  check ((state in ('invited', 'joined')) = (over_at is null)),
  check (state = 'joined' or not has_picture)
);
-- Two hosts, not more; and nobody sits in two rooms.
create unique index seats_one_open on cohosts.seats (session_id) where state in ('invited', 'joined');
create unique index seats_guest_joined on cohosts.seats (guest_id) where state = 'joined';
create index seats_of_guest on cohosts.seats (guest_id, invited_at desc);

-- What was agreed on when the guest was invited does not change under him.
create function cohosts.keep_rule() returns trigger language plpgsql as $$
begin
  if (new.session_id, new.host_id, new.guest_id, new.rule, new.guest_basis_points)
    is distinct from (old.session_id, old.host_id, old.guest_id, old.rule, old.guest_basis_points) then
    raise exception 'the rule of a seat is frozen when it is offered'
      using errcode = 'integrity_constraint_violation', constraint = 'seat_rules_are_frozen';
  end if;
  return new;
end $$;
create trigger seats_keep_rule before update on cohosts.seats for each row execute function cohosts.keep_rule();
