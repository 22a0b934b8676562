/* Asking Sentinel.  See redis_sentinel.h. */
#include "redis_sentinel.h"

#include "clock.h"

#include <stdio.h>

#define ADDRESS 300
#define SENTINELS 16

struct watched {
	struct str name, at[SENTINELS];
	size_t n;
};

static bool
read_address(const char *where, struct watched *w)
{
	struct str all = str_of(where), one;
	size_t at, to;

	if (!str_starts(all, STR("sentinel:")))
		return false;
	all = str_sub(all, 9, all.n);
	at = str_find(all, '@', 0);
	w->name = str_sub(all, 0, at);
	w->n = 0;
	for (at++; at < all.n && w->n < SENTINELS; at = to + 1) {
		to = str_find(all, ',', at);
		one = str_trim(str_sub(all, at, to));
		if (one.n > 0 && one.n < ADDRESS)
			w->at[w->n++] = one;
	}
	return true;
}

static enum redis_end
say(struct redis_link *l, struct str name, int64_t deadline, char *why)
{
	enum redis_end end;
	struct buf b;

	buf_open(&b, 1024);
	redis_link_head(&b, 3);
	redis_link_word(&b, STR("SENTINEL"));
	redis_link_word(&b, STR("get-master-addr-by-name"));
	redis_link_word(&b, name);
	end = redis_link_send(l, buf_view(&b), deadline, why);
	buf_close(&b);
	return end;
}

static enum redis_end
hear(struct redis_link *l, char address[ADDRESS], int64_t deadline, char *why)
{
	struct redis_reply *r = NULL;
	enum redis_end end = redis_link_receive(l, deadline, &r, why);

	if (end == REDIS_DONE && redis_count(r) != 2) {
		snprintf(why, REDIS_WHY, "Sentinel knows no such master");
		end = REDIS_LOST;
	} else if (end == REDIS_DONE) {
		snprintf(address, ADDRESS, "%.*s:%.*s",
		    STR_ARG(redis_text(redis_item(r, 0))),
		    STR_ARG(redis_text(redis_item(r, 1))));
	}
	redis_link_free(r);
	return end;
}

static enum redis_end
ask(struct str sentinel, struct str name, char address[ADDRESS],
    int64_t deadline, char *why)
{
	struct redis_link l;
	char where[ADDRESS];
	enum redis_end end;

	snprintf(where, sizeof(where), "%.*s", STR_ARG(sentinel));
	end = redis_link_open(&l, where, deadline, why);
	if (end != REDIS_DONE)
		return end;
	end = say(&l, name, deadline, why);
	if (end == REDIS_DONE)
		end = hear(&l, address, deadline, why);
	redis_link_close(&l);
	return end;
}

/* Each has its share of the time that is left, and the master one. */
static enum redis_end
find(const struct watched *w, char address[ADDRESS], int64_t deadline,
    char *why)
{
	static size_t first;
	enum redis_end end = REDIS_LOST;
	int64_t now;
	size_t i, at;

	snprintf(why, REDIS_WHY, "no Sentinel is named");
	for (i = 0; i < w->n; i++) {
		now = clock_mono();
		at = (first + i) % w->n;
		end = ask(w->at[at], w->name, address, now +
		    (deadline - now) / (int64_t)(w->n - i + 1), why);
		if (end == REDIS_DONE) {
			first = at;
			break;
		}
	}
	return end;
}

enum redis_end
redis_sentinel_open(struct redis_link *l, const char *where, int64_t deadline,
    char *why)
{
	struct watched w;
	char address[ADDRESS];
	enum redis_end end;

	if (!read_address(where, &w))
		return redis_link_open(l, where, deadline, why);
	*l = (struct redis_link){ .open = false };
	end = find(&w, address, deadline, why);
	if (end == REDIS_DONE)
		end = redis_link_open(l, address, deadline, why);
	l->must_lead = true;
	return end == REDIS_REFUSED ? REDIS_LOST : end;
}
