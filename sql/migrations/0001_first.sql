-- Accounts, items, pins, tags, boards, follows, media, jobs.
--
-- Everything that a person can look at, like, comment on or save is an item;
-- a pin is a kind of item and shares its id.  Counters are kept by
-- statement-level triggers over transition tables, one grouped update each.

create type item_kind as enum ('pin');

-- Who may see a row: the one rule, used by every query.  visibility: 0
-- everybody, 1 the owner alone.  viewer 0 is nobody in particular.
create function can_see(owner bigint, visibility smallint,
    deleted_at timestamptz, viewer bigint) returns boolean
language sql immutable parallel safe as $$
	select deleted_at is null and (visibility = 0 or owner = viewer)
$$;

-- The address of a media file; the connection says where media are.
create function media_url(path text) returns text
language sql stable parallel safe as $$
	select current_setting('pinwall.media_url') || path
$$;

create table media (
	id bigint generated always as identity primary key,
	owner bigint not null,
	image text not null,        -- path of the picture that stands for it
	files text not null,        -- all of them: infra/files.h
	width int not null check (width > 0),
	height int not null check (height > 0),
	frames int not null check (frames > 0),
	source text not null,       -- type of the file that was given
	colour text not null,
	palette text[] not null,
	placeholder text not null,
	dhash bigint not null,
	sha256 bytea not null,      -- of the bytes that were given
	complete boolean not null default false,
	created_at timestamptz not null default now()
);
create index media_sha256 on media (owner, sha256);
create index media_files_key on media (split_part(files, ' ', 1));

create table account (
	id bigint generated always as identity primary key,
	username text not null check (length(username) between 1 and 20),
	email text not null,
	email_verified_at timestamptz,
	password text not null,
	avatar bigint references media (id) on delete set null,
	is_staff boolean not null default false,
	is_active boolean not null default true,
	follower_count int not null default 0,
	following_count int not null default 0,
	created_at timestamptz not null default now()
);
create unique index account_username_key on account (lower(username));
create unique index account_email_key on account (lower(email));
create index account_avatar on account (avatar) where avatar is not null;
alter table media add foreign key (owner) references account (id)
    on delete cascade;

-- One login.  Its refresh tokens are one family: the use of a spent one
-- revokes them all.
create table session (
	id bigint generated always as identity primary key,
	account bigint not null references account (id) on delete cascade,
	user_agent text not null,
	created_at timestamptz not null default now(),
	seen_at timestamptz not null default now(),
	revoked_at timestamptz
);
create index session_account on session (account) where revoked_at is null;
create index session_revoked on session (revoked_at)
    where revoked_at is not null;

create table refresh_token (
	hash bytea primary key,
	session bigint not null references session (id) on delete cascade,
	created_at timestamptz not null default now(),
	expires_at timestamptz not null,
	used_at timestamptz
);
create index refresh_token_session on refresh_token (session);
create index refresh_token_expires on refresh_token (expires_at);

-- What is sent by mail: proof of an address, or the right to set a password.
create table mail_token (
	hash bytea primary key,
	account bigint not null references account (id) on delete cascade,
	purpose text not null check (purpose in ('verify', 'reset')),
	email text not null,
	expires_at timestamptz not null
);
create index mail_token_account on mail_token (account, purpose);

create table follow (
	follower bigint not null references account (id) on delete cascade,
	followee bigint not null references account (id) on delete cascade,
	created_at timestamptz not null default now(),
	primary key (follower, followee),
	constraint follow_not_self check (follower <> followee)
);
create index follow_followee on follow (followee, created_at desc, follower desc);
create index follow_follower on follow (follower, created_at desc, followee desc);

create table item (
	id bigint generated always as identity primary key,
	kind item_kind not null,
	owner bigint not null references account (id) on delete cascade,
	visibility smallint not null default 0 check (visibility in (0, 1)),
	created_at timestamptz not null default clock_timestamp(),
	edited_at timestamptz not null default clock_timestamp(),
	deleted_at timestamptz,
	tags json not null default '[]',   -- [{"tag_name", "id"}], by triggers
	boards json not null default '[]'  -- [{"id", "title"}], the 20 public
	                                   -- ones it was put on last; likewise
) with (fillfactor = 90);
create index item_newest on item (kind, created_at desc, id desc)
    where deleted_at is null;
create index item_owner on item (owner, kind, created_at desc, id desc)
    where deleted_at is null;

