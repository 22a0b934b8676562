-- What makes a style post popular: likes and bookmarks of others (1 each), and
-- their comments (2), as long as they are there.  How that is counted, 0013 says.
--
-- Scores are locked last of all, after counters (0012), by the ids of posts.

-- Comments on posts by others than their writers, as their authors cannot be
-- told any more when they go.
create table style_comment (
	comment bigint primary key,
	style bigint not null references style (id) on delete cascade,
	created_at timestamptz not null
);
create index style_comment_style on style_comment (style);

-- What was done for posts at these times, or, with a negative amount, taken back.
create function score_styles(styles bigint[], times timestamptz[],
    amount numeric) returns void language plpgsql as $$
begin
	if styles is null then
		return;
	end if;
	perform 1 from style_score where style = any (styles)
	order by style for no key update;
	update style_score s set worth = d.worth,
	    score = style_score_of(s.born, d.worth)
	from (
		select p.style,
		    p.worth + sum(style_worth(p.born, c.at, amount)) as worth
		from unnest(styles, times) c (style, at)
		join style_score p on p.style = c.style
		group by p.style
	) d
	where s.style = d.style;
end $$;

-- Likes and bookmarks.
create function style_liked() returns trigger language plpgsql as $$
begin
	perform score_styles(array_agg(c.item), array_agg(c.created_at),
	    case tg_op when 'INSERT' then 1 else -1 end)
	from changed c join item i on i.id = c.item
	where i.kind = 'style' and i.owner <> c.account;
	return null;
end $$;
create trigger like_scored after insert on item_like
    referencing new table as changed
    for each statement execute function style_liked();
create trigger like_unscored after delete on item_like
    referencing old table as changed
    for each statement execute function style_liked();
create trigger bookmark_scored after insert on bookmark
    referencing new table as changed
    for each statement execute function style_liked();
create trigger bookmark_unscored after delete on bookmark
    referencing old table as changed
    for each statement execute function style_liked();

create function style_comments_scored() returns trigger
language plpgsql as $$
begin
	perform score_styles(array_agg(style), array_agg(created_at),
	    case tg_op when 'INSERT' then 2 else -2 end)
	from changed;
	return null;
end $$;
create trigger style_comment_scored after insert on style_comment
    referencing new table as changed
    for each statement execute function style_comments_scored();
create trigger style_comment_unscored after delete on style_comment
    referencing old table as changed
    for each statement execute function style_comments_scored();

create function add_style_comments(asked bigint[]) returns void
language sql as $$
	insert into style_comment (comment, style, created_at)
	select c.id, p.id, c.created_at
	from comment c
	join item i on i.id = c.id
	join item p on p.id = c.on_item
	where c.id = any (asked) and p.kind = 'style' and p.owner <> i.owner
	order by c.id
$$;

create function style_commented() returns trigger language plpgsql as $$
begin
	if tg_op = 'INSERT' then
		perform add_style_comments(array(
		    select id from changed where there));
	else
		delete from style_comment where comment in (
		    select id from changed);
	end if;
	return null;
end $$;
create trigger comment_scored after insert on comment
    referencing new table as changed
    for each statement execute function style_commented();
create trigger comment_unscored after delete on comment
    referencing old table as changed
    for each statement execute function style_commented();

create function style_comment_changed() returns trigger
language plpgsql as $$
begin
	delete from style_comment where comment in (
	    select b.id from before b join changed c on c.id = b.id
	    where b.there and not c.there);
	perform add_style_comments(array(
	    select b.id from before b join changed c on c.id = b.id
	    where c.there and not b.there));
	return null;
end $$;
create trigger comment_rescored after update on comment
    referencing old table as before new table as changed
    for each statement execute function style_comment_changed();
