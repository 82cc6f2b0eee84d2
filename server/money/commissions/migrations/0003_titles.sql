-- The title of what was sold, named by its content and written once; the attribution stands on the first party of a chain, whose
-- others have the same.
create table commissions.titles (
  id    uuid  primary key,
  title jsonb not null
);
create trigger titles_are_kept before delete or truncate on commissions.titles
  for each statement execute function commissions.refuse_delete();
alter table commissions.lines add column title_id uuid, add column plan_kind text not null default 'open',
  alter column title drop not null, alter column plan drop not null, alter column room_id drop not null,
  alter column session_id drop not null, alter column attributed_at drop not null,
  add constraint lines_have_a_title check ((title_id is null) = (title is not null)),
  add constraint lines_first_has_the_attribution check (position > 1 or (room_id is not null and session_id is not null
    and attributed_at is not null));
alter table commissions.lines alter column plan_kind drop default;

create or replace function commissions.keep_frozen() returns trigger language plpgsql as $$
begin
  if (new.order_id, new.line_no, new.party_kind, new.party_id, new.position, new.base_minor, new.basis_points,
      new.commission_minor, new.gross_minor, new.keeps_basis_points, new.amount_minor, new.currency, new.plan, new.plan_kind,
      new.room_id, new.session_id, new.attributed_at, new.order_number, new.title, new.title_id, new.party_name, new.placed_at)
    is distinct from
     (old.order_id, old.line_no, old.party_kind, old.party_id, old.position, old.base_minor, old.basis_points,
      old.commission_minor, old.gross_minor, old.keeps_basis_points, old.amount_minor, old.currency, old.plan, old.plan_kind,
      old.room_id, old.session_id, old.attributed_at, old.order_number, old.title, old.title_id, old.party_name, old.placed_at) then
    raise exception 'a commission line is frozen when the order is placed'
      using errcode = 'integrity_constraint_violation', constraint = 'commission_lines_are_frozen';
  end if;
  return new;
end $$;
