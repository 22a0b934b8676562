-- The tag of a name.
-- in: tag_name text
-- out: id int8, tag_name text, item_count int4
select id, tag_name, item_count from tag where lower(tag_name) = lower($1)
