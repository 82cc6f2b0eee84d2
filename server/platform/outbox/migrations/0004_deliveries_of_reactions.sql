-- A worker looks for the oldest delivery of each reaction: while buyers queue, thousands of those that may wait stand before the
-- few that may not.
create index deliveries_of_reactions on platform.deliveries (reaction, due_at) where failed_at is null;
drop index platform.deliveries_due;
