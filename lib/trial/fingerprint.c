/*
 * fingerprint: what is in a file, in 16 hexadecimal digits.
 *
 * Why content and not names or dates: a trial of the same commands on the
 * same data is the same trial, on whichever machine and in whichever year.
 */
#include "base/hash.h"
#include "io/stream.h"
#include "model/file.h"
#include "trial/fingerprint.h"

static bool
model_ahead(struct rs_source *s)
{
	char first[RS_TENSORS_BEGINNING];
	const ssize_t n = rs_source_peek(s, first, sizeof(first));

	return n > 0 && rs_tensors_begin(first, (size_t)n);
}

static int
of_model(const char *path, uint64_t *print, struct rs_err *e)
{
	struct rs_tensors *t = rs_tensors_open(path, e);

	if (t == NULL)
		return -1;
	*print = rs_tensors_fingerprint(t);
	rs_tensors_free(t);
	return 0;
}

/* The source is used up. */
static int
of_stream(struct rs_source *s, uint64_t *print, struct rs_err *e)
{
	struct rs_reader *r = rs_reader_of(s, e);
	struct rs_block *b;
	int more;

	if (r == NULL)
		return -1;
	while ((more = rs_reader_next(r, &b)) == 1)
		;
	if (more < 0)
		*e = *rs_reader_err(r);
	else
		*print = rs_reader_fingerprint(r);
	rs_reader_close(r);
	return more;
}

static int
of_bytes(struct rs_source *s, uint64_t *print, struct rs_err *e)
{
	struct rs_digest d;
	const char *p;
	size_t n;
	int more;

	rs_digest_init(&d);
	while ((more = rs_source_next(s, &p, &n)) == 1)
		rs_digest_put(&d, p, n);
	if (more < 0)
		*e = *rs_source_err(s);
	else
		*print = rs_digest_value(&d);
	return more;
}

int
rs_fingerprint(const char *path, uint64_t *print, struct rs_err *e)
{
	struct rs_source *s = rs_source_open(path, e);
	int status;

	if (s == NULL)
		return -1;
	if (rs_stream_ahead(s))
		return of_stream(s, print, e);
	status = model_ahead(s) ? of_model(path, print, e) :
	    of_bytes(s, print, e);
	rs_source_close(s);
	return status;
}
