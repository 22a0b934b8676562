-- Removes links to boards that can no longer be used.
delete from board_link where expires_at < now()
