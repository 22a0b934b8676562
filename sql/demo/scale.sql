-- A site of the size at which its lists must still be quick: at size 1 a million
-- pins by 100,000 people who follow each other five million times, 250,000
-- boards, 150,000 tags.  `pinwall demo --scale SIZE` runs it in one transaction.
--
-- Most is spread unevenly, as in life: few people have many pins and followers,
-- few tags many pins.  The numbers are the same each time.  Pins show the
-- pictures that are there already; without any they show none.
--
-- Triggers rest meanwhile, as they would do a thousand times the work; what they
-- keep is made of whole tables at the end, and whom they tell is told that all is
-- other.  So it needs the superuser.

set local client_min_messages = notice;
set local session_replication_role = replica;
set local work_mem = '256MB';
set local maintenance_work_mem = '1GB';
set local plan_cache_mode = auto;

-- Those of the cache do not even rest for replicas.
create temp table resting on commit drop as
select tgrelid::regclass::text as of, tgname as name
from pg_trigger where tgenabled = 'A';
do $$
declare
	t resting;
begin
	for t in select * from resting loop
		execute format('alter table %s disable trigger %I', t.of, t.name);
	end loop;
end $$;

create temp table want on commit drop as
select greatest(20, 100000 * s)::int as people,
    greatest(200, 1000000 * s)::int as pins,
    greatest(50, 250000 * s)::int as boards,
    greatest(30, 150000 * s)::int as tags,
    greatest(100, 5000000 * s)::int as follows,
    (select coalesce(max(id), 0) from account) as person,
    (select coalesce(max(id), 0) from item) as item,
    (select coalesce(max(id), 0) from media) as media,
    (select coalesce(max(id), 0) from board) as board,
    (select coalesce(max(id), 0) from tag) as tag,
    timestamptz '2026-01-01' as now
from (select current_setting('pinwall.scale')::float8 as s) given;

do $$ begin
	if exists (select from account where username = 'person1') then
		raise 'this site has been filled already: there is a person1';
	end if;
	perform setseed(0.5);
end $$;

-- 1 to n; the larger bend is, the more often it is a small one.
create function pg_temp.uneven(n int, bend float8) returns int
language sql volatile as $$ select 1 + floor(n * random() ^ bend)::int $$;

create function pg_temp.words(n bigint) returns text
language sql immutable as $$
	select (array['조용한', '푸른', '오래된', 'quiet', 'golden', 'small',
	    '겨울', '따뜻한', 'misty', 'bright', '깊은', 'wild'])[1 + n % 12]
	|| ' ' || (array['바다', '숲', '골목', 'harbour', 'kitchen', 'garden',
	    '고양이', '의자', 'ceramics', 'river', '하늘', 'window', '한옥',
	    'lamp', '산책', 'market', '자전거'])[1 + n / 12 % 17]
	|| ' ' || (array['여행', '아침', 'light', 'house', '사진', 'colours',
	    '노을', 'paper', '봄', 'studio', '책방', 'street', '커피'])
	    [1 + n / 204 % 13]
$$;

do $$ begin raise notice 'people and pins'; end $$;

insert into account (id, username, user_name, profile_name, email, password,
    created_at)
overriding system value
select w.person + i, 'person' || i, 'Person ' || i, 'person' || i,
    'person' || i || '@example.org', '',
    w.now - interval '3 years' + (i || ' minutes')::interval
from want w, generate_series(1, w.people) i;

create temp table picture on commit drop as
select row_number() over (order by id) as n, m.*
from media m where complete order by id limit 500;

insert into media (id, owner, image, files, width, height, frames, source,
    colour, palette, placeholder, dhash, sha256, complete, created_at)
overriding system value
select w.media + i, w.person + pg_temp.uneven(w.people, 2),
    coalesce(p.image, 'none/' || i || '/736.webp'),
    coalesce(p.files, 'none' || i || ' 236=236x354.webp 736=736x1104.webp '
	'original=1000x1500.jpg'),
    coalesce(p.width, 1000), coalesce(p.height, 1500), coalesce(p.frames, 1),
    coalesce(p.source, 'jpeg'), coalesce(p.colour, '#888888'),
    coalesce(p.palette, array['#888888']), coalesce(p.placeholder, 'x'),
    w.media + i, sha256((w.media + i)::text::bytea), true, w.now
