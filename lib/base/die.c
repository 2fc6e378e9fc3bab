/* die: one-line messages for people, and what a sentence about bad data is. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"

const char *rs_prog = "rs";

int
rs_fail(struct rs_err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return -1;
}

/* Copy text to out with control characters as \xNN; returns the length. */
static size_t
escape(char *out, size_t room, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (const char *p = text; *p != '\0' && n + 5 < room; p++) {
		unsigned char c = (unsigned char)*p;

		if (c >= 0x20 && c != 0x7f) {
			out[n++] = *p;
			continue;
		}
		out[n++] = '\\';
		out[n++] = 'x';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	return n;
}

void
rs_vsay(const char *fmt, va_list ap)
{
	char text[2048], line[8400];
	size_t n;

	n = (size_t)snprintf(line, 128, "%.100s: ", rs_prog);
	vsnprintf(text, sizeof(text), fmt, ap);
	n += escape(line + n, sizeof(line) - n - 1, text);
	line[n++] = '\n';
	/* Nobody is left to tell when stderr itself fails. */
	if (write(STDERR_FILENO, line, n) < 0)
		return;
}

void
rs_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	rs_vsay(fmt, ap);
	va_end(ap);
}

void
rs_die(const char *fmt, ...)
{
	static atomic_flag dying = ATOMIC_FLAG_INIT;
	va_list ap;

	/* Where memory ends it ends for all threads: the first one speaks, and
	 * its exit ends the others. */
	while (atomic_flag_test_and_set(&dying))
		pause();
	va_start(ap, fmt);
	rs_vsay(fmt, ap);
	va_end(ap);
	exit(RS_SYSTEM);
}
