-- Trash: what its owner deleted is seen by nobody at once, stays for thirty days
-- and can come back; then its row goes, and its pictures with it.
--
-- An item that is not there, because it was deleted or taken down, keeps its
-- places on boards and its tags, for when it comes back.  The places are not live
-- then, and the counters of boards count live ones alone.  Those of tags count
-- what the pages of tags list: pins that are everybody's.  (Those of an account
-- that is closed count with the others until its rows go.)
--
-- A row that is live never goes: so no counter can be left wrong, however
-- somebody removes rows.  (Comments go with what they are on.)

create function is_live(visibility smallint, deleted_at timestamptz)
returns boolean language sql immutable parallel safe as $$
	select deleted_at is null and visibility <> 2
$$;

create function is_listed(kind item_kind, visibility smallint,
    deleted_at timestamptz)
returns boolean language sql immutable parallel safe as $$
	select kind = 'pin' and visibility = 0 and deleted_at is null
$$;

alter table board_item add column live boolean not null default true;
alter table item_tag add column listed boolean not null default true;
update board_item x set live = false
from item i where i.id = x.item and not is_live(i.visibility, i.deleted_at);
update item_tag x set listed = false
from item i where i.id = x.item
  and not is_listed(i.kind, i.visibility, i.deleted_at);
update board b set item_count = item_count - d.n
from (select board, count(*) as n from board_item where not live group by 1) d
where b.id = d.board;
update tag t set item_count = item_count - d.n
from (select tag, count(*) as n from item_tag where not listed group by 1) d
where t.id = d.tag;

create index item_trash on item (owner, deleted_at desc, (id * 2) desc)
    where deleted_at is not null;
create index item_trashed on item (deleted_at) where deleted_at is not null;
create index board_trash on board (owner, deleted_at desc, (id * 2 + 1) desc)
    where deleted_at is not null;
create index board_trashed on board (deleted_at) where deleted_at is not null;

-- What is put somewhere is as live as its item, which is held until then:
-- whoever deletes or restores it holds it for update (cache_hold).
create function find_live() returns trigger language plpgsql as $$
begin
	select is_live(visibility, deleted_at) into new.live
	from item where id = new.item for key share;
	if new.live is null then
		new.live := true; -- no such item: the foreign key says so
	end if;
	return new;
end $$;
create trigger find_live before insert on board_item
    for each row execute function find_live();
create function find_listed() returns trigger language plpgsql as $$
begin
	select is_listed(kind, visibility, deleted_at) into new.listed
	from item where id = new.item for key share;
	if new.listed is null then
		new.listed := true; -- as above
	end if;
	return new;
end $$;
create trigger find_listed before insert on item_tag
    for each row execute function find_listed();

-- Counters ---------------------------------------------------------------------

create or replace function count_board_items() returns trigger
language plpgsql as $$
begin
	perform 1 from board where id in (select board from changed where live)
	order by id for no key update;
	update board b
	set item_count = item_count
	    + case tg_op when 'INSERT' then d.n else -d.n end
	from (select board, count(*) as n from changed where live group by 1) d
	where b.id = d.board;
	return null;
end $$;

create function recount_board_items() returns trigger language plpgsql as $$
begin
	if not exists (select from was o join changed n using (board, item)
	    where o.live <> n.live) then
		return null;
	end if;
	perform 1 from board where id in (select board from changed)
	order by id for no key update;
	update board b set item_count = item_count + d.n
	from (select n.board, sum(n.live::int - o.live::int) as n
	    from was o join changed n using (board, item) group by 1) d
	where b.id = d.board and d.n <> 0;
	return null;
end $$;
create trigger board_item_changed after update on board_item
    referencing old table as was new table as changed
    for each statement execute function recount_board_items();

create or replace function count_tag_items() returns trigger
language plpgsql as $$
begin
	perform 1 from tag where id in (select tag from changed where listed)
	order by id for no key update;
	update tag t
	set item_count = item_count
	    + case tg_op when 'INSERT' then d.n else -d.n end
	from (select tag, count(*) as n from changed where listed group by 1) d
	where t.id = d.tag;
	return null;
end $$;

create function recount_tag_items() returns trigger language plpgsql as $$
begin
	perform 1 from tag where id in (select tag from changed)
	order by id for no key update;
	update tag t set item_count = item_count + d.n
	from (select n.tag, sum(n.listed::int - o.listed::int) as n
	    from was o join changed n using (item, tag) group by 1) d
	where t.id = d.tag and d.n <> 0;
	return null;
end $$;
create trigger item_tag_changed after update on item_tag
    referencing old table as was new table as changed
    for each statement execute function recount_tag_items();

-- Locks in the one order: the item was locked by its update, its owner by those
-- who count posts (a trigger whose name comes before), now tags, boards, and
-- their rows (0002_lists.sql).
create function item_went() returns trigger language plpgsql as $$
declare
	items bigint[] := array(select n.id from was o join changed n using (id)
	    where n.kind <> 'comment' and (o.visibility, o.deleted_at)
	        is distinct from (n.visibility, n.deleted_at));
begin
	if items = '{}' then
		return null;
	end if;
	perform 1 from tag
	where id in (select tag from item_tag where item = any (items))
	order by id for no key update;
	perform 1 from board
	where id in (select board from board_item where item = any (items))
	order by id for no key update;
	update item_tag x set listed = n.listed
	from (select id, is_listed(kind, visibility, deleted_at) as listed
	    from item where id = any (items)) n
	where x.item = n.id and x.listed <> n.listed;
	update board_item x set live = n.live
	from (select id, is_live(visibility, deleted_at) as live
	    from item where id = any (items)) n
	where x.item = n.id and x.live <> n.live;
	return null;
end $$;
create trigger item_went after update on item
    referencing old table as was new table as changed
    for each statement execute function item_went();

-- The end of a row ---------------------------------------------------------------

create function item_in_use() returns trigger language plpgsql as $$
begin
	raise exception 'item % is in use', old.id using hint =
	    'Set deleted_at first, as its owner does; only what is in the trash can be removed.';
end $$;
create trigger item_in_use before delete on item
    for each row when (old.deleted_at is null and old.kind <> 'comment')
    execute function item_in_use();

insert into schedule (kind, every, next_at) values
	('purge_trash', '1 hour', now() + interval '40 minutes');
