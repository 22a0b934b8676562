-- Boards that several people keep, with a text, a cover and sections.

alter table board_member add column invited_by bigint
    references account (id) on delete set null;
create index board_member_invited_by on board_member (invited_by)
    where invited_by is not null;
create index board_member_faces on board_member (board, accepted_at, account)
    where accepted_at is not null;

-- Whoever has the token of a link becomes a member, until it expires, is
-- removed, or who made it may no longer invite.  Its hash alone is kept.
create table board_link (
	id bigint generated always as identity primary key,
	board bigint not null references board (id) on delete cascade,
	role text not null check (role in ('viewer', 'adder', 'editor')),
	hash bytea not null,
	made_by bigint not null references account (id) on delete cascade,
	created_at timestamptz not null default clock_timestamp(),
	expires_at timestamptz not null
);
create unique index board_link_hash_key on board_link (hash);
create index board_link_board on board_link (board, id);
create index board_link_made_by on board_link (made_by);
create index board_link_expires on board_link (expires_at);

-- Text, cover: a picture of its own, or that of an item on it; else the first
-- items are its cover.
alter table board add column content text not null default ''
    check (length(content) <= 500);
alter table board add column cover bigint references media (id)
    on delete set null;
alter table board add column cover_item bigint;
create index board_cover on board (cover) where cover is not null;
alter table board add foreign key (id, cover_item)
    references board_item (board, item) on delete set null (cover_item);

create function drop_replaced_cover() returns trigger language plpgsql as $$
begin
	delete from media where id = old.cover;
	return null;
end $$;
create trigger cover_changed after update of cover on board
    for each row when (old.cover is distinct from new.cover)
    execute function drop_replaced_cover();

create function drop_covers() returns trigger language plpgsql as $$
begin
	delete from media where id in (select cover from gone);
	return null;
end $$;
create trigger board_gone after delete on board
    referencing old table as gone
    for each statement execute function drop_covers();

-- The board that an item was made in is its home, until it is taken off it.
alter table board_item add column home boolean not null default false;
create unique index board_item_home_key on board_item (item) where home;
create index board_item_homes on board_item (board, item) where home;

-- Parts of a board, in the order in which they were made.
create table board_section (
	id bigint generated always as identity primary key,
	board bigint not null references board (id) on delete cascade,
	title text not null check (length(title) between 1 and 100),
	item_count int not null default 0,
	created_at timestamptz not null default clock_timestamp(),
	unique (board, id)
);
create unique index board_section_title_key on board_section (board,
    lower(title));
alter table board_item add column section bigint;
alter table board_item add constraint board_item_section_fkey
    foreign key (board, section) references board_section (board, id)
    on delete set null (section);
create index board_item_section on board_item (board, section, place desc,
    item desc) where section is not null;

-- After their board, by id.  What is live (0017_trash.sql) counts.
create function count_section_items() returns trigger language plpgsql as $$
declare
	came bigint[] := '{}';
	went bigint[] := '{}';
begin
	if tg_op <> 'DELETE' then
		came := array(select section from made
		    where section is not null and live);
	end if;
	if tg_op <> 'INSERT' then
		went := array(select section from gone
		    where section is not null and live);
	end if;
	if came = went then
		return null;
	end if;
	perform 1 from board_section where id = any (came || went)
	order by id for no key update;
	update board_section s set item_count = item_count + d.n
	from (
		select id, sum(n)::int as n
		from (select unnest(came) as id, 1 as n
		    union all select unnest(went), -1) both_ways
		group by id having sum(n) <> 0
	) d
	where s.id = d.id;
	return null;
end $$;
create trigger board_item_added_section after insert on board_item
    referencing new table as made
    for each statement execute function count_section_items();
create trigger board_item_moved_section after update on board_item
    referencing old table as gone new table as made
    for each statement execute function count_section_items();
create trigger board_item_removed_section after delete on board_item
    referencing old table as gone
    for each statement execute function count_section_items();

-- Who may do what ----------------------------------------------------------------

