-- The newest style posts of one person.
-- in: viewer int8, person int8, page
-- out: id int8, author text, content text, images json, image_ratio float8,
-- out: created_by json, created_at time, updated_at time, tag_set json,
-- out: media json, num_comments int4, num_likes int4, liked json,
-- out: _at time, _id int8
select s.id, s.author, s.content, s.images, s.image_ratio,
    person_json(s.owner, $1) as created_by, s.created_at, s.updated_at,
    s.tag_set, s.media,
    s.num_comments, s.num_likes, liked_json(s.id, $1) as liked,
    s.created_at as _at, s.id as _id
from shown_style s
where s.owner = $2
  and can_see(s.active, s.owner, s.visibility, s.deleted_at, $1)
  and (s.created_at, s.id) < ($3, $4) -- keyset
order by s.created_at desc, s.id desc -- keyset
limit $5
