-- Notices: what a person is told of.
--
-- Whoever follows, likes, comments or invites adds a job in the same transaction
-- and touches nothing of the one who is told; the job writes the notice.  What
-- happens to one thing makes one notice while it is unread: the group, with an
-- event for each thing that happened.  What happens after it was read makes a
-- new group.
--
-- A job names what may have happened by (topic, actor, source), as (follow, who
-- follows, whom), and looks whether it is so now: then the events are there, and
-- else not.  So it does not matter how often a job runs, nor in which order.
-- What is taken back is taken out of unread groups; what was read stays, and is
-- not told again if it is done again.
--
-- Nobody is told of what they did themselves, nor of what closed, blocked or
-- muted people did, nor of what they may not see or switched off.  What they may
-- see no longer is hidden by the transaction that brings it about, so that the
-- number of the unread is always that of the list.
--
-- All writers lock in one order: items and boards, people, all else that other
-- features lock, and last the state of those who are told by their ids, events,
-- notices.  That is why the triggers here have names that begin with told: those
-- of one table run in the order of their names.  No key leads from here to items
-- and boards, so that who writes one never waits for whoever reads of it.

create type notice_kind as enum ('follow', 'like', 'comment', 'reply',
    'mention', 'invite', 'staff');

-- How many are unread, and what the person does not want to be told of.
create table notice_state (
	account bigint primary key references account (id) on delete cascade,
	unread int not null default 0,
	off notice_kind[] not null default '{}'
);
insert into notice_state (account) select id from account;

create function notice_state_made() returns trigger language plpgsql as $$
begin
	insert into notice_state (account) select id from made;
	return null;
end $$;
create trigger notice_state_made after insert on account
    referencing new table as made
    for each statement execute function notice_state_made();

create table notice (
	id bigint generated always as identity primary key,
	receiver bigint not null references account (id) on delete cascade,
	kind notice_kind not null,
	item bigint not null default 0, -- what it is about: an item, a board, or 0
	root bigint not null default 0, -- the item on whose page that stands
	newest bigint not null default 0, -- its newest event, by which it is known
	num_actors int not null default 0,
	created_at timestamptz not null default clock_timestamp(), -- of newest
	read_at timestamptz,
	hidden boolean not null default false -- may not be seen now
);
create unique index notice_open on notice (receiver, kind, item)
    where read_at is null;
create index notice_newest on notice (receiver, newest desc);
create index notice_unread on notice (receiver, newest) where read_at is null;
create index notice_item on notice (item) where item <> 0;
create index notice_root on notice (root) where root <> 0;
create index notice_old on notice (created_at);

create table notice_event (
	id bigint generated always as identity primary key,
	notice bigint not null references notice (id) on delete cascade,
	topic notice_kind not null,
	actor bigint not null,
	source bigint not null,
	receiver bigint not null,
	constraint notice_event_key unique (actor, topic, source, receiver)
);
create index notice_event_newest on notice_event (notice, id desc);
create index notice_event_actor on notice_event (notice, actor);

-- Before anything else is written for them.
create function notice_hold(receivers bigint[]) returns void
language plpgsql as $$
begin
	perform 1 from notice_state where account = any (receivers)
	order by account for no key update;
end $$;

-- What a group knows of its events ---------------------------------------------

create function notice_events_made() returns trigger language plpgsql as $$
begin
	update notice n
	set num_actors = num_actors + d.actors, newest = d.newest,
	    created_at = clock_timestamp()
	from (
		select m.notice, max(m.id) as newest,
		    (count(distinct m.actor) filter (where not exists (
			select from notice_event e
			where e.notice = m.notice and e.actor = m.actor
			  and e.id not in (select id from made))))::int as actors
		from made m group by 1) d
	where n.id = d.notice;
	return null;
end $$;
create trigger notice_events_made after insert on notice_event
    referencing new table as made
    for each statement execute function notice_events_made();

