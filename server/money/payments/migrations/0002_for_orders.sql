-- What the money is for, where it is for orders that wait: when it arrives, they are paid from it. It passes the wallet, so that
-- money which comes too late is its owner's and not lost.
alter table payments.top_ups add column group_id uuid;
