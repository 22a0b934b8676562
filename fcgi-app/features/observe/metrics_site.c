/* Numbers of processes, jobs, the index, disks.  See observe.h. */
#include "observe/observe.h"

#include "certificate.h"
#include "machine.h"
#include "migrate.h"
#include "redis.h"
#include "shared.h"
#include "similar.h"
#include "store.h"

#include <limits.h>

/* --- Processes ----------------------------------------------------------- */

/* The roles that processes of this master have or had. */
static const char *const roles[] = { "fast", "slow", "jobs", "long", "index",
	"guard", "fetch", "image" };
#define ROLES (sizeof(roles) / sizeof(roles[0]))

struct pool {
	int processes, busy;
	uint64_t bytes;
};

static void
look_at_pools(struct pool pools[ROLES])
{
	const struct slot *s;
	size_t i;
	int n;

	memset(pools, 0, ROLES * sizeof(*pools));
	for (n = 0; n < SHARED_SLOTS; n++) {
		s = shared_slot(n);
		for (i = 0; i < ROLES; i++) {
			if (strcmp(s->role, roles[i]) != 0)
				continue;
			pools[i].processes++;
			pools[i].busy += s->began != 0;
			pools[i].bytes += s->pid > 0 ?
			    machine_memory(s->pid) : 0;
		}
	}
}

static void
ends(struct req *rq, struct buf *b)
{
	_Atomic uint64_t *row;
	size_t i;

	metrics_begin(b, "process_ends_total", "counter", "Processes that "
	    "ended: as they were asked to (left), or not (died), and were "
	    "replaced.");
	for (i = 0; i < ROLES; i++) {
		row = shared_tally(arena_printf(rq->mem, "ended %s",
		    roles[i]));
		if (row != NULL)
			buf_printf(b, "pinwall_process_ends_total{role=\"%s\","
			    "how=\"left\"} %" PRIu64 "\n"
			    "pinwall_process_ends_total{role=\"%s\","
			    "how=\"died\"} %" PRIu64 "\n", roles[i], row[0],
			    roles[i], row[1]);
	}
}

static void
processes(struct req *rq, struct buf *b)
{
	struct pool pools[ROLES];
	size_t i;

	look_at_pools(pools);
	metrics_begin(b, "processes", "gauge",
	    "Processes of this master, by role.");
	for (i = 0; i < ROLES; i++)
		buf_printf(b, "pinwall_processes{role=\"%s\"} %d\n", roles[i],
		    pools[i].processes);
	metrics_begin(b, "processes_busy", "gauge",
	    "Workers that are answering a request now, this one included.");
	for (i = 0; i < 2; i++) /* those that answer requests */
		buf_printf(b, "pinwall_processes_busy{role=\"%s\"} %d\n",
		    roles[i], pools[i].busy);
	metrics_begin(b, "process_resident_bytes", "gauge",
	    "Memory of processes, what they share counted for each.");
	for (i = 0; i < ROLES; i++)
		buf_printf(b, "pinwall_process_resident_bytes{role=\"%s\"} %"
		    PRIu64 "\n", roles[i], pools[i].bytes);
	ends(rq, b);
}

static void
build(struct buf *b)
{
	const struct migration *m = migrations;

	while (m[1].name != NULL)
		m++;
	metrics_begin(b, "build_info", "gauge",
	    "The program: its newest migration, and what compiled it.");
	buf_printf(b, "pinwall_build_info{schema=\"%.4s\",compiler=\"%s\"} 1\n",
	    m->name, __VERSION__);
}

/* --- What is left in Postgres -------------------------------------------- */

static void
queue(struct buf *b, const struct rows *rows)
{
	static const char *const states[] = { "due", "later", "dead" };
	struct row row;
	int i, s;

	metrics_begin(b, "jobs", "gauge", "Jobs by kind, up to 10,000 of each: "
	    "due now, due later, and dead, which failed too often.");
	for (i = 0; i < rows->n; i++)
		for (s = 0; s < 3; s++) {
			row = rows_at(rows, i);
			buf_printf(b, "pinwall_jobs{kind=\"%.*s\",state=\"%s\"}"
			    " %" PRId64 "\n", STR_ARG(row_text(&row, "kind")),
			    states[s], row_int(&row, states[s]));
		}
	metrics_begin(b, "job_oldest_seconds", "gauge",
	    "For how long the oldest job of a kind has been due.");
	for (i = 0; i < rows->n; i++) {
		row = rows_at(rows, i);
		buf_printf(b, "pinwall_job_oldest_seconds{kind=\"%.*s\"} %g\n",
		    STR_ARG(row_text(&row, "kind")),
		    (double)row_int(&row, "age_ms") / 1e3);
	}
}

static double
seconds(const struct row *row, const char *name)
{
	return (double)row_int(row, name) / 1e3;
}

