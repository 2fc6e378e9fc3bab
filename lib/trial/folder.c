/*
 * folder: the directory of a search.
 *
 * Why so much care for one rename: a search runs for hours on machines that
 * are turned off, and what it finds when it runs again must be either the
 * whole of a trial or nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/link.h"
#include "io/sink.h"
#include "trial/folder.h"
#include "trial/ledger.h"

enum {
	/* The children of a search that was killed take a moment to go. */
	LOCK_TRIES = 40,
	LOCK_WAIT = 50 * 1000 * 1000,	/* nanoseconds */
};

static const char working[] = ".run-";	/* begins the name of a work folder */

char *
rs_folder_path(const struct rs_folder *f, const char *name)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "%s/%s", f->dir, name);
	return b.data;
}

char *
rs_folder_trial(const struct rs_folder *f, const char *name, const char *file)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "%s/trials/%s%s%s", f->dir, name,
	    file != NULL ? "/" : "", file != NULL ? file : "");
	return b.data;
}

static void
make_folder(const char *path)
{
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		rs_die("%s: %s", path, strerror(errno));
}

static void
make_folders(const struct rs_folder *f)
{
	char *trials = rs_folder_path(f, "trials");

	make_folder(f->dir);
	make_folder(trials);
	free(trials);
}

static void
sync_path(const char *path, int flags)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | flags);

	/* Not everything that a trial leaves can be read or synced. */
	if (fd >= 0) {
		(void)!fsync(fd);
		close(fd);
	}
}

/* ---- Removing. ---- */

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);		/* what cannot go stays, and is swept later */
	return 0;
}

static void
remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Remove a work folder unless somebody holds it. */
static void
sweep_one(const char *path)
{
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		remove_tree(path);
	close(fd);
}

void
rs_folder_sweep(const struct rs_folder *f)
{
	char *trials = rs_folder_path(f, "trials");
	DIR *d = opendir(trials);
	struct dirent *x;

	while (d != NULL && (x = readdir(d)) != NULL) {
		if (strncmp(x->d_name, working, sizeof(working) - 1) == 0) {
			char *path = rs_folder_trial(f, x->d_name, NULL);

			sweep_one(path);
			free(path);
		}
	}
	if (d != NULL)
		closedir(d);
	free(trials);
}

/* ---- The whole. ---- */

static int
take_lock(struct rs_folder *f, struct rs_err *e)
{
	const struct timespec wait = { .tv_nsec = LOCK_WAIT };
	char *path = rs_folder_path(f, "lock");
	int status = -1;

	f->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (f->lock < 0)
		rs_die("%s: %s", path, strerror(errno));
	for (int i = 0; status < 0 && i < LOCK_TRIES; i++) {
		status = flock(f->lock, LOCK_EX | LOCK_NB);
		if (status < 0 && errno != EWOULDBLOCK && errno != EINTR)
			rs_die("%s: %s", path, strerror(errno));
		if (status < 0)
			nanosleep(&wait, NULL);
	}
	free(path);
	return status == 0 ? 0 : rs_fail(e, "%.300s: another rs-tune runs"
	    " there", f->dir);
}

/* Learn which trials costs.jsonl has, and cut off a torn last line. */
static void
read_costs(struct rs_folder *f)
{
	char *path = rs_folder_path(f, "costs.jsonl");
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	off_t whole = 0;
	ssize_t n;
	uint64_t hash;

	while (in != NULL && (n = getline(&line, &room, in)) > 0) {
		static const char key[] = "{\"trial\": \"";
		const size_t k = sizeof(key) - 1;

		if (line[n - 1] != '\n')
			break;
		whole += n;
		if ((size_t)n > k + 16 && memcmp(line, key, k) == 0) {
			line[k + 16] = '\0';
			if (rs_name_parse(line + k, &hash))
				rs_names_add(&f->costs, hash, 0);
		}
	}
	if (in != NULL) {
		fclose(in);
		(void)!truncate(path, whole);
	}
	free(line);
	free(path);
}

int
rs_folder_open(struct rs_folder *f, const char *dir, bool alone,
    struct rs_err *e)
{
	*f = (struct rs_folder){ .dir = rs_strdup(dir), .lock = -1 };
	if (!alone)
		return 0;
	make_folders(f);
	if (take_lock(f, e) < 0)
		return -1;
	rs_folder_sweep(f);
	read_costs(f);
	return 0;
}

