/* The writer.  See ftc_writer.h. */
#include "ftc_writer.h"

#include <assert.h>

#define POLL_US 2000
#define LOOK_US 20000

void
ftc_writer_open(struct ftc_writer *w, struct ftc_link *link, uint64_t xid,
    const struct str *tags, size_t n)
{
	assert(n <= FTC_TAGS && xid > 0);
	w->link = link;
	w->tags = tags;
	w->n = n;
	w->xid = xid;
	w->at = FTC_WRITER_BEGINS;
	w->tries = 0;
	w->fenced = w->indirect = w->off = w->committed = false;
	w->name_n = 0;
	snprintf(w->ttl, sizeof(w->ttl), "%d", FTC_TAG_MS);
}

static void
call(struct ftc_writer *w, enum ftc_command command, struct ftc_action *out)
{
	w->words[0] = STR("F");
	memcpy(&w->words[1], w->tags, w->n * sizeof(*w->tags));
	w->words[w->n + 1] = (struct str){ w->name, w->name_n };
	out->call = (struct ftc_call){ .command = command, .words = w->words,
		.keys = w->n + 1, .n = w->n + 2 };
}

static void
add(struct ftc_action *out, struct ftc_writer *w, struct str word)
{
	w->words[out->call.n++] = word;
}

/* Each time with another stamp: the one before may still be executed.  The
 * writer's name may be the same, and is made of the first. */
static void
fence(struct ftc_writer *w, const struct ftc_event *e, struct ftc_action *out)
{
	struct str nonce = ftc_take(e->fresh);

	if (w->name_n == 0)
		w->name_n = (size_t)snprintf(w->name, sizeof(w->name),
		    "%llu.%.16s", (unsigned long long)w->xid, nonce.p);
	w->tries++;
	w->at = FTC_WRITER_FENCES;
	out->what = FTC_CALL;
	call(w, FTC_FENCE, out);
	add(out, w, nonce);
}

static void
commit(struct ftc_writer *w, struct ftc_action *out)
{
	w->at = FTC_WRITER_COMMITS;
	out->what = FTC_COMMIT;
}

static void
end(struct ftc_writer *w, struct ftc_action *out)
{
	w->at = FTC_WRITER_ENDS;
	out->what = FTC_DONE;
}

static void
look(struct ftc_writer *w, struct ftc_action *out)
{
	w->at = FTC_WRITER_LOOKS;
	out->what = FTC_IS_OFF;
}

/* Once more, or by way of Postgres. */
static void
fence_elsewhere(struct ftc_writer *w, const struct ftc_event *e,
    struct ftc_action *out)
{
	ftc_link_failed(w->link, e->now);
	if (w->tries < 2) {
		w->at = FTC_WRITER_CONNECTS;
		out->what = FTC_CONNECT;
		return;
	}
	look(w, out);
}

static void
begin(struct ftc_writer *w, const struct ftc_event *e, struct ftc_action *out)
{
	if (w->n == 0) {
		commit(w, out);
	} else if (w->link->off != 0 && ftc_link_rests(w->link, e->now)) {
		look(w, out);
	} else if (w->link->up) {
		fence(w, e, out);
	} else {
		w->at = FTC_WRITER_CONNECTS;
		out->what = FTC_CONNECT;
	}
}

static void
connected(struct ftc_writer *w, const struct ftc_event *e,
    struct ftc_action *out)
{
	if (ftc_link_up(w->link, e)) {
		fence(w, e, out);
	} else if (e->what == FTC_REFUSED) {
		commit(w, out);
	} else {
		w->tries++;
		fence_elsewhere(w, e, out);
	}
}

static void
fenced(struct ftc_writer *w, const struct ftc_event *e, struct ftc_action *out)
{
	w->fenced = e->what == FTC_ANSWER;
	if (!w->fenced) {
		fence_elsewhere(w, e, out);
		return;
	}
	ftc_link_good(w->link);
	w->link->off = 0;
	commit(w, out);
}

static void
roll_back(struct ftc_writer *w, struct ftc_action *out)
{
	w->at = FTC_WRITER_RELEASES;
	out->what = FTC_ROLLBACK;
	out->why = "neither redis nor postgres took the fence";
}

/* Whoever switches it on from now on waits for this transaction, and is not to
 * wait long: then it asks him for a fence. */
