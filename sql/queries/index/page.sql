-- Items that everybody may see, in the order of their ids, with the words that
-- are kept of them: for an index made anew.
-- in: after int8, most int8
-- out: id int8, title text, tags text, words text, version int8
select i.id, p.title,
    (select string_agg(t.tag_name, e'\n' order by t.id)
     from item_tag it join tag t on t.id = it.tag where it.item = i.id) as tags,
    w.words, w.version
from item i join account o on o.id = i.owner
-- said of each, so that none is read from its beginning for every page
join pin p on p.id = i.id and p.id > $1
left join item_words w on w.item = i.id and w.item > $1
where i.kind = 'pin' and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, 0)
  and i.id > $1
order by i.id
limit $2
