/*
 * guard: code that ends the process where input is bad, run again and again.
 *
 *	status = guard(read_it, &job);
 *
 * lib/cli says what is wrong and exits.  Here it says it to nobody, and exit
 * goes back to guard, which returns the status (0 where the code came to its
 * end) and gives back what memory and files were left.  Status 3, the system
 * that failed, is a finding: it did not.
 *
 * Defines exit and what is in base/die.c, so include it in one file of a
 * program.  What is guarded has no threads.
 */
#ifndef GUARD_H
#define GUARD_H

#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/die.h"
#include "cli/tool.h"

enum { GUARD_BITS = 14, GUARD_PLACES = 1 << GUARD_BITS, GUARD_FILES = 64 };

const char *rs_prog = "fuzz";
static jmp_buf guard_back;
static volatile bool guard_on;
static char guard_said[2048];

/* What the guarded code has allocated: the sanitizer tells.  Without one it
 * is lost, which a short run can bear. */
static const volatile void *guard_live[GUARD_PLACES];
static bool guard_asked;

int __sanitizer_install_malloc_and_free_hooks(
    void (*got)(const volatile void *, size_t),
    void (*gave)(const volatile void *)) __attribute__((weak));
const char *__asan_default_options(void);

/* What has no hooks loses memory at a longjmp. */
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static inline size_t
guard_place(const volatile void *p)
{
	return ((uintptr_t)p >> 4) * UINT64_C(0x9e3779b97f4a7c15) >>
	    (64 - GUARD_BITS);
}

static inline void
guard_got(const volatile void *p, size_t n)
{
	size_t i = guard_place(p);

	(void)n;
	if (!guard_on || p == NULL)
		return;
	for (size_t k = 0; guard_live[i] != NULL && k < 64; k++)
		i = (i + 1) % GUARD_PLACES;
	if (guard_live[i] == NULL)
		guard_live[i] = p;
}

/* Places are not closed up, so look at all that one may have come to. */
static inline void
guard_gave(const volatile void *p)
{
	size_t i = guard_place(p);

	for (size_t k = 0; guard_on && p != NULL && k < 65; k++) {
		if (guard_live[i] == p)
			guard_live[i] = NULL;
		i = (i + 1) % GUARD_PLACES;
	}
}

int
rs_fail(struct rs_err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return -1;
}

void
rs_vsay(const char *fmt, va_list ap)
{
	vsnprintf(guard_said, sizeof(guard_said), fmt, ap);
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
	va_list ap;

	va_start(ap, fmt);
	rs_vsay(fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s\n", guard_said);
	abort();
}

void
exit(int status)
{
	void *real;
	void (*leave)(int);

	if (guard_on)
		longjmp(guard_back, status + 1);
	real = dlsym(RTLD_NEXT, "exit");
	memcpy(&leave, &real, sizeof(leave));
	leave(status);
	abort();
}

static inline void
guard_free(void)
{
	for (size_t i = 0; guard_asked && i < GUARD_PLACES; i++) {
		if (guard_live[i] != NULL)
			free((void *)(uintptr_t)guard_live[i]);
		guard_live[i] = NULL;
	}
}

static inline int
guard(void (*run)(void *), void *arg)
{
	bool open[GUARD_FILES];
	int status;

	if (!guard_asked && __sanitizer_install_malloc_and_free_hooks != NULL)
		guard_asked = __sanitizer_install_malloc_and_free_hooks(
		    guard_got, guard_gave) != 0;
	for (int fd = 0; fd < GUARD_FILES; fd++)
		open[fd] = fcntl(fd, F_GETFD) >= 0;
	memset(guard_live, 0, sizeof(guard_live));
	guard_said[0] = '\0';
	status = setjmp(guard_back);
	if (status == 0) {
		guard_on = true;
		run(arg);
	}
	rs_end(NULL, NULL);	/* what lib/cli remembers */
	guard_on = false;
	if (status != 0)
		guard_free();
	for (int fd = 0; fd < GUARD_FILES; fd++)
		if (!open[fd])
			close(fd);
	return status > 0 ? status - 1 : 0;
}

/* A file of these bytes that has no name but the one that is returned; it
 * lasts until the next of the same number. */
static inline const char *
guard_file(int number, const void *p, size_t n)
{
	static char path[8][32];
	static int fd[8];

	if (fd[number] > 0)
		close(fd[number]);
	fd[number] = memfd_create("fuzz", 0);
	if (fd[number] < 0 || dup2(fd[number], 100 + number) < 0 ||
	    write(100 + number, p, n) != (ssize_t)n)
		abort();
	close(fd[number]);
	fd[number] = 100 + number;
	snprintf(path[number], sizeof(path[number]), "/proc/self/fd/%d",
	    100 + number);
	return path[number];
}

#endif
