-- The newest pins on any board of this title that the viewer may see; author: by
-- this person alone, follower: by people whom this person follows, if given.
-- in: viewer int8, author text, follower text, board text, page
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: _at time, _id int8
with listed as materialized (
	select distinct bi.item as id
	from board bo join board_item bi on bi.board = bo.id
	where bo.title = $4 and can_see(bo.owner, bo.visibility, null, $1)
), shown as (
	select i.id, i.created_at
	from listed o join item i on i.id = o.id
	where i.kind = 'pin' and can_see(i.owner, i.visibility, i.deleted_at, $1)
	  and ($2 is null or i.owner =
	    (select id from account where lower(username) = lower($2)))
	  and ($3 is null or exists (
		select from account w join follow f on f.follower = w.id
		where lower(w.username) = lower($3) and f.followee = i.owner))
	  and (i.created_at, i.id) < ($5, $6) -- keyset
	order by i.created_at desc, i.id desc -- keyset
	limit $7
)
select i.id,
    a.username as author,
    l.boards, l.tags as tag_set,
    i.created_at, i.edited_at as updated_at, p.title, m.image, p.image_url,
    m.width as "media.width", m.height as "media.height",
    m.colour as "media.colour", m.placeholder as "media.placeholder",
    m.frames > 1 as "media.animated", m.files as "media.sizes",
    i.created_at as _at, i.id as _id
from shown s
join item i on i.id = s.id
join account a on a.id = i.owner
join pin p on p.id = i.id
join item_list l on l.item = i.id
join media m on m.id = p.media
order by s.created_at desc, s.id desc -- keyset
