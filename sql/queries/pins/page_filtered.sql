-- The newest pins under any of the published filters together; an empty text
-- does not filter.  follower: pins by people whom this person follows.  board:
-- pins on a board of that title that the viewer may see.
-- in: viewer int8, author text, follower text, board text, page
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: _at time, _id int8
select i.id,
    a.username as author,
    i.boards, i.tags as tag_set,
    i.created_at, i.edited_at as updated_at, p.title, m.image, p.image_url,
    m.width as "media.width", m.height as "media.height",
    m.colour as "media.colour", m.placeholder as "media.placeholder",
    m.frames > 1 as "media.animated", m.files as "media.sizes",
    i.created_at as _at, i.id as _id
from item i
join account a on a.id = i.owner
join pin p on p.id = i.id
join media m on m.id = p.media
where i.kind = 'pin' and can_see(i.owner, i.visibility, i.deleted_at, $1)
  and ($2 is null or lower(a.username) = lower($2))
  and ($3 is null or i.owner in (
	select f.followee from follow f join account w on w.id = f.follower
	where lower(w.username) = lower($3)))
  and ($4 is null or i.id in (
	select bi.item from board bo join board_item bi on bi.board = bo.id
	where bo.title = $4 and can_see(bo.owner, bo.visibility, null, $1)))
  and (i.created_at, i.id) < ($5, $6) -- keyset
order by i.created_at desc, i.id desc -- keyset
limit $7
