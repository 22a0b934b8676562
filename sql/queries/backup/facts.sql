-- The state of now, by a name under which pg_dump reads the same one, and how
-- much there is in it.
-- out: snapshot text, accounts int8, items int8, media int8, postgres text
select pg_export_snapshot() as snapshot,
    (select count(*) from account) as accounts,
    (select count(*) from item) as items,
    (select count(*) from media) as media,
    current_setting('server_version_num') as postgres
