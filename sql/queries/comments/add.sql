-- A comment on an item that is held (parent 0), or a reply.  Its author is held,
-- as whoever leaves has comments that are not counted; who has left: no row.
-- in: owner int8, item int8, parent int8, to_profile int8, content text
-- out: id int8
with author as materialized (
	select id from account where id = $1 and is_active for share
), new as (
	insert into item (kind, owner, created_at, edited_at)
	select 'comment', id, t, t from author, clock_timestamp() t
	returning id, created_at
)
insert into comment (id, on_item, parent, to_account, content, created_at)
select id, $2, nullif($3, 0), nullif($4, 0), $5, created_at from new
returning id
