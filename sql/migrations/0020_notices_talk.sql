-- Notices of likes, comments, replies, mentions: when they are told.  To whom, and
-- what of, stands with all others in 0019.
--
-- A comment tells each person once: whom it answers, else whom it names, else the
-- owner of what it is on.  A like is told with what was liked, the others with
-- where they stand, except for a reply to whoever began the thread.

-- The page of an item, and of a comment the page on which it stands.
create function item_root(asked bigint) returns bigint
language plpgsql stable as $$
begin
	return coalesce((select on_item from comment where id = asked), asked);
end $$;

-- The first picture.
create function item_image(asked bigint) returns text
language plpgsql stable as $$
begin
	return coalesce(
	    (select m.image from pin p join media m on m.id = p.media
	    where p.id = asked),
	    (select m.image from style_image s join media m on m.id = s.media
	    where s.style = asked order by s.place limit 1));
end $$;

-- What happens -----------------------------------------------------------------

-- What went with its item, or its people, is not told of.
create function told_like() returns trigger language plpgsql as $$
begin
	perform add_notice_job('like', c.account, c.item)
	from changed c join item i on i.id = c.item
	join account a on a.id = c.account;
	return null;
end $$;
create trigger told_like after insert on item_like
    referencing new table as changed
    for each statement execute function told_like();
create trigger told_unlike after delete on item_like
    referencing old table as changed
    for each statement execute function told_like();

create function told_comment() returns trigger language plpgsql as $$
begin
	perform add_notice_job('comment', i.owner, c.id)
	from changed c join item i on i.id = c.id;
	return null;
end $$;
create trigger told_comment after insert on comment
    referencing new table as changed
    for each statement execute function told_comment();

-- A new comment has its job already.
create function told_mention() returns trigger language plpgsql as $$
begin
	perform add_notice_job('comment', i.owner, i.id)
	from (select distinct comment as id from changed) m
	join comment c using (id) join item i using (id)
	where c.created_at < now();
	return null;
end $$;
create trigger told_mention after insert on comment_mention
    referencing new table as changed
    for each statement execute function told_mention();
create trigger told_unmention after delete on comment_mention
    referencing old table as changed
    for each statement execute function told_mention();
