/*
 * text: a source as a window of characters that grows at its end.
 *
 * The window is a chunk of the source with the few bytes that were left of
 * the one before put in front of it: nothing else is copied.  It is a buffer
 * of our own where that cannot be: for what is converted, and while more is
 * left than there is room before a chunk.
 */
#include <errno.h>
#include <iconv.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "io/text.h"

enum { PAD = RS_SOURCE_TAIL };

struct rs_text_state {
	char *own;
	size_t room;
	struct rs_digest digest;
	bool begun, ended;
	bool converts;
	iconv_t convert;
	char *encoding;
	struct rs_buf raw;	/* not converted yet: part of a character */
	uint64_t converted;	/* bytes of the source before raw */
};

struct rs_text *
rs_text_new(struct rs_source *s, const char *encoding, struct rs_err *e)
{
	struct rs_text *t = rs_zalloc(sizeof(*t));
	struct rs_text_state *x = rs_zalloc(sizeof(*x));

	t->source = s;
	t->state = x;
	rs_digest_init(&x->digest);
	if (encoding == NULL)
		return t;
	x->convert = iconv_open("UTF-8", encoding);
	if (x->convert == (iconv_t)-1 && errno != EINVAL)
		rs_die("iconv: %s", strerror(errno));
	if (x->convert == (iconv_t)-1) {
		rs_fail(e, "no encoding is called '%s' here (iconv -l lists"
		    " them)", encoding);
		rs_text_free(t);
		return NULL;
	}
	x->converts = true;
	x->encoding = rs_strdup(encoding);
	return t;
}

/* Room for n more bytes behind len, and the pad, in our own buffer. */
static char *
room(struct rs_text *t, size_t n)
{
	struct rs_text_state *x = t->state;

	rs_grow(&x->own, &x->room, t->len + n + PAD, 1);
	t->data = x->own;
	return t->data + t->len;
}

/* Bring what is not used yet to the start of our own buffer. */
static void
keep_own(struct rs_text *t)
{
	struct rs_text_state *x = t->state;
	const size_t kept = t->len - t->at;

	if (t->data == x->own && t->at > 0 && kept > 0) {
		memmove(x->own, x->own + t->at, kept);
	} else if (t->data != x->own) {
		rs_grow(&x->own, &x->room, kept + PAD, 1);
		if (kept > 0)
			memcpy(x->own, t->data + t->at, kept);
	}
	t->data = x->own;
	t->at = 0;
	t->len = kept;
}

/* Convert all of raw but for a character that is cut by its end. */
static int
convert(struct rs_text *t)
{
	struct rs_text_state *x = t->state;
	char *in = x->raw.data;
	size_t left = x->raw.len, done;
	int status = 0;

	while (left > 0) {
		/* No encoding has characters of which UTF-8 needs more than
		 * three bytes for each of theirs; E2BIG comes back here. */
		const size_t most = 3 * left + 16;
		char *out = room(t, most);
		size_t free_bytes = most;

		done = iconv(x->convert, &in, &left, &out, &free_bytes);
		t->len += most - free_bytes;
		if (done != (size_t)-1 || errno == E2BIG)
			continue;
		status = errno == EINVAL ? 0 : -1;
		break;
	}
	done = x->raw.len - left;
	x->converted += done;
	memmove(x->raw.data, x->raw.data + done, left);
	x->raw.len = left;
	if (status == 0)
		return 0;
	return rs_fail(&t->err, "%s: byte %" PRIu64 " is not %s",
	    rs_source_name(t->source), x->converted + 1, x->encoding);
}

/* Append the next chunk of the source. */
static int
append(struct rs_text *t)
{
	struct rs_text_state *x = t->state;
	char *p;
	size_t n;
	const int more = rs_source_take(t->source, &p, &n);

	if (more < 0)
		return rs_fail(&t->err, "%s", rs_source_err(t->source)->text);
	if (more == 0) {
		x->ended = true;
		if (x->raw.len > 0)
			return rs_fail(&t->err, "%s: ends inside a character"
			    " of %s", rs_source_name(t->source), x->encoding);
		return 0;
	}
	rs_digest_put(&x->digest, p, n);
	if (x->converts) {
		rs_buf_put(&x->raw, p, n);
		return convert(t) < 0 ? -1 : 1;
	}
	if (x->begun && t->len <= RS_SOURCE_HEAD) {
		t->data = p - t->len;
		if (t->len > 0)
			memcpy(t->data, x->own, t->len);
	} else {
		memcpy(room(t, n), p, n);
	}
	t->len += n;
	return 1;
}

int
rs_text_more(struct rs_text *t)
{
	struct rs_text_state *x = t->state;
	const size_t kept = t->len - t->at;
	int more = 1;

	if (x->ended)
		return 0;
	keep_own(t);
	while (more == 1 && t->len == kept)
		more = append(t);
	if (x->begun || more < 0)
		return more;
	/* A byte order mark is three bytes, which may come one by one. */
	while (more == 1 && t->len < 3)
		more = append(t);
	if (more < 0)
		return more;
	if (t->len >= 3 && memcmp(t->data, "\xef\xbb\xbf", 3) == 0)
		t->at = 3;
	while (more == 1 && t->len == t->at)
		more = append(t);
	x->begun = true;
	return more < 0 ? -1 : t->len > t->at;
}

uint64_t
rs_text_digest(const struct rs_text *t)
{
	return rs_digest_value(&t->state->digest);
}

void
rs_text_free(struct rs_text *t)
{
	if (t == NULL)
		return;
	if (t->state->converts)
		iconv_close(t->state->convert);
	rs_buf_free(&t->state->raw);
	free(t->state->encoding);
	free(t->state->own);
	free(t->state);
	rs_source_close(t->source);
	free(t);
}
