-- Lists of people, and of what they liked; the end of accounts.

create index account_newest on account (created_at desc, id desc);

-- When its owner removed the account: nobody sees it any more, nobody can log in,
-- and a job removes its rows.  Its own row goes last, when the access tokens of
-- its logins have expired (0002_lists.sql: an hour).
alter table account add column deleted_at timestamptz;
alter table account add constraint account_deleted_closed
    check (deleted_at is null or not is_active);
create index account_deleted on account (deleted_at)
    where deleted_at is not null;

-- What anybody may know of somebody at once is gone with the account: the
-- address can be used for another one.
create function close_account(asked bigint) returns bigint
language sql as $$
	update account set is_active = false, deleted_at = now(),
	    email = 'account-' || id || '@deleted.invalid',
	    email_verified_at = null, password = '', introduction = '',
	    gender = null, birthday = null, shoe_size = null,
	    phone_number = null, is_staff = false
	where id = asked and is_active
	returning id
$$;

-- Removes up to `most` rows of somebody who has gone, and says how many; 0: all
-- have gone but the logins and the account itself.  What they made comes
-- first, by its owner's way: to the trash, which keeps the counters, and out of
-- it.  Then whatever else belongs to an account, in whichever table, as the
-- foreign keys say: rows that would go with it, or no longer name it.
create function remove_rows_of(gone bigint, most bigint) returns bigint
language plpgsql as $$
declare
	n bigint;
	k record;
	people bigint[];
begin
	if not exists (select from account
	    where id = gone and deleted_at is not null) then
		return 0;
	end if;
	update item set deleted_at = now() where id in (
		select id from item where owner = gone and deleted_at is null
		order by id limit most);
	get diagnostics n = row_count;
	if n > 0 then
		return n;
	end if;
	delete from item where id in (select id from item where owner = gone
		order by id limit most);
	get diagnostics n = row_count;
	if n > 0 then
		return n;
	end if;
	update board set deleted_at = now() where id in (
		select id from board where owner = gone and deleted_at is null
		order by id limit most);
	get diagnostics n = row_count;
	if n > 0 then
		return n;
	end if;
	people := array(select followee from follow where follower = gone
	    union all select follower from follow where followee = gone
	    limit most);
	if people <> '{}' then
		perform hold_people(people || gone);
		delete from follow
		where follower = gone and followee = any (people)
		   or followee = gone and follower = any (people);
		return cardinality(people);
	end if;
	for k in
		select c.conrelid::regclass as of, a.attname as col,
		    c.confdeltype = 'c' as goes
		from pg_constraint c
		join pg_attribute a on a.attrelid = c.conrelid
		    and a.attnum = c.conkey[1]
		where c.contype = 'f' and c.confrelid = 'account'::regclass
		  and cardinality(c.conkey) = 1 and c.confdeltype in ('c', 'n')
		  and c.conrelid not in ('item'::regclass, 'session'::regclass,
		    'follow'::regclass)
		order by c.conrelid = 'media'::regclass, c.conrelid::regclass::text
	loop
		execute format(case when k.goes
		    then 'delete from %1$s where ctid = any (array(select ctid
			from %1$s where %2$I = $1 limit $2))'
		    else 'update %1$s set %2$I = null where ctid = any (array(
			select ctid from %1$s where %2$I = $1 limit $2))' end,
		    k.of, k.col) using gone, most;
		get diagnostics n = row_count;
		if n > 0 then
			return n;
		end if;
	end loop;
	return 0;
end $$;

insert into schedule (kind, every, next_at) values
	('remove_accounts', '10 minutes', now() + interval '15 minutes');

-- The browser and the system of a login, as people call them; null: not known.
create function device_of(agent text) returns text
language sql immutable parallel safe as $$
	select nullif(concat_ws(', ',
	    case when agent ~ 'Edg/' then 'Edge'
		when agent ~ 'OPR/' then 'Opera'
		when agent ~ 'SamsungBrowser' then 'Samsung Internet'
		when agent ~ 'Whale/' then 'Whale'
		when agent ~ 'Firefox|FxiOS' then 'Firefox'
		when agent ~ 'Chrome|CriOS' then 'Chrome'
		when agent ~ 'Safari/' then 'Safari'
		when agent ~ '^[A-Za-z][A-Za-z0-9_.-]{1,30}/'
		    and agent !~ '^Mozilla/' then split_part(agent, '/', 1) end,
	    case when agent ~ 'Android' then 'Android'
		when agent ~ 'iPhone' then 'iPhone'
		when agent ~ 'iPad' then 'iPad'
		when agent ~ 'Windows' then 'Windows'
		when agent ~ 'Mac OS X' then 'macOS'
		when agent ~ 'CrOS' then 'ChromeOS'
		when agent ~ 'Linux' then 'Linux' end), '')
$$;
