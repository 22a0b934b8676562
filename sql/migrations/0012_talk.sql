-- Likes, bookmarks, comments, and how many of them an item has.
--
-- The counters stand in a table of their own, so that a like is no change of
-- what lists show.  All writers lock in one order, so that none waits in a
-- circle: the item, comments, counters, each by id.

create table item_count (
	item bigint primary key, -- a comment that only its replies need has one
	likes int not null default 0 check (likes >= 0),
	comments int not null default 0 check (comments >= 0), -- and replies
	bookmarks int not null default 0 check (bookmarks >= 0),
	thread bigint, -- the item that this is a comment on, and no reply
	rank int not null generated always as
	    (case when thread is null then 0 else likes end) stored
) with (fillfactor = 80);
create index item_count_rank on item_count (thread, rank desc, item desc)
    where thread is not null;

create table item_like (
	item bigint not null references item (id) on delete cascade,
	account bigint not null references account (id) on delete cascade,
	created_at timestamptz not null default clock_timestamp(),
	primary key (item, account)
);
create index item_like_newest on item_like (item, created_at desc,
    account desc);
create index item_like_account on item_like (account);

create table bookmark (
	item bigint not null references item (id) on delete cascade,
	account bigint not null references account (id) on delete cascade,
	created_at timestamptz not null default clock_timestamp(),
	primary key (item, account)
);
create index bookmark_newest on bookmark (account, created_at desc, item desc);

-- A comment is an item of its kind; a reply has a parent, which is no reply.
-- If it is replied to it outlives its item, and is shown without a text: that is
-- why no key leads from id to item.  there: everybody may see it; it is counted.
create table comment (
	id bigint primary key,
	on_item bigint not null references item (id) on delete cascade,
	parent bigint,
	content text not null check (length(content) between 1 and 1000),
	to_account bigint references account (id) on delete set null,
	removed_by bigint references account (id) on delete set null,
	there boolean not null default true,
	created_at timestamptz not null default clock_timestamp(),
	edited_at timestamptz,
	constraint comment_place unique (on_item, id),
	constraint comment_parent foreign key (on_item, parent)
	    references comment (on_item, id) on delete cascade,
	constraint comment_reply check (parent is not null or to_account is null)
);
create index comment_newest on comment (on_item, created_at desc, id desc)
    where parent is null;
-- replies are read from the oldest on
create index comment_replies on comment (parent, (-id) desc)
    where parent is not null;
create index comment_to_account on comment (to_account)
    where to_account is not null;
create index comment_removed_by on comment (removed_by)
    where removed_by is not null;

-- Whom a comment names.
create table comment_mention (
	comment bigint not null references comment (id) on delete cascade,
	account bigint not null references account (id) on delete cascade,
	primary key (comment, account)
);
create index comment_mention_account on comment_mention (account);

-- Counters -------------------------------------------------------------------

insert into item_count (item) select id from item;

create function item_counted() returns trigger language plpgsql as $$
begin
	insert into item_count (item) select id from made;
	return null;
end $$;
create trigger item_counted after insert on item
    referencing new table as made
    for each statement execute function item_counted();

create function count_likes() returns trigger language plpgsql as $$
declare
	sign int := case tg_op when 'INSERT' then 1 else -1 end;
begin
	perform 1 from item_count where item in (select item from changed)
	order by item for no key update;
	update item_count c set
	    likes = likes
		+ case tg_table_name when 'item_like' then d.n else 0 end,
	    bookmarks = bookmarks
		+ case tg_table_name when 'bookmark' then d.n else 0 end
	from (select item, sign * count(*)::int as n from changed
	    group by item) d
	where c.item = d.item;
	return null;
end $$;
create trigger like_added after insert on item_like
    referencing new table as changed
    for each statement execute function count_likes();
create trigger like_removed after delete on item_like
    referencing old table as changed
    for each statement execute function count_likes();
create trigger bookmark_added after insert on bookmark
    referencing new table as changed
    for each statement execute function count_likes();
create trigger bookmark_removed after delete on bookmark
    referencing old table as changed
    for each statement execute function count_likes();

