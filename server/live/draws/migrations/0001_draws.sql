create schema draws;

-- A lucky bag. The seed is made before anybody enters; what is told then is its hash.
create table draws.draws (
  id          uuid        primary key,
  room_id     uuid        not null,
  session_id  uuid        not null,
  creator_id  uuid        not null,
  prize       text        not null check (length(prize) between 1 and 60),
  units       integer     not null check (units between 1 and 100),
  must_follow boolean     not null,
  word        text        check (length(word) between 1 and 20),
  seed        text        not null,
  commitment  text        not null check (commitment ~ '^[0-9a-f]{64}$'),
  state       text        not null check (state in ('open', 'drawn', 'cancelled')),
  started_at  timestamptz not null,
  ends_at     timestamptz not null check (ends_at > started_at),
  drawn_at    timestamptz,
  check ((state = 'drawn') = (drawn_at is not null))
);
create unique index draws_one_open on draws.draws (room_id) where state = 'open';
create index draws_due on draws.draws (ends_at) where state = 'open';
create index draws_of_room on draws.draws (room_id, started_at desc);

create table draws.entries (
  draw_id    uuid        not null references draws.draws (id),
  person_id  uuid        not null,
  id         uuid        not null,
  name       text        not null,
  at         timestamptz not null,
  -- Set when it is drawn: whether the tasks were met then, the place in the order of the seed, who won and until when he may claim.
  eligible   boolean,
  place      integer,
  won        boolean     not null default false,
  claim_by   timestamptz,
  claimed_at timestamptz,
  ship_to    jsonb,
  primary key (draw_id, person_id),
  unique (draw_id, id),
  check (won is false or (eligible and claim_by is not null)),
  check ((claimed_at is null) = (ship_to is null))
);
