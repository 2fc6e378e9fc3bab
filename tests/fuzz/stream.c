/* Any bytes as a stream.  Checksums are set right first, or nothing but they
 * would be tested. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "io/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Seal what stands at *at with n bytes before its sum; false at the end. */
static bool
seal(uint8_t *p, size_t size, size_t *at, size_t n)
{
	uint64_t sum;

	if (n > size - *at || size - *at - n < sizeof(sum))
		return false;
	sum = rs_hash(p + *at, n);
	memcpy(p + *at + n, &sum, sizeof(sum));
	*at += n + sizeof(sum);
	return true;
}

static size_t
length_at(const uint8_t *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

static void
seal_all(uint8_t *p, size_t size)
{
	size_t at = 0;

	if (size < 16 || !seal(p, size, &at, 16 + length_at(p + 12)))
		return;
	while (size - at >= 8 && seal(p, size, &at, 8 + length_at(p + at + 4)))
		;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = rs_memdup(data, size);
	struct rs_err e;
	struct rs_reader *r;
	struct rs_block *b;
	size_t n, sum = 0;

	seal_all(copy, size);
	r = rs_reader_of(rs_source_memory(copy, size), &e);
	while (r != NULL && rs_reader_next(r, &b) == 1) {
		for (size_t c = 0; c < b->head->columns; c++) {
			if (b->col[c].type != RS_STR)
				continue;
			for (size_t i = 0; i < b->rows; i++) {
				const char *s = rs_vec_str(&b->col[c], i, &n);
				sum += n > 0 ? (unsigned char)s[n - 1] : 0;
			}
		}
	}
	rs_reader_close(r);
	free(copy);
	return sum == SIZE_MAX;
}
