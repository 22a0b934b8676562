-- What time it is there, in microseconds since 1970.
-- out: now int8
select (extract(epoch from clock_timestamp()) * 1000000)::int8 as now
