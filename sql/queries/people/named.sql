-- The account of a name, if the viewer may see it.
-- in: username text, viewer int8
-- out: id int8
select id from account
where lower(username) = lower($1)
  and can_see(is_active, id, 0::smallint, null, $2)