-- 'owner', or as what the viewer was let in; null: neither.
create function board_role(asked bigint, owner bigint, viewer bigint)
returns text language plpgsql stable parallel safe as $$
begin
	if owner = viewer then
		return 'owner';
	end if;
	return (select role from board_member where board = asked
	    and account = viewer and accepted_at is not null);
end $$;

-- May the viewer do it to a board?  'add': put items on it, and take off again
-- what he put there; 'edit': its title, text, cover, order and sections,
-- anything on it, and inviting others; 'own': what is left to its owner.
create function can_do(what text, asked bigint, viewer bigint)
returns boolean language plpgsql stable parallel safe as $$
begin
	return exists (
		select from board b join account a on a.id = b.owner
		where b.id = asked and can_see_board(a.is_active, b.owner,
		    b.visibility, b.deleted_at, b.id, viewer)
		  and case board_role(b.id, b.owner, viewer)
		    when 'owner' then true
		    when 'editor' then what in ('add', 'edit')
		    when 'adder' then what = 'add'
		    else false end);
end $$;

-- May somebody who is invited to a board come?  As can_see_board, of a board that
-- he is to be let in.
create function can_see_invited(active boolean, owner bigint,
    visibility smallint, deleted_at timestamptz, viewer bigint)
returns boolean language sql stable parallel safe as $$
	select can_see(active, owner,
	    case visibility when 1 then 0::smallint else visibility end,
	    deleted_at, viewer)
$$;

-- Boards as every list and page shows them to a viewer, with their first `most`
-- pins; owner, visibility, deleted_at and active are what can_see_board wants to
-- know.  role: as what the viewer was let in.  It is one select, so that a query
-- that reads from it is planned as if it stood there.
create function shown_board(viewer bigint, most int)
returns table (id bigint, owner bigint, visibility smallint,
    deleted_at timestamptz, active boolean, place timestamptz,
    created_at timestamptz, updated_at timestamptz, title text, content text,
    author text, pin_count int, secret boolean, role text, cover text,
    members json, pin json)
language sql stable parallel safe as $$
	select b.id, b.owner, b.visibility, b.deleted_at, a.is_active, b.place,
	    b.created_at, b.edited_at, b.title, b.content, a.username,
	    b.item_count, not can_see(true, b.owner, b.visibility, null, 0),
	    (select m.role from board_member m where m.board = b.id
	        and m.account = viewer and m.accepted_at is not null),
	    coalesce((select m.image from media m where m.id = b.cover),
	        (select m.image
	        from item i
	        join account o on o.id = i.owner
	        join pin p on p.id = i.id
	        join media m on m.id = p.media
	        where i.id = b.cover_item and can_see(o.is_active, i.owner,
	            i.visibility, i.deleted_at, viewer))),
	    (select coalesce(json_agg(json_build_object('id', f.id, 'username',
	        f.username, 'avatar', media_url(f.image), 'role', f.role)), '[]')
	    from (
	        select o.id, o.username, m.image, x.role
	        from board_member x
	        join account o on o.id = x.account
	        left join media m on m.id = o.avatar
	        where x.board = b.id and x.accepted_at is not null
	          and can_see(o.is_active, o.id, 0::smallint, null, viewer)
	        order by x.accepted_at, x.account limit 5) f),
	    (select coalesce(json_agg(json_build_object('id', p.id,
	        'title', p.title, 'image', media_url(p.image),
	        'author', p.owner)), '[]')
	    from (
	        select p.*
	        from board_item bi
	        cross join lateral (
	            select p.id, p.title, m.image, i.owner
	            from item i
	            join account o on o.id = i.owner
	            join pin p on p.id = i.id
	            join media m on m.id = p.media
	            where i.id = bi.item and can_see(o.is_active, i.owner,
	                i.visibility, i.deleted_at, viewer)
	            offset 0) p -- one look a row, whatever the statistics say
	        where bi.board = b.id
	        order by bi.place desc, bi.item desc limit most) p)
	from board b
	join account a on a.id = b.owner
$$;

insert into schedule (kind, every, next_at) values
	('sweep_board_links', '1 day', now() + interval '40 minutes');
