-- Somebody reports a person whom they see; once until it is judged.
-- in: username text, viewer int8, reason text, note text
-- out: mine bool
with thing as (
	select a.id, a.id = $2 as mine from account a
	where lower(a.username) = lower($1)
	  and can_see(a.is_active, a.id, 0::smallint, null, $2)
), added as (
	insert into report (reporter, person, reason, note)
	select $2, id, $3, $4 from thing where not mine
	on conflict (reporter, person) where person is not null
	    and closed_at is null do nothing
)
select mine from thing
