-- What the page of a person says, by the name without regard to case.
-- in: username text, viewer int8
-- out: title text, image text
select p.username as title, media_url(p.image) as image
from shown_person p
where p.id = (select id from account where lower(username) = lower($1))
  and can_see(p.active, p.id, 0::smallint, null, $2)
