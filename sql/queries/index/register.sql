-- A host that keeps an index is here; fresh: nobody knew it, so that it was
-- told of nothing until the transactions below xid are over.
-- in: host text
-- out: fresh bool, xid int8
with known as (
	insert into index_host (name) values ($1)
	on conflict (name) do update set seen = now()
	returning xmax = 0 as fresh
)
select fresh, pg_current_xact_id()::text::int8 as xid from known
