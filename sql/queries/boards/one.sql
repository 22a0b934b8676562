-- One board, if the viewer may see it, with its first pins; all of them by
-- page are pins/?board=.
-- in: board int8, viewer int8
-- out: id int8, title text, author text, pin_count int4, secret bool, pin json, created_at time,
-- out: updated_at time
select b.id, b.title, a.username as author, b.item_count as pin_count,
    not can_see(b.owner, b.visibility, null, 0) as secret,
    (select coalesce(json_agg(json_build_object('id', p.id,
	'title', p.title, 'image', media_url(p.image), 'author', p.owner)), '[]')
     from (
	select p.id, p.title, m.image, i.owner
	from board_item bi
	join item i on i.id = bi.item
	join pin p on p.id = i.id
	join media m on m.id = p.media
	where bi.board = b.id
	  and can_see(i.owner, i.visibility, i.deleted_at, $2)
	order by bi.place desc, bi.item desc limit 200) p) as pin,
    b.created_at, b.edited_at as updated_at
from board b
join account a on a.id = b.owner
where b.id = $1 and can_see(b.owner, b.visibility, null, $2)
