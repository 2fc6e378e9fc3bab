/*
 * took: run a command line by bash and say what it took.
 *
 *	took DESCRIPTOR COMMAND
 *
 * writes "cpu wall mib" to the descriptor: seconds of user and system time of
 * all its processes, seconds gone by, and the peak memory of the largest one.
 * The kernel lets a process inherit the peak of the one that started it; this
 * one is small, so nobody's peak is that of a Python interpreter.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/die.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

int
main(int argc, char **argv)
{
	struct rusage use;
	double begun;
	int status;
	pid_t pid;

	if (argc != 3)
		rs_die("took DESCRIPTOR COMMAND");
	begun = now();
	pid = fork();
	if (pid == -1)
		rs_die("fork: %s", strerror(errno));
	if (pid == 0) {
		close(atoi(argv[1]));
		execlp("bash", "bash", "-eo", "pipefail", "-c", argv[2],
		    (char *)NULL);
		rs_die("bash: %s", strerror(errno));
	}
	if (wait4(pid, &status, 0, &use) == -1)
		rs_die("wait4: %s", strerror(errno));
	dprintf(atoi(argv[1]), "%.6f %.6f %.3f\n",
	    seconds(use.ru_utime) + seconds(use.ru_stime), now() - begun,
	    (double)use.ru_maxrss / 1024);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
