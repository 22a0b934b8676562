-- Style posts by their score, the most popular first.  They are looked up one by
-- one in the order of the index (offset 0): the planner thinks that next to none
-- is listed, and may take it for cheaper to read and sort them all.
-- in: viewer int8, score page
-- out: id int8, author text, content text, images json, image_ratio float8,
-- out: created_by json, created_at time, updated_at time, tag_set json,
-- out: media json, num_comments int4, num_likes int4, liked json,
-- out: _at int8, _id int8
select s.id, s.author, s.content, s.images, s.image_ratio,
    person_json(s.owner, $1) as created_by, s.created_at, s.updated_at,
    s.tag_set, s.media,
    s.num_comments, s.num_likes, liked_json(s.id, $1) as liked,
    p.score as _at, s.id as _id
from style_score p
cross join lateral (
	select * from shown_style s
	where s.id = p.style
	  and can_list(s.active, s.owner, s.visibility, s.deleted_at, s.id, $1)
	offset 0
) s
where (p.score, p.style) < ($2, $3) -- keyset
order by p.score desc, p.style desc -- keyset
limit $4
