-- What people say of themselves, and the one view of them.
--
-- user_name is what somebody is shown as, profile_name what they are found by
-- besides their username; both are the username until they are given, and
-- follow it as long as they are.  birthday, shoe_size and phone_number are for
-- their owner alone.

alter table account
    add column user_name text,
    add column profile_name text,
    add column introduction text not null default ''
	check (length(introduction) <= 100),
    add column gender text check (gender in ('M', 'F', 'O')),
    add column birthday date check (birthday >= '1900-01-01'),
    add column shoe_size smallint
	check (shoe_size between 220 and 310 and shoe_size % 5 = 0),
    add column phone_number text
	check (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
    add column num_posts int not null default 0;

update account a set user_name = username, profile_name = username,
    num_posts = (select count(*) from item i where i.owner = a.id
	and i.kind in ('pin', 'style') and i.visibility = 0
	and i.deleted_at is null);

alter table account
    alter column user_name set not null,
    alter column profile_name set not null,
    add constraint account_user_name_check
	check (length(user_name) between 1 and 20),
    add constraint account_profile_name_check
	check (length(profile_name) between 1 and 20);
create unique index account_profile_name_key
    on account (lower(normalize(profile_name, NFKC)));

-- Names that differ in nothing but how they are encoded are one name.
create unique index account_username_nfkc_key
    on account (lower(normalize(username, NFKC)));
create unique index account_email_nfkc_key
    on account (lower(normalize(email, NFKC)));

-- Somebody else may have taken as profile name what is a username now.
create function free_profile_name(wanted text, person bigint) returns text
language plpgsql as $$
declare
	found text := wanted;
begin
	while exists (select from account
	    where lower(normalize(profile_name, NFKC))
		= lower(normalize(found, NFKC)) and id <> person) loop
		found := left(wanted, 12) || '-'
		    || substr(md5(random()::text), 1, 7);
	end loop;
	return found;
end $$;

create function name_person() returns trigger language plpgsql as $$
begin
	if tg_op = 'INSERT' then
		new.user_name := coalesce(new.user_name, new.username);
		new.profile_name := coalesce(new.profile_name,
		    free_profile_name(new.username, new.id));
		return new;
	end if;
	if new.user_name = old.username and old.user_name = old.username then
		new.user_name := new.username;
	end if;
	if new.profile_name = old.username
	    and old.profile_name = old.username then
		new.profile_name := free_profile_name(new.username, new.id);
	end if;
	return new;
end $$;
create trigger account_named before insert on account
    for each row execute function name_person();
create trigger account_renamed before update of username on account
    for each row when (old.username <> new.username)
    execute function name_person();

-- A person as every list and page shows them: the one place that knows what
-- that is.  active and id are what can_see wants to know.
create view shown_person as
select a.id, a.is_active as active, a.username, a.user_name, a.profile_name,
    m.image, a.introduction, a.num_posts, a.follower_count,
    a.following_count, a.created_at
from account a
left join media m on m.id = a.avatar;

-- Does the viewer follow this person?  In the published form: true, false, null
-- for oneself, "login required" for nobody in particular.
create function following_state(person bigint, viewer bigint) returns json
language plpgsql stable parallel safe as $$
begin
	if viewer = 0 then
		return '"login required"';
	elsif viewer = person then
		return 'null';
	end if;
	return case when exists (select from follow
	    where follower = viewer and followee = person)
	    then 'true' else 'false' end;
end $$;

-- A person inside of something else, in the published form.
create function person_json(asked bigint, viewer bigint) returns json
language plpgsql stable parallel safe as $$
begin
	return (select json_build_object('user_id', p.id,
	    'username', p.username, 'user_name', p.user_name, 'profile_name', p.profile_name,
	    'image', media_url(p.image),
	    'following', following_state(p.id, viewer))
	    from shown_person p where p.id = asked);
end $$;

-- Posts: what a person has made that everybody may see.  Items are locked
-- before the accounts of their owners, and those in the order of their ids.

create function is_post(kind item_kind, visibility smallint,
    deleted_at timestamptz) returns boolean
language sql immutable parallel safe as $$
	select kind in ('pin', 'style') and visibility = 0
	    and deleted_at is null
$$;

create view posted as
select id, owner from item where is_post(kind, visibility, deleted_at);

create function add_posts(owners bigint[], signs int[]) returns void
language plpgsql as $$
begin
	if owners is null then
		return;
	end if;
	perform 1 from account where id = any (owners)
	order by id for no key update;
	update account a set num_posts = num_posts + d.n
	from (select o.id, sum(o.sign)::int as n
	    from unnest(owners, signs) o (id, sign)
	    group by o.id having sum(o.sign) <> 0) d
	where a.id = d.id;
end $$;

create function count_posts() returns trigger language plpgsql as $$
begin
	if tg_op = 'UPDATE' then
		perform add_posts(array_agg(c.owner), array_agg(case
		    when is_post(c.kind, c.visibility, c.deleted_at)
		    then 1 else -1 end))
		from before b join changed c on c.id = b.id
		where is_post(b.kind, b.visibility, b.deleted_at)
		    <> is_post(c.kind, c.visibility, c.deleted_at);
	else
		perform add_posts(array_agg(owner), array_agg(
		    case tg_op when 'INSERT' then 1 else -1 end))
		from changed where is_post(kind, visibility, deleted_at);
	end if;
	return null;
end $$;
create trigger item_posted after insert on item
    referencing new table as changed
    for each statement execute function count_posts();
create trigger item_unposted after delete on item
    referencing old table as changed
    for each statement execute function count_posts();
create trigger item_reposted after update on item
    referencing old table as before new table as changed
    for each statement execute function count_posts();

-- No row is without names, whoever writes it.
alter table account enable always trigger account_named;