-- A group without events is none.
create function notice_events_gone() returns trigger language plpgsql as $$
begin
	update notice n set num_actors = num_actors - d.actors
	from (
		select g.notice, count(distinct g.actor)::int as actors
		from gone g
		where not exists (select from notice_event e
		    where e.notice = g.notice and e.actor = g.actor)
		group by 1) d
	where n.id = d.notice;
	delete from notice
	where id in (select notice from gone) and num_actors = 0;
	return null;
end $$;
create trigger notice_events_gone after delete on notice_event
    referencing old table as gone
    for each statement execute function notice_events_gone();

create function count_unread() returns trigger language plpgsql as $$
begin
	if tg_op <> 'DELETE' then
		update notice_state s set unread = unread + d.n
		from (select receiver, count(*)::int as n from made
		    where read_at is null and not hidden group by 1) d
		where s.account = d.receiver;
	end if;
	if tg_op <> 'INSERT' then
		update notice_state s set unread = unread - d.n
		from (select receiver, count(*)::int as n from gone
		    where read_at is null and not hidden group by 1) d
		where s.account = d.receiver;
	end if;
	return null;
end $$;
create trigger notice_added after insert on notice
    referencing new table as made
    for each statement execute function count_unread();
create trigger notice_changed after update on notice
    referencing old table as gone new table as made
    for each statement execute function count_unread();
create trigger notice_removed after delete on notice
    referencing old table as gone
    for each statement execute function count_unread();

-- What is told -----------------------------------------------------------------

-- Who is to be told of what, if it is so now.  Nothing older than notices are
-- kept, or it would be told twice.  What the staff did (0022) is told of a board
-- by its id below 0.
create function notices_due(topic notice_kind, actor bigint, source bigint)
returns table (receiver bigint, kind notice_kind, item bigint, root bigint)
language plpgsql stable as $$
#variable_conflict use_column
declare
	oldest timestamptz := now() - interval '90 days';
begin
	if $1 = 'follow' then
		return query select f.followee, 'follow'::notice_kind, 0::bigint,
		    0::bigint
		from follow f
		where f.follower = $2 and f.followee = $3
		  and f.created_at > oldest;
	elsif $1 = 'invite' then
		return query select m.account, 'invite'::notice_kind, b.id,
		    0::bigint
		from board b join board_member m on m.board = b.id
		where b.id = $3 and coalesce(m.invited_by, b.owner) = $2
		  and m.accepted_at is null and m.created_at > oldest;
	elsif $1 = 'like' then
		return query select i.owner, 'like'::notice_kind, i.id,
		    item_root(i.id)
		from item_like l join item i on i.id = l.item
		where l.item = $3 and l.account = $2 and l.created_at > oldest;
	elsif $1 = 'comment' then
		return query select distinct on (d.receiver) d.receiver, d.kind,
		    d.item, c.on_item
		from comment c
		join item i on i.id = c.id
		join account o on o.id = i.owner
		left join item p on p.id = c.parent
		join item x on x.id = c.on_item
		cross join lateral (
			select p.owner, 'reply'::notice_kind, p.id, 1
			union all select c.to_account, 'reply', c.on_item, 2
			union all select m.account, 'mention', c.on_item, 3
			from comment_mention m where m.comment = c.id
			union all select x.owner, 'comment', c.on_item, 4
		) d (receiver, kind, item, place)
		where c.id = $3 and i.owner = $2 and c.created_at > oldest
		  and d.receiver is not null
		  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, 0)
		order by d.receiver, d.place;
	elsif $1 = 'staff' then
		return query select l.person, 'staff'::notice_kind,
		    coalesce(l.item, -l.board, 0),
		    coalesce(item_root(l.item), 0)
		from staff_log l
		where l.id = $3 and l.created_at > oldest
		  and (l.item is null
		    or exists (select from item i where i.id = l.item))
		  and (l.board is null
		    or exists (select from board b where b.id = l.board));
	end if;
end $$;

