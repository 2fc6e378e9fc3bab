/* Any bytes as a text of records; the first one chooses the dialect.  What is
 * taken apart by hand must be what libcsv has, or the fuzz fails. */
#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "io/rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A hash of all fields of all records. */
static uint64_t
read_all(const char *p, size_t n, unsigned choice, bool libcsv)
{
	static const char *const delimiters[] = { NULL, ",", "\t", "::" };
	const struct rs_dialect d = {
		.delimiter = delimiters[choice & 3],
		.headless = (choice & 4) != 0,
		.quoting = (choice & 8) != 0 ? RS_QUOTE_NONE : RS_QUOTE_AUTO,
		.jsonl = (choice & 0x30) == 0x10,
		.ragged = (choice & 0x30) == 0x20,
		.always_libcsv = libcsv,
	};
	struct rs_source *s = rs_source_memory(p, n);
	struct rs_digest digest;
	struct rs_record rec;
	struct rs_err e;
	struct rs_rows *r = rs_rows_of(s, &d, &e);

	rs_digest_init(&digest);
	if (r != NULL && rs_rows_begin(r) == 1) {
		while (rs_rows_next(r, &rec) == 1) {
			if (rec.bad != NULL)
				continue;
			for (size_t i = 0; i < rs_rows_width(r); i++) {
				rs_digest_put(&digest, &rec.field[i].n,
				    sizeof(rec.field[i].n));
				rs_digest_put(&digest, rec.field[i].p,
				    rec.field[i].n);
			}
		}
	}
	rs_rows_close(r);
	return rs_digest_value(&digest);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data + 1;
	uint64_t hand, libcsv;

	if (size == 0)
		return 0;
	hand = read_all(p, size - 1, data[0], false);
	if ((data[0] & 0x3b) != 1)	/* libcsv is for commas and quotes */
		return 0;
	libcsv = read_all(p, size - 1, data[0], true);
	assert(hand == libcsv);
	return 0;
}
