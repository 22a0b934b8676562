-- Items that changed since this host last read them, the first told first; they
-- are no longer waiting once the transaction is committed.
-- in: most int8, host text
-- out: item int8
with taken as (
	delete from index_outbox where id in (
		select id from index_outbox where host = $2 order by id limit $1
		for update skip locked)
	returning item
)
select distinct item from taken
