/* format: what reader and writer of a stream must agree on. */
#include "base/buf.h"
#include "io/format.h"
#include "io/pack.h"

void
rs_fingerprint_begin(struct rs_digest *d, const struct rs_head *h)
{
	struct rs_buf b = { 0 };

	rs_digest_init(d);
	for (size_t i = 0; i < h->columns; i++) {
		rs_buf_printf(&b, "%s\t%s\n", h->column[i].name,
		    rs_type_name(h->column[i].type));
	}
	rs_digest_put(d, b.data, b.len);
	rs_buf_free(&b);
}

void
rs_fingerprint_numbers(struct rs_digest *d, const void *v, size_t bytes)
{
	const uint64_t sum = rs_hash(v, bytes);

	rs_digest_put(d, &sum, sizeof(sum));
}

void
rs_fingerprint_strings(struct rs_digest *d, const uint32_t *code,
    const uint64_t *hash, size_t rows, uint64_t *scratch)
{
	if (code == NULL) {
		rs_fingerprint_numbers(d, hash, rows * sizeof(*hash));
		return;
	}
	for (size_t i = 0; i < rows; i++)
		scratch[i] = hash[code[i]];
	rs_fingerprint_numbers(d, scratch, rows * sizeof(*scratch));
}

const char *
rs_encoding_name(size_t encoding)
{
	static const char *const name[RS_ENCODINGS] = {
		[RS_PACK_CONSTANT] = "constant",
		[RS_PACK_BITS] = "packed",
		[RS_PACK_DELTA] = "delta",
		[RS_PACK_RAW] = "raw",
		[RS_STRINGS_PLAIN] = "plain",
		[RS_STRINGS_DICTIONARY] = "dictionary",
	};

	return name[encoding];
}
