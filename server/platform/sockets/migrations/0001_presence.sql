-- Server processes that are there, as they say twice a second, and how many sockets have joined which topic at each. What a crash takes
-- away is said again at once, so none of it is logged.
create unlogged table platform.socket_processes (
  id      uuid        primary key,
  seen_at timestamptz not null
);
create unlogged table platform.socket_presence (
  process_id uuid    not null references platform.socket_processes (id) on delete cascade,
  topic      text    not null,
  sockets    integer not null check (sockets > 0),
  primary key (process_id, topic)
);
