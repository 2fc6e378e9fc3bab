/* spent: the CPU seconds of this process so far, user and system, all threads. */
#ifndef SPENT_H
#define SPENT_H

#include <time.h>

static inline double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#endif
