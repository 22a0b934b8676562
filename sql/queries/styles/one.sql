-- One style post, if the viewer may see it.
-- in: post int8, viewer int8
-- out: id int8, author text, content text, images json, image_ratio float8,
-- out: created_by json, created_at time, updated_at time, tag_set json,
-- out: media json, num_comments int4, num_likes int4, liked json
select s.id, s.author, s.content, s.images, s.image_ratio,
    person_json(s.owner, $2) as created_by, s.created_at, s.updated_at,
    s.tag_set, s.media,
    s.num_comments, s.num_likes, liked_json(s.id, $2) as liked
from shown_style s
where s.id = $1 and can_see(s.active, s.owner, s.visibility, s.deleted_at, $2)
