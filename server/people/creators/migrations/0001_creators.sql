-- Creators, and the gate: what somebody needs to go live or to open a showcase. A creator's id is his person id.
create schema creators;

create table creators.creators (
  id        uuid        primary key,
  -- What the asker called his wish: asking again with it is the same wish.
  wish_id   uuid        not null,
  handle    text        not null constraint creators_handle_is_taken unique check (handle ~ '^[a-z0-9_.]{3,30}$'),
  name      text        not null check (length(name) between 1 and 60),
  bio       text        not null check (length(bio) <= 300),
  avatar    text,
  opened_at timestamptz not null
);
create index creators_newest_first on creators.creators (opened_at desc, id desc);

-- Rules are versions that begin at an instant; the one in force is the latest that has begun. A clause that is null asks
-- for nothing.
create table creators.gate_rules (
  capability            text        not null check (capability in ('live', 'showcase')),
  version               integer     not null check (version > 0),
  effective_from        timestamptz not null,
  followers_min         integer     check (followers_min >= 0),
  active_violations_max integer     check (active_violations_max >= 0),
  primary key (capability, version),
  unique (capability, effective_from)
);
insert into creators.gate_rules (capability, version, effective_from, followers_min, active_violations_max) values
  ('live', 1, '2000-01-01T00:00:00Z', 2000, 0),
  ('showcase', 1, '2000-01-01T00:00:00Z', null, null);

-- What was decided, from which facts, by which version.
create table creators.gate_decisions (
  id           uuid        primary key,
  creator_id   uuid        not null,
  capability   text        not null,
  rule_version integer     not null,
  passed       boolean     not null,
  clauses      jsonb       not null check (jsonb_typeof(clauses) = 'array'),
  decided_at   timestamptz not null,
  -- What it was asked for, such as `start_session`.
  purpose      text        not null,
  foreign key (capability, rule_version) references creators.gate_rules (capability, version)
);
create index gate_decisions_by_creator on creators.gate_decisions (creator_id, decided_at desc);

create function creators.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are facts and never change', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger gate_rules_are_immutable before update or delete on creators.gate_rules
  for each row execute function creators.refuse_change();
create trigger gate_decisions_are_immutable before update or delete on creators.gate_decisions
  for each row execute function creators.refuse_change();
