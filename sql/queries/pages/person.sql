-- What the page of a person says, by the name without regard to case.
-- in: username text
-- out: title text, image text
select a.username as title, media_url(m.image) as image
from account a
left join media m on m.id = a.avatar
where lower(a.username) = lower($1) and a.is_active