-- May the receiver see what it is about?  Who is invited to a secret board may
-- know that it is there.
create function can_see_notice(receiver bigint, kind notice_kind,
    item bigint, root bigint) returns boolean language plpgsql stable as $$
begin
	if kind = 'staff' then
		return true;
	elsif kind = 'invite' then
		return exists (select from board b
		    join account o on o.id = b.owner
		    where b.id = $3 and can_see_invited(o.is_active, b.owner,
			b.visibility, b.deleted_at, $1));
	end if;
	return not exists (select from unnest(array[$3, $4]) asked
	    where asked <> 0 and not exists (select from item i
		join account o on o.id = i.owner
		where i.id = asked and can_see(o.is_active, i.owner,
		    i.visibility, i.deleted_at, $1)));
end $$;

-- What a notice shows of that, by the same four; nothing if it may not be seen.
create function notice_about(bigint, notice_kind, bigint, bigint)
returns table (id bigint, kind text, title text, image text, page text)
language plpgsql stable as $$
#variable_conflict use_column
begin
	if not can_see_notice($1, $2, $3, $4) then
		return;
	elsif $2 = 'invite' or $3 < 0 then
		return query select b.id, 'board', b.title, null::text,
		    '/board/' || b.id
		from board b where b.id = abs($3);
	elsif $3 <> 0 then
		return query select i.id, i.kind::text, item_text(i.id),
		    item_image($4), '/' || r.kind || '/' || r.id
		from item i, item r where i.id = $3 and r.id = $4;
	end if;
end $$;

-- Whom the job tells of it: see notice_write.  What is said is looked at as well,
-- as it may have a word that is muted.  Of what the staff did nothing is asked.
create function notices_wanted(topic notice_kind, actor bigint, source bigint)
returns table (receiver bigint, kind notice_kind, item bigint, root bigint)
language sql stable as $$
	select d.receiver, d.kind, d.item, d.root
	from notices_due($1, $2, $3) d
	join account r on r.id = d.receiver
	join notice_state s on s.account = d.receiver
	where r.is_active and (d.kind = 'staff'
	    or d.receiver <> $2 and not d.kind = any (s.off)
	  and exists (select from account a where a.id = $2
	      and can_see(a.is_active, a.id, 0::smallint, null, d.receiver))
	  and not is_muted(d.receiver, $2, d.root)
	  and not ($1 = 'comment' and is_muted(d.receiver, $2, $3))
	  and can_see_notice(d.receiver, d.kind, d.item, d.root))
$$;

-- The job: what is so now is told, what is not is taken back.  Each statement
-- sees what was committed before it; whoever changes what it looks at (boards and
-- items, who did it, whose it is) waits for the locks of the first three, or was
-- waited for.
create function notice_write(topic notice_kind, actor bigint, source bigint)
returns void language plpgsql as $$
declare
	boards bigint[];
	items bigint[];
	told bigint[];
	due record;
	at bigint;
begin
	boards := array(select case $1 when 'invite' then $3
	    else (select l.board from staff_log l where l.id = $3) end
	    where $1 in ('invite', 'staff'));
	items := array(select $3 where $1 in ('like', 'comment')
	    union select unnest(array[d.item, d.root])
	    from notices_due($1, $2, $3) d where $1 not in ('follow', 'invite'));
	perform 1 from board where id = any (boards) order by id for share;
	perform 1 from item where id = any (items) order by id for key share;
	perform 1 from account where id in (select $2
	    union select b.owner from board b where b.id = any (boards)
	    union select i.owner from item i where i.id = any (items))
	order by id for share;
	told := array(select d.receiver from notices_due($1, $2, $3) d
	    union select e.receiver from notice_event e
	    where (e.actor, e.topic, e.source) = ($2, $1, $3));
	perform notice_hold(told);
	delete from notice_event e using notice n
	where (e.actor, e.topic, e.source) = ($2, $1, $3) and n.id = e.notice
	  and n.read_at is null
	  and not exists (select from notices_due($1, $2, $3) d
	      where d.receiver = e.receiver and d.kind = n.kind);
	for due in select w.* from notices_wanted($1, $2, $3) w
	    where w.receiver = any (told) and not exists (
		select from notice_event e
		where (e.actor, e.topic, e.source) = ($2, $1, $3)
		  and e.receiver = w.receiver)
	loop
		insert into notice (receiver, kind, item, root)
		values (due.receiver, due.kind, due.item, due.root)
		on conflict (receiver, kind, item) where read_at is null
		do update set root = excluded.root
		returning id into at;
		insert into notice_event (notice, topic, actor, source, receiver)
		values (at, $1, $2, $3, due.receiver);
	end loop;
