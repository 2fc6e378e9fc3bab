/* Any bytes as a dictionary: a stream, made whole.  What is taken must be a
 * dictionary: each id found again where it stands. */
#include <assert.h>

#include "data/dict.h"
#include "seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct rs_dict *d)
{
	static volatile uint64_t sum;
	struct rs_lines lines = { 0 };
	struct rs_err e;
	size_t n;

	for (uint32_t i = 0; i < rs_dict_size(d); i++) {
		const char *p = rs_dict_name(d, i, &n);

		assert(rs_dict_find(d, p, n, rs_hash(p, n)) == i);
		p = rs_dict_label(d, i, &n);
		if (p != NULL)
			sum += rs_hash(p, n);
		sum += rs_dict_count(d, i);
	}
	rs_dict_note(d, "user", &lines);
	assert(rs_dict_check(d, "user", &lines, &e) == 1);
	rs_lines_free(&lines);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = rs_memdup(data, size);
	struct rs_buf whole = { 0 };
	struct rs_err e;
	struct rs_reader *r;
	struct rs_dict *d;

	(void)seal_whole(copy, size, &whole);
	r = rs_reader_of(rs_source_memory(whole.data, whole.len), &e);
	if (r != NULL) {
		d = rs_dict_read(r, &e);
		if (d != NULL) {
			check(d);
			/* What the stream's own lines say of a dictionary. */
			(void)rs_dict_check(d, "user", rs_reader_end(r), &e);
		}
		rs_dict_free(d);
		rs_reader_close(r);
	}
	rs_buf_free(&whole);
	free(copy);
	return 0;
}
