/*
 * source: bytes from a file or a pipe, unpacked where they are gzip.
 *
 * produce() fills a buffer with the next bytes; everything else is about who
 * calls it.  Without rs_source_ahead that is the reader itself, into one
 * buffer.  With it, a thread fills BUFFERS buffers in turn: buffer i % BUFFERS
 * is the thread's from the moment the reader asks for chunk i - BUFFERS + 1
 * (so has done with chunk i - BUFFERS) until filled reaches i, and the
 * reader's after that.  Both counters are guarded by the lock.  What produce
 * touches (file, gzip state, err) belongs to the thread until it has reported
 * the end, which is its last act.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/again.h"
#include "base/mem.h"
#include "io/inflate.h"
#include "io/source.h"

enum {
	RAW = 1 << 17,		/* bytes of packed data read at once */
	CHUNK = 1 << 18,	/* bytes delivered at once */
	BUFFERS = 4,
};

enum form { UNKNOWN, PLAIN, GZIP };

struct chunk {
	char *p;		/* behind RS_SOURCE_HEAD bytes */
	size_t n;
	int more;		/* what rs_source_next says of it */
};

struct rs_source {
	char *name;
	int fd;			/* -1: from memory */
	uint64_t size;
	atomic_uint_fast64_t raw_offset;
	enum form form;
	unsigned char *raw;	/* RAW bytes; in memory, all there is */
	size_t raw_at, raw_len;
	struct rs_inflate *z;
	struct rs_err err;

	struct chunk chunk[BUFFERS];
	char *rest;		/* what is not delivered of the present one */
	size_t rest_len;
	char *looked;		/* rest, where rs_source_peek had to join */
	uint64_t offset;
	bool done;		/* chunk said 0 or -1 */
	int last;		/* which */

	bool ahead;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	uint64_t filled, taken;	/* chunks, ever */
	bool quit;
};

static struct rs_source *
new_source(const char *name)
{
	struct rs_source *s = rs_zalloc(sizeof(*s));

	s->name = rs_strdup(name);
	s->fd = -1;
	return s;
}

struct rs_source *
rs_source_open(const char *path, struct rs_err *e)
{
	const bool standard = strcmp(path, "-") == 0;
	const int fd = standard ? STDIN_FILENO :
	    open(path, O_RDONLY | O_CLOEXEC);
	struct rs_source *s;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		/* What is not there may be a wrong name; for all else the
		 * machine answers. */
		if (errno != ENOENT && errno != ENOTDIR)
			rs_die("%s: %s", standard ? "stdin" : path,
			    strerror(errno));
		rs_fail(e, "%s: %s", standard ? "stdin" : path,
		    strerror(errno));
		return NULL;
	}
	s = new_source(standard ? "stdin" : path);
	s->fd = fd;
	s->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	s->raw = rs_alloc(RAW);
	return s;
}

struct rs_source *
rs_source_memory(const void *p, size_t n)
{
	struct rs_source *s = new_source("memory");

	s->raw = rs_memdup(p, n);
	s->raw_len = s->size = n;
	return s;
}

/* read(2), but for interruptions and errors: those end the process, as the
 * data may be good and it is the machine that fails. */
static size_t
read_some(struct rs_source *s, void *p, size_t n)
{
	ssize_t got;

	if (s->fd < 0)
		return 0;
	while ((got = read(s->fd, p, n)) < 0)
		if (!rs_again(s->fd, POLLIN))
			rs_die("%s: %s", s->name, strerror(errno));
	s->raw_offset += (uint64_t)got;
	return (size_t)got;
}

/* Read on until two bytes say what it is, or there are no two. */
static void
find_form(struct rs_source *s)
{
	size_t got = 1;

	while (s->raw_len < 2 && got > 0) {
		got = read_some(s, s->raw + s->raw_len, RAW - s->raw_len);
		s->raw_len += got;
	}
	s->form = PLAIN;
	if (s->raw_len >= 2 && s->raw[0] == 0x1f && s->raw[1] == 0x8b) {
		s->form = GZIP;
		s->z = rs_inflate_new();
	}
}

static int
produce_plain(struct rs_source *s, struct chunk *c, size_t room)
{
	size_t n = s->raw_len - s->raw_at;

	if (n > 0) {
		n = n < room ? n : room;
		memcpy(c->p, s->raw + s->raw_at, n);
		s->raw_at += n;
	} else {
		n = read_some(s, c->p, room);
	}
	c->n = n;
	return n > 0;
}

