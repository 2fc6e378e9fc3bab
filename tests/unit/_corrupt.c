/*
 * corrupt: no damage to what carries checksums is accepted in silence.
 *
 *	_corrupt FROM COUNT FILE...
 *
 * Damages each stream or model COUNT times (tests/fuzz/damage.h, from damage
 * FROM on) and reads it.  It must be refused with a sentence, or have the
 * very bytes of the original; what is gzipped, the very bytes within.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../fuzz/damage.h"
#include "io/format.h"
#include "io/source.h"
#include "model/model.h"
#include "test.h"

/* What a reader of bytes makes of b: false where it refuses. */
static bool
unpack(const struct rs_buf *b, struct rs_buf *out)
{
	struct rs_source *s = rs_source_memory(b->data, b->len);
	const char *p;
	size_t n;
	int more;

	out->len = 0;
	rs_buf_room(out, 1);
	while ((more = rs_source_next(s, &p, &n)) == 1)
		rs_buf_put(out, p, n);
	rs_source_close(s);
	return more == 0;
}

static bool
stream_is_taken(const struct rs_buf *b, struct rs_err *e)
{
	struct rs_reader *r = rs_reader_of(rs_source_memory(b->data, b->len),
	    e);
	struct rs_block *block;
	int more;

	if (r == NULL)
		return false;
	while ((more = rs_reader_next(r, &block)) == 1)
		;
	*e = *rs_reader_err(r);
	rs_reader_close(r);
	return more == 0;
}

static bool
model_is_taken(const struct rs_buf *b, struct rs_err *e)
{
	void *aligned = rs_aligned(b->len);
	struct rs_tensors *t;
	struct rs_model *m = NULL;

	memcpy(aligned, b->data, b->len);
	t = rs_tensors_memory("model", aligned, b->len, e);
	if (t != NULL)
		m = rs_model_of(t, e);
	rs_model_close(m);
	rs_tensors_free(t);
	free(aligned);
	return m != NULL;
}

static bool
is_taken(const struct rs_buf *b, bool model, struct rs_err *e)
{
	e->text[0] = '\0';
	return model ? model_is_taken(b, e) : stream_is_taken(b, e);
}

static bool
equal(const struct rs_buf *a, const struct rs_buf *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* How many of the damaged ones had the original's bytes. */
static uint64_t
corrupt(const char *path, uint64_t from, uint64_t count)
{
	struct rs_buf whole = { 0 }, inner = { 0 }, hurt = { 0 }, got = { 0 };
	uint64_t same = 0;
	struct rs_err e;
	bool model;

	damage_read(&whole, path);
	ok(unpack(&whole, &inner), "%s can be read", path);
	model = inner.len < RS_MAGIC_SIZE ||
	    memcmp(inner.data, RS_MAGIC, RS_MAGIC_SIZE) != 0;
	ok(is_taken(&whole, model, &e), "%s is sound: %s", path, e.text);
	for (uint64_t i = from; i < from + count; i++) {
		bool taken;

		damage(&hurt, whole.data, whole.len, i);
		taken = is_taken(&hurt, model, &e);
		if (equal(&hurt, &whole)) {
			same++;
			ok(taken, "%s, damage %" PRIu64 ": is none: %s", path,
			    i, e.text);
			continue;
		}
		if (taken && unpack(&hurt, &got) && equal(&got, &inner) &&
		    !equal(&inner, &whole))
			continue;	/* of gzip's header, say */
		ok(!taken, "%s, damage %" PRIu64 ": accepted", path, i);
		ok(taken || e.text[0] != '\0', "%s, damage %" PRIu64 ": says "
		    "nothing", path, i);
	}
	rs_buf_free(&whole);
	rs_buf_free(&inner);
	rs_buf_free(&hurt);
	rs_buf_free(&got);
	return same;
}

int
main(int argc, char **argv)
{
	const uint64_t from = argc > 3 ? strtoull(argv[1], NULL, 10) : 0;
	const uint64_t count = argc > 3 ? strtoull(argv[2], NULL, 10) : 0;
	uint64_t same = 0;

	if (count == 0)
		return 2;
	for (int i = 3; i < argc; i++)
		same += corrupt(argv[i], from, count);
	printf("%" PRIu64 " corruptions of %d files, %" PRIu64
	    " left the bytes as they were\n", count * (uint64_t)(argc - 3),
	    argc - 3, same);
	return test_end();
}
