-- Puts items on a board where the viewer may, as they are named, the last first;
-- those that are there already, or that he may not see, are left out.  section
-- 0: in none.
-- in: board int8, viewer int8, items int8s, section int8
insert into board_item (board, item, added_by, section)
select $1, n.id, $2, nullif($4, 0)
from unnest($3) with ordinality as n (id, at)
join item i on i.id = n.id
join account o on o.id = i.owner
where can_do('add', $1, $2)
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
order by n.at desc
on conflict do nothing
