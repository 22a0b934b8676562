-- Who may see what: the one rule, and what people keep away from themselves.
--
-- Items and boards are seen while their owner is there and they are neither
-- deleted nor taken down; secret ones by their owner, and boards by those who
-- were let in.  People who have blocked each other, whoever did, see nothing of
-- one another.  What somebody muted stays out of lists and can be opened.
--
-- A viewer of 0 is nobody in particular.  It is also asked for whoever neither
-- hides nor is kept from anything (hides_something).  A viewer below 0 is whoever
-- has the id above, and has neither blocked, nor been blocked, nor muted: then
-- nothing is looked up.  eyes() says which of these somebody is.

create table block (
	blocker bigint not null references account (id) on delete cascade,
	blocked bigint not null references account (id) on delete cascade,
	created_at timestamptz not null default clock_timestamp(),
	primary key (blocker, blocked),
	constraint block_not_self check (blocker <> blocked)
);
create index block_blocked on block (blocked);
create index block_newest on block (blocker, created_at desc, blocked desc);

-- One of: a person, a tag, an item, or a word of titles and texts.
create table mute (
	id bigint generated always as identity primary key,
	account bigint not null references account (id) on delete cascade,
	person bigint references account (id) on delete cascade,
	tag bigint references tag (id) on delete cascade,
	item bigint references item (id) on delete cascade,
	word text check (length(word) between 1 and 50),
	created_at timestamptz not null default clock_timestamp(),
	constraint mute_one_thing check (num_nonnulls(person, tag, item, word) = 1),
	constraint mute_not_self check (person is null or person <> account)
);
create unique index mute_person_key on mute (account, person)
    where person is not null;
create unique index mute_tag_key on mute (account, tag) where tag is not null;
create unique index mute_item_key on mute (account, item)
    where item is not null;
create unique index mute_word_key on mute (account, lower(word))
    where word is not null;
create index mute_newest on mute (account, created_at desc, id desc);
create index mute_person on mute (person) where person is not null;
create index mute_tag on mute (tag) where tag is not null;
create index mute_item on mute (item) where item is not null;

-- Others who may do something on a board: viewer looks at it, adder puts items
-- on it, editor changes it as well.  Invited until accepted_at.
create table board_member (
	board bigint not null references board (id) on delete cascade,
	account bigint not null references account (id) on delete cascade,
	role text not null check (role in ('viewer', 'adder', 'editor')),
	created_at timestamptz not null default clock_timestamp(),
	accepted_at timestamptz,
	primary key (board, account)
);
create index board_member_account on board_member (account, created_at desc,
    board desc);

alter table board add column deleted_at timestamptz;
drop index board_title_key;
create unique index board_title_key on board (owner, lower(title))
    where deleted_at is null;

alter table item drop constraint item_visibility_check;
alter table item add constraint item_visibility_check
    check (visibility in (0, 1, 2)); -- everybody, the owner, taken down
alter table board drop constraint board_visibility_check;
alter table board add constraint board_visibility_check
    check (visibility in (0, 1, 2));

-- The rule ---------------------------------------------------------------------

create function is_apart(one bigint, other bigint) returns boolean
language plpgsql stable parallel safe as $$
begin
	return exists (select from block where blocker = one and blocked = other)
	    or exists (select from block where blocker = other and blocked = one);
end $$;

create function is_member(asked bigint, viewer bigint) returns boolean
language plpgsql stable parallel safe as $$
begin
	return exists (select from board_member
	    where board = asked and account = viewer and accepted_at is not null);
end $$;

-- Text as words with a space before and after each.
create function spaced(words text) returns text
language sql immutable parallel safe as $$
	select ' ' || lower(regexp_replace(words, '[^[:alnum:]]+', ' ', 'g')) || ' '
$$;

-- Whether a word is in a text: as a whole, and in Hangul at the beginning of
-- one, as particles follow nouns.
create function has_word(words text, word text) returns boolean
language sql immutable parallel safe as $$
	select position(case when word ~ '[가-힣]$' then rtrim(spaced(word))
	    else spaced(word) end in spaced(words)) > 0
$$;

-- The words of an item, whatever its kind: a muted word is looked for in them,
-- and notices show them.
create function item_text(asked bigint) returns text
language plpgsql stable parallel safe as $$
begin
	return coalesce((select title from pin where id = asked),
	    (select content from style where id = asked),
	    (select content from comment where id = asked));
end $$;

create function is_muted(viewer bigint, author bigint, asked bigint)
returns boolean language plpgsql stable parallel safe as $$
begin
	if not exists (select from mute where account = viewer) then
		return false;
	end if;
	return exists (select from mute where account = viewer
	        and (person = author or item = asked))
	    or exists (select from item_tag t join mute m on m.tag = t.tag
	        where t.item = asked and m.account = viewer)
	    or exists (select from mute where account = viewer
	        and word is not null and has_word(item_text(asked), word));
end $$;