-- Comments that came or went, with their signs: on their items, and replies on
-- what they reply to.
create function add_comments(items bigint[], parents bigint[], signs int[])
returns void language plpgsql as $$
begin
	if items is null then
		return;
	end if;
	perform 1 from item_count where item = any (items || parents)
	order by item for no key update;
	update item_count c set comments = comments + d.n
	from (
		select u.item, sum(u.sign)::int as n
		from (select * from unnest(items, signs) a (item, sign)
		    union all
		    select * from unnest(parents, signs) b (item, sign)) u
		where u.item is not null
		group by u.item having sum(u.sign) <> 0
	) d
	where c.item = d.item;
end $$;

create function count_comments() returns trigger language plpgsql as $$
begin
	if tg_op = 'UPDATE' then
		perform add_comments(array_agg(c.on_item), array_agg(c.parent),
		    array_agg(case when c.there then 1 else -1 end))
		from before b join changed c on c.id = b.id
		where b.there <> c.there;
		return null;
	end if;
	perform add_comments(array_agg(on_item), array_agg(parent),
	    array_agg(case tg_op when 'INSERT' then 1 else -1 end))
	from changed where there;
	if tg_op = 'INSERT' then
		update item_count n set thread = c.on_item from changed c
		where n.item = c.id and c.parent is null;
	else
		delete from item_count where item in (select id from changed);
		-- it went with what it was on, or with what it replied to
		delete from item where id in (select id from changed);
	end if;
	return null;
end $$;
create trigger comment_added after insert on comment
    referencing new table as changed
    for each statement execute function count_comments();
create trigger comment_changed after update on comment
    referencing old table as before new table as changed
    for each statement execute function count_comments();
create trigger comment_removed after delete on comment
    referencing old table as changed
    for each statement execute function count_comments();

-- Whether comments are there ---------------------------------------------------

create function mark_comments(asked bigint[]) returns void
language plpgsql as $$
begin
	perform 1 from comment where id = any (asked)
	order by id for no key update;
	update comment c set there = s.there
	from (
		select c.id, can_see(o.is_active, i.owner, i.visibility,
		    i.deleted_at, 0) is true as there
		from comment c
		left join item i on i.id = c.id
		left join account o on o.id = i.owner
		where c.id = any (asked)
	) s
	where c.id = s.id and c.there <> s.there;
end $$;

create function comment_item_changed() returns trigger language plpgsql as $$
begin
	perform mark_comments(array_agg(c.id))
	from before b join changed c on c.id = b.id
	where c.kind = 'comment'
	  and (b.visibility, b.deleted_at)
	      is distinct from (c.visibility, c.deleted_at)
	having count(*) > 0;
	return null;
end $$;
create trigger comment_item_changed after update on item
    referencing old table as before new table as changed
    for each statement execute function comment_item_changed();

create function comment_author_changed() returns trigger language plpgsql as $$
begin
	perform mark_comments(array(select id from item
	    where owner = new.id and kind = 'comment'));
	return null;
end $$;
create trigger comment_author_changed after update of is_active on account
    for each row when (old.is_active <> new.is_active)
    execute function comment_author_changed();

-- An item takes its comments and counters with it.  What it takes is held
-- first, in the order in which everybody does; it is held itself, so that no
-- more comes.
create function hold_talk() returns trigger language plpgsql as $$
declare
	said bigint[] := array(select id from comment where on_item = old.id);
begin
	if cardinality(said) > 0 then
		perform 1 from item where id = any (said)
		order by id for update;
		perform 1 from comment where id = any (said)
		order by id for update;
		perform 1 from item_count where item = any (old.id || said)
		order by item for update;
	end if;
	return old;
end $$;
create trigger hold_talk before delete on item
    for each row when (old.kind <> 'comment') execute function hold_talk();

-- A comment whose item is gone stays as long as there are replies.  It is held
-- first, so that nobody replies meanwhile, and so is what it replies to.
create function item_uncounted() returns trigger language plpgsql as $$
declare
	said bigint[] := array(select id from gone where kind = 'comment');
	parents bigint[];
