-- A comment that comes.
-- in: account int8, at int8, edited int8, deleted int8, on_by text, on int8,
-- in: parent_by text, parent int8, to text, content text
-- out: id int8
with places as (
	select item_of($5, $6) as on_item, case when $8 > 0
	    then item_of($7, $8) end as parent
), new as (
	insert into item (kind, owner, created_at, edited_at, deleted_at)
	select 'comment', $1, of_micros($2), of_micros(coalesce(nullif($3, 0), $2)),
	    of_micros(nullif($4, 0))
	from places p join item i on i.id = p.on_item and i.kind <> 'comment'
	where $8 = 0 or exists (select from comment c
	    where c.id = p.parent and c.on_item = p.on_item
	      and c.parent is null)
	returning id
)
insert into comment (id, on_item, parent, to_account, content, created_at,
    edited_at)
select n.id, p.on_item, p.parent, account_of($9), $10, of_micros($2),
    of_micros(nullif($3, 0))
from new n cross join places p
returning id