static void
lapse(struct ftc_writer *w, const struct ftc_event *e, struct ftc_action *out)
{
	int64_t lapses = w->link->off_since + FTC_LAPSE_US;

	if (e->now >= lapses) {
		commit(w, out);
		return;
	}
	w->at = FTC_WRITER_LAPSES;
	out->what = FTC_WAIT;
	out->until = e->now + LOOK_US < lapses ? e->now + LOOK_US : lapses;
}

static void
looked(struct ftc_writer *w, const struct ftc_event *e, struct ftc_action *out)
{
	if (e->what != FTC_NUMBER) {
		roll_back(w, out);
		return;
	}
	w->off = e->number != 0;
	ftc_link_off(w->link, e->number, e->now);
	if (w->off) {
		lapse(w, e, out);
		return;
	}
	w->indirect = true;
	w->at = FTC_WRITER_REQUESTS;
	out->what = FTC_REQUEST;
	out->why = "redis does not answer; asking the guardian for a fence";
}

static void
ask(struct ftc_writer *w, struct ftc_action *out)
{
	w->at = FTC_WRITER_ASKS;
	out->what = FTC_ASK;
	out->id = w->request;
}

static void
requested(struct ftc_writer *w, const struct ftc_event *e,
    struct ftc_action *out)
{
	if (e->what == FTC_NUMBER) {
		w->request = e->number;
		w->lapses = e->now + FTC_LAPSE_US;
		ask(w, out);
		return;
	}
	roll_back(w, out);
}

/* Who cannot ask any more still may wait. */
static void
asked(struct ftc_writer *w, const struct ftc_event *e, struct ftc_action *out)
{
	bool lost = e->what != FTC_NUMBER;

	if ((!lost && e->number == 1) || (lost && e->now >= w->lapses)) {
		commit(w, out);
		return;
	}
	if (e->now >= w->lapses) {
		w->at = FTC_WRITER_SWITCHES;
		out->what = FTC_SWITCH_OFF;
		return;
	}
	w->at = FTC_WRITER_WAITS;
	out->what = FTC_WAIT;
	out->until = lost || e->now + POLL_US > w->lapses ? w->lapses :
	    e->now + POLL_US;
}

static void
release(struct ftc_writer *w, const struct ftc_event *e,
    struct ftc_action *out)
{
	if (!w->fenced || !w->link->up) {
		end(w, out);
		return;
	}
	w->at = FTC_WRITER_RELEASES;
	out->what = FTC_SEND;
	call(w, FTC_RELEASE, out);
	add(out, w, w->committed ? STR("1") : STR("0"));
	add(out, w, ftc_take(e->fresh));
	add(out, w, str_of(w->ttl));
}

static void
ended(struct ftc_writer *w, const struct ftc_event *e, struct ftc_action *out)
{
	w->committed = e->what == FTC_COMMITTED;
	if (w->committed) {
		w->at = FTC_WRITER_TELLS;
		out->what = FTC_TELL;
	} else if (e->what == FTC_ABORTED) {
		release(w, e, out);
	} else {
		end(w, out);
		out->why = "outcome unknown; its fence is the guardian's";
	}
}

void
ftc_writer_step(struct ftc_writer *w, const struct ftc_event *e,
    struct ftc_action *out)
{
	memset(out, 0, sizeof(*out));
	switch (w->at) {
	case FTC_WRITER_BEGINS:
		begin(w, e, out);
		break;
	case FTC_WRITER_CONNECTS:
		connected(w, e, out);
		break;
	case FTC_WRITER_FENCES:
		fenced(w, e, out);
		break;
	case FTC_WRITER_LOOKS:
		looked(w, e, out);
		break;
	case FTC_WRITER_LAPSES:
		look(w, out);
		break;
	case FTC_WRITER_REQUESTS:
		requested(w, e, out);
		break;
	case FTC_WRITER_ASKS:
		asked(w, e, out);
		break;
	case FTC_WRITER_WAITS:
		ask(w, out);
		break;
	case FTC_WRITER_SWITCHES:
		if (e->what == FTC_NUMBER)
			ftc_link_off(w->link, e->number, e->now);
		commit(w, out);
		break;
	case FTC_WRITER_COMMITS:
		ended(w, e, out);
		break;
	case FTC_WRITER_TELLS:
		release(w, e, out);
		break;
	case FTC_WRITER_RELEASES:
		if (e->what == FTC_FAILED)
			ftc_link_down(w->link);
		end(w, out);
		break;
	case FTC_WRITER_ENDS:
		assert(!"a step after the end");
	}
}