/* As much as fits; but bytes that are there are not held back for more. */
static int
produce_gzip(struct rs_source *s, struct chunk *c, size_t room)
{
	struct rs_err e;
	ssize_t got;

	c->n = 0;
	while (c->n < room) {
		s->z->in = s->raw + s->raw_at;
		s->z->in_len = s->raw_len - s->raw_at;
		got = rs_inflate_step(s->z, c->p + c->n, room - c->n, &e);
		s->raw_at = s->raw_len - s->z->in_len;
		if (got < 0)
			return rs_fail(&s->err, "%s: near byte %" PRIu64 ": %s",
			    s->name, s->raw_offset - s->z->in_len, e.text);
		c->n += (size_t)got;
		if (got > 0)
			continue;
		if (c->n > 0 && s->size == 0)
			break;
		s->raw_at = s->raw_len = 0;
		s->raw_len = read_some(s, s->raw, RAW);
		if (s->raw_len > 0)
			continue;
		if (!s->z->between)
			return rs_fail(&s->err, "%s: is cut off after %" PRIu64
			    " bytes, in the middle of gzip data", s->name,
			    s->raw_offset);
		break;
	}
	return c->n > 0;
}

/* With room before and behind: freed by free_buffer. */
static char *
new_buffer(size_t n)
{
	return (char *)rs_alloc(RS_SOURCE_HEAD + n + RS_SOURCE_TAIL) +
	    RS_SOURCE_HEAD;
}

static void
free_buffer(char *p)
{
	if (p != NULL)
		free(p - RS_SOURCE_HEAD);
}

static int
produce(struct rs_source *s, struct chunk *c)
{
	if (c->p == NULL)
		c->p = new_buffer(CHUNK);
	if (s->form == UNKNOWN)
		find_form(s);
	c->more = s->form == PLAIN ? produce_plain(s, c, CHUNK) :
	    produce_gzip(s, c, CHUNK);
	return c->more;
}

