-- Drops the words of items that are no more seen.
-- in: items int8s
delete from item_words where item = any ($1)
