/* The scripts.  See ftc_scripts.h. */
#include "ftc_scripts.h"

/*
 * Creates the tags that are missing, and takes the lock of an entry.
 * KEYS: E, lock, tags.  ARGV: epoch, nonce, TTL of tags, kind of lock ("" none,
 * "1" per stamps: one that was taken for other stamps counts for nothing, "2"
 * one for all), TTL of the lock.
 * Answer: "1" if the lock was taken, then the stamps.  Nil, and nothing done:
 * the epoch has no lease, or a tag is fenced.
 */
static const char prep[] =
    "local lease = redis.call('GET', KEYS[1]) or '' "
    "if string.sub(lease, 1, #ARGV[1] + 1) ~= ARGV[1] .. '#' then "
    "  return false "
    "end "
    "local out, missing = {'0'}, {} "
    "for i = 3, #KEYS do "
    "  local v = redis.call('GET', KEYS[i]) "
    "  if not v then "
    "    v = ARGV[2] "
    "    missing[#missing + 1] = KEYS[i] "
    "  elseif string.find(v, '|', 1, true) then "
    "    return false "
    "  end "
    "  out[i - 1] = v "
    "end "
    "for _, key in ipairs(missing) do "
    "  redis.call('SET', key, ARGV[2], 'PX', ARGV[3]) "
    "end "
    "if ARGV[4] ~= '' then "
    "  local want = '-' "
    "  if ARGV[4] == '1' then want = table.concat(out, '', 2) end "
    "  if redis.call('GET', KEYS[2]) ~= want then "
    "    redis.call('SET', KEYS[2], want, 'PX', ARGV[5]) "
    "    out[1] = '1' "
    "  end "
    "end "
    "return out";

/*
 * A writer in flight enters its tags, which lose their TTL.
 * KEYS: F, tags.  ARGV: writer, nonce for tags that are missing.  Answer: 1.
 */
static const char fence[] =
    "local all, mark = '', '|' .. ARGV[1] "
    "for i = 2, #KEYS do "
    "  local v = redis.call('GET', KEYS[i]) or ARGV[2] "
    "  if not string.find(v, mark, 1, true) then v = v .. mark end "
    "  redis.call('SET', KEYS[i], v) "
    "  all = all .. #KEYS[i] .. ':' .. KEYS[i] "
    "end "
    "redis.call('HSET', KEYS[1], ARGV[1], all) "
    "return 1";

/*
 * It leaves them; if it committed, they get a new stamp.  A tag that is missing
 * stays so: it will be created with a stamp that nobody has.
 * KEYS: F, tags.  ARGV: writer, "1" if it committed, nonce, TTL of tags.
 * Answer: 1.
 */
static const char release[] =
    "local mark = '|' .. ARGV[1] "
    "for i = 2, #KEYS do "
    "  local v = redis.call('GET', KEYS[i]) "
    "  if v then "
    "    local from, to = string.find(v, mark, 1, true) "
    "    if from then "
    "      v = string.sub(v, 1, from - 1) .. string.sub(v, to + 1) "
    "    end "
    "    local bar = string.find(v, '|', 1, true) "
    "    if ARGV[2] == '1' then "
    "      v = ARGV[3] .. (bar and string.sub(v, bar) or '') "
    "    end "
    "    if bar then redis.call('SET', KEYS[i], v) "
    "    else redis.call('SET', KEYS[i], v, 'PX', ARGV[4]) end "
    "  end "
    "end "
    "redis.call('HDEL', KEYS[1], ARGV[1]) "
    "return 1";

#define NOW_MS \
	"local t = redis.call('TIME') " \
	"local now = t[1] * 1000 + math.floor(t[2] / 1000) "

/*
 * Grants the lease for an epoch that stands, counted from `from`, which the
 * guardian read before it looked at what it has to serve.
 * KEYS: E, G.  ARGV: epoch, from (milliseconds), length.  Answer: 1, or 0.
 */
static const char renew[] =
    NOW_MS
    "local till = ARGV[2] + ARGV[3] "
    "if redis.call('GET', KEYS[2]) ~= ARGV[1] or now >= till then "
    "  return 0 "
    "end "
    "redis.call('SET', KEYS[1], ARGV[1] .. '#' .. ARGV[2], 'PXAT', "
    "  string.format('%.0f', till)) "
    "return 1";

/*
 * Begins an epoch: if Redis lost nothing since the token was set, and nobody
 * else began one in this life of the server.
 * KEYS: E, G, P.  ARGV: epoch, from, length, token.  Answer: 1, or 0.
 */
static const char publish[] =
    NOW_MS
    "local till = ARGV[2] + ARGV[3] "
    "if redis.call('GET', KEYS[3]) ~= ARGV[4] or now >= till then "
    "  return 0 "
    "end "
    "local was = redis.call('GET', KEYS[2]) "
    "if was and string.match(was, '@.*') == string.match(ARGV[1], '@.*') then "
    "  return 0 "
    "end "
    "redis.call('SET', KEYS[2], ARGV[1]) "
    "redis.call('SET', KEYS[1], ARGV[1] .. '#' .. ARGV[2], 'PXAT', "
    "  string.format('%.0f', till)) "
    "redis.call('DEL', KEYS[3]) "
    "return 1";

static const struct row {
	const char *name, *script;
} rows[FTC_COMMANDS] = {
	[FTC_MGET] = { "MGET", NULL },
	[FTC_SET_ENTRY] = { "SET", NULL },
	[FTC_SET_NX_GET] = { "SET NX GET", NULL },
	[FTC_GET] = { "GET", NULL },
	[FTC_DEL] = { "DEL", NULL },
	[FTC_HGETALL] = { "HGETALL", NULL },
	[FTC_TIME_OF] = { "TIME", NULL },
	[FTC_CONFIG] = { "CONFIG", NULL },
	[FTC_PREP] = { "PREP", prep },
	[FTC_FENCE] = { "FENCE", fence },
	[FTC_RELEASE] = { "RELEASE", release },
	[FTC_RENEW] = { "RENEW", renew },
	[FTC_PUBLISH] = { "PUBLISH", publish },
};

const char *
ftc_script(enum ftc_command command)
{
	return rows[command].script;
}

const char *
ftc_script_name(enum ftc_command command)
{
	return rows[command].name;
}
