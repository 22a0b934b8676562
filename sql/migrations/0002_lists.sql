-- Lists of tags and boards beside their items; logins end with their account.

-- Whoever is no longer active, or gone, has no logins, however it was done: they
-- end with it, and the job tells the workers of their access tokens.  Removing
-- the row of an account removes what a restart would know that from, so close
-- an account an hour before.
create function end_logins() returns trigger language plpgsql as $$
begin
	update session set revoked_at = now()
	where account = old.id and revoked_at is null;
	insert into job (kind, arg) values ('end_logins', old.id);
	perform pg_notify('job', '');
	return null;
end $$;
create trigger account_closed after update of is_active on account
    for each row when (old.is_active and not new.is_active)
    execute function end_logins();
create trigger account_gone after delete on account
    for each row execute function end_logins();

drop index session_account;
create index session_account on session (account);

drop index item_owner;
create index item_owner on item (owner, kind, created_at desc, id desc);

-- An account's media may go before its pins.
alter table pin alter constraint pin_media_fkey deferrable initially deferred;

-- Lists of an item -------------------------------------------------------------
--
-- What every list of items shows of tags and boards stands beside the item, so
-- that a page is read without a subquery a row.  The triggers keep it equal to
-- the rows it is made of, whoever writes them.
--
-- All writers lock in one order, so that none waits in a circle: the item, tags,
-- boards, their item_tag and board_item rows, and these lists last, each kind
-- by id.  That is why they are no columns of the item, which is locked first by
-- whoever edits or removes it, and why its row here goes after all others.

create table item_list (
	item bigint primary key references item (id)
	    deferrable initially deferred,
	tags json not null default '[]',  -- [{"tag_name", "id"}]
	boards json not null default '[]' -- [{"id", "title"}], the 20 public
	                                  -- ones it was put on last
) with (fillfactor = 80);

insert into item_list (item, tags, boards) select id, tags, boards from item;
-- checked now: a table with checks to come cannot be altered
set constraints all immediate;
alter table item drop column tags, drop column boards, reset (fillfactor);

create function item_made() returns trigger language plpgsql as $$
begin
	insert into item_list (item) select id from made;
	return null;
end $$;
create trigger item_made after insert on item
    referencing new table as made
    for each statement execute function item_made();

create function item_gone() returns trigger language plpgsql as $$
begin
	delete from item_list where item in (select id from gone);
	return null;
end $$;
create trigger item_gone after delete on item
    referencing old table as gone
    for each statement execute function item_gone();

create or replace function list_item_tags(items bigint[]) returns void
language plpgsql as $$
begin
	perform 1 from item_list where item = any (items)
	order by item for no key update;
	update item_list l set tags = coalesce((
		select json_agg(json_build_object('tag_name', t.tag_name,
		    'id', t.id) order by t.id)
		from item_tag it join tag t on t.id = it.tag
		where it.item = l.item), '[]')
	where l.item = any (items);
end $$;

create or replace function list_item_boards(items bigint[]) returns void
language plpgsql as $$
begin
	perform 1 from item_list where item = any (items)
	order by item for no key update;
	update item_list l set boards = coalesce((
		select json_agg(json_build_object('id', b.id, 'title', b.title)
		    order by b.put_at desc, b.id desc)
		from (
			select b.id, b.title, bi.created_at as put_at
			from board_item bi join board b on b.id = bi.board
			where bi.item = l.item and b.visibility = 0
			order by bi.created_at desc, b.id desc limit 20) b), '[]')
	where l.item = any (items);
end $$;

-- An item that is being removed is left out: its lists go last, with it.
create or replace function item_tags_changed() returns trigger language plpgsql as $$
begin
	perform list_item_tags(array(select distinct c.item
	    from changed c join item i on i.id = c.item));
	return null;
end $$;

create or replace function board_items_changed() returns trigger language plpgsql as $$
begin
	perform list_item_boards(array(select distinct c.item
	    from changed c join item i on i.id = c.item));
	return null;
end $$;