begin
	if cardinality(said) > 0 then
		parents := array(select distinct parent from comment
		    where id = any (said) and parent is not null);
		perform 1 from comment where id = any (said || parents)
		order by id for update;
		delete from comment c where id = any (said)
		  and not exists (select from comment r where r.parent = c.id);
		delete from comment_mention where comment = any (said);
		update comment set there = false, content = '-'
		where id = any (said);
		delete from comment c where id = any (parents)
		  and not exists (select from item where id = c.id)
		  and not exists (select from comment r where r.parent = c.id);
	end if;
	delete from item_count where item in (select id from gone)
	  and item not in (select id from comment where id = any (said));
	return null;
end $$;
create trigger item_uncounted after delete on item
    referencing old table as gone
    for each statement execute function item_uncounted();

-- As they are shown ------------------------------------------------------------

create function json_time(at timestamptz) returns text
language sql stable parallel safe as $$
	select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Whom a reply answers.
create function addressee_json(asked bigint) returns json
language plpgsql stable parallel safe as $$
begin
	return (select json_build_object('user_id', t.id,
	    'username', t.username, 'profile_name', t.profile_name)
	    from shown_person t where t.id = asked and t.active);
end $$;

create function liked_json(asked bigint, viewer bigint) returns json
language plpgsql stable parallel safe as $$
begin
	return case when viewer = 0 then '"login required"'::json
	    else to_json(exists (select from item_like
		where item = asked and account = viewer)) end;
end $$;

create function mentions_json(asked bigint) returns json
language plpgsql stable parallel safe as $$
begin
	return (select coalesce(json_agg(json_build_object('user_id', t.id,
	    'username', t.username) order by t.id), '[]')
	    from comment_mention m join shown_person t on t.id = m.account
	    where m.comment = asked and t.active);
end $$;

create view shown_comment as
select c.id, c.on_item, c.parent, c.content, c.to_account,
    c.created_at, coalesce(c.edited_at, c.created_at) as updated_at,
    i.owner, i.visibility, i.deleted_at, o.is_active as active,
    n.likes, n.comments
from comment c
join item_count n on n.item = c.id
left join item i on i.id = c.id
left join account o on o.id = i.owner;

-- A reply that the viewer may see.
create function reply_json(r shown_comment, viewer bigint) returns json
language sql stable parallel safe as $$
	select json_build_object('id', r.id, 'item', r.on_item,
	    'parent', r.parent, 'content', r.content,
	    'to_profile', addressee_json(r.to_account),
	    'created_by', person_json(r.owner, viewer),
	    'created_at', json_time(r.created_at),
	    'updated_at', json_time(r.updated_at),
	    'num_likes', r.likes, 'liked', liked_json(r.id, viewer),
	    'mentions', mentions_json(r.id))
$$;

-- A comment or reply as its lists and its page show it, with the first replies;
-- seen: whether the viewer may see it, else it is a stub, which nobody likes.
create function comment_shown(c shown_comment, seen boolean, viewer bigint)
returns table (id bigint, item bigint, parent bigint, content text,
    to_profile json, created_by json, created_at timestamptz,
    updated_at timestamptz, deleted boolean, replies json, num_replies int,
    num_likes int, liked json, mentions json)
language sql stable parallel safe as $$
	select c.id, c.on_item, c.parent, case when seen then c.content end,
	    case when seen then addressee_json(c.to_account) end,
	    case when seen then person_json(c.owner, viewer) end,
	    c.created_at, c.updated_at, not seen,
	    (select coalesce(json_agg(reply_json(r, viewer) order by r.id), '[]')
	     from (
		select r.* from shown_comment r
		where r.parent = c.id and can_list(r.active, r.owner,
		    r.visibility, r.deleted_at, r.id, viewer)
		order by -r.id desc limit 10) r),
	    c.comments, case when seen then c.likes else 0 end,
	    liked_json(case when seen then c.id end, viewer),
	    case when seen then mentions_json(c.id) else '[]' end
$$;
