-- Each move of the sandbox clock, under the key of who asked for it: sent again, it is the same move.
create table platform.clock_moves (
  key      text        primary key check (length(key) between 8 and 100),
  seconds  integer     not null check (seconds > 0),
  moved_at timestamptz not null default clock_timestamp()
);
