"""A database of the size at which plans matter: 20,000 pins, 2,000 people,
5,000 boards, 50,000 follows, 20,000 comments."""

PEOPLE, PINS, BOARDS, FOLLOWS, TAGS = 2000, 20000, 5000, 50000, 3000
POSTS = 3000
COMMENTS = 20000

# Most is spread unevenly, by the square of a random number, as in life: few
# people have many followers and pins; but no pin has many tags.  The numbers
# are the same each time.
SCRIPT = f"""
select setseed(0.5);
create function uneven(n int) returns int language sql volatile as
    $$ select 1 + floor(n * random() ^ 2)::int $$;
set session_replication_role = replica; -- counters and lists are set below

insert into account (username, email, password, created_at)
select 'person' || i, 'person' || i || '@example.org', 'x',
    now() - (i || ' minutes')::interval
from generate_series(1, {PEOPLE}) i;

insert into media (owner, image, files, width, height, frames, source, colour,
    palette, placeholder, dhash, sha256, complete)
select uneven({PEOPLE}), 'ab/key' || i || '/736.webp',
    'key' || i || ' 236=236x354.webp 736=736x1104.webp original=1000x1500.jpg',
    1000, 1500, 1, 'jpeg', '#123456', array['#123456'], 'x', i,
    sha256(i::text::bytea), true
from generate_series(1, {PINS}) i;

insert into item (kind, owner, created_at)
select 'pin', owner, now() - (id || ' seconds')::interval from media order by id;
insert into item_list (item) select id from item;
insert into pin (id, title, media) select id, 'Pin ' || id, id from item;

insert into board (owner, title, visibility, created_at, place)
select uneven({PEOPLE}), 'Board ' || i, (random() < 0.1)::int,
    now() - (i || ' minutes')::interval, now() - (i || ' minutes')::interval
from generate_series(1, {BOARDS}) i;
insert into board_item (board, item, added_by, created_at, place)
select uneven({BOARDS}), uneven({PINS}), null, now() - (i || ' seconds')::interval,
    now() - (i || ' seconds')::interval
from generate_series(1, 60000) i on conflict do nothing;

insert into board_member (board, account, role, accepted_at)
select 1 + i % {BOARDS}, 1 + i * 3 % {PEOPLE}, (array['viewer', 'adder', 'editor'])[1 + i % 3],
    now() - (i || ' seconds')::interval
from generate_series(1, 6000) i on conflict do nothing;

insert into tag (tag_name, created_at)
select 'tag' || i, now() - (i || ' minutes')::interval
from generate_series(1, {TAGS}) i;
insert into item_tag (item, tag, created_at)
select i.id, t, i.created_at
from (select 1 + n % {PINS} as i, uneven({TAGS}) as t
    from generate_series(1, 50000) n) x join item i on i.id = x.i
on conflict do nothing;

insert into follow (follower, followee, created_at)
select a, b, now() - (n || ' seconds')::interval
from (select uneven({PEOPLE}) as a, uneven({PEOPLE}) as b, row_number() over () as n
    from generate_series(1, {FOLLOWS} * 3)) x
where a <> b on conflict do nothing;
delete from follow where ctid not in (
    select ctid from follow order by created_at desc limit {FOLLOWS});
insert into tag_follow (account, tag, created_at)
select uneven({PEOPLE}), uneven({TAGS}), now() - (i || ' seconds')::interval
from generate_series(1, 20000) i on conflict do nothing;

-- everybody talks and likes
insert into item_like (item, account, created_at)
select uneven({PINS}), uneven({PEOPLE}), now() - (i || ' seconds')::interval
from generate_series(1, 60000) i on conflict do nothing;
insert into bookmark (item, account, created_at)
select uneven({PINS}), uneven({PEOPLE}), now() - (i || ' seconds')::interval
from generate_series(1, 30000) i on conflict do nothing;
create temporary table said as
select {PINS} + i as id, uneven({PINS} / 10) as on_item, uneven({PEOPLE}) as owner,
    now() - (({COMMENTS} - i) || ' seconds')::interval as created_at
from generate_series(1, {COMMENTS}) i;
insert into item (id, kind, owner, created_at) overriding system value
select id, 'comment', owner, created_at from said;
select setval(pg_get_serial_sequence('item', 'id'), {PINS} + {COMMENTS});
insert into comment (id, on_item, content, created_at)
select id, on_item, 'Comment ' || id, created_at from said;
update comment c set parent = p.id from (
    select id, first_value(id) over (partition by on_item, id % 7 = 0 order by id) as p
    from comment where id % 3 = 0) x
join comment p on p.id = x.p where c.id = x.id and p.id <> c.id;
insert into comment_mention (comment, account)
select id, uneven({PEOPLE}) from said where id % 5 = 0;
insert into item_like (item, account)
select {PINS} + uneven({COMMENTS}), uneven({PEOPLE})
from generate_series(1, 30000) i on conflict do nothing;
insert into item_count (item, likes, comments, bookmarks, thread)
select i.id, (select count(*) from item_like where item = i.id),
    coalesce(n.n, 0), (select count(*) from bookmark where item = i.id),
    case when c.parent is null then c.on_item end
from item i left join comment c on c.id = i.id
left join (select item, count(*) as n from (
    select on_item as item from comment union all select parent from comment) x
    group by 1) n on n.item = i.id;

-- style posts of three pictures each
insert into media (owner, image, files, width, height, frames, source, colour,
    palette, placeholder, dhash, sha256, complete)
select uneven({PEOPLE}), image, 's' || id || files, width, height, frames, source, colour,
    palette, placeholder, dhash, sha256, true from media where id <= 3 * {POSTS};
insert into item (kind, owner, created_at)
select 'style', owner, now() - ((id - {PINS}) || ' minutes')::interval
from media where id > {PINS} and id <= {PINS} + {POSTS} order by id;
insert into style (id, content) select id, 'Post ' || id from item where kind = 'style';
insert into style_image (style, place, media)
select x.id, p, {PINS} + 3 * (x.n - 1) + p
from (select id, row_number() over (order by id) as n from style) x, generate_series(1, 3) p;
insert into item_list (item) select id from style;
insert into item_count (item) select id from style;
insert into style_score (style, born, worth, score)
select id, created_at, 1, style_score_of(created_at, 1) from item where kind = 'style';

insert into session (account, user_agent)
select uneven({PEOPLE}), 'x' from generate_series(1, 5000);
insert into refresh_token (hash, session, expires_at)
select sha256(i::text::bytea), 1 + i % 5000, now() + interval '1 day'
from generate_series(1, 20000) i;
insert into mail_token (hash, account, purpose, email, expires_at)
select sha256(i::text::bytea), 1 + i % {PEOPLE}, 'verify', 'x', now()
from generate_series(1, 5000) i;
-- somebody has a group of a thousand, and a thousand groups
insert into notice_state (account) select id from account;
insert into notice (receiver, kind, newest, created_at, read_at)
select case when i <= 1000 then 1 else 1 + i % {PEOPLE} end, 'follow', i,
    now() - (i || ' minutes')::interval, case when i <= 18000 then now() end
from generate_series(1, 20000) i;
insert into notice_event (notice, topic, actor, source, receiver)
select n.id, 'follow'::notice_kind, a, n.id, n.receiver
from notice n, generate_series(1, 2) a
union all select 1, 'like', a, 1, 1 from generate_series(1, 1000) a;
update notice n set newest = (select max(id) from notice_event where notice = n.id),
    num_actors = (select count(distinct actor) from notice_event where notice = n.id);

insert into job (kind, arg) select 'mail', i from generate_series(1, 3000) i;
update job set dead_at = now() where id % 10 > 0;

-- the staff has much behind it, and much before it
insert into report_case (item, board, person, n, reported_at, closed_at, action)
select case when i <= 3000 then i end, case when i between 3001 and 4000 then i end,
    case when i > 4000 then i - 4000 end, 2, now() - (i || ' minutes')::interval,
    case when i % 3 > 0 then now() - (i || ' seconds')::interval end,
    case when i % 3 > 0 then 'warn' end
from generate_series(1, 5000) i;
insert into report (reporter, item, board, person, reason, created_at, closed_at)
select r, item, board, person, 'spam', reported_at, closed_at
from report_case, generate_series(1001, 1002) r;
insert into staff_log (staff, staff_name, action, item, board, person, created_at)
select 1, 'person1', 'warn', item, board, coalesce(person, 1 + id % {PEOPLE}), closed_at
from report_case where closed_at is not null;

set session_replication_role = origin;
analyze;
update account a set
    follower_count = (select count(*) from follow where followee = a.id),
    following_count = (select count(*) from follow where follower = a.id),
    num_posts = (select count(*) from posted where owner = a.id);
update board b set item_count =
    (select count(*) from board_item where board = b.id);
update notice_state s set unread =
    (select count(*) from notice where receiver = s.account and read_at is null);
update tag t set item_count = (select count(*) from item_tag where tag = t.id);
select list_item_tags(array(select item from item_list)),
    list_item_boards(array(select item from item_list));
drop function uneven;
"""


def fill(database):
    """As the superuser, who alone may leave the triggers out."""
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute(SCRIPT)
        cursor.execute("vacuum analyze")
    connection.close()
