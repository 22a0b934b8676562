-- What the viewer wants to be told of.
-- in: viewer int8
-- out: follow bool, like bool, comment bool, reply bool, mention bool,
-- out: invite bool
select not 'follow' = any (off) as follow, not 'like' = any (off) as "like",
    not 'comment' = any (off) as comment, not 'reply' = any (off) as reply,
    not 'mention' = any (off) as mention, not 'invite' = any (off) as invite
from notice_state
where account = $1
