/*
 * Reads through the cache: one answer, or several that make up a page and are
 * asked for in one MGET.
 *
 *   hit       1 trip: SERVE
 *   miss      MGET, [PREP if tags are missing], READ, SEND the entry
 *   fenced    MGET, READ; a write is in flight, nothing is stored
 *   no cache  READ: no lease, no connection, too late an answer
 *
 * An expensive one is made by one worker; the others look again after 5, 10,
 * 20, 40 ... ms, 200 ms in all, and then make it themselves; at once, if there
 * was nothing to keep and the lock was left.  One of the soft
 * class is served though outdated, while it is younger than stale_ms, and one
 * worker makes it anew.  It may carry only what may be shown old.
 *
 * Not to be used inside of a transaction that writes.
 */
#ifndef INFRA_FTC_READER_H
#define INFRA_FTC_READER_H

#include "ftc_entry.h"
#include "ftc_key.h"

#define FTC_LOCK_MS 3000

/* What is asked for.  Its tags: for each table that it reads one scheme, and
 * the bulk tag. */
struct ftc_fragment {
	struct str key; /* FTC_KEY characters */
	const struct str *tags;
	size_t n;
	uint32_t ttl_ms;   /* at most FTC_TAG_MS */
	uint32_t stale_ms; /* of the soft class: how old it may be; else 0 */
	bool expensive;
	/* Its stamps are wanted, for its ETag, and not its bytes: these are
	 * not asked for, so it is never a hit.  FILL: the stamps are known. */
	bool light;
};

enum ftc_reader_at {
	FTC_READER_BEGINS,
	FTC_READER_CONNECTS,
	FTC_READER_ASKS,
	FTC_READER_GOES_ON,
	FTC_READER_PREPARES,
	FTC_READER_WAITS,
	FTC_READER_ASKS_AGAIN,
	FTC_READER_READS,
	FTC_READER_STORES,
};

/* How it stands with a fragment. */
enum ftc_verdict {
	FTC_THROUGH, /* read the database, store nothing */
	FTC_HIT,
	FTC_OUTDATED, /* of the soft class, served though outdated */
	FTC_UNREADY,  /* a tag is missing, or a lock is to be taken */
	FTC_FILL,     /* read the database and store it */
};

struct ftc_reader {
	struct ftc_link *link;
	uint64_t build;
	const struct ftc_fragment *fragments;
	size_t n, now_at;
	enum ftc_reader_at at;
	bool in_service; /* Redis answered in time, and there is a lease */
	int64_t asked, patience;
	int polls;
	bool locked; /* the lock of the fragment whose turn it is is ours */
	char epoch[FTC_EPOCH], lock[FTC_KEY], ttl[16], lock_ttl[16];
	struct ftc_reader_part {
		enum ftc_verdict verdict;
		size_t stamps; /* where its own begin */
		int64_t made;
		struct str body, old;
	} parts[FTC_FRAGMENTS];
	char stamps[FTC_READ_TAGS][FTC_NONCE];
	char head[FTC_HEAD_MOST];
	struct str words[FTC_READ_TAGS + FTC_FRAGMENTS + 8];
};

/* The fragments, and the texts they point to, are the caller's until DONE. */
void ftc_reader_open(struct ftc_reader *r, struct ftc_link *link,
    uint64_t build, const struct ftc_fragment *fragments, size_t n);
/* Answers of Redis must be kept until DONE: what is served lies in them. */
void ftc_reader_step(struct ftc_reader *r, const struct ftc_event *e,
    struct ftc_action *out);
/* Fragment i, whose turn has not come yet, is not needed: nothing is made ready
 * for it, and nothing stored.  SERVE or READ comes all the same. */
void ftc_reader_skip(struct ftc_reader *r, size_t i);
/* How a fragment was answered, for counters: after its SERVE or READ. */
enum ftc_verdict ftc_reader_verdict(const struct ftc_reader *r, size_t i);
/* The ETag of a fragment that was served or is stored; false: it has none. */
bool ftc_reader_etag(const struct ftc_reader *r, size_t i,
    char out[FTC_ETAG + 1]);

#endif
