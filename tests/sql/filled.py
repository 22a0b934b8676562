"""A database of the size at which plans matter: 20,000 pins, 2,000 people,
5,000 boards, 50,000 follows."""

PEOPLE, PINS, BOARDS, FOLLOWS, TAGS = 2000, 20000, 5000, 50000, 3000

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

insert into session (account, user_agent)
select uneven({PEOPLE}), 'x' from generate_series(1, 5000);
insert into refresh_token (hash, session, expires_at)
select sha256(i::text::bytea), 1 + i % 5000, now() + interval '1 day'
from generate_series(1, 20000) i;
insert into mail_token (hash, account, purpose, email, expires_at)
select sha256(i::text::bytea), 1 + i % {PEOPLE}, 'verify', 'x', now()
from generate_series(1, 5000) i;
insert into job (kind, arg) select 'mail', i from generate_series(1, 3000) i;
update job set dead_at = now() where id > 10;

set session_replication_role = origin;
analyze;
update account a set
    follower_count = (select count(*) from follow where followee = a.id),
    following_count = (select count(*) from follow where follower = a.id);
update board b set item_count =
    (select count(*) from board_item where board = b.id);
update tag t set item_count = (select count(*) from item_tag where tag = t.id);
select list_item_tags(array(select id from item)),
    list_item_boards(array(select id from item));
drop function uneven;
"""


def fill(database):
    """As the superuser, who alone may leave the triggers out."""
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute(SCRIPT)
        cursor.execute("vacuum analyze")
    connection.close()