-- May the viewer open it?  active: whether its owner's account is.  A person is
-- asked for as what they own, with a visibility of 0.
drop function can_see(bigint, smallint, timestamptz, bigint);
create function can_see(active boolean, owner bigint, visibility smallint,
    deleted_at timestamptz, viewer bigint) returns boolean
language sql stable parallel safe as $$
	select active and deleted_at is null
	    and (visibility = 0 or visibility = 1 and owner = abs(viewer))
	    and (viewer <= 0 or viewer = owner or not is_apart(viewer, owner))
$$;

-- ... and is it in the viewer's lists?
create function can_list(active boolean, owner bigint, visibility smallint,
    deleted_at timestamptz, item bigint, viewer bigint) returns boolean
language sql stable parallel safe as $$
	select can_see(active, owner, visibility, deleted_at, viewer)
	    and (viewer <= 0 or viewer = owner
	        or not is_muted(viewer, owner, item))
$$;

-- May the viewer open a board?
create function can_see_board(active boolean, owner bigint,
    visibility smallint, deleted_at timestamptz, board bigint, viewer bigint)
returns boolean language sql stable parallel safe as $$
	select active and deleted_at is null
	    and (visibility = 0 or visibility = 1 and (owner = abs(viewer)
	        or viewer <> 0 and is_member(board, abs(viewer))))
	    and (viewer <= 0 or viewer = owner or not is_apart(viewer, owner))
$$;

-- Has somebody a view of their own?  Who has not is answered as everybody is.
create or replace function hides_something(account bigint) returns boolean
language plpgsql stable parallel safe as $$
begin
	return exists (select from item i
	        where i.owner = $1 and i.visibility <> 0)
	    or exists (select from board b
	        where b.owner = $1 and b.visibility <> 0)
	    or exists (select from block where blocker = $1)
	    or exists (select from block where blocked = $1)
	    or exists (select from mute m where m.account = $1)
	    or exists (select from board_member m where m.account = $1);
end $$;

-- The viewer as the rule needs to know them; for queries that ask of many rows.
create function eyes(viewer bigint) returns bigint
language plpgsql stable parallel safe as $$
begin
	return case when not hides_something(viewer) then 0
	    when exists (select from block where blocker = viewer)
	      or exists (select from block where blocked = viewer)
	      or exists (select from mute where account = viewer) then viewer
	    else -viewer end;
end $$;

-- What follows from it ---------------------------------------------------------

-- Locks people in the order of their ids.  Whoever adds or removes a follow holds the
-- two before: their counters are written after it, and whoever holds them may write
-- that follow too.
create function hold_people(people bigint[]) returns boolean
language plpgsql as $$
begin
	perform 1 from account where id = any (people)
	order by id for no key update;
	return true;
end $$;

-- Who blocks somebody follows and is followed by them no longer.  Both are
-- locked, as whoever follows locks them: one of the two comes first, and what
-- comes second sees it.
create function block_made() returns trigger language plpgsql as $$
begin
	perform hold_people(array(
	    select blocker from made union select blocked from made));
	delete from follow f using made m
	where (f.follower = m.blocker and f.followee = m.blocked)
	   or (f.follower = m.blocked and f.followee = m.blocker);
	return null;
end $$;
create trigger block_made after insert on block
    referencing new table as made
    for each statement execute function block_made();

-- Comments are on no board and have no tags of their own.
create or replace function item_made() returns trigger language plpgsql as $$
begin
	insert into item_list (item) select id from made where kind <> 'comment';
	return null;
end $$;

-- A pin is shown with the boards that everybody may see.
create or replace function list_item_boards(items bigint[]) returns void
language plpgsql as $$
begin
	perform 1 from item_list where item = any (items)
	order by item for no key update;
	update item_list l set boards = coalesce((
		select json_agg(json_build_object('id', b.id, 'title', b.title)
		    order by b.put_at desc, b.id desc)
		from (
			select b.id, b.title, bi.created_at as put_at
			from board_item bi
			join board b on b.id = bi.board
			join account a on a.id = b.owner
			where bi.item = l.item and can_see_board(a.is_active,
			    b.owner, b.visibility, b.deleted_at, b.id, 0)
			order by bi.created_at desc, b.id desc limit 20) b), '[]')
	where l.item = any (items);
end $$;
drop trigger board_shown_otherwise on board;
create trigger board_shown_otherwise
    after update of title, visibility, deleted_at on board
    for each row
    when ((old.title, old.visibility, old.deleted_at)
        is distinct from (new.title, new.visibility, new.deleted_at))
    execute function board_shown_otherwise();

create or replace view shown_pin as
select i.id, i.owner, i.visibility, i.deleted_at,
    a.username as author,
    l.boards, l.tags as tag_set,
    i.created_at, i.edited_at as updated_at, p.title, m.image, p.image_url,
    m.width as "media.width", m.height as "media.height",
    m.colour as "media.colour", m.placeholder as "media.placeholder",
    m.frames > 1 as "media.animated", m.files as "media.sizes",
    a.is_active as active
from item i
join account a on a.id = i.owner
join pin p on p.id = i.id
join item_list l on l.item = i.id
join media m on m.id = p.media
where i.kind = 'pin';
