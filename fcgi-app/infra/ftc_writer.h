/*
 * A writer's way to COMMIT, and after it.
 *
 * Its statements have run, its xid is known (a transaction that has none wrote
 * nothing, and needs no writer), its tags are final.  Last thing before
 * COMMIT they are fenced:
 *
 *   fenced                     commit
 *   refused by the kernel      commit: there is no server, and the lease of
 *                              the next one waits for this xid
 *   no answer, twice           is the cache switched off?
 *     it is                    commit as soon as no lease that was granted
 *                              before it was seen so can still be valid: 2.3 s
 *     it is not                register at Postgres, and commit as soon as
 *                              the guardian has fenced them; or after as long,
 *                              then switch the cache off
 *   nor that                   roll back
 *
 * While it is seen off, Redis is tried but once a second.
 *
 * After COMMIT the fence is taken away, which nobody waits for.  If it is not
 * known whether it committed, it stays, and the guardian finds out.
 */
#ifndef INFRA_FTC_WRITER_H
#define INFRA_FTC_WRITER_H

#include "ftc.h"

enum ftc_writer_at {
	FTC_WRITER_BEGINS,
	FTC_WRITER_CONNECTS,
	FTC_WRITER_FENCES,
	FTC_WRITER_LOOKS,
	FTC_WRITER_LAPSES,
	FTC_WRITER_REQUESTS,
	FTC_WRITER_ASKS,
	FTC_WRITER_WAITS,
	FTC_WRITER_SWITCHES,
	FTC_WRITER_COMMITS,
	FTC_WRITER_TELLS,
	FTC_WRITER_RELEASES,
	FTC_WRITER_ENDS,
};

struct ftc_writer {
	struct ftc_link *link;
	const struct str *tags;
	size_t n;
	uint64_t xid;
	enum ftc_writer_at at;
	int tries;
	bool fenced, indirect, off, committed;
	int64_t request, lapses;
	char name[FTC_WRITER_MOST], ttl[16];
	size_t name_n;
	struct str words[FTC_TAGS + 8];
};

/* tags, with "t:", are the caller's until DONE; at most FTC_TAGS, see
 * ftc_key_fold. */
void ftc_writer_open(struct ftc_writer *w, struct ftc_link *link,
    uint64_t xid, const struct str *tags, size_t n);
void ftc_writer_step(struct ftc_writer *w, const struct ftc_event *e,
    struct ftc_action *out);

#endif
