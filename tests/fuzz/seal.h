/*
 * seal: bytes of a fuzzer made a stream or model whose sums are right, or
 * nothing but the sums would be tested.
 *
 *	seal_stream(p, size);		(checksums alone)
 *	seal_whole(p, size, &b);	(b: a stream to its end, as far as its
 *					header and blocks are any good)
 *	seal_model(p, size);
 */
#ifndef SEAL_H
#define SEAL_H

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "io/format.h"

enum { SEAL_HEAD = RS_MAGIC_SIZE + 8 };	/* magic, version, length */

/* Seal what stands at *at with n bytes before its sum; false at the end. */
static inline bool
seal_part(uint8_t *p, size_t size, size_t *at, size_t n)
{
	uint64_t sum;

	if (n > size - *at || size - *at - n < sizeof(sum))
		return false;
	sum = rs_hash(p + *at, n);
	memcpy(p + *at + n, &sum, sizeof(sum));
	*at += n + sizeof(sum);
	return true;
}

static inline size_t
seal_length(const uint8_t *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

/* Returns where the sealed parts end. */
static inline size_t
seal_stream(uint8_t *p, size_t size)
{
	size_t at = 0;

	if (size < SEAL_HEAD || !seal_part(p, size, &at, SEAL_HEAD +
	    seal_length(p + RS_MAGIC_SIZE + 4)))
		return 0;
	while (size - at >= RS_PART_HEAD && seal_part(p, size, &at,
	    RS_PART_HEAD + seal_length(p + at + 4)))
		;
	return at;
}

/* A size that is claimed costs memory, whoever claims it: four digits are
 * enough.  Digits before them become zeros. */
static inline void
seal_sizes(uint8_t *p, size_t size)
{
	uint8_t *const end = p + size;

	while ((p = memmem(p, (size_t)(end - p), "size\t", 5)) != NULL) {
		uint8_t *last;

		while (p < end && (*p < '0' || *p > '9') && *p != '\n')
			p++;
		for (last = p; last < end && *last >= '0' && *last <= '9'; )
			last++;
		for (; last - p > 4; p++)
			*p = '0';
	}
}

/* The bytes of the end of this stream, whatever it said: its other lines,
 * and what was counted. */
static inline void
seal_end(struct rs_buf *b, const struct rs_lines *said, uint64_t rows,
    uint64_t blocks, uint64_t print)
{
	struct rs_lines end = { 0 };
	const size_t at = b->len;
	uint32_t n;
	uint64_t sum;

	/* A capitalised key would be one that nobody here understands. */
	for (size_t i = 0; i < said->n; i++)
		if (said->line[i][0] < 'A' || said->line[i][0] > 'Z')
			rs_lines_add_raw(&end, said->line[i]);
	rs_lines_drop(&end, "rows");
	rs_lines_drop(&end, "blocks");
	rs_lines_drop(&end, "fingerprint");
	rs_buf_put(b, RS_MARK_END "\0\0\0\0", RS_PART_HEAD);
	rs_lines_write(&end, b);
	rs_buf_printf(b, "rows\t%" PRIu64 "\nblocks\t%" PRIu64
	    "\nfingerprint\t%016" PRIx64 "\n", rows, blocks, print);
	n = (uint32_t)(b->len - at - RS_PART_HEAD);
	memcpy(b->data + at + 4, &n, sizeof(n));
	sum = rs_hash(b->data + at, b->len - at);
	rs_buf_put(b, &sum, sizeof(sum));
	rs_lines_free(&end);
}

/* Add a block's values to the fingerprint, as the reader does. */
static inline void
seal_print(struct rs_digest *d, const struct rs_block *b)
{
	uint64_t *scratch = rs_alloc(rs_size(b->rows, sizeof(*scratch)));

	for (size_t c = 0; c < b->head->columns; c++) {
		const struct rs_vec *v = &b->col[c];

		if (v->type == RS_STR)
			rs_fingerprint_strings(d, v->code, v->hash, b->rows,
			    scratch);
		else
			rs_fingerprint_numbers(d, v->any,
			    b->rows * rs_type_size(v->type));
	}
	free(scratch);
}

/* p is changed; b gets a stream that ends where p's good blocks do, and true
 * is returned, or whatever has no good header. */
static inline bool
seal_whole(uint8_t *p, size_t size, struct rs_buf *b)
{
	uint64_t blocks = 0, kept;
	struct rs_lines end = { 0 };
	struct rs_digest d;
	struct rs_reader *r;
	struct rs_block *block;
	struct rs_err e;

	b->len = 0;
	if (size > 0)
		seal_sizes(p, size);
	seal_stream(p, size);
	r = rs_reader_of(rs_source_memory(p, size), &e);
	if (r == NULL) {
		rs_buf_put(b, p, size);
		return false;
	}
	rs_fingerprint_begin(&d, rs_reader_head(r));
	kept = SEAL_HEAD + seal_length(p + RS_MAGIC_SIZE + 4) + RS_PART_SUM;
	while (rs_reader_next(r, &block) == 1) {
		seal_print(&d, block);
		kept += RS_PART_HEAD + seal_length(p + kept + 4) + RS_PART_SUM;
		blocks++;
	}
	rs_buf_put(b, p, kept);
	/* What the end says, if it stands behind those blocks. */
	if (size - kept > RS_PART_HEAD + RS_PART_SUM &&
	    memcmp(p + kept, RS_MARK_END, 4) == 0 &&
	    seal_length(p + kept + 4) <= size - kept - RS_PART_HEAD)
		(void)rs_lines_parse(&end, (const char *)p + kept +
		    RS_PART_HEAD, seal_length(p + kept + 4), &e);
	seal_end(b, &end, rs_reader_rows(r), blocks, rs_digest_value(&d));
	rs_lines_free(&end);
	rs_reader_close(r);
	return true;
}

/* The checksum of a model, its last eight bytes. */
static inline void
seal_model(uint8_t *p, size_t size)
{
	uint64_t sum;

	if (size < sizeof(sum))
		return;
	sum = rs_hash(p, size - sizeof(sum));
	memcpy(p + size - sizeof(sum), &sum, sizeof(sum));
}

#endif
