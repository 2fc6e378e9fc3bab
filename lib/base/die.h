/*
 * die: one-line messages for people, and what a sentence about bad data is.
 *
 *	if (h.size > LIMIT)
 *		return rs_fail(&f->err, "frame of %" PRIu64 " bytes", h.size);
 *	...
 *	if (n < 0)
 *		rs_die("%s: %s", path, strerror(errno));
 *
 * Three failures, three mechanisms.  Their bytes are wrong: return -1 (or
 * NULL) and leave a sentence in a struct rs_err; only lib/cli and the tools
 * print it.  The machine fails (memory, read, write): rs_die, exit status 3.
 * We are wrong: assert.  Any thread may call these.
 */
#ifndef RS_BASE_DIE_H
#define RS_BASE_DIE_H

#include <stdarg.h>

enum {
	RS_OK = 0,	/* done and complete */
	RS_BAD = 1,	/* the input is bad */
	RS_MISUSE = 2,	/* called wrongly */
	RS_SYSTEM = 3,	/* the system failed */
};

/* One sentence that says what is wrong with somebody's bytes. */
struct rs_err {
	char text[512];
};

/* The name that stands before each message; set by rs_begin. */
extern const char *rs_prog;

/* Leave a sentence in *e and return -1. */
int rs_fail(struct rs_err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* "PROG: sentence\n" on stderr in one write, control characters escaped. */
void rs_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void rs_vsay(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0)));

/* Say it and exit with RS_SYSTEM.  Temporaries are removed on the way. */
_Noreturn void rs_die(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

#endif
