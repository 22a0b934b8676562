-- Mutes what is given of a person, a tag, an item and a word; nothing happens if
-- it is so already.  Nobody mutes more than 500: each is looked for in each row.
-- No row: there is no such thing for this viewer, or it is one too many.
-- in: viewer int8, person text, tag int8, item int8, word text
-- out: full bool
with thing as (
	select (select id from account where lower(username) = lower($2)
	      and can_see(is_active, id, 0::smallint, null, $1)) as person,
	    (select id from tag where id = $3) as tag,
	    (select i.id from item i join account o on o.id = i.owner
	    where i.id = $4 and can_see(o.is_active, i.owner, i.visibility,
		i.deleted_at, $1)) as item,
	    $5::text as word
), room as (
	select count(*) >= 500 as full from (
	    select from mute where account = $1 limit 500) m
), added as (
	insert into mute (account, person, tag, item, word)
	select $1, t.person, t.tag, t.item, t.word from thing t, room r
	where num_nonnulls(t.person, t.tag, t.item, t.word) = 1 and not r.full
	on conflict do nothing
)
select r.full from thing t, room r
where num_nonnulls(t.person, t.tag, t.item, t.word) = 1
