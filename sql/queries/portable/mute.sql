-- What somebody who came does not want to see: one of the four.
-- in: account int8, who text, tag text, word text, by text, item int8, at int8
-- out: id int8
insert into mute (account, person, tag, word, item, created_at)
select $1, person, tag, word, item, of_micros($7)
from (select account_of(nullif($2, '')) as person,
    (select id from tag where lower(tag_name) = lower(nullif($3, ''))) as tag,
    nullif($4, '') as word, item_of(nullif($5, ''), $6) as item) what
where num_nonnulls(person, tag, word, item) = 1
on conflict do nothing
returning id
