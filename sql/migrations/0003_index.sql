-- Words of items, and what the index of likeness has yet to be told.

-- The words that an item is found by: its tags, then those of its title, each
-- as often as it stands there.  Kept by `pinwall index`, which also removes
-- them after their item: no key leads to it, so that who writes an item never
-- waits for whoever reads it.
create table item_words (
	item bigint primary key,
	version bigint not null, -- of the extraction
	words text not null      -- with spaces between them
);

-- Items that changed, told in the transaction that changed them.  Whoever takes
-- a row removes it and reads the item as it is then; so order does not matter,
-- nor that one item is told twice.  item 0 asks for all to be read again.
create table index_outbox (
	id bigint generated always as identity primary key,
	item bigint not null,
	owner bigint not null -- whose change is waited for by himself
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create function tell_index() returns trigger language plpgsql as $$
begin
	if tg_argv[0] = 'item' then
		insert into index_outbox (item, owner)
		select id, owner from changed where kind = 'pin';
	elsif tg_argv[0] = 'pin' then
		insert into index_outbox (item, owner)
		select i.id, i.owner from changed c join item i on i.id = c.id;
	else
		insert into index_outbox (item, owner)
		select distinct i.id, i.owner
		from changed c join item i on i.id = c.item
		where i.kind = 'pin';
	end if;
	if found then
		perform pg_notify('index', '');
	end if;
	return null;
end $$;
create trigger item_changed_index after update on item
    referencing new table as changed
    for each statement execute function tell_index('item');
create trigger item_gone_index after delete on item
    referencing old table as changed
    for each statement execute function tell_index('item');
create trigger pin_added_index after insert on pin
    referencing new table as changed
    for each statement execute function tell_index('pin');
create trigger pin_changed_index after update on pin
    referencing new table as changed
    for each statement execute function tell_index('pin');
create trigger item_tagged_index after insert on item_tag
    referencing new table as changed
    for each statement execute function tell_index('item_tag');
create trigger item_untagged_index after delete on item_tag
    referencing old table as changed
    for each statement execute function tell_index('item_tag');

create function tell_index_of_tag() returns trigger language plpgsql as $$
begin
	insert into index_outbox (item, owner)
	select i.id, i.owner
	from item_tag it join item i on i.id = it.item
	where it.tag = new.id and i.kind = 'pin';
	perform pg_notify('index', '');
	return null;
end $$;
create trigger tag_renamed_index after update of tag_name on tag
    for each row when (old.tag_name <> new.tag_name)
    execute function tell_index_of_tag();
