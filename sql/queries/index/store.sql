-- Keeps the words of items.
-- in: items int8s, words texts, version int8
insert into item_words as w (item, words, version)
select item, words, $3 from unnest($1, $2) n (item, words)
on conflict (item) do update
set words = excluded.words, version = excluded.version
where w.words <> excluded.words or w.version <> excluded.version
