-- The last item there is: as many at most has an index that is made now.
-- out: last int8
select coalesce((select id from item order by id desc limit 1), 0) as last
