-- Items that changed since they were last read, the first told first; they
-- are no longer waiting once the transaction is committed.
-- in: most int8
-- out: item int8
with taken as (
	delete from index_outbox where id in (
		select id from index_outbox order by id limit $1
		for update skip locked)
	returning item
)
select distinct item from taken
