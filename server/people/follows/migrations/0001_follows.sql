-- Who follows whom. A follower is a row, and the count is kept equal to the rows by a trigger; nobody else may touch it.
create schema follows;

create table follows.followers (
  creator_id uuid        not null,
  person_id  uuid        not null,
  since      timestamptz not null,
  -- Made by the demo world: there is no person behind it.
  demo       boolean     not null default false,
  primary key (creator_id, person_id),
  check (creator_id <> person_id)
);
-- Nobody asks whom a made-up follower follows.
create index followers_by_person on follows.followers (person_id, since desc) where not demo;

create table follows.follower_counts (
  creator_id uuid    primary key,
  followers  integer not null check (followers >= 0)
);

create function follows.count_followers() returns trigger language plpgsql as $$
begin
  -- In id order, so that two bulk changes cannot wait for each other in a ring.
  if tg_op = 'INSERT' then
    insert into follows.follower_counts as c (creator_id, followers)
      select creator_id, count(*) from changed group by creator_id order by creator_id
      on conflict (creator_id) do update set followers = c.followers + excluded.followers;
  else
    perform 1 from follows.follower_counts
      where creator_id in (select creator_id from changed) order by creator_id for update;
    update follows.follower_counts c set followers = c.followers - gone.followers
      from (select creator_id, count(*) as followers from changed group by creator_id) gone
      where c.creator_id = gone.creator_id;
  end if;
  return null;
end $$;
create trigger followers_are_counted_in after insert on follows.followers
  referencing new table as changed for each statement execute function follows.count_followers();
create trigger followers_are_counted_out after delete on follows.followers
  referencing old table as changed for each statement execute function follows.count_followers();

create function follows.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'followers come and go, and their count follows them; neither is edited'
    using errcode = 'integrity_constraint_violation';
end $$;
create trigger followers_do_not_change before update or truncate on follows.followers
  for each statement execute function follows.refuse_change();
-- Depth 0 is somebody's own statement; the counting above runs deeper.
create trigger follower_counts_follow before insert or update or delete on follows.follower_counts
  for each row when (pg_trigger_depth() = 0) execute function follows.refuse_change();
