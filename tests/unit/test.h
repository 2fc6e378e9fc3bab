/*
 * test: what a unit test needs.
 *
 *	ok(rs_below(7, draw) < 7, "draw %" PRIu64, draw);
 *	...
 *	return test_end();
 *
 * ok prints the failures only, and says whether it held; test_end gives the
 * exit status of main.
 */
#ifndef TEST_H
#define TEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static unsigned long test_checks, test_failures;

enum { TEST_SHOWN = 20 };	/* failures printed; the rest only counted */

#define ok(cond, ...) test_ok((cond), #cond, __FILE__, __LINE__, __VA_ARGS__)

__attribute__((format(printf, 5, 6), unused))
static bool
test_ok(bool held, const char *cond, const char *file, int line,
    const char *fmt, ...)
{
	va_list ap;

	test_checks++;
	if (held || test_failures++ >= TEST_SHOWN)
		return held;
	printf("%s:%d: ", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n\tnot so: %s\n", cond);
	fflush(stdout);
	return false;
}

__attribute__((unused))
static int
test_end(void)
{
	printf("%lu checks, %lu failed\n", test_checks, test_failures);
	return test_failures == 0 && test_checks > 0 ? 0 : 1;
}

#endif
