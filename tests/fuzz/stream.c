/* Any bytes as a stream.  Checksums are set right first, or nothing but they
 * would be tested; then the end too, and what was read must be whole. */
#include <assert.h>

#include "io/stream.h"
#include "seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The last byte of every string is looked at, and every number. */
static uint64_t
look(const struct rs_block *b)
{
	uint64_t sum = 0;
	size_t n;

	for (size_t c = 0; c < b->head->columns; c++) {
		const struct rs_vec *v = &b->col[c];

		for (size_t i = 0; v->type == RS_STR && i < b->rows; i++) {
			const char *s = rs_vec_str(v, i, &n);
			sum += n > 0 ? (unsigned char)s[n - 1] : 0;
		}
		if (v->type != RS_STR)
			sum ^= rs_hash(v->any, b->rows *
			    rs_type_size(v->type));
	}
	return sum;
}

/* 0 or -1: as rs_reader_next said last. */
static int
read_all(const void *p, size_t n)
{
	static volatile uint64_t sum;
	struct rs_err e;
	struct rs_reader *r = rs_reader_of(rs_source_memory(p, n), &e);
	struct rs_block *b;
	int more = r != NULL ? 1 : -1;

	while (more == 1) {
		more = rs_reader_next(r, &b);
		if (more == 1)
			sum += look(b);
	}
	rs_reader_close(r);
	return more;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = rs_memdup(data, size);
	struct rs_buf whole = { 0 };

	/* This reads it, too, to an end that is most often wrong. */
	if (seal_whole(copy, size, &whole))
		assert(read_all(whole.data, whole.len) == 0);
	rs_buf_free(&whole);
	free(copy);
	return 0;
}
