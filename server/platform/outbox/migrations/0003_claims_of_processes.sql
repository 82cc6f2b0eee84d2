-- Which process is at it, by the name of its connections: a claim of one that has no connection left is nobody's.
alter table platform.idempotency_keys add column process text not null default '';
