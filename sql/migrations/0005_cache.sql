-- Telling the cache of changes.
--
-- Statement-level triggers made of sql/schemes call cache_touch with the tags of
-- what changed.  A session of the application hears of them as notices that come
-- with the answer of its statement, and fences them before it commits.  For any
-- other session they go to an outbox, which the guardian empties.

create table cache_outbox (
	id bigint generated always as identity primary key,
	xid xid8 not null default pg_current_xact_id(),
	tags text[] not null
);

-- Fences that a process asks for which cannot reach Redis while others can.
create table cache_fence (
	id bigint generated always as identity primary key,
	xid xid8 not null,
	tags text[] not null,
	fenced boolean not null default false,
	created_at timestamptz not null default clock_timestamp()
);

-- names: those of the table; tags: of its rows that changed.  More than 64, or
-- null, are told as NAME! for each name, on which all that has the name depends.
create function cache_touch(names text[], tags text[]) returns void
language plpgsql security definer set search_path = public as $$
begin
	if cardinality(tags) = 0 then
		return;
	end if;
	if tags is null or cardinality(tags) > 64 then
		tags := array(select n || '!' from unnest(names) n);
	end if;
	if current_setting('pinwall.cache', true) = 'notice' then
		raise notice using errcode = 'PW001', message =
		    pg_current_xact_id()::text || e'\n'
		    || array_to_string(tags, e'\n');
	else
		insert into cache_outbox (tags) values (tags);
		perform pg_notify('guard', '');
	end if;
end $$;

-- As pg_xact_status, and null for what it does not know: too long ago, or not
-- yet, as after a crash that lost the number.
create function cache_state(xid xid8) returns text language plpgsql as $$
begin
	return pg_xact_status(xid);
exception when others then
	return null;
end $$;

-- Has somebody what others may not see?  Who has not is answered as everybody is.
create index on item (owner) where visibility <> 0;
create index on board (owner) where visibility <> 0;
create function hides_something(account bigint) returns boolean
language sql stable parallel safe as $$
	select exists (select from item where owner = account and visibility <> 0)
	    or exists (select from board where owner = account and visibility <> 0)
$$;

-- Holding what tags are looked up by -------------------------------------------
--
-- A pin that changes tells the boards and tags that it is on, and the name of
-- its owner, as its transaction sees them.  If it is put on another board
-- meanwhile, or its owner renamed, an answer could be kept after that was
-- committed and before the change was, and would never be told.  So whoever
-- changes something holds it for update, and whoever relates to it holds it for
-- key share: one of them waits for the other, and sees what it did.

create function cache_hold() returns trigger language plpgsql as $$
begin
	execute format('select 1 from %I where id = $1 for update',
	    tg_table_name) using new.id;
	return new;
end $$;
create trigger cache_hold before update on item
    for each row execute function cache_hold();
create trigger cache_hold before update on pin
    for each row execute function cache_hold();
create trigger cache_hold before update on media
    for each row execute function cache_hold();
create trigger cache_hold before update of username on account
    for each row when (old.username <> new.username)
    execute function cache_hold();

-- The item itself is held by the foreign key.
create function cache_hold_related() returns trigger language plpgsql as $$
begin
	perform 1 from pin p join media m on m.id = p.media
	where p.id in (select item from made)
	order by p.id for key share;
	return null;
end $$;
create trigger cache_hold after insert on board_item
    referencing new table as made
    for each statement execute function cache_hold_related();
create trigger cache_hold after insert on item_tag
    referencing new table as made
    for each statement execute function cache_hold_related();

alter table item enable always trigger cache_hold;
alter table pin enable always trigger cache_hold;
alter table media enable always trigger cache_hold;
alter table account enable always trigger cache_hold;
alter table board_item enable always trigger cache_hold;
alter table item_tag enable always trigger cache_hold;
