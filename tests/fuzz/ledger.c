/*
 * Any bytes as a ledger, the last line of which may be torn, and as the table
 * that a trial printed.  A ledger that was opened is whole; what is written
 * of a trial can be read again.
 */
#include <assert.h>

#include "base/mem.h"
#include "guard.h"
#include "trial/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char metric[] = "map@20";

static void
try_ledger(const uint8_t *p, size_t n)
{
	const char *path = guard_file(0, p, n);
	struct rs_ledger l;
	struct rs_err e;
	size_t entries;

	if (rs_ledger_open(&l, path, metric, true, &e) < 0) {
		rs_ledger_close(&l);
		return;
	}
	entries = l.n;
	rs_ledger_close(&l);
	assert(rs_ledger_open(&l, path, metric, false, &e) == 0);
	assert(l.n == entries);
	rs_ledger_close(&l);
	assert(rs_ledger_open(&l, path, metric, false, &e) == 0);
	assert(l.n == entries && l.torn == 0);
	for (size_t i = 0; i < l.n; i++)
		assert(rs_ledger_find(&l, l.entry[i].hash) == &l.entry[i]);
	rs_ledger_close(&l);
}

/* A trial that printed the text, or that failed with it. */
static void
try_table(const char *text, bool failed)
{
	static const char space[] = "search grid\nmetric map@20\n"
	    "param a 1 \"it's\"\nrun rs-fit {a} -o {model}\n";
	static struct rs_space s;
	static struct rs_trials t;
	const uint64_t model = 0x0123456789abcdef;
	struct rs_entry x = { 0 }, y = { 0 };
	struct rs_err e;

	if (t.n == 0)
		assert(rs_space_parse(&s, "space", space, sizeof(space) - 1,
		    &e) == 0 && rs_trials_begin(&t, &s, 1, &e) == 0);
	if (rs_entry_form(&x, &t, 1, failed ? NULL : text,
	    failed ? text : NULL, failed ? NULL : &model, &e) == 0) {
		const size_t n = strlen(x.line);

		assert(n > 0 && x.line[n - 1] == '\n');
		assert(memchr(x.line, '\n', n - 1) == NULL);
		assert(rs_entry_parse(&y, x.line, n - 1, metric, &e) == 0);
		assert(y.hash == x.hash);
		assert((y.error != NULL) == failed);
	}
	rs_entry_free(&x);
	rs_entry_free(&y);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0)
		return 0;
	if (data[0] == 't' || data[0] == 'e') {
		text = rs_memdup(data + 1, size - 1);
		try_table(text, data[0] == 'e');
		free(text);
		return 0;
	}
	try_ledger(data + 1, size - 1);
	return 0;
}
