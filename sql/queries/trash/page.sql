-- What the viewer deleted, the last first, with the day it goes for good.  A
-- board shows its newest picture, a post its first.  Keys are of items and
-- boards: see _id.
-- in: viewer int8, page
-- out: kind text, id int8, title text, image image, pin_count int4,
-- out: deleted_at time, purged_at time, _at time, _id int8
select t.kind, t.id, t.title, t.image, t.pin_count, t.deleted_at,
    t.deleted_at + interval '30 days' as purged_at,
    t.deleted_at as _at, t.key as _id
from (
	(select i.kind::text, i.id, coalesce(p.title, s.content) as title,
	    m.image, null::int4 as pin_count, i.deleted_at, i.id * 2 as key
	from item i
	left join pin p on p.id = i.id
	left join style s on s.id = i.id
	left join style_image n on n.style = i.id and n.place = 1
	left join media m on m.id = coalesce(p.media, n.media)
	where i.owner = $1 and i.deleted_at is not null and i.kind <> 'comment'
	  and can_see(true, i.owner, i.visibility, null, $1)
	  and (i.deleted_at, i.id * 2) < ($2, $3) -- keyset
	order by i.deleted_at desc, i.id * 2 desc -- keyset
	limit $4)
	union all
	(select 'board', b.id, b.title, (
	    select i.image
	    from board_item x cross join lateral (
		select i.*, o.is_active, m.image
		from item i
		join account o on o.id = i.owner
		join pin p on p.id = i.id
		join media m on m.id = p.media
		where i.id = x.item offset 0) i
	    where x.board = b.id and can_see(i.is_active, i.owner,
		i.visibility, i.deleted_at, $1)
	    order by x.place desc, x.item desc limit 1), b.item_count,
	    b.deleted_at, b.id * 2 + 1
	from board b
	where b.owner = $1 and b.deleted_at is not null
	  and can_see_board(true, b.owner, b.visibility, null, b.id, $1)
	  and (b.deleted_at, b.id * 2 + 1) < ($2, $3) -- keyset
	order by b.deleted_at desc, b.id * 2 + 1 desc -- keyset
	limit $4)
) t
order by t.deleted_at desc, t.key desc -- keyset
limit $4
