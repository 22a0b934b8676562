-- What brought the schema to its state.
-- out: name text, digest text
select name, digest from schema_migration order by name
