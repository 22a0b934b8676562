-- Several hosts: each has an index of likeness of its own, and is told by rows
-- of its own.

-- Who keeps an index; the setting `host` names it, and is empty where there is
-- but one.  One that was not seen for an hour is told no more, and makes its
-- index anew when it comes back (sql/queries/index/register).
create table index_host (
	name text primary key check (length(name) <= 60),
	seen timestamptz not null default now()
);
insert into index_host (name) values ('');

alter table index_outbox add column host text not null default '';
create index index_outbox_host on index_outbox (host, id);

create or replace function tell_index() returns trigger language plpgsql as $$
begin
	if tg_argv[0] = 'item' then
		insert into index_outbox (item, owner, host)
		select c.id, c.owner, h.name
		from changed c cross join index_host h
		where c.kind = 'pin';
	elsif tg_argv[0] = 'pin' then
		insert into index_outbox (item, owner, host)
		select i.id, i.owner, h.name
		from changed c join item i on i.id = c.id
		cross join index_host h;
	else
		insert into index_outbox (item, owner, host)
		select i.id, i.owner, h.name
		from (select distinct item from changed) c
		join item i on i.id = c.item and i.kind = 'pin'
		cross join index_host h;
	end if;
	if found then
		perform pg_notify('index', '');
	end if;
	return null;
end $$;

create or replace function tell_index_of_tag() returns trigger language plpgsql as $$
begin
	insert into index_outbox (item, owner, host)
	select i.id, i.owner, h.name
	from item_tag it join item i on i.id = it.item
	cross join index_host h
	where it.tag = new.id and i.kind = 'pin';
	perform pg_notify('index', '');
	return null;
end $$;
