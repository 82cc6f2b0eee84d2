-- Four things that a buyer may ask: money, money for goods that he sends back, the same goods again for those, or the same goods
-- again for what never came whole. Each has its own states; a wish is open until it is answered for good.
alter table orders.after_sales
  drop constraint after_sales_kind_check, drop constraint after_sales_state_check, drop constraint after_sales_check,
  add column reason_code text not null default 'other'
    check (reason_code in ('no_reason', 'damaged', 'wrong_item', 'not_as_described', 'missing', 'other')),
  add column accepted_at timestamptz,
  -- Until when the goods have to be sent back.
  add column due_at timestamptz,
  add constraint after_sales_state_check check (case kind
    when 'refundOnly' then state in ('asked', 'approved', 'refused')
    when 'returnRefund' then state in ('asked', 'accepted', 'sent', 'approved', 'refused', 'lapsed')
    when 'exchange' then state in ('asked', 'accepted', 'sent', 'replacing', 'replaced', 'refused', 'lapsed')
    when 'resend' then state in ('asked', 'replacing', 'replaced', 'refused')
    else false end),
  add constraint after_sales_end check ((state in ('asked', 'accepted', 'sent', 'replacing')) = (decided_at is null));
drop index orders.after_sales_one_open;
create unique index after_sales_one_open on orders.after_sales (order_id)
  where state in ('asked', 'accepted', 'sent', 'replacing');
create index after_sales_due on orders.after_sales (due_at) where state = 'accepted';
create index after_sales_by_id on orders.after_sales (id);

-- Units that come back or are sent again; empty where only money is asked for. Then the amount is above zero.
alter table orders.after_sale_lines drop constraint after_sale_lines_amount_minor_check,
  add column units integer check (units > 0),
  add constraint after_sale_lines_ask check (amount_minor > 0 or (amount_minor = 0 and units is not null));
