-- One board, if the viewer may see it, with its first pins; all of them by
-- page are pins/?board=.
-- in: board int8, viewer int8
-- out: id int8, title text, author text, pin_count int4, secret bool,
-- out: content text, cover image, role text, members json, sections json,
-- out: pin json, created_at time, updated_at time
select b.id, b.title, b.author, b.pin_count, b.secret, b.content, b.cover,
    b.role, b.members,
    (select coalesce(json_agg(json_build_object('id', s.id,
	'title', s.title, 'pin_count', s.item_count) order by s.id), '[]')
     from board_section s where s.board = b.id) as sections,
    b.pin, b.created_at, b.updated_at
from shown_board($2, 200) b
where b.id = $1 and can_see_board(b.active, b.owner, b.visibility,
    b.deleted_at, b.id, $2)
