-- One thing that the viewer muted, by what it is.
-- in: viewer int8, person text, tag int8, item int8, word text
-- out: id int8, kind text, username text, avatar image, tag int8, tag_name text,
-- out: item int8, title text, image image, word text, created_at time
select m.id, case when m.person is not null then 'person' when m.tag is not null
	then 'tag' when m.item is not null then 'item' else 'word' end as kind,
    p.username, p.image as avatar, t.id as tag, t.tag_name, i.id as item, n.title,
    d.image, m.word, m.created_at
from mute m
left join shown_person p on p.id = m.person
left join tag t on t.id = m.tag
left join (item i join account o on o.id = i.owner) on i.id = m.item
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $1)
left join pin n on n.id = i.id
left join media d on d.id = n.media
where m.account = $1 and case
    when $2::text is not null then m.person = (select id from account
	where lower(username) = lower($2))
    when $3 > 0 then m.tag = $3
    when $4 > 0 then m.item = $4
    else lower(m.word) = lower($5) end
