-- What the page of a style post says of it to who does not run scripts.
-- in: post int8, viewer int8
-- out: content text, author text, image text, files text
select s.content, o.username as author, media_url(m.image) as image, m.files
from item i
join account o on o.id = i.owner
join style s on s.id = i.id
left join style_image x on x.style = s.id and x.place = 1
left join media m on m.id = x.media
where i.id = $1
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
