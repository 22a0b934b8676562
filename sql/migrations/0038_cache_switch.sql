-- The cache is switched off by a writer who could not fence, nor the guardian for
-- him, until no lease could stand any more: the others need not wait as long then.
-- The guardian switches it on before it begins an epoch (fcgi-app/infra/ftc.h).
create table cache_switch (
	one boolean primary key default true check (one),
	off boolean not null default false,
	turns bigint not null default 0 -- how often it was switched off
);
insert into cache_switch default values;
