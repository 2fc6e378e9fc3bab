/*
 * paths: whether the CPU path shows in what is computed.
 *
 *	static void digests(uint64_t *out) { ... out[i] = ...; }
 *	...
 *	paths_agree(digests, DIGESTS, tell);
 *
 * digests runs once a path, each time in a child: a process settles on one
 * path at its first call, so this stands first in main.  tell writes what
 * number i is of.  A path that this CPU lacks is passed over.
 */
#ifndef PATHS_H
#define PATHS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

enum { PATHS_MOST = 256, PATHS_NAME = 128 };

/* False where this CPU lacks the path. */
static bool
paths_run(const char *path, void (*digests)(uint64_t *out), size_t n,
    uint64_t *out)
{
	int fd[2], status;
	ssize_t got = 0;
	pid_t child;

	if (pipe(fd) != 0 || (child = fork()) < 0)
		return false;
	if (child == 0) {
		setenv("RS_CPU", path, 1);
		close(STDERR_FILENO);	/* a path may be lacking */
		digests(out);
		_exit(write(fd[1], out, n * sizeof(*out)) < 0);
	}
	close(fd[1]);
	got = read(fd[0], out, n * sizeof(*out));
	close(fd[0]);
	waitpid(child, &status, 0);
	return got == (ssize_t)(n * sizeof(*out));
}

static void
paths_agree(void (*digests)(uint64_t *out), size_t n,
    void (*tell)(size_t i, char name[PATHS_NAME]))
{
	static const char *const others[] = { "avx2", "avx512" };
	uint64_t base[PATHS_MOST], other[PATHS_MOST];

	if (!ok(n <= PATHS_MOST, "too many") ||
	    !ok(paths_run("base", digests, n, base),
	    "the base path runs everywhere"))
		return;
	for (size_t p = 0; p < sizeof(others) / sizeof(*others); p++) {
		if (!paths_run(others[p], digests, n, other))
			continue;
		for (size_t i = 0; i < n; i++) {
			char name[PATHS_NAME];

			tell(i, name);
			ok(base[i] == other[i], "%s: %s", others[p], name);
		}
	}
}

#endif
