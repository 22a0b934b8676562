-- The viewer's own boards, in the order that he gave them.
-- A board shows its first twelve pins.
-- in: viewer int8, page
-- out: id int8, title text, author text, pin_count int4, secret bool, pin json, _at time, _id int8
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
	  and can_see(i.owner, i.visibility, i.deleted_at, $1)
	order by bi.place desc, bi.item desc limit 12) p) as pin,
    b.place as _at, b.id as _id
from board b
join account a on a.id = b.owner
where can_see(b.owner, b.visibility, null, $1)
  and (b.place, b.id) < ($2, $3) -- keyset
  and b.owner = $1
order by b.place desc, b.id desc -- keyset
limit $4