void
rs_folder_close(struct rs_folder *f)
{
	if (f->lock >= 0)
		close(f->lock);
	rs_names_free(&f->costs);
	free(f->dir);
	*f = (struct rs_folder){ .lock = -1 };
}

/* ---- A trial's files. ---- */

struct rs_work
rs_folder_work(const struct rs_folder *f, const char *name)
{
	const mode_t mask = umask(0);
	struct rs_work w;
	struct rs_buf b = { 0 };

	make_folders(f);
	rs_buf_printf(&b, "%s/trials/%s%s.XXXXXX", f->dir, working, name);
	if (mkdtemp(b.data) == NULL)
		rs_die("%s: %s", b.data, strerror(errno));
	umask(mask);		/* mkdtemp makes it for us alone */
	chmod(b.data, 0777 & ~mask);
	w.path = b.data;
	w.lock = open(w.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w.lock >= 0)
		flock(w.lock, LOCK_EX | LOCK_NB);
	return w;
}

static void
free_work(struct rs_work *w)
{
	if (w->lock >= 0)
		close(w->lock);
	free(w->path);
	*w = (struct rs_work){ .lock = -1 };
}

void
rs_folder_drop(struct rs_work *w)
{
	remove_tree(w->path);
	free_work(w);
}

static int
sync_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	if (type == FTW_F && S_ISREG(st->st_mode))
		sync_path(path, 0);
	else if (type == FTW_DP)
		sync_path(path, O_DIRECTORY);
	return 0;
}

static bool
has_result(const struct rs_folder *f, const char *name)
{
	char *path = rs_folder_trial(f, name, "result.json");
	const bool has = access(path, F_OK) == 0;

	free(path);
	return has;
}

void
rs_folder_finish(const struct rs_folder *f, struct rs_work *w,
    const char *name)
{
	char *trials = rs_folder_path(f, "trials");
	char *target = rs_folder_trial(f, name, NULL);

	nftw(w->path, sync_one, 16, FTW_DEPTH | FTW_PHYS);
	if (rename(w->path, target) < 0) {
		if (errno != ENOTEMPTY && errno != EEXIST)
			rs_die("%s: %s", target, strerror(errno));
		/* Somebody else was first; or it is no whole trial, and then
		 * it is in the way. */
		if (has_result(f, name)) {
			remove_tree(w->path);
		} else {
			remove_tree(target);
			if (rename(w->path, target) < 0)
				rs_die("%s: %s", target, strerror(errno));
		}
	}
	sync_path(trials, O_DIRECTORY);
	free(trials);
	free(target);
	free_work(w);
}

int
rs_folder_read(const char *path, size_t max, struct rs_buf *b,
    struct rs_err *e)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;

	b->len = 0;
	rs_buf_str(b, "");
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		rs_die("%s: %s", path, strerror(errno));
	do {
		char *p = rs_buf_room(b, (1 << 16) + 1);

		n = read(fd, p, 1 << 16);
		if (n < 0 && errno == EINTR)
			continue;
		b->len += n > 0 ? (size_t)n : 0;
		b->data[b->len] = '\0';
	} while (n > 0 && b->len <= max);
	if (n < 0 && errno != EISDIR)
		rs_die("%s: %s", path, strerror(errno));
	close(fd);
	if (n < 0)
		return rs_fail(e, "%.300s: cannot be read", path);
	if (b->len > max)
		return rs_fail(e, "%.300s: is over the limit of %zu bytes",
		    path, max);
	return 1;
}

bool
rs_folder_has_cost(const struct rs_folder *f, uint64_t hash)
{
	return f->lock < 0 || rs_names_find(&f->costs, hash) != SIZE_MAX;
}

void
rs_folder_cost(struct rs_folder *f, uint64_t hash, const char *line)
{
	char *path;
	struct rs_sink *s;

	if (rs_folder_has_cost(f, hash))
		return;
	rs_names_add(&f->costs, hash, 0);
	path = rs_folder_path(f, "costs.jsonl");
	s = rs_sink_append(path);
	rs_sink_put(s, line, strlen(line));
	rs_sink_close(s);
	free(path);
}

void
rs_folder_best(const struct rs_folder *f, const char *name)
{
	struct rs_buf to = { 0 };

	rs_buf_printf(&to, "trials/%s", name);
	rs_link_turn(f->dir, "best", to.data);
	rs_buf_free(&to);
}
