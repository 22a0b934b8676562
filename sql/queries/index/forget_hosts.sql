-- Hosts that were not seen for an hour are told no more.
with gone as (
	delete from index_host where seen < now() - interval '1 hour'
	returning name
)
delete from index_outbox o
where o.host in (select name from gone)
   or not exists (select from index_host h where h.name = o.host)
