-- How many migrations, of those that the program has, did not run here as they
-- are in it.
-- in: names texts, texts texts
-- out: migrations int8
select count(*) as migrations
from unnest($1::text[], $2::text[]) as of (name, text)
where not exists (
    select from schema_migration m where m.name = of.name and m.digest = md5(of.text)
)
