/*
 * sink: bytes to a file that appears whole or not at all.
 *
 * Temporaries that exist stand in a list, which the exit of the process and
 * the signals that end it work off.  Both may come at any moment and in any
 * thread.  So whoever makes, renames or removes a temporary is changing the
 * list, with the signals blocked in its own thread, from before it touches the
 * file until the list says so; and whoever works off the list first says that
 * it is ending, then waits until nobody is changing it.  Who finds it ending
 * when it wants to change it waits for the end, so no file comes after it.
 * Nobody may die while changing it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/again.h"
#include "base/buf.h"
#include "base/die.h"
#include "base/mem.h"
#include "io/sink.h"

enum {
	ROOM = 1 << 17,		/* bytes that wait before they are written */
	TEMPORARIES = 64,
};

struct rs_sink {
	int fd;
	char *name;		/* what people call it */
	char *target, *temporary;	/* NULL where written in place */
	int slot;		/* in temporaries */
	bool unbuffered;
	size_t len;
	char *waiting;		/* ROOM bytes */
};

static const char *volatile temporaries[TEMPORARIES];
static atomic_int changing;	/* threads that change the list */
static atomic_bool ending;
static const int deadly[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };

static void
remove_temporaries(void)
{
	atomic_store(&ending, true);
	while (atomic_load(&changing) > 0)
		;	/* a call or two of the system long */
	for (int i = 0; i < TEMPORARIES; i++) {
		if (temporaries[i] != NULL)
			unlink(temporaries[i]);
		temporaries[i] = NULL;
	}
}

