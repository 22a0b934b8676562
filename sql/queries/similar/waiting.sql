-- Has this host's index not been told of a change yet?
-- in: change int8, pin int8, viewer int8, host text
-- out: waiting bool
select exists (
	select from (
		select id, item, owner from index_outbox where host = $4
		order by id desc limit 200) o
	where o.id <= $1 and (o.item = $2 or o.owner = $3)) as waiting
