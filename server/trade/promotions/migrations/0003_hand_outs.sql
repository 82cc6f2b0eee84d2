-- A coupon of a room may be the host's to hand out: then it is claimed only for some seconds after he did.
alter table promotions.coupons add column by_host boolean not null default false check (not by_host or room_id is not null);

create table promotions.hand_outs (
  coupon_id  uuid        not null references promotions.coupons (id),
  id         uuid        not null,
  session_id uuid        not null,
  at         timestamptz not null,
  until      timestamptz not null check (until > at),
  primary key (coupon_id, id)
);
