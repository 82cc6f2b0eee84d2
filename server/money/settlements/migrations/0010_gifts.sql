-- Gifts are lines on a statement too, without an order.
alter table settlements.entries drop constraint entries_kind_check;
alter table settlements.entries add constraint entries_kind_check check (kind in
  ('commission', 'reserve_kept', 'reserve_returned', 'reversal', 'payout_failed', 'frozen', 'thawed', 'gifts', 'gift_returned'));
