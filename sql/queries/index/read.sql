-- Items as they are now, for the index: one row for each id, whether it is
-- there or not.
-- in: items int8s
-- out: id int8, visible bool, title text, tags text
select w.id,
    coalesce(p.id is not null
        and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, 0), false) as visible,
    p.title,
    (select string_agg(t.tag_name, e'\n' order by t.id)
     from item_tag it join tag t on t.id = it.tag where it.item = i.id) as tags
from unnest($1) w (id)
left join item i on i.id = w.id and i.kind = 'pin'
left join account o on o.id = i.owner
left join pin p on p.id = i.id