end $$;

create function add_notice_job(topic notice_kind, actor bigint, source bigint)
returns void language sql as $$
	insert into job (kind, data) values ('notice', json_build_object(
	    'topic', $1, 'actor', $2, 'source', $3));
	select pg_notify('job', '')
$$;

-- What went with its people is not told of.
create function told_follow() returns trigger language plpgsql as $$
begin
	perform add_notice_job('follow', c.follower, c.followee)
	from changed c join account a on a.id = c.follower
	join account b on b.id = c.followee;
	return null;
end $$;
create trigger told_follow after insert on follow
    referencing new table as changed
    for each statement execute function told_follow();
create trigger told_unfollow after delete on follow
    referencing old table as changed
    for each statement execute function told_follow();

-- One's own boards have no invitation for oneself.
create function told_invite() returns trigger language plpgsql as $$
begin
	perform add_notice_job('invite', d.actor, d.board)
	from (select distinct coalesce(c.invited_by, b.owner), b.id
	    from changed c join board b on b.id = c.board) d (actor, board);
	return null;
end $$;
create trigger told_invite after insert on board_member
    referencing new table as changed
    for each statement execute function told_invite();
create trigger told_accept after update on board_member
    referencing new table as changed
    for each statement execute function told_invite();
create trigger told_uninvite after delete on board_member
    referencing old table as changed
    for each statement execute function told_invite();

-- What may be seen no longer, or again -----------------------------------------

-- Their receivers are held.
create function notices_look(notices bigint[]) returns void
language plpgsql as $$
begin
	update notice n
	set hidden = not n.hidden
	where n.id = any (notices)
	  and n.hidden = can_see_notice(n.receiver, n.kind, n.item, n.root);
end $$;

-- Notices of others that stand on somebody's pages.
create function notices_at(owner bigint) returns table (id bigint,
    receiver bigint) language sql stable as $$
	select n.id, n.receiver
	from item i join notice n on n.root = i.id
	where i.owner = $1 and n.receiver <> $1
	union all
	select n.id, n.receiver
	from board b join notice n on n.item = b.id and n.kind = 'invite'
	where b.owner = $1
$$;

create function told_block() returns trigger language plpgsql as $$
declare
	one record;
begin
	perform notice_hold(array(
	    select blocker from changed union select blocked from changed));
	for one in select blocker, blocked from changed
	    union select blocked, blocker from changed order by 1, 2
	loop
		if tg_op = 'INSERT' then
			delete from notice_event
			where actor = one.blocker and receiver = one.blocked;
		end if;
		perform notices_look(array(
		    select id from notices_at(one.blocker)
		    where receiver = one.blocked));
	end loop;
	return null;
end $$;
create trigger told_block after insert on block
    referencing new table as changed
    for each statement execute function told_block();
create trigger told_unblock after delete on block
    referencing old table as changed
    for each statement execute function told_block();

create function told_mute() returns trigger language plpgsql as $$
begin
	perform notice_hold(array(select account from made
	    where person is not null));
	delete from notice_event e using made m
	where e.actor = m.person and e.receiver = m.account;
	return null;
end $$;
create trigger told_mute after insert on mute
    referencing new table as made
    for each statement execute function told_mute();

