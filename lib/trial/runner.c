/*
 * runner: shell scripts, several at a time, and what each took.
 *
 * Why not make or parallel alone: they do not know which trial is better, and
 * what a killed run of theirs leaves behind goes on running.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/mem.h"
#include "trial/runner.h"

enum {
	NOT_FOUND = 127,	/* the status by which shells say so */
	/* A message that comes between our looking and our waiting is not
	 * lost, as signals are blocked; this is for nothing but caution. */
	LOOK_AGAIN = 10,	/* seconds */
};

struct job {
	pid_t pid;		/* of the keeper; its group has the same */
	size_t id;
	struct timespec began;
};

struct rs_runner {
	struct job *job;
	size_t n, jobs;
	sigset_t held, before;
};

static void
hold(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

struct rs_runner *
rs_runner_new(size_t jobs)
{
	struct rs_runner *r = rs_zalloc(sizeof(*r));

	r->jobs = jobs;
	r->job = rs_zalloc(rs_size(jobs, sizeof(*r->job)));
	/* Where it is ignored, as some parents leave it to us, nobody is left
	 * to be waited for. */
	signal(SIGCHLD, SIG_DFL);
	hold(&r->held);
	sigprocmask(SIG_BLOCK, &r->held, &r->before);
	return r;
}

size_t
rs_runner_busy(const struct rs_runner *r)
{
	return r->n;
}

/* ---- In a process of its own. ---- */

/* Let descriptor fd be the file dir/name, or /dev/null. */
static void
redirect(int fd, const char *dir, const char *name)
{
	struct rs_buf b = { 0 };
	int got;

	if (dir != NULL)
		rs_buf_printf(&b, "%s/%s", dir, name);
	got = open(dir != NULL ? b.data : "/dev/null",
	    dir != NULL ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY, 0666);
	if (got < 0 || dup2(got, fd) < 0)
		_exit(RS_SYSTEM);
	if (got != fd)
		close(got);
	rs_buf_free(&b);
}

_Noreturn static void
become_script(const struct rs_runner *r, const char *script)
{
	static const char sentence[] = "bash: cannot be run\n";
	char *const argv[] = { (char *)"bash", (char *)"--noprofile",
	    (char *)"--norc", (char *)"-c", (char *)script, NULL };

	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &r->before, NULL);
	unsetenv("BASH_ENV");	/* nothing but the space says what runs */
	execvp("bash", argv);
	(void)!write(STDERR_FILENO, sentence, sizeof(sentence) - 1);
	_exit(NOT_FOUND);
}

/* A status as a shell gives it. */
static int
shell_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

_Noreturn static void
keep(const struct rs_runner *r, const char *script)
{
	const pid_t pid = fork();
	int status;

	if (pid < 0)
		_exit(RS_SYSTEM);
	if (pid == 0)
		become_script(r, script);
	for (;;) {
		int sig = 0;

		sigwait(&r->held, &sig);
		if (sig != SIGCHLD)
			kill(0, SIGKILL);	/* ourselves as well */
		if (waitpid(pid, &status, WNOHANG) == pid)
			break;
	}
	/* What it left behind writes to a folder that is to be closed.  We
	 * go over to the search's group, so that only they are killed. */
	setpgid(0, getpgid(getppid()));
	kill(-getpid(), SIGKILL);
	_exit(shell_status(status));
}

/* No lock of the search outlives it in its keepers. */
static void
close_the_rest(void)
{
	const long n = sysconf(_SC_OPEN_MAX);

	for (int fd = STDERR_FILENO + 1; fd < (n > 0 && n < 4096 ? n : 4096);
	    fd++)
		close(fd);
}

_Noreturn static void
begin_keeper(const struct rs_runner *r, pid_t parent, const char *script,
    const char *dir)
{
	setpgid(0, 0);
	/* Handlers of the search are not ours; held back, these signals are
	 * taken by sigwait. */
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(128 + SIGTERM);
	redirect(STDIN_FILENO, NULL, NULL);
	redirect(STDOUT_FILENO, dir, "metrics.tsv");
	redirect(STDERR_FILENO, dir, "log");
	close_the_rest();
	keep(r, script);
}

/* ---- In the search's. ---- */

void
rs_runner_start(struct rs_runner *r, size_t id, const char *script,
    const char *dir)
{
	const pid_t parent = getpid();
	struct job *j = &r->job[r->n];

	clock_gettime(CLOCK_MONOTONIC, &j->began);
	j->id = id;
	j->pid = fork();
	if (j->pid < 0)
		rs_die("cannot start a process: %s", strerror(errno));
	if (j->pid == 0)
		begin_keeper(r, parent, script, dir);
	setpgid(j->pid, j->pid);	/* whoever of us is first */
	r->n++;
}

static double
seconds_of(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec * 1e-6;
}

/* Whether one has ended; if so it leaves the list. */
static bool
collect(struct rs_runner *r, struct rs_ended *x)
{
	struct rusage use;
	struct timespec now;
	int status;

	for (size_t i = 0; i < r->n; i++) {
		struct job *j = &r->job[i];

		if (wait4(j->pid, &status, WNOHANG, &use) != j->pid)
			continue;
		clock_gettime(CLOCK_MONOTONIC, &now);
		*x = (struct rs_ended){ .id = j->id,
		    .status = shell_status(status),
		    .seconds = (double)(now.tv_sec - j->began.tv_sec) +
		    (double)(now.tv_nsec - j->began.tv_nsec) * 1e-9,
		    .cpu = seconds_of(&use.ru_utime) +
		    seconds_of(&use.ru_stime),
		    .memory = (uint64_t)use.ru_maxrss << 10 };
		*j = r->job[--r->n];
		return true;
	}
	return false;
}

static void
stop_all(struct rs_runner *r)
{
	for (size_t i = 0; i < r->n; i++)
		kill(r->job[i].pid, SIGTERM);
	for (size_t i = 0; i < r->n; i++) {
		while (waitpid(r->job[i].pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	r->n = 0;
}

void
rs_runner_wait(struct rs_runner *r, struct rs_ended *ended)
{
	const struct timespec again = { .tv_sec = LOOK_AGAIN };

	while (!collect(r, ended)) {
		const int sig = sigtimedwait(&r->held, NULL, &again);

		if (sig <= 0 || sig == SIGCHLD)
			continue;
		stop_all(r);
		sigprocmask(SIG_SETMASK, &r->before, NULL);
		raise(sig);
		exit(128 + sig);	/* somebody caught it and went on */
	}
}

void
rs_runner_free(struct rs_runner *r)
{
	stop_all(r);
	sigprocmask(SIG_SETMASK, &r->before, NULL);
	free(r->job);
	free(r);
}
