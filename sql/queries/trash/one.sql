-- An item that the viewer deleted.
-- in: item int8, viewer int8
-- out: kind text, id int8, title text, image image, deleted_at time,
-- out: purged_at time
select i.kind::text, i.id, coalesce(p.title, s.content) as title, m.image,
    i.deleted_at,
    i.deleted_at + interval '30 days' as purged_at
from item i
left join pin p on p.id = i.id
left join style s on s.id = i.id
left join style_image n on n.style = i.id and n.place = 1
left join media m on m.id = coalesce(p.media, n.media)
where i.id = $1 and i.owner = $2 and i.deleted_at is not null
  and i.kind <> 'comment'
  and can_see(true, i.owner, i.visibility, null, $2)