from want w
cross join (select count(*) as n from picture) has
cross join generate_series(1, w.pins) i
left join picture p on p.n = 1 + i % nullif(has.n, 0);

-- Three years of pins, the last one a second ago.
insert into item (id, kind, owner, created_at, edited_at)
overriding system value
select w.item + i, 'pin', m.owner, t, t
from want w
join media m on m.id > w.media
cross join lateral (select m.id - w.media as i) n
cross join lateral (select w.now
    - (w.pins - i) * (interval '3 years' / w.pins) as t) at
order by i;

insert into pin (id, title, media)
select w.item + i, pg_temp.words(i * 7919::bigint % 1000003), w.media + i
from want w, generate_series(1, w.pins) i;

do $$ begin raise notice 'tags and boards'; end $$;

insert into tag (id, tag_name, created_at) overriding system value
select w.tag + i, 'tag' || i, w.now - interval '3 years'
    + (i || ' minutes')::interval
from want w, generate_series(1, w.tags) i;

insert into item_tag (item, tag, created_at)
select i.id, w.tag + pg_temp.uneven(w.tags, 3.2), i.created_at
from want w join item i on i.id > w.item, generate_series(1, 3)
on conflict do nothing;

insert into board (id, owner, title, visibility, created_at, place)
overriding system value
select w.board + i, w.person + pg_temp.uneven(w.people, 1.5), 'Board ' || i,
    (random() < 0.1)::int, t, t
from want w, generate_series(1, w.boards) i
cross join lateral (select w.now - ((w.boards - i) || ' minutes')::interval
    as t) at;

insert into board_item (board, item, created_at, place)
select w.board + pg_temp.uneven(w.boards, 2),
    w.item + pg_temp.uneven(w.pins, 1.2), t, t
from want w, generate_series(1, 3 * w.pins) i
cross join lateral (select w.now - (i || ' seconds')::interval as t) at
on conflict do nothing;

do $$ begin raise notice 'follows'; end $$;

-- A third more than wanted, as some come twice.
insert into follow (follower, followee, created_at)
select w.person + a, w.person + b, w.now - (i || ' seconds')::interval
from want w, lateral (
	select i, pg_temp.uneven(w.people, 1.25) as a,
	    pg_temp.uneven(w.people, 2) as b
	from generate_series(1, w.follows * 4 / 3) i) x
where a <> b on conflict do nothing;
delete from follow where ctid in (
	select ctid from follow order by created_at
	offset (select follows from want));

insert into tag_follow (account, tag, created_at)
select w.person + pg_temp.uneven(w.people, 1.25),
    w.tag + pg_temp.uneven(w.tags, 2), w.now - (i || ' seconds')::interval
from want w, generate_series(1, w.people * 10) i
on conflict do nothing;

do $$ begin raise notice 'style posts, likes, comments'; end $$;

-- A tenth as many style posts as pins, of one picture each.
insert into media (id, owner, image, files, width, height, frames, source,
    colour, palette, placeholder, dhash, sha256, complete, created_at)
overriding system value
select w.media + w.pins + i, w.person + pg_temp.uneven(w.people, 2), m.image,
    m.files, m.width, m.height, m.frames, m.source, m.colour, m.palette,
    m.placeholder, m.dhash, m.sha256, true, w.now
from want w cross join generate_series(1, w.pins / 10) i
join media m on m.id = w.media + i;
insert into item (id, kind, owner, created_at, edited_at)
overriding system value
select w.item + w.pins + i, 'style', m.owner, t, t
from want w cross join generate_series(1, w.pins / 10) i
join media m on m.id = w.media + w.pins + i
cross join lateral (select w.now
    - (w.pins / 10 - i) * (interval '3 years' / (w.pins / 10)) as t) at;
insert into style (id, content, image_ratio)
select w.item + w.pins + i, pg_temp.words(i * 7907::bigint % 1000003), 0.8
from want w, generate_series(1, w.pins / 10) i;
insert into style_image (style, place, media)
select w.item + w.pins + i, 1, w.media + w.pins + i
from want w, generate_series(1, w.pins / 10) i;

-- Newer ones are liked more; within a month.
insert into item_like (item, account, created_at)
select i.id, w.person + pg_temp.uneven(w.people, 1.25),
    i.created_at + random() ^ 3 * interval '30 days'
