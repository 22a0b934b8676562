-- Asks the guardian to fence tags, a line each, for a transaction.
-- in: xid int8, tags text
-- out: id int8
with made as (
	insert into cache_fence (xid, tags)
	values ($1::text::xid8, string_to_array($2, e'\n'))
	returning id
)
select id from made, pg_notify('guard', '')
