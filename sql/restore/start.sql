-- Everything until last.sql is one transaction: the site is as it was, or as
-- it is in the backup.
begin;
set local lock_timeout = '10s';
