/* spill: bytes kept aside, in memory up to a budget and beyond it in a file. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/mem.h"
#include "data/spill.h"

enum {
	CHUNK = 1 << 20,	/* memory is taken in pieces of this */
	BUFFER = 1 << 18,	/* and the file written so */
};

struct rs_spill {
	uint64_t size;
	char **chunk;		/* the first chunks_max * CHUNK bytes */
	size_t chunks, chunks_max, chunk_room;
	int fd;			/* -1: not needed yet */
	char *buffer;		/* what stands behind the file's end */
	size_t held;
	uint64_t written;	/* bytes in the file */
};

struct rs_spill *
rs_spill_new(size_t memory)
{
	struct rs_spill *s = rs_zalloc(sizeof(*s));

	s->chunks_max = memory / CHUNK;
	s->fd = -1;
	return s;
}

void
rs_spill_free(struct rs_spill *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->chunks; i++)
		free(s->chunk[i]);
	free(s->chunk);
	free(s->buffer);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static const char *
directory(void)
{
	const char *dir = getenv("TMPDIR");

	return dir != NULL && dir[0] != '\0' ? dir : "/tmp";
}

static int
open_unnamed(const char *dir)
{
	struct rs_buf name = { 0 };
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	/* Not every file system has O_TMPFILE. */
	rs_buf_printf(&name, "%s/.rs-spill.XXXXXX", dir);
	fd = mkostemp(name.data, O_CLOEXEC);
	if (fd < 0)
		rs_die("cannot make a temporary file in %s: %s", dir,
		    strerror(errno));
	if (unlink(name.data) < 0)
		rs_die("%s: %s", name.data, strerror(errno));
	rs_buf_free(&name);
	return fd;
}

static void
write_all(struct rs_spill *s, const char *p, size_t n)
{
	while (n > 0) {
		const ssize_t k = pwrite(s->fd, p, n, (off_t)s->written);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			rs_die("cannot write a temporary file in %s: %s",
			    directory(), strerror(k < 0 ? errno : ENOSPC));
		p += k;
		n -= (size_t)k;
		s->written += (uint64_t)k;
	}
}

static void
put_file(struct rs_spill *s, const char *p, size_t n)
{
	if (s->fd < 0) {
		s->fd = open_unnamed(directory());
		s->buffer = rs_alloc(BUFFER);
	}
	while (n > 0) {
		const size_t left = BUFFER - s->held;
		const size_t k = n < left ? n : left;

		memcpy(s->buffer + s->held, p, k);
		s->held += k;
		p += k;
		n -= k;
		if (s->held == BUFFER) {
			write_all(s, s->buffer, BUFFER);
			s->held = 0;
		}
	}
}

/* Put what there is memory for and return how much that was. */
static size_t
put_memory(struct rs_spill *s, const char *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		const size_t c = s->size / CHUNK, at = s->size % CHUNK;
		const size_t k = n - done < CHUNK - at ? n - done : CHUNK - at;

		if (c >= s->chunks_max)
			break;
		if (c == s->chunks) {
			rs_grow(&s->chunk, &s->chunk_room, c + 1,
			    sizeof(*s->chunk));
			s->chunk[s->chunks++] = rs_alloc(CHUNK);
		}
		memcpy(s->chunk[c] + at, p + done, k);
		done += k;
		s->size += k;
	}
	return done;
}

void
rs_spill_put(struct rs_spill *s, const void *p, size_t n)
{
	const size_t done = put_memory(s, p, n);

	if (done == n)
		return;
	put_file(s, (const char *)p + done, n - done);
	s->size += n - done;
}

uint64_t
rs_spill_size(const struct rs_spill *s)
{
	return s->size;
}

/* Read from the file's part, of which the last bytes may still be held. */
static void
get_file(struct rs_spill *s, uint64_t at, char *p, size_t n)
{
	while (n > 0 && at < s->written) {
		const uint64_t left = s->written - at;
		const ssize_t k = pread(s->fd, p, n < left ? n : (size_t)left,
		    (off_t)at);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			rs_die("cannot read a temporary file in %s: %s",
			    directory(), k < 0 ? strerror(errno) :
			    "it has become shorter");
		p += k;
		n -= (size_t)k;
		at += (uint64_t)k;
	}
	if (n > 0)
		memcpy(p, s->buffer + (at - s->written), n);
}

void
rs_spill_get(struct rs_spill *s, uint64_t at, void *to, size_t n)
{
	const uint64_t memory = (uint64_t)s->chunks_max * CHUNK;
	char *p = to;

	assert(at <= s->size && n <= s->size - at);
	while (n > 0 && at < memory) {
		const size_t in = at % CHUNK;
		const size_t k = n < CHUNK - in ? n : CHUNK - in;

		memcpy(p, s->chunk[at / CHUNK] + in, k);
		p += k;
		at += k;
		n -= k;
	}
	if (n > 0)
		get_file(s, at - memory, p, n);
}
