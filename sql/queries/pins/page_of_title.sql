-- The newest pins on any board of this title that the viewer may see; author: by
-- this person alone, follower: by people whom this person follows, if given.
-- in: viewer int8, author text, follower text, board text, page
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, alt text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: _at time, _id int8
with listed as materialized (
	select distinct bi.item as id
	from board bo join board_item bi on bi.board = bo.id
	join account a on a.id = bo.owner
	where bo.title = $4 and can_see_board(a.is_active, bo.owner,
	    bo.visibility, bo.deleted_at, bo.id, $1)
), shown as (
	select i.id, i.created_at
	from listed l cross join lateral (
	    select i.*, o.is_active
	    from item i join account o on o.id = i.owner
	    where i.id = l.id and i.kind = 'pin' offset 0) i
	where can_list(i.is_active, i.owner, i.visibility, i.deleted_at,
	    i.id, $1)
	  and ($2 is null or i.owner =
	    (select id from account where lower(username) = lower($2)))
	  and ($3 is null or exists (
		select from account w join follow f on f.follower = w.id
		where lower(w.username) = lower($3) and f.followee = i.owner))
	  and (i.created_at, i.id) < ($5, $6) -- keyset
	order by i.created_at desc, i.id desc -- keyset
	limit $7
)
select p.id, p.author, boards_for(p.boards, $1) as boards, p.tag_set,
    p.created_at, p.updated_at,
    p.title, p.alt, p.image, p.image_url, p."media.width", p."media.height",
    p."media.colour", p."media.placeholder", p."media.animated",
    p."media.sizes",
    p.created_at as _at, p.id as _id
from shown s
cross join lateral (
	select * from shown_pin where id = s.id offset 0) p
order by s.created_at desc, s.id desc -- keyset
