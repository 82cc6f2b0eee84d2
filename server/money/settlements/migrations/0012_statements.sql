-- Statements are read by party and month.
create index entries_by_time on settlements.entries (party_id, at, cause);
create index payouts_by_time on settlements.payouts (party_id, closed_at);
