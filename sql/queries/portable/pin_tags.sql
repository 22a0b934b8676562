-- The tags of a person's pins and posts.
-- in: account int8
-- out: line text
select jsonb_build_object('at', micros(i.created_at), 'tag', t.tag_name)::text
    as line
from item i join item_tag x on x.item = i.id join tag t on t.id = x.tag
where i.owner = $1
order by i.id, lower(t.tag_name)
