-- What the viewer was told of, newest first, as far as it may be seen now.
-- in: viewer int8, newest page
-- out: id int8, kind text, actors json, num_actors int4, item.id int8, item.kind text,
-- out: item.title text, item.image image, url text, action text, note text,
-- out: created_at time, read bool, _at int8, _id int8
select n.newest as id, n.kind::text, coalesce(who.actors, '[]') as actors,
    n.num_actors, what.id as "item.id", what.kind as "item.kind",
    left(what.title, 200) as "item.title", what.image as "item.image",
    case when n.kind = 'staff' then case did.action when 'restore'
		then what.page else '/notifications' end
        when n.kind = 'invite' then what.page
        when n.kind = 'like' and n.item = n.root then what.page
        when n.kind = 'like' then what.page || '#comment-' || n.item
        when n.item <> 0 then what.page || '#comment-' || who.source
        when n.num_actors = 1 then '/@' || who.name
        else '/@' || v.username || '/followers' end as url,
    did.action, did.note, n.created_at, n.read_at is not null as read,
    n.newest as _at, n.newest as _id
from notice n
join account v on v.id = n.receiver
left join lateral (
	select json_agg(json_build_object('id', a.id, 'username', a.username,
	    'avatar', media_url(m.image)) order by e.last desc) as actors,
	    min(a.username) as name, max(e.source) as source
	from (
		select actor, max(id) as last, max(source) as source
		from (select actor, id, source from notice_event
		    where notice = n.id order by id desc limit 24) few
		group by actor order by 2 desc limit 3) e
	join account a on a.id = e.actor
	left join media m on m.id = a.avatar
	where can_see(a.is_active, a.id, 0::smallint, null, $1)) who on true
left join lateral notice_about($1, n.kind, n.item, n.root) what on true
left join lateral notice_staff(n.id) did on n.kind = 'staff'
where n.receiver = $1 and not n.hidden and (n.item = 0 or what.id is not null)
  and (n.newest, n.newest) < ($2, $3) -- keyset
order by n.newest desc -- keyset
limit $4
