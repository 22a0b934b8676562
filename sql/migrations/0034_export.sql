-- What people download of their own: an account in a zip file.
--
-- A row is a wish, and what became of it: a job makes the file (features/download)
-- under a key of the store, which stands here from then on.  There is one of a
-- person's; asking again makes a new row.  Ready or failed, it goes after a week.
-- Its file goes when it has gone, however that came about: with the account, too.
create table account_export (
	id bigint generated always as identity primary key,
	account bigint not null
	    constraint account_export_one unique
	    references account (id) on delete cascade,
	korean boolean not null, -- in which language its owner is told
	tries int not null default 0, -- how often it was begun
	created_at timestamptz not null default now(),
	file text unique, -- the key, when it is ready
	bytes bigint,
	failed text, -- why, when nobody tries any more
	ended_at timestamptz,
	expires_at timestamptz,
	constraint account_export_state check (
	    num_nonnulls(file, failed) = num_nonnulls(ended_at)
	    and num_nonnulls(ended_at) = num_nonnulls(expires_at)
	    and num_nonnulls(file) = num_nonnulls(bytes))
);
create index account_export_expires on account_export (expires_at);

-- A list of a picture's files begins with the key and a space; this one has none.
create function free_export() returns trigger language plpgsql as $$
begin
	insert into job (kind, data)
	select 'free_media', json_build_object('files', file || ' ')
	from gone where file is not null;
	perform pg_notify('job', '');
	return null;
end $$;
create trigger export_gone after delete on account_export
    referencing old table as gone
    for each statement execute function free_export();

insert into schedule (kind, every, next_at) values
	('sweep_exports', '1 hour', now() + interval '25 minutes'),
	('sweep_imports', '1 hour', now() + interval '35 minutes');
