-- How many migrations ran here that the program does not have.
-- in: names texts
-- out: migrations int8
select count(*) as migrations
from schema_migration
where name <> all ($1)
