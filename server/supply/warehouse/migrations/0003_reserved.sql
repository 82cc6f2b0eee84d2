-- Units may be kept back for a sale of their own, and are given back or sold: never both.
alter table warehouse.movements drop constraint movements_kind_check;
alter table warehouse.movements add constraint movements_kind_check
  check (kind in ('received', 'allocated', 'released', 'shipped', 'adjusted', 'reserved', 'unreserved'));
