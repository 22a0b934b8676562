/*
 * simulate SEED STEPS [NAME [sound]]
 *
 * Lives SEED's world for so many steps, in episodes; with the name of a mutant,
 * the world of that, or with its faults only.  Prints what was seen; the exit
 * status is 0 if nothing was violated.  A violation is shown with the seed and
 * the step, and is met again by the same seed.
 *
 * simulate --list      mutants: name, "found", "rare" (some ten million steps) or
 *                      "holds"
 */
#include "world.h"

#include "clock.h"

static const struct row {
	const char *name;
	enum { HOLDS, FOUND, RARE } what;
	struct plan plan;
} rows[] = {
	{ "X01", FOUND, { NO_FENCE, EVERYTHING, false, true } },
	{ "X02", HOLDS, { NO_FENCE | TELL_LATE, KILL, true, false } },
	{ "X02c", HOLDS,
	    { NO_FENCE | TELL_LATE, KILL | FLUSH, true, false } },
	{ "X03", FOUND, { NO_FENCE, 0, true, true } },
	{ "X04", FOUND, { NO_FENCE, KILL, true, true } },
	{ "X05", FOUND, { STAMP_LATE, EVERYTHING, false, true } },
	{ "X06", FOUND, { STAMP_LATE | TELL_LATE, KILL, true, true } },
	{ "X07", HOLDS, { FENCED_FILL, EVERYTHING, false, false } },
	{ "X08", FOUND, { ONE_OWNER, KILL | SLEEP, false, true } },
	{ "X09", FOUND, { COUNTER | NO_LEASE, FLUSH, false, true } },
	{ "X10", FOUND, { EVICT_ALL, EVICT | SLEEP | KILL, false, true } },
	{ "X11", FOUND, { EVICT_ALL, EVICT | SLEEP | KILL, true, true } },
	{ "X12", FOUND, { NO_WAIT_EPOCH, FLUSH | SLEEP | KILL, false, true } },
	{ "X13", FOUND, { NO_TOKEN, FLUSH | SLEEP | KILL, false, true } },
	{ "X14", HOLDS,
	    { NO_TOKEN, FLUSH | ONE_FLUSH | KILL | SLEEP, false, false } },
	{ "X15", FOUND, { BY_AGE, KILL | LATE, false, true } },
	{ "X16", FOUND, { ANY_SERVER, RESTART | RESTORE | SLEEP, false, true } },
	{ "X17", FOUND, { NO_LEASE, FLUSH | SLEEP, false, true } },
	{ "X18", FOUND,
	    { ANY_EPOCH, RESTART | RESTORE | KILL, false, true } },
	{ "X19", FOUND, { NO_WAIT_LAPSE, CUT | SLEEP, false, true } },
	{ "X20", FOUND, { LEASE_FROM_NOW, CUT | SLEEP, false, true } },
	{ "X21", FOUND, { NO_SERVING, CUT | SLEEP, false, true } },
	{ "X22", FOUND, { NO_SERVING, OTHERS | SLEEP, false, true } },
	{ "X23", FOUND,
	    { LEASE_FROM_NOW, CUT | SLEEP | GUARDIANS, false, true } },
	{ "X24", FOUND, { NO_WAIT_EPOCH, RESTART | SLEEP, false, true } },
	{ "snapshot-only", FOUND,
	    { SNAPSHOT_ONLY, FLUSH | SLEEP | KILL, false, true } },
	{ "no-serving-while-waiting", FOUND,
	    { NO_SERVING_WAIT, EVERYTHING, false, false } },
	{ "no-bulk-tag", FOUND, { NO_BULK, EVERYTHING, false, true } },
	{ "rows-done-first", FOUND,
	    { DROP_ROWS, CUT | SLEEP | KILL, false, true } },
	{ "off-at-once", RARE,
	    { OFF_AT_ONCE, STOP | CUT | SLEEP, false, true } },
	{ "off-seen-before", RARE,
	    { OFF_BEFORE, STOP | CUT | SLEEP | LATE, false, true } },
	{ "off-not-seen", FOUND, { OFF_UNSEEN, STOP, false, true } },
	{ "off-not-counted", FOUND, { OFF_UNCOUNTED, STOP, false, false } },
	{ "on-too-late", RARE,
	    { ON_LATE, STOP | CUT | SLEEP, false, true } },
};

static struct world world;

static int
usage(void)
{
	fprintf(stderr,
	    "usage: simulate SEED STEPS [MUTANT [sound]] | --list\n");
	return 2;
}

static void
list(void)
{
	static const char *const words[] = { "holds", "found", "rare" };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		printf("%s %s\n", rows[i].name,
		    words[rows[i].what]);
}

static bool
choose(const char *name, struct plan *plan)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		*plan = rows[i].plan;
		return true;
	}
	return false;
}

static void
tell(struct world *w, int64_t took)
{
	printf("seed %llu steps %llu episodes %llu simulated %lld s, %.2f s, "
	    "%.0f steps/s\n", (unsigned long long)w->seed,
	    (unsigned long long)w->steps, (unsigned long long)w->episodes,
	    (long long)(w->simulated / 1000000), (double)took / 1e6,
	    (double)w->steps * 1e6 / (double)took);
	printf("reads %llu hits %llu outdated %llu writes %llu indirect %llu "
	    "off %llu unknown %llu crashes of postgres %llu slowest return %lld ms\n",
	    (unsigned long long)w->reads, (unsigned long long)w->hits,
	    (unsigned long long)w->old, (unsigned long long)w->writes,
	    (unsigned long long)w->indirect, (unsigned long long)w->off,
	    (unsigned long long)w->unknown,
	    (unsigned long long)w->crashes,
	    (long long)(w->slowest_return / 1000));
	if (w->violation[0] != '\0')
		printf("VIOLATION seed %llu step %llu episode %llu: %s\n",
		    (unsigned long long)w->seed, (unsigned long long)w->steps,
		    (unsigned long long)w->episodes, w->violation);
}

int
main(int argc, char **argv)
{
	int64_t seed, steps, began = clock_mono();
	bool good;

	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		list();
		return 0;
	}
	if (argc < 3 || argc > 5 || !str_int(str_of(argv[1]), &seed) ||
	    !str_int(str_of(argv[2]), &steps))
		return usage();
	world.plan.faults = EVERYTHING;
	if (argc >= 4 && !choose(argv[3], &world.plan))
		return usage();
	if (argc == 5 && strcmp(argv[4], "sound") != 0)
		return usage();
	if (argc == 5)
		world.plan.mutant = 0;
	world.seed = (uint64_t)seed;
	world.limit = (uint64_t)steps;
	good = world_run(&world);
	tell(&world, clock_mono() - began);
	return good ? 0 : 1;
}
