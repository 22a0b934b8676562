-- Asks for an index made anew from all items.
with asked as (
	insert into index_outbox (item, owner) values (0, 0)
)
select pg_notify('index', '')
