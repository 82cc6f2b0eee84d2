-- As for all sums that each batch changes: no index over the amount, and room on the page for the next change.
drop index leaderboards.creator_days_ranked;
alter table leaderboards.creator_days set (fillfactor = 50);
