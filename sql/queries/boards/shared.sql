-- Boards of others that the viewer was let in, the last first.
-- in: viewer int8
-- out: id int8, title text, author text, pin_count int4, secret bool,
-- out: content text, cover image, role text, members json, pin json
with listed as (
	select m.board as id, m.created_at
	from board_member m cross join lateral (
		select b.*, a.is_active
		from board b join account a on a.id = b.owner
		where b.id = m.board offset 0) b
	where m.account = $1 and m.accepted_at is not null
	  and can_see_board(b.is_active, b.owner, b.visibility,
	    b.deleted_at, b.id, $1)
	order by m.created_at desc, m.board desc
	limit 200
)
select b.id, b.title, b.author, b.pin_count, b.secret, b.content, b.cover,
    b.role, b.members, b.pin
from listed l cross join lateral (
	select * from shown_board($1, 12) b where b.id = l.id offset 0) b
order by l.created_at desc, l.id desc
