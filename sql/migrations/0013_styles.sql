-- Style posts: what somebody wears or wants to show, in up to ten pictures.
--
-- A post is an item of kind `style`.  Its pictures are its own and stay as they
-- are; they go with it.  #words of the text are its tags, as those of titles
-- of pins are theirs.

create table style (
	id bigint primary key references item (id) on delete cascade,
	content text not null check (length(content) between 1 and 1000),
	-- width by height of the frame that its pictures are shown in
	image_ratio float8 not null default 1
	    check (image_ratio > 0 and image_ratio <= 100)
);

-- An account's media may go before its posts.
create table style_image (
	style bigint not null references style (id) on delete cascade,
	place smallint not null check (place between 1 and 10),
	media bigint not null references media (id)
	    deferrable initially deferred,
	primary key (style, place)
);
create unique index style_image_media on style_image (media);

-- A post takes its media with it, however it goes.
create trigger style_image_gone after delete on style_image
    referencing old table as gone
    for each statement execute function drop_pin_media();

-- How popular a post is ---------------------------------------------------------
--
-- Exponential decay, counted forwards (Cormode, Shkapenyuk, Srivastava, Xu:
-- Forward Decay, ICDE 2009): what somebody does for a post at the time t is worth
-- amount * 2^((t - epoch) / half-life), and the score is log2 of the sum.  As time
-- goes by, all posts lose alike: the order stays what it is until somebody does
-- something, so no score is ever computed anew.
--
-- The sum is kept as what it is worth at the post's birth, in decimals, which are
-- added and taken away exactly; the birth itself is worth 1.  The score is in
-- millionths of a half-life, from 2026 on: a post that is a half-life younger
-- needs half as much.
--
-- A list by score goes on by (score, id).  What rises while somebody walks down is
-- ahead of him and does not come twice; only what somebody takes back can bring a
-- post once more, and lists in the browser leave out what they show already.

create table style_score (
	style bigint primary key references style (id) on delete cascade,
	born timestamptz not null,
	worth numeric not null check (worth >= 1),
	score bigint not null
) with (fillfactor = 80);
create index style_score_popular on style_score (score desc, style desc);

create function style_half_life() returns interval
language sql immutable parallel safe as $$ select interval '2 days' $$;

-- Half-lives from one time to another; numeric, and so the same everywhere.
create function half_lives(since timestamptz, until timestamptz) returns numeric
language sql immutable parallel safe as $$
	select extract(epoch from until - since)
	    / extract(epoch from style_half_life())
$$;

-- What is done for a post at a time is worth this at its birth.
create function style_worth(born timestamptz, at timestamptz, amount numeric)
returns numeric language sql immutable parallel safe as $$
	select round(amount * power(2.0, half_lives(born, at)), 6)
$$;

create function style_score_of(born timestamptz, worth numeric) returns bigint
language sql immutable parallel safe as $$
	select round(1000000 * (half_lives('2026-01-01Z', born)
	    + log(2.0, worth)))::bigint
$$;

create function style_born() returns trigger language plpgsql as $$
begin
	insert into style_score (style, born, worth, score)
	select m.id, i.created_at, 1, style_score_of(i.created_at, 1)
	from made m join item i on i.id = m.id;
	return null;
end $$;
create trigger style_born after insert on style
    referencing new table as made
    for each statement execute function style_born();

-- The addresses of all sizes of a picture, of its list of files (infra/files.h):
-- the narrowest first, the original last.
create function media_sizes(files text) returns json
language sql stable parallel safe as $$
	select coalesce(json_agg(json_build_object('width', m[2]::int,
	    'height', m[3]::int, 'url', media_url(left(key, 2) || '/' || key
	    || '/' || m[1] || '.' || m[4])) order by n), '[]')
	from split_part(files, ' ', 1) key,
	    regexp_matches(files, ' (\w+)=(\d+)x(\d+)\.(\w+)', 'g')
	    with ordinality p (m, n)
$$;

-- Style posts as every list and page shows them; see shown_pin.
create view shown_style as
select i.id, i.owner, i.visibility, i.deleted_at, o.is_active as active,
    o.username as author, s.content, s.image_ratio, p.images, p.media, l.tags as tag_set,
    i.created_at, i.edited_at as updated_at,
    n.comments as num_comments, n.likes as num_likes
from item i
join account o on o.id = i.owner
join style s on s.id = i.id
join item_list l on l.item = i.id
join item_count n on n.item = i.id
cross join lateral (
	select coalesce(json_agg(media_url(m.image) order by x.place), '[]')
	    as images,
	    coalesce(json_agg(json_build_object('width', m.width,
		'height', m.height, 'colour', m.colour,
		'placeholder', m.placeholder, 'animated', m.frames > 1,
		'sizes', media_sizes(m.files)) order by x.place), '[]') as media
	from style_image x join media m on m.id = x.media
	where x.style = i.id) p
where i.kind = 'style';
