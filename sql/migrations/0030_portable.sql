-- Accounts that come from another site, or leave for one.
--
-- An item is known elsewhere by its owner's name and its time, in microseconds
-- since 1970: no two of one person have the same, but by an accident, and then
-- the first is meant.

create function micros(t timestamptz) returns bigint
language sql immutable parallel safe as $$
	select (extract(epoch from t) * 1000000)::bigint
$$;

create function of_micros(us bigint) returns timestamptz
language sql immutable parallel safe as $$
	select timestamptz 'epoch' + us / 1000000 * interval '1 second'
	    + us % 1000000 * interval '1 microsecond'
$$;

create function item_of(by text, at bigint) returns bigint
language sql stable parallel safe as $$
	select i.id from item i join account o on o.id = i.owner
	where lower(o.username) = lower(by) and i.created_at = of_micros(at)
	order by i.id limit 1
$$;

create function account_of(name text) returns bigint
language sql stable parallel safe as $$
	select id from account where lower(username) = lower(name)
$$;

create index item_owner_time on item (owner, created_at);

-- An account that is being imported: closed, and removed if the import does not
-- come to its end.
create table account_import (
	account bigint primary key references account (id) on delete cascade,
	began_at timestamptz not null default now()
);

-- What somebody did elsewhere, long ago, is no news.
create or replace function add_notice_job(topic notice_kind, actor bigint,
    source bigint) returns void language sql as $$
	insert into job (kind, data)
	select 'notice', json_build_object('topic', $1, 'actor', $2, 'source', $3)
	where current_setting('pinwall.quiet', true) is distinct from 'on';
	select pg_notify('job', '')
$$;
