-- What the staff does with reports: cases are closed, things are taken down and
-- come back, people are warned and suspended, and told of it.

-- Closed by the staff, and not by its owner: the staff can open it again.
alter table account add column suspended_at timestamptz;
alter table account add constraint account_suspended_closed
    check (suspended_at is null or not is_active);
create index account_name_begins on account
    (lower(username) text_pattern_ops);
create index account_mail_begins on account (lower(email) text_pattern_ops);

-- Cases as the staff sees them, whoever else may see what they are about.
create view shown_case as
select c.id, c.item, c.board, c.person,
    coalesce(i.kind::text, case when c.board is not null then 'board'
	else 'person' end) as kind,
    o.id as owner, o.username as owner_name,
    left(coalesce(item_text(c.item), b.title, o.username), 200) as excerpt,
    coalesce(item_image(item_root(c.item)), av.image) as image,
    coalesce('/' || r.kind || '/' || r.id
	|| case when r.id <> i.id then '#comment-' || i.id else '' end,
	'/board/' || b.id, '/@' || o.username) as url,
    coalesce(i.visibility, b.visibility, 0) = 2 as taken_down,
    o.suspended_at is not null as owner_suspended,
    c.n, c.reasons, c.first_at, c.reported_at, c.closed_at, c.action
from report_case c
left join item i on i.id = c.item
left join item r on r.id = item_root(c.item)
left join board b on b.id = c.board
left join account o on o.id = coalesce(i.owner, b.owner, c.person)
left join media av on av.id = o.avatar and c.person is not null;

-- Deciding -----------------------------------------------------------------------

-- What it was before it was taken down.
alter table item add column former_visibility smallint;
alter table board add column former_visibility smallint;

-- Why somebody cannot be suspended, in a word; null: they are.
create function suspend_account(asked bigint) returns text
language plpgsql as $$
declare
	a account;
begin
	select * into a from account where id = asked for no key update;
	if a.is_staff then
		return 'staff';
	elsif not a.is_active then
		return 'closed';
	end if;
	update account set is_active = false, suspended_at = clock_timestamp()
	where id = asked;
	return null;
end $$;

-- Does what the staff decided of a case.  reason: why it cannot be done, and
-- then nothing was; person: whom it is about.  Locks the thing, its owner, and
-- the case, as whoever reports it does.
create function resolve_case(asked bigint, by_staff bigint, what text,
    why text, out reason text, out person bigint) language plpgsql as $$
declare
	c shown_case;
	done bigint;
begin
	select * into c from shown_case s where s.id = asked;
	person := c.owner;
	if what in ('take_down', 'restore') and c.person is not null then
		reason := 'person';
	elsif what = 'take_down' then
		update item set former_visibility = visibility, visibility = 2
		where id = c.item and visibility <> 2 returning id into done;
		if c.board is not null then
			update board set former_visibility = visibility,
			    visibility = 2
			where id = c.board and visibility <> 2
			returning id into done;
		end if;
		reason := case when done is null then 'down' end;
	elsif what = 'restore' then
		update item set visibility = coalesce(former_visibility, 0),
		    former_visibility = null
		where id = c.item and visibility = 2 returning id into done;
		if c.board is not null then
			update board
			set visibility = coalesce(former_visibility, 0),
			    former_visibility = null
			where id = c.board and visibility = 2
			returning id into done;
		end if;
		reason := case when done is null then 'up' end;
	elsif what = 'suspend' then
		reason := suspend_account(c.owner);
	end if;
	if reason is null then
		reason := close_case(asked, what);
	end if;
	if reason is null then
		insert into staff_log (staff, staff_name, action, item, board,
		    person, about, note)
		select a.id, a.username, what, c.item, c.board, c.owner, c.excerpt,
		    why
		from account a where a.id = by_staff;
	end if;
end $$;

-- Its reports are closed with it; only what is open can be dismissed.
create function close_case(asked bigint, what text) returns text
language plpgsql as $$
declare
	c report_case;
begin
	select * into c from report_case where id = asked for no key update;
	if what = 'dismiss' and c.closed_at is not null then
		return 'judged';
	end if;
	update report_case set closed_at = clock_timestamp(), action = what
	where id = asked;
	update report set closed_at = clock_timestamp()
	where closed_at is null and (item = c.item or board = c.board
	    or person = c.person);
	return null;
end $$;

-- reason: why not; then nothing was done.
create function unsuspend_account(asked bigint, by_staff bigint)
returns text language plpgsql as $$
declare
	a account;
begin
	select * into a from account where id = asked for no key update;
	if a.suspended_at is null or a.deleted_at is not null then
		return 'active';
	end if;
	update account set is_active = true, suspended_at = null
	where id = asked;
	insert into staff_log (staff, staff_name, action, person, about)
	select s.id, s.username, 'unsuspend', a.id, a.username
	from account s where s.id = by_staff;
	return null;
end $$;

-- Notices ------------------------------------------------------------------------
--
-- Who of the staff it was is not told: the actor is 0.  They are about what their
-- receiver may see no longer, so the rule is not asked; and neither blocking nor
-- muting nor switching off keeps them away.  A board is known by its id below 0.

create function told_staff() returns trigger language plpgsql as $$
begin
	perform add_notice_job('staff', 0, id) from made
	where action in ('take_down', 'restore', 'warn') and person is not null;
	return null;
end $$;
create trigger told_staff after insert on staff_log
    referencing new table as made
    for each statement execute function told_staff();

-- The last thing that the staff did, of a notice of theirs.
create function notice_staff(asked bigint, out action text, out note text)
language sql stable as $$
	select l.action, l.note
	from notice_event e join staff_log l on l.id = e.source
	where e.notice = asked and e.topic = 'staff'
	order by l.id desc limit 1
$$;

-- A board that goes takes them with it, as an item does.
create function told_staff_board() returns trigger language plpgsql as $$
begin
	perform notice_hold(array(select receiver from notice
	    where item = -old.id and kind = 'staff'));
	delete from notice where item = -old.id and kind = 'staff';
	return null;
end $$;
create trigger told_staff_board_gone after delete on board
    for each row execute function told_staff_board();
