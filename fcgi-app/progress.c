/* A bar.  See progress.h. */
#include "progress.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BAR 40

static bool drawn;
static uint64_t shown = UINT64_MAX; /* thousandths */

void
progress_draw(uint64_t done, uint64_t of)
{
	char bar[BAR + 1];
	uint64_t now = of > 0 && done < of ? done * 1000 / of : 1000;

	if (now == shown || !isatty(STDERR_FILENO))
		return;
	memset(bar, ' ', BAR);
	memset(bar, '=', now * BAR / 1000);
	bar[BAR] = '\0';
	fprintf(stderr, "\r[%s] %3" PRIu64 " %%", bar, now / 10);
	drawn = true;
	shown = now;
}

void
progress_end(void)
{
	if (drawn)
		fputc('\n', stderr);
	drawn = false;
	shown = UINT64_MAX;
}
