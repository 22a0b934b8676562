-- What roles other than the program's may do with tables that are there (see
-- roles.sql); again after each migration, and after a backup was restored.
grant select, delete on cache_outbox to pinwall_guardian;
grant select, update, delete on cache_fence to pinwall_guardian;
grant select, update on cache_switch to pinwall_guardian;
-- A table with a secret is read without it.
revoke all on all tables in schema public from pinwall_readonly;
select format('grant select (%s) on %I to pinwall_readonly',
        string_agg(quote_ident(column_name), ', '), table_name)
    from information_schema.columns
    where table_schema = 'public'
      and column_name !~ '(password|hash|secret|token|email|code|key|data)'
    group by table_name \gexec
