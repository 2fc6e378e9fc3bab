/*
 * format: what reader and writer of a stream must agree on, and the
 * fingerprint that both compute.  Only for lib/io.
 *
 * A part is a marker of 4 bytes, the length of its body (u32), the body, and
 * the XXH3-64 of all before.  The header has magic and version for a marker.
 */
#ifndef RS_IO_FORMAT_H
#define RS_IO_FORMAT_H

#include <string.h>

#include "base/hash.h"
#include "io/stream.h"

enum {
	RS_VERSION_NUMBER = 1,
	RS_MAGIC_SIZE = 8,
	RS_PART_HEAD = 8,	/* marker and length */
	RS_PART_SUM = 8,
	RS_BLOCK_HEAD = 12,	/* first u64, rows u32 */
};

/* PNG's way: a byte above 127, a name, CR LF, Ctrl-Z, LF: whatever tries to
 * help with text breaks it. */
#define RS_MAGIC "\x89RSI\r\n\x1a\n"
#define RS_MARK_BLOCK "blk\n"
#define RS_MARK_END "end\n"

/* How strings are stored in a block. */
enum { RS_STRINGS_PLAIN = 4, RS_STRINGS_DICTIONARY = 5 };

/*
 * The fingerprint: XXH3-64 of "name\ttype\n" for each column, then for each
 * block of RS_BLOCK_ROWS rows (the last may be shorter), for each column, the
 * u64 XXH3-64 of its values: of numbers the values as stored raw, of strings
 * the XXH3-64 of each row's string as u64.
 */
void rs_fingerprint_begin(struct rs_digest *d, const struct rs_head *h);
void rs_fingerprint_numbers(struct rs_digest *d, const void *v, size_t bytes);

/* scratch holds rows u64. */
void rs_fingerprint_strings(struct rs_digest *d, const uint32_t *code,
    const uint64_t *hash, size_t rows, uint64_t *scratch);

#endif
