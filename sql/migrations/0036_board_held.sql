-- What is put on a board holds the board before its row is there.  Who put one
-- thing on it had the row first and the board, which counts it, after; who put
-- many had the board first, and found the row of the other in the way: each had
-- what the other wanted, and one was refused (deadlock).

create or replace function find_live() returns trigger language plpgsql as $$
begin
	select is_live(visibility, deleted_at) into new.live
	from item where id = new.item for key share;
	if new.live is null then
		new.live := true; -- no such item: the foreign key says so
	end if;
	perform 1 from board where id = new.board for no key update;
	return new;
end $$;