static void
waiting(struct buf *b, const struct row *row)
{
	metrics_one(b, "schedule_late_seconds", "gauge", "For how long a "
	    "schedule has been overdue: above a minute, nobody does jobs.",
	    seconds(row, "late_ms"));
	metrics_one(b, "index_wait_seconds", "gauge", "For how long the "
	    "oldest change has waited for the index.",
	    seconds(row, "index_ms"));
	metrics_one(b, "cache_wait_seconds", "gauge", "For how long the "
	    "oldest change has waited for the guardian.",
	    seconds(row, "cache_ms"));
	metrics_one(b, "postgres_standbys", "gauge", "Standbys of Postgres.",
	    (double)row_int(row, "standbys"));
	if (!row_is_null(row, "lag_ms"))
		metrics_one(b, "postgres_lag_seconds", "gauge",
		    "How far the slowest of them is behind.",
		    seconds(row, "lag_ms"));
}

static bool
postgres(struct req *rq, struct buf *b)
{
	struct rows jobs;
	struct row site;

	if (pg_row(rq, q_observe_site(), &site) != OK ||
	    pg_rows(rq, q_observe_jobs(jobs_kinds()), &jobs) != OK)
		return false;
	waiting(b, &site);
	queue(b, &jobs);
	return true;
}

/* --- Redis, the index, disks --------------------------------------------- */

static bool
answers(enum redis at)
{
	struct str ping = STR("PING");

	return redis_call(at, &ping, 1) != NULL;
}

static void
lease(struct buf *b)
{
	struct str words[] = { STR("GET"), STR("E") };
	const struct redis_reply *r = redis_call(REDIS_CACHE, words, 2);

	metrics_one(b, "cache_lease", "gauge",
	    "Does a guardian vouch for the cache?", r != NULL &&
	    !redis_failed(r, "") && redis_text(r).n > 0);
}

static void
up(struct buf *b, const char *what, bool is)
{
	buf_printf(b, "pinwall_up{of=\"%s\"} %d\n", what, is);
}

static void
index_numbers(struct buf *b, const struct index_stats *stats)
{
	metrics_one(b, "index_documents", "gauge",
	    "Pins in the index of similar pins.", (double)stats->docs);
	metrics_one(b, "index_words", "gauge", "Words in it.",
	    (double)stats->terms);
	metrics_one(b, "index_bytes", "gauge", "Its size.",
	    (double)stats->bytes);
	metrics_one(b, "index_changes_total", "counter",
	    "Changes of it since it was made.", (double)stats->flips);
}

static void
disks(struct buf *b)
{
	const struct {
		const char *of, *folder;
	} all[] = { { "media", conf.media_dir }, { "spool", conf.spool_dir },
		{ "index", conf.index_dir } };
	struct machine_disk disk[3];
	size_t i, first = store_is_bucket() ? 1 : 0;

	for (i = first; i < 3; i++)
		if (!machine_disk(all[i].folder, &disk[i]))
			disk[i] = (struct machine_disk){ 0, 0 };
	metrics_begin(b, "disk_free_bytes", "gauge",
	    "Free where a folder lies; 0 if it is not there.");
	for (i = first; i < 3; i++)
		buf_printf(b, "pinwall_disk_free_bytes{of=\"%s\"} %" PRIu64
		    "\n", all[i].of, disk[i].free);
	metrics_begin(b, "disk_size_bytes", "gauge", "The size of that disk.");
	for (i = first; i < 3; i++)
		buf_printf(b, "pinwall_disk_size_bytes{of=\"%s\"} %" PRIu64
		    "\n", all[i].of, disk[i].size);
}

static void
dates(struct buf *b)
{
	char backups[PATH_MAX];

	(void)snprintf(backups, sizeof backups, "%s/backups",
	    conf.backup_dir);
	if (conf.certificate[0] != '\0')
		metrics_one(b, "certificate_end_seconds", "gauge", "When the "
		    "certificate ends, since 1970; 0: it cannot be read.",
		    (double)certificate_end(conf.certificate));
	if (conf.backup_dir[0] != '\0')
		metrics_one(b, "backup_last_seconds", "gauge", "When the last "
		    "backup was finished, since 1970; 0: there is none.",
		    (double)machine_newest(backups));
}

void
metrics_site(struct req *rq, struct buf *b)
{
	struct index_stats stats;
	bool has_index = similar_stats(&stats), has_postgres;

	processes(rq, b);
	build(b);
	has_postgres = postgres(rq, b);
	if (has_index)
		index_numbers(b, &stats);
	if (conf.cache)
		lease(b);
	disks(b);
	dates(b);
	metrics_begin(b, "up", "gauge", "Does it answer?");
	up(b, "postgres", has_postgres);
	up(b, "redis", answers(REDIS_STATE));
	if (conf.cache)
		up(b, "cache", answers(REDIS_CACHE));
	up(b, "index", has_index);
}
