-- What other processes leave in the database, for whoever watches them, in
-- milliseconds: for how long the oldest change has waited for the index and for
-- the guardian, for how long a schedule has been overdue (nobody does jobs);
-- how many standbys there are, and how far behind the slowest is (null: none,
-- or it may not be known without pg_read_all_stats).
-- out: index_ms int8, cache_ms int8, late_ms int8, standbys int8, lag_ms int8
select
    coalesce(extract(epoch from now() - (select created_at from index_outbox
        order by id limit 1)) * 1000, 0)::int8 as index_ms,
    coalesce(extract(epoch from now() - (select created_at from cache_outbox
        order by id limit 1)) * 1000, 0)::int8 as cache_ms,
    (select greatest(coalesce(extract(epoch from now() - min(next_at)) * 1000,
        0), 0) from schedule where next_at < now())::int8 as late_ms,
    (select count(*) from pg_stat_replication) as standbys,
    (select extract(epoch from max(coalesce(replay_lag, interval '0'))) * 1000
        from pg_stat_replication where state is not null)::int8 as lag_ms
