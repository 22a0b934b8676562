-- Which tags a person follows.
-- in: account int8
-- out: line text
select jsonb_build_object('tag', t.tag_name, 'at', micros(f.created_at))::text
    as line
from tag_follow f join tag t on t.id = f.tag
where f.account = $1
order by f.created_at, lower(t.tag_name)