create table pin (
	id bigint primary key references item (id) on delete cascade,
	title text not null check (length(title) between 1 and 100),
	media bigint not null references media (id),
	image_url text not null default ''
);
create unique index pin_media on pin (media);

create table tag (
	id bigint generated always as identity primary key,
	tag_name text not null check (length(tag_name) between 1 and 100),
	item_count int not null default 0,
	created_at timestamptz not null default now()
);
create unique index tag_name_key on tag (lower(tag_name));
create index tag_newest on tag (created_at desc, id desc);

-- created_at is the item's, so that a tag's items are read in order.
create table item_tag (
	item bigint not null references item (id) on delete cascade,
	tag bigint not null references tag (id) on delete cascade,
	created_at timestamptz not null,
	primary key (item, tag)
);
create index item_tag_tag on item_tag (tag, created_at desc, item desc);

create table tag_follow (
	account bigint not null references account (id) on delete cascade,
	tag bigint not null references tag (id) on delete cascade,
	created_at timestamptz not null default now(),
	primary key (account, tag)
);
create index tag_follow_tag on tag_follow (tag);
create index tag_follow_newest on tag_follow (account, created_at desc, tag desc);

create table board (
	id bigint generated always as identity primary key,
	owner bigint not null references account (id) on delete cascade,
	title text not null check (length(title) between 1 and 100),
	visibility smallint not null default 0 check (visibility in (0, 1)),
	item_count int not null default 0,
	created_at timestamptz not null default clock_timestamp(),
	edited_at timestamptz not null default clock_timestamp()
);
create unique index board_title_key on board (owner, lower(title));
create index board_newest on board (created_at desc, id desc);
create index board_owner on board (owner, created_at desc, id desc);
create index board_title on board (title);

create table board_item (
	board bigint not null references board (id) on delete cascade,
	item bigint not null references item (id) on delete cascade,
	added_by bigint references account (id) on delete set null,
	created_at timestamptz not null default clock_timestamp(),
	primary key (board, item)
);
create index board_item_item on board_item (item, created_at desc);
create index board_item_newest on board_item (board, created_at desc, item desc);
create index board_item_added_by on board_item (added_by);

-- Work for later, added in the transaction that wants it done.
create table job (
	id bigint generated always as identity primary key,
	kind text not null,
	arg bigint not null default 0,
	data json not null default '{}',
	run_at timestamptz not null default now(),
	attempts int not null default 0,
	error text,
	dead_at timestamptz,
	created_at timestamptz not null default now()
);
create index job_due on job (run_at, id) where dead_at is null;

-- What must be done once in each slot of time, by whoever comes first.
create table schedule (
	kind text primary key,
	every interval not null,
	next_at timestamptz not null
);

-- Counters -------------------------------------------------------------------

-- Both counters in one update; the rows are locked in the order of their ids,
-- so that two people who follow each other at once do not deadlock.
create function count_follows() returns trigger language plpgsql as $$
declare
	sign int := case tg_op when 'INSERT' then 1 else -1 end;
begin
	perform 1 from account
	where id in (select follower from changed
	    union select followee from changed)
	order by id for no key update;
	update account a set
	    following_count = following_count + sign * d.following,
	    follower_count = follower_count + sign * d.followers
	from (
		select id, sum(f)::int as following, sum(g)::int as followers
		from (select follower as id, 1 as f, 0 as g from changed
		    union all select followee, 0, 1 from changed) both_sides
		group by id
	) d
	where a.id = d.id;
	return null;
end $$;
create trigger follow_added after insert on follow
    referencing new table as changed
    for each statement execute function count_follows();
create trigger follow_removed after delete on follow
    referencing old table as changed
    for each statement execute function count_follows();

create function count_board_items() returns trigger language plpgsql as $$
begin
	perform 1 from board where id in (select board from changed)
	order by id for no key update;
	update board b
	set item_count = item_count
	    + case tg_op when 'INSERT' then d.n else -d.n end
	from (select board, count(*) as n from changed group by 1) d
	where b.id = d.board;
	return null;
end $$;
create trigger board_item_added after insert on board_item
    referencing new table as changed
    for each statement execute function count_board_items();
create trigger board_item_removed after delete on board_item
    referencing old table as changed
    for each statement execute function count_board_items();

create function count_tag_items() returns trigger language plpgsql as $$
begin
	perform 1 from tag where id in (select tag from changed)
	order by id for no key update;
	update tag t
	set item_count = item_count
	    + case tg_op when 'INSERT' then d.n else -d.n end
	from (select tag, count(*) as n from changed group by 1) d
	where t.id = d.tag;
	return null;
