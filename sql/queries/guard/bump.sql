-- Tells tags that nobody has told.
-- in: tags texts
-- out: id int8
with told as (
	insert into cache_outbox (tags) values ($1) returning id
)
select id from told, pg_notify('guard', '')
