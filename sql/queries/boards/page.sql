-- Everybody's boards that the viewer may see, newest first.
-- A board shows its first twelve pins.
-- in: viewer int8, page
-- out: id int8, title text, author text, pin_count int4, secret bool,
-- out: content text,
-- out: cover image, role text, members json, pin json, _at time, _id int8
with listed as (
	select b.id, b.created_at
	from board b cross join lateral (
		select from account a
		where a.id = b.owner and can_see_board(a.is_active, b.owner,
		    b.visibility, b.deleted_at, b.id, $1)
		offset 0) a
	where (b.created_at, b.id) < ($2, $3) -- keyset
	order by b.created_at desc, b.id desc -- keyset
	limit $4
)
select b.id, b.title, b.author, b.pin_count, b.secret, b.content, b.cover,
    b.role, b.members, b.pin, b.created_at as _at, b.id as _id
from listed l cross join lateral (
	select * from shown_board($1, 12) b where b.id = l.id offset 0) b
order by l.created_at desc, l.id desc -- keyset
