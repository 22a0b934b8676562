-- What the viewer muted, the last first.  What was hidden since is not told.
-- in: viewer int8, page
-- out: id int8, kind text, username text, avatar image, tag int8, tag_name text,
-- out: item int8, title text, image image, page text, word text,
-- out: created_at time, _at time, _id int8
select m.id, case when m.person is not null then 'person' when m.tag is not null
	then 'tag' when m.item is not null then 'item' else 'word' end as kind,
    p.username, p.image as avatar, t.id as tag, t.tag_name, i.id as item,
    left(item_text(i.id), 200) as title, item_image(r.id) as image,
    '/' || r.kind || '/' || r.id as page, m.word, m.created_at,
    m.created_at as _at, m.id as _id
from mute m
left join shown_person p on p.id = m.person
left join tag t on t.id = m.tag
left join (item i join account o on o.id = i.owner) on i.id = m.item
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $1)
left join item r on r.id = item_root(i.id)
where m.account = $1
  and (m.created_at, m.id) < ($2, $3) -- keyset
order by m.created_at desc, m.id desc -- keyset
limit $4