static void *
run_ahead(void *arg)
{
	struct rs_source *s = arg;
	int more = 1;

	pthread_mutex_lock(&s->lock);
	while (more == 1 && !s->quit) {
		/* The chunk that the reader holds is taken - 1. */
		if (s->filled + 1 >= s->taken + BUFFERS) {
			pthread_cond_wait(&s->moved, &s->lock);
			continue;
		}
		pthread_mutex_unlock(&s->lock);
		more = produce(s, &s->chunk[s->filled % BUFFERS]);
		pthread_mutex_lock(&s->lock);
		s->filled++;
		pthread_cond_signal(&s->moved);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

void
rs_source_ahead(struct rs_source *s)
{
	int e;

	if (s->ahead)
		return;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->moved, NULL);
	e = pthread_create(&s->thread, NULL, run_ahead, s);
	if (e != 0)
		rs_die("cannot start a thread: %s", strerror(e));
	s->ahead = true;
}

/* The next chunk of the thread. */
static struct chunk *
await(struct rs_source *s)
{
	struct chunk *c;

	pthread_mutex_lock(&s->lock);
	while (s->filled == s->taken)
		pthread_cond_wait(&s->moved, &s->lock);
	c = &s->chunk[s->taken % BUFFERS];
	s->taken++;
	pthread_cond_signal(&s->moved);
	pthread_mutex_unlock(&s->lock);
	return c;
}

/* Have something in rest: 1, or what rs_source_next says at the end. */
static int
refill(struct rs_source *s)
{
	struct chunk *c = &s->chunk[0];

	if (s->rest_len > 0)
		return 1;
	if (s->done)
		return s->last;
	free_buffer(s->looked);
	s->looked = NULL;
	if (s->ahead)
		c = await(s);
	else
		produce(s, c);
	s->rest = c->p;
	/* Bytes that came before the damage are not delivered: whoever gets
	 * them might use them. */
	s->rest_len = c->more == 1 ? c->n : 0;
	s->done = c->more != 1;
	s->last = c->more;
	return c->more;
}

int
rs_source_take(struct rs_source *s, char **p, size_t *n)
{
	const int more = refill(s);

	if (more != 1)
		return more;
	*p = s->rest;
	*n = s->rest_len;
	s->offset += s->rest_len;
	s->rest_len = 0;
	return 1;
}

int
rs_source_next(struct rs_source *s, const char **p, size_t *n)
{
	char *own;
	const int more = rs_source_take(s, &own, n);

	if (more == 1)
		*p = own;
	return more;
}

ssize_t
rs_source_read(struct rs_source *s, void *p, size_t n)
{
	size_t got = 0, part;

	while (got < n) {
		/* Large reads of plain data need no buffer between. */
		if (s->rest_len == 0 && !s->ahead && s->form == PLAIN &&
		    s->fd >= 0 && s->raw_at == s->raw_len &&
		    n - got >= CHUNK / 4 && !s->done) {
			part = read_some(s, (char *)p + got, n - got);
			if (part == 0)
				break;
		} else {
			const int more = refill(s);

			if (more < 0)
				return -1;
			if (more == 0)
				break;
			part = n - got < s->rest_len ? n - got : s->rest_len;
			memcpy((char *)p + got, s->rest, part);
			s->rest += part;
			s->rest_len -= part;
		}
		got += part;
		s->offset += part;
	}
	return (ssize_t)got;
}

int
rs_source_whole(const char *path, size_t max, struct rs_buf *b,
    struct rs_err *e)
{
	struct rs_source *s = rs_source_open(path, e);
	const char *p;
	size_t n;
	int more;

	if (s == NULL)
		rs_die("%s", e->text);
	rs_buf_str(b, "");
	while ((more = rs_source_next(s, &p, &n)) == 1 && n <= max - b->len)
		rs_buf_put(b, p, n);
	if (more < 0)
		*e = *rs_source_err(s);
	else if (more == 1)
		rs_fail(e, "%.200s: is over the limit of %zu bytes", path, max);
	rs_source_close(s);
	return more == 0 ? 0 : -1;
}

ssize_t
rs_source_peek(struct rs_source *s, void *p, size_t n)
{
	char *all;
	size_t have;
	int more = refill(s);

	if (more < 0)
		return -1;
	while (s->rest_len < n && more == 1) {
		/* Join what is left with the chunk behind it. */
		have = s->rest_len;
		all = new_buffer(have + CHUNK);
		memcpy(all, s->rest, have);
		s->rest_len = 0;
		more = refill(s);
		if (more < 0) {
			free_buffer(all);
			return -1;
		}
		memcpy(all + have, s->rest, s->rest_len);
		free_buffer(s->looked);
		s->looked = all;
		s->rest = all;
		s->rest_len += have;
	}
	n = n < s->rest_len ? n : s->rest_len;
	if (n > 0)
		memcpy(p, s->rest, n);
	return (ssize_t)n;
}

bool
rs_source_ready(struct rs_source *s)
{
	struct pollfd poll_fd = { .fd = s->fd, .events = POLLIN };
	bool ready;

	if (s->rest_len > 0 || s->done || s->fd < 0)
		return true;
	if (s->ahead) {
		pthread_mutex_lock(&s->lock);
		ready = s->filled > s->taken;
		pthread_mutex_unlock(&s->lock);
		return ready;
	}
	if (s->raw_at < s->raw_len)
		return true;
	return poll(&poll_fd, 1, 0) != 0;
}

const char *
rs_source_name(const struct rs_source *s)
{
	return s->name;
}

uint64_t
rs_source_offset(const struct rs_source *s)
{
	return s->offset;
}

uint64_t
rs_source_raw(const struct rs_source *s)
{
	return s->raw_offset;
}

uint64_t
rs_source_size(const struct rs_source *s)
{
	return s->size;
}

const struct rs_err *
rs_source_err(const struct rs_source *s)
{
	return &s->err;
}

void
rs_source_close(struct rs_source *s)
{
	if (s == NULL)
		return;
	if (s->ahead) {
		pthread_mutex_lock(&s->lock);
		s->quit = true;
		pthread_cond_signal(&s->moved);
		pthread_mutex_unlock(&s->lock);
		pthread_join(s->thread, NULL);
		pthread_cond_destroy(&s->moved);
		pthread_mutex_destroy(&s->lock);
	}
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	for (int i = 0; i < BUFFERS; i++)
		free_buffer(s->chunk[i].p);
	rs_inflate_free(s->z);
	free_buffer(s->looked);
	free(s->raw);
	free(s->name);
	free(s);
}
