-- One's own account in the form of the catalogue, with the last hundred things
-- that one likes.  Those are pins, and no performances: what only these have is
-- null, and id is the pin's.  Nothing was reviewed yet.
-- in: account int8
-- out: email text, username text, gender text, birthday text, reviews json,
-- out: likes json
select a.email, a.username, a.gender,
    to_char(a.birthday, 'YYYY-MM-DD') as birthday, '[]'::json as reviews,
    (select coalesce(json_agg(json_build_object('id', l.id, 'kopis_id', null,
	'title', l.title, 'type', 'pin', 'facility_name', null,
	'poster', media_url(l.image), 'start_date', null, 'end_date', null)
	order by l.at desc, l.id desc), '[]')
    from (
	select p.id, p.title, p.image, k.created_at as at
	from item_like k cross join lateral (
	    select * from shown_pin where id = k.item offset 0) p
	where k.account = $1 and can_list(p.active, p.owner, p.visibility,
	    p.deleted_at, p.id, $1)
	order by k.created_at desc, k.item desc
	limit 100) l) as likes
from account a
where a.id = $1 and a.is_active