from want w, generate_series(1, 2 * w.pins) n
join lateral (select w.item + w.pins * 11 / 10 + 1
    - pg_temp.uneven(w.pins * 11 / 10, 1.3) as id where n > 0) x on true
join item i on i.id = x.id
on conflict do nothing;

create temp table said on commit drop as
select w.item + w.pins * 11 / 10 + n as id,
    w.item + w.pins * 11 / 10 + 1 - pg_temp.uneven(w.pins * 11 / 10, 2) as on_item,
    w.person + pg_temp.uneven(w.people, 1.25) as owner,
    w.now - (w.pins / 2 - n) * interval '1 second' as created_at, n
from want w, generate_series(1, w.pins / 2) n;
insert into item (id, kind, owner, created_at, edited_at)
overriding system value
select id, 'comment', owner, created_at, created_at from said;
insert into comment (id, on_item, content, created_at)
select id, on_item, pg_temp.words(n * 7901::bigint % 1000003), created_at from said;

insert into style_comment (comment, style, created_at)
select s.id, s.on_item, s.created_at
from said s join item i on i.id = s.on_item
where i.kind = 'style' and i.owner <> s.owner;
insert into style_score (style, born, worth, score)
select id, born, 1 + worth, style_score_of(born, 1 + worth)
from (
	select i.id, i.created_at as born, coalesce(sum(style_worth(
	    i.created_at, e.created_at, e.amount)), 0) as worth
	from want w join item i on i.id > w.item and i.kind = 'style'
	left join (
		select item, account, created_at, 1.0 as amount from item_like
		union all
		select style, 0, created_at, 2.0 from style_comment) e
	    on e.item = i.id and e.account <> i.owner
	group by i.id, i.created_at) s;
insert into item_count (item, likes, comments, thread)
select i.id, coalesce(l.n, 0), coalesce(c.n, 0), s.on_item
from want w join item i on i.id > w.item
left join (select item, count(*) as n from item_like group by 1) l
    on l.item = i.id
left join (select on_item, count(*) as n from said group by 1) c
    on c.on_item = i.id
left join said s on s.id = i.id;

do $$ begin raise notice 'counters and lists'; end $$;

update account a set follower_count = n
from (select followee, count(*) as n from follow group by 1) f
where a.id = f.followee and a.id > (select person from want);
update account a set following_count = n
from (select follower, count(*) as n from follow group by 1) f
where a.id = f.follower and a.id > (select person from want);
update account a set num_posts = n
from (select owner, count(*) as n from item
    where kind in ('pin', 'style') group by 1) i
where a.id = i.owner and a.id > (select person from want);
update board b set item_count = n
from (select board, count(*) as n from board_item group by 1) i
where b.id = i.board;
update tag t set item_count = n
from (select tag, count(*) as n from item_tag group by 1) i
where t.id = i.tag;

insert into item_list (item, tags, boards)
select i.id, coalesce(t.tags, '[]'), coalesce(b.boards, '[]')
from want w
join item i on i.id > w.item and i.kind <> 'comment'
left join (
	select it.item, json_agg(json_build_object('tag_name', t.tag_name,
	    'id', t.id) order by t.id) as tags
	from item_tag it join tag t on t.id = it.tag
	group by it.item) t on t.item = i.id
left join (
	select item, json_agg(json_build_object('id', id, 'title', title)
	    order by put_at desc, id desc) as boards
	from (
		select bi.item, b.id, b.title, bi.created_at as put_at,
		    row_number() over (partition by bi.item
			order by bi.created_at desc, b.id desc) as place
		from board_item bi join board b on b.id = bi.board
		where can_see_board(true, b.owner, b.visibility, b.deleted_at,
		    b.id, 0)) listed
	where place <= 20 group by item) b on b.item = i.id;

insert into index_outbox (item, owner, host) select 0, 0, name from index_host;
select cache_touch(array_agg(distinct name[1]), null)
from pg_proc, regexp_matches(prosrc, '''(\w+)''', 'g') name
where proname like 'cache\_told\_all\_%';

do $$
declare
	one text;
begin
	foreach one in array array['account', 'media', 'item', 'board', 'tag'] loop
		execute format('select setval(pg_get_serial_sequence(%L, ''id''), '
		    '(select max(id) from %I))', one, one);
	end loop;
end $$;

do $$
declare
	t resting;
begin
	for t in select * from resting loop
		execute format('alter table %s enable always trigger %I',
		    t.of, t.name);
	end loop;
end $$;
