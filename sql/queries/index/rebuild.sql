-- Asks a host for an index made anew from all items.
-- in: host text
with asked as (
	insert into index_outbox (item, owner, host) values (0, 0, $1)
)
select pg_notify('index', '')
