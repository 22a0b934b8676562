-- Another spelling or name for a tag.
-- in: tag int8, tag_name text
-- out: id int8, tag_name text, item_count int4
update tag set tag_name = $2 where id = $1
returning id, tag_name, item_count
