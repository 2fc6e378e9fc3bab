/* progress: one line on stderr that says how far and how long still. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "cli/opt.h"
#include "cli/parse.h"
#include "cli/progress.h"

static enum { UNDECIDED, OFF, ON } shown;
static double began, last;
static size_t width;		/* of the line that stands on the screen */

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* In the middle of a pipe somebody else's progress is the one to see. */
static bool
wanted(void)
{
	struct stat s;

	if (rs_progress_wanted)
		return true;
	if (rs_quiet_wanted || !isatty(STDERR_FILENO))
		return false;
	return fstat(STDOUT_FILENO, &s) == 0 && !S_ISFIFO(s.st_mode);
}

static void
draw(const char *line)
{
	char text[160];
	const size_t n = strlen(line);
	int len;

	len = snprintf(text, sizeof(text), "\r%s%*s", line,
	    n < width ? (int)(width - n) : 0, "");
	if (len > 0 && write(STDERR_FILENO, text, (size_t)len) < 0)
		shown = OFF;
	width = n;
}

void
rs_progress(uint64_t done, uint64_t total, const char *unit)
{
	char count[RS_NUM_MAX], line[128];
	double t, rate;

	if (shown == OFF)
		return;
	t = now();
	if (shown == UNDECIDED) {
		shown = wanted() ? ON : OFF;
		began = last = t;
	}
	if (shown == OFF || t - last < 0.25)
		return;
	last = t;
	rate = (double)done / (t - began);
	if (total > done)
		snprintf(line, sizeof(line),
		    "%s %s (%.0f %%), %.3g/s, %.0f s left",
		    rs_commas(count, done), unit,
		    100 * (double)done / (double)total, rate,
		    (double)(total - done) / rate);
	else
		snprintf(line, sizeof(line), "%s %s, %.3g/s",
		    rs_commas(count, done), unit, rate);
	draw(line);
}

void
rs_progress_end(void)
{
	if (shown == ON && width > 0) {
		draw("");
		draw("");
		width = 0;
	}
}