end $$;
create trigger item_tag_added after insert on item_tag
    referencing new table as changed
    for each statement execute function count_tag_items();
create trigger item_tag_removed after delete on item_tag
    referencing old table as changed
    for each statement execute function count_tag_items();

-- Lists in the item ------------------------------------------------------------
--
-- What every list of items shows of tags and boards stands in the item itself,
-- so that a page is read without a subquery a row.  The triggers keep it equal
-- to the rows it is made of, whoever writes them; items are locked in the
-- order of their ids.

create function list_item_tags(items bigint[]) returns void
language plpgsql as $$
begin
	perform 1 from item where id = any (items)
	order by id for no key update;
	update item i set tags = coalesce((
		select json_agg(json_build_object('tag_name', t.tag_name,
		    'id', t.id) order by t.id)
		from item_tag it join tag t on t.id = it.tag
		where it.item = i.id), '[]')
	where i.id = any (items);
end $$;

create function list_item_boards(items bigint[]) returns void
language plpgsql as $$
begin
	perform 1 from item where id = any (items)
	order by id for no key update;
	update item i set boards = coalesce((
		select json_agg(json_build_object('id', b.id, 'title', b.title)
		    order by b.put_at desc, b.id desc)
		from (
			select b.id, b.title, bi.created_at as put_at
			from board_item bi join board b on b.id = bi.board
			where bi.item = i.id and b.visibility = 0
			order by bi.created_at desc, b.id desc limit 20) b), '[]')
	where i.id = any (items);
end $$;

create function item_tags_changed() returns trigger language plpgsql as $$
begin
	perform list_item_tags(array(select distinct item from changed));
	return null;
end $$;
create trigger item_tag_listed after insert on item_tag
    referencing new table as changed
    for each statement execute function item_tags_changed();
create trigger item_tag_unlisted after delete on item_tag
    referencing old table as changed
    for each statement execute function item_tags_changed();

create function tag_renamed() returns trigger language plpgsql as $$
begin
	perform list_item_tags(array(
		select item from item_tag where tag = new.id));
	return null;
end $$;
create trigger tag_renamed after update of tag_name on tag
    for each row when (old.tag_name <> new.tag_name)
    execute function tag_renamed();

create function board_items_changed() returns trigger language plpgsql as $$
begin
	perform list_item_boards(array(select distinct item from changed));
	return null;
end $$;
create trigger board_item_listed after insert on board_item
    referencing new table as changed
    for each statement execute function board_items_changed();
create trigger board_item_unlisted after delete on board_item
    referencing old table as changed
    for each statement execute function board_items_changed();

create function board_shown_otherwise() returns trigger language plpgsql as $$
begin
	perform list_item_boards(array(
		select item from board_item where board = new.id));
	return null;
end $$;
create trigger board_shown_otherwise after update of title, visibility on board
    for each row
    when (old.title <> new.title or old.visibility <> new.visibility)
    execute function board_shown_otherwise();

-- Media that nothing shows any more: a job frees their files after this
-- transaction, and never before.
create function free_media() returns trigger language plpgsql as $$
begin
	insert into job (kind, data)
	select 'free_media', json_build_object('files', files) from gone;
	perform pg_notify('job', '');
	return null;
end $$;
create trigger media_gone after delete on media
    referencing old table as gone
    for each statement execute function free_media();

-- A pin takes its media with it, however it goes.
create function drop_pin_media() returns trigger language plpgsql as $$
begin
	delete from media where id in (select media from gone);
	return null;
end $$;
create trigger pin_gone after delete on pin
    referencing old table as gone
    for each statement execute function drop_pin_media();

create function drop_replaced_media() returns trigger language plpgsql as $$
begin
	delete from media where id = old.media;
	return null;
end $$;
create trigger pin_changed after update of media on pin
    for each row when (old.media <> new.media)
    execute function drop_replaced_media();

create function drop_replaced_avatar() returns trigger language plpgsql as $$
begin
	delete from media where id = old.avatar;
	return null;
end $$;
create trigger avatar_changed after update of avatar on account
    for each row when (old.avatar is distinct from new.avatar)
    execute function drop_replaced_avatar();

insert into schedule (kind, every, next_at) values
	('sweep_orphans', '1 hour', now() + interval '10 minutes'),
	('sweep_tokens', '1 hour', now() + interval '20 minutes'),
	('check_counters', '1 day', now() + interval '30 minutes');
