-- Plans that do not need statistics.  Postgres has none of tables that ANALYZE never
-- saw: those of a new site, after a crash (it then forgets what changed, and so when
-- to look), after an upgrade.  It takes `deleted_at is null` for rare there, and
-- began with all that is not deleted, once a row.
--
-- What is looked up by a key is a lateral select with `offset 0`: nothing of its
-- conditions is used to begin somewhere else.

create or replace function is_muted(viewer bigint, author bigint, asked bigint)
returns boolean language plpgsql stable parallel safe as $$
begin
	if not exists (select from mute where account = viewer) then
		return false;
	end if;
	return exists (select from mute where account = viewer
	        and (person = author or item = asked))
	    or exists (select from item_tag t cross join lateral (
	        select from mute m where m.account = viewer and m.tag = t.tag
	        offset 0) m where t.item = asked)
	    or exists (select from mute where account = viewer
	        and word is not null and has_word(item_text(asked), word));
end $$;

create or replace function comment_shown(c shown_comment, seen boolean,
    viewer bigint)
returns table (id bigint, item bigint, parent bigint, content text,
    to_profile json, created_by json, created_at timestamptz,
    updated_at timestamptz, deleted boolean, replies json, num_replies int,
    num_likes int, liked json, mentions json)
language sql stable parallel safe as $$
	select c.id, c.on_item, c.parent, case when seen then c.content end,
	    case when seen then addressee_json(c.to_account) end,
	    case when seen then person_json(c.owner, viewer) end,
	    c.created_at, c.updated_at, not seen,
	    (select coalesce(json_agg(reply_json(r, viewer) order by r.id), '[]')
	     from (
		select r.*
		from comment x cross join lateral (
		    select s.* from shown_comment s where s.id = x.id
		    offset 0) r
		where x.parent = c.id and can_list(r.active, r.owner,
		    r.visibility, r.deleted_at, r.id, viewer)
		order by -x.id desc limit 10) r),
	    c.comments, case when seen then c.likes else 0 end,
	    liked_json(case when seen then c.id end, viewer),
	    case when seen then mentions_json(c.id) else '[]' end
$$;

create or replace function boards_beside(boards json, viewer bigint)
returns json language plpgsql stable parallel safe as $$
begin
	if not exists (select from block where blocker = viewer)
	    and not exists (select from block where blocked = viewer) then
		return boards;
	end if;
	return (select coalesce(json_agg(s.value order by s.place), '[]')
	    from json_array_elements(boards) with ordinality s (value, place)
	    cross join lateral (
	        select b.*, a.is_active
	        from board b join account a on a.id = b.owner
	        where b.id = (s.value->>'id')::bigint offset 0) b
	    where can_see_board(b.is_active, b.owner, b.visibility,
	        b.deleted_at, b.id, viewer));
end $$;