create function told_account() returns trigger language plpgsql as $$
begin
	perform notice_hold(array(
	    select receiver from notice_event where actor = old.id
	    union select receiver from notices_at(old.id)));
	if tg_op = 'DELETE' or not new.is_active then
		delete from notice_event where actor = old.id;
	end if;
	perform notices_look(array(select id from notices_at(old.id)));
	return null;
end $$;
create trigger told_account after update of is_active on account
    for each row when (old.is_active <> new.is_active)
    execute function told_account();
create trigger told_account_gone after delete on account
    for each row execute function told_account();

-- A comment that may be seen no longer takes its events along; one that comes
-- back is told again.
create function told_item() returns trigger language plpgsql as $$
declare
	items bigint[] := array(select n.id from was o join is_now n using (id)
	    where (o.deleted_at, o.visibility)
		is distinct from (n.deleted_at, n.visibility));
	said bigint[] := array(select id from is_now
	    where kind = 'comment' and id = any (items));
begin
	if items = '{}' then
		return null;
	end if;
	perform notice_hold(array(select receiver from notice
	    where root = any (items)
	    union select receiver from notice
	    where item = any (items) and root <> 0
	    union select e.receiver from notice_event e
	    join is_now n on n.owner = e.actor and n.id = e.source
	    where e.topic = 'comment' and n.id = any (said)));
	delete from notice_event e using is_now n
	where n.id = any (said) and e.topic = 'comment'
	  and e.actor = n.owner and e.source = n.id
	  and not can_see(true, n.owner, n.visibility, n.deleted_at, 0);
	perform notices_look(array(select id from notice
	    where root = any (items)
	    union select id from notice
	    where item = any (items) and root <> 0));
	perform add_notice_job('comment', n.owner, n.id)
	from is_now n
	where n.id = any (said)
	  and can_see(true, n.owner, n.visibility, n.deleted_at, 0);
	return null;
end $$;
create trigger told_item after update on item
    referencing old table as was new table as is_now
    for each statement execute function told_item();

create function told_item_gone() returns trigger
language plpgsql as $$
declare
	notices bigint[] := array(
	    select n.id from gone g join notice n on n.root = g.id
	    union select n.id from gone g join notice n on n.item = g.id
	    where n.root <> 0);
	events bigint[] := array(
	    select e.id from gone g
	    join notice_event e on e.actor = g.owner and e.source = g.id
	    where e.topic = 'comment' and g.kind = 'comment');
begin
	if notices <> '{}' or events <> '{}' then
		perform notice_hold(array(
		    select receiver from notice where id = any (notices)
		    union select receiver from notice_event
		    where id = any (events)));
		delete from notice_event where id = any (events);
		delete from notice where id = any (notices);
	end if;
	return null;
end $$;
create trigger told_item_gone after delete on item
    referencing old table as gone
    for each statement execute function told_item_gone();

create function told_board() returns trigger language plpgsql as $$
begin
	perform notice_hold(array(select receiver from notice
	    where item = old.id and kind = 'invite'));
	if tg_op = 'DELETE' then
		delete from notice where item = old.id and kind = 'invite';
	else
		perform notices_look(array(select id from notice
		    where item = old.id and kind = 'invite'));
	end if;
	return null;
end $$;
create trigger told_board after update of deleted_at, visibility on board
    for each row
    when ((old.deleted_at, old.visibility)
        is distinct from (new.deleted_at, new.visibility))
    execute function told_board();
create trigger told_board_gone after delete on board
    for each row execute function told_board();

-- They are kept for 90 days -----------------------------------------------------

-- How many it removed: at most 1,000.
create function notices_sweep() returns bigint language plpgsql as $$
declare
	old bigint[] := array(select id from notice
	    where created_at < now() - interval '90 days'
	    order by created_at limit 1000);
begin
	perform notice_hold(array(
	    select receiver from notice where id = any (old)));
	delete from notice
	where id = any (old) and created_at < now() - interval '90 days';
	return cardinality(old);
end $$;

insert into schedule (kind, every, next_at) values
	('sweep_notices', '1 day', now() + interval '40 minutes');
