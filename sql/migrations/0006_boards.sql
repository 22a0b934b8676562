-- An order made by hand: of a person's boards, and of what is on a board.
--
-- A list is read from the newest to the oldest by (place, id).  place is the
-- moment at which a row was put there; what is moved stands as if it had been
-- put there at a moment between those of its new neighbours.  So what is new
-- still comes first, and a page goes on by its key as that of any other list.

alter table board add column place timestamptz;
update board set place = created_at;
alter table board alter column place set default clock_timestamp(),
    alter column place set not null;
drop index board_owner;
create index board_owner on board (owner, place desc, id desc);

alter table board_item add column place timestamptz;
update board_item set place = created_at;
alter table board_item alter column place set default clock_timestamp(),
    alter column place set not null;
drop index board_item_newest;
create index board_item_newest on board_item (board, place desc, item desc);

-- Tags by how their names begin, without regard to case.
create index tag_prefix on tag (lower(tag_name) text_pattern_ops);
