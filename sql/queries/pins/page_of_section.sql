-- The pins of one section of a board, in the board's order: newest first, unless moved.
-- in: viewer int8, board int8, section int8, page
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, alt text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: _at time, _id int8
select p.id, p.author, boards_for(p.boards, $1) as boards, p.tag_set,
    p.created_at, p.updated_at,
    p.title, p.alt, p.image, p.image_url, p."media.width", p."media.height",
    p."media.colour", p."media.placeholder", p."media.animated",
    p."media.sizes",
    bi.place as _at, p.id as _id
from board bo
join account a on a.id = bo.owner
join board_item bi on bi.board = bo.id
cross join lateral (
	select * from shown_pin where id = bi.item offset 0) p
where bo.id = $2 and bi.section = $3 and can_see_board(a.is_active, bo.owner, bo.visibility,
    bo.deleted_at, bo.id, $1)
  and can_see(p.active, p.owner, p.visibility, p.deleted_at, $1)
  and (bi.place, bi.item) < ($4, $5) -- keyset
order by bi.place desc, bi.item desc -- keyset
limit $6
