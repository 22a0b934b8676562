-- Holds items, by id, before they are put somewhere: none is deleted meanwhile.
-- Those that cannot be seen too: one that came back meanwhile would be held
-- after the boards.
-- in: items int8s
-- out: id int8
select id from item where id = any ($1) order by id for key share