static void
on_signal(int sig)
{
	remove_temporaries();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* Once: from now on whatever ends the process takes temporaries along. */
static void
watch(void)
{
	static bool watching;
	struct sigaction act = { .sa_handler = on_signal }, old;

	if (watching)
		return;
	watching = true;
	atexit(remove_temporaries);
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++) {
		/* What our parent ignores (nohup) stays ignored. */
		if (sigaction(deadly[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(deadly[i], &act, NULL);
	}
}

static void
begin_change(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		sigaddset(&set, deadly[i]);
	pthread_sigmask(SIG_BLOCK, &set, old);
	atomic_fetch_add(&changing, 1);
	if (atomic_load(&ending)) {
		atomic_fetch_sub(&changing, 1);
		for (;;)
			pause();
	}
}

static void
end_change(const sigset_t *old)
{
	atomic_fetch_sub(&changing, 1);
	pthread_sigmask(SIG_SETMASK, old, NULL);
}

/* Make the file and put it into the list: -1 with errno where it cannot. */
static int
make_temporary(struct rs_sink *s, char *path)
{
	sigset_t old;
	int fd = -1, error = EMFILE;

	begin_change(&old);
	for (s->slot = 0; s->slot < TEMPORARIES; s->slot++) {
		if (temporaries[s->slot] == NULL)
			break;
	}
	if (s->slot < TEMPORARIES) {
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		error = errno;
	}
	if (fd >= 0)
		temporaries[s->slot] = s->temporary = path;
	end_change(&old);
	errno = error;
	return fd;
}

/* A name of its own beside the target, made and open. */
static int
open_temporary(struct rs_sink *s)
{
	struct rs_buf b = { 0 };
	const char *slash = strrchr(s->target, '/');
	const size_t dir = slash != NULL ? (size_t)(slash + 1 - s->target) : 0;
	int fd = -1;

	watch();
	for (int n = 0; n < 1000; n++) {
		b.len = 0;
		rs_buf_printf(&b, "%.*s.%s.tmp.%ld.%d", (int)dir, s->target,
		    s->target + dir, (long)getpid(), n);
		fd = make_temporary(s, b.data);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	if (fd < 0)
		rs_die("%s: %s", s->name, strerror(errno));
	return fd;
}

static struct rs_sink *
new_sink(const char *name)
{
	struct rs_sink *s = rs_zalloc(sizeof(*s));

	s->name = rs_strdup(name);
	s->waiting = rs_alloc(ROOM);
	return s;
}

struct rs_sink *
rs_sink_open(const char *path)
{
	struct rs_sink *s;
	struct stat st;
	char *real;

	if (path == NULL || strcmp(path, "-") == 0) {
		s = new_sink("stdout");
		s->fd = STDOUT_FILENO;
		watch();
		return s;
	}
	s = new_sink(path);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		s->fd = open(path, O_WRONLY | O_CLOEXEC);
		if (s->fd < 0)
			rs_die("%s: %s", path, strerror(errno));
		return s;
	}
	/* Of a link the target is replaced; of one that leads nowhere, and of
	 * a new file, the path itself. */
	real = realpath(path, NULL);
	s->target = rs_strdup(real != NULL ? real : path);
	free(real);
	s->fd = open_temporary(s);
	return s;
}

struct rs_sink *
rs_sink_append(const char *path)
{
	struct rs_sink *s = new_sink(path);

	s->unbuffered = true;
	s->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (s->fd < 0)
		rs_die("%s: %s", path, strerror(errno));
	return s;
}

static void
write_all(struct rs_sink *s, const char *p, size_t n)
{
	while (n > 0) {
		const ssize_t done = write(s->fd, p, n);

		if (done < 0 && rs_again(s->fd, POLLOUT))
			continue;
		if (done < 0)
			rs_die("%s: %s", s->name, strerror(errno));
		p += done;
		n -= (size_t)done;
	}
}

void
rs_sink_flush(struct rs_sink *s)
{
	write_all(s, s->waiting, s->len);
	s->len = 0;
}

void
rs_sink_put(struct rs_sink *s, const void *p, size_t n)
{
	if (s->unbuffered) {
		write_all(s, p, n);
		return;
	}
	if (n > ROOM - s->len)
		rs_sink_flush(s);
	if (n >= ROOM) {
		write_all(s, p, n);
		return;
	}
	if (n > 0)
		memcpy(s->waiting + s->len, p, n);
	s->len += n;
}

const char *
rs_sink_name(const struct rs_sink *s)
{
	return s->name;
}

bool
rs_sink_is_terminal(const struct rs_sink *s)
{
	return isatty(s->fd) != 0;
}

/* Make the rename itself last. */
static void
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash == NULL ? rs_strdup(".") :
	    rs_memdup(path, (size_t)(slash - path) + 1);
	const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* Some file systems cannot; the file is there all the same. */
	if (fd >= 0) {
		(void)!fsync(fd);
		close(fd);
	}
	free(dir);
}

static void
free_sink(struct rs_sink *s)
{
	free(s->name);
	free(s->target);
	free(s->temporary);
	free(s->waiting);
	free(s);
}

static void
rename_temporary(struct rs_sink *s)
{
	sigset_t old;
	int status, error;

	begin_change(&old);
	status = rename(s->temporary, s->target);
	error = errno;
	if (status == 0)
		temporaries[s->slot] = NULL;
	end_change(&old);
	if (status < 0)
		rs_die("%s: %s", s->name, strerror(error));
	sync_folder(s->target);
}

void
rs_sink_close(struct rs_sink *s)
{
	rs_sink_flush(s);
	if (s->temporary != NULL && fsync(s->fd) < 0)
		rs_die("%s: %s", s->name, strerror(errno));
	/* stdout too: a full disk may tell only now. */
	if (close(s->fd) < 0 && errno != EINTR)
		rs_die("%s: %s", s->name, strerror(errno));
	/* So that no file opened from now on is taken for stdout. */
	if (s->fd == STDOUT_FILENO)
		(void)!open("/dev/null", O_WRONLY);
	if (s->temporary != NULL)
		rename_temporary(s);
	free_sink(s);
}

void
rs_sink_abort(struct rs_sink *s)
{
	sigset_t old;

	close(s->fd);
	if (s->temporary != NULL) {
		begin_change(&old);
		unlink(s->temporary);
		temporaries[s->slot] = NULL;
		end_change(&old);
	}
	free_sink(s);
}
