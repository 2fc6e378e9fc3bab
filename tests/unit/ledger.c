/* ledger: lines that are formed, kept and found again. */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"
#include "trial/ledger.h"

static struct rs_space space;
static struct rs_trials trials;

static void
begin(void)
{
	static const char text[] = "metric ndcg@10\nparam a 20 -0.5e3 007 +1"
	    " 1e999 '\"' .5\nrun {a}";
	struct rs_err e = { "" };

	ok(rs_space_parse(&space, "x", text, sizeof(text) - 1, &e) == 0 &&
	    rs_trials_begin(&trials, &space, 1, &e) == 0, "%s", e.text);
}

static void
test_numbers_stand_as_numbers(void)
{
	static const char *const want[] = { "20", "-0.5e3", "\"007\"", "\"+1\"",
	    "\"1e999\"", "\"\\\"\"", "\".5\"" };
	struct rs_entry x;
	struct rs_err e;

	for (size_t i = 0; i < trials.n; i++) {
		char text[64];

		snprintf(text, sizeof(text), "\"parameters\": {\"a\": %s}",
		    want[i]);
		ok(rs_entry_form(&x, &trials, i, "ndcg@10\t1\n", NULL, NULL,
		    &e) == 0 && strstr(x.line, text) != NULL,
		    "%s in %s", text, x.line);
		rs_entry_free(&x);
	}
}

/* What becomes of a table: its value, NaN or -1e9: refused. */
static double
value_of(const char *table)
{
	struct rs_entry x;
	struct rs_err e;
	double v;

	if (rs_entry_form(&x, &trials, 0, table, NULL, NULL, &e) < 0)
		return -1e9;
	v = x.value;
	rs_entry_free(&x);
	return v;
}

static void
test_a_table_of_metrics_is_read(void)
{
	ok(value_of("ndcg@10\t0.25\n") == 0.25, "a value");
	ok(value_of("ndcg@10\t0.25") == 0.25, "without a newline");
	ok(value_of("p@10\t1\t0\t1\t9\nndcg@10\t-2\t\t\t9\n") == -2, "rows");
	ok(isnan(value_of("ndcg@10\t\n")), "no value");
	ok(value_of("") == -1e9, "nothing");
	ok(value_of("ndcg@10\n") == -1e9, "no TAB");
	ok(value_of("\t1\n") == -1e9, "no name");
	ok(value_of("ndcg@10\t1\n\nx\t1\n") == -1e9, "an empty row");
	ok(value_of("ndcg@10\t1x\n") == -1e9, "no number");
	ok(value_of("ndcg@10\t1\nndcg@10\t1\n") == -1e9, "twice");
	ok(value_of("ndcg@10\t1\n\xff\t1\n") == -1e9, "no UTF-8");
}

static void
add(struct rs_ledger *l, size_t i, const char *text, const char *error)
{
	struct rs_entry x;
	struct rs_err e;

	ok(rs_entry_form(&x, &trials, i, text, error, NULL, &e) == 0, "formed");
	rs_ledger_add(l, &x);
	rs_entry_free(&x);
}

static void
test_what_is_added_is_found_again(void)
{
	struct rs_ledger l;
	struct rs_err e;
	const struct rs_entry *x;

	ok(rs_ledger_open(&l, "l", "ndcg@10", true, &e) == 0 && l.n == 0,
	    "none yet");
	rs_ledger_close(&l);
	ok(rs_ledger_open(&l, "l", "ndcg@10", false, &e) == 0, "made");
	add(&l, 2, "ndcg@10\t0.5\n", NULL);
	add(&l, 0, NULL, "status 1: no");
	rs_ledger_close(&l);
	ok(rs_ledger_open(&l, "l", "ndcg@10", true, &e) == 0 && l.n == 2,
	    "%s", e.text);
	x = rs_ledger_find(&l, trials.at[2].hash);
	ok(x != NULL && x->value == 0.5 && x->error == NULL, "one");
	x = rs_ledger_find(&l, trials.at[0].hash);
	ok(x != NULL && isnan(x->value) &&
	    strcmp(x->error, "status 1: no") == 0, "the other");
	ok(rs_ledger_find(&l, trials.at[1].hash) == NULL, "no third");
	rs_ledger_close(&l);
	ok(rs_ledger_open(&l, "l", "mrr", true, &e) == 0 &&
	    l.entry[0].lacks && !l.entry[1].lacks,
	    "who lacks another metric is known");
	rs_ledger_close(&l);
}

static void
test_reading_repairs_nothing(void)
{
	struct rs_ledger l;
	struct rs_err e;
	const int fd = open("l", O_WRONLY | O_APPEND);

	ok(write(fd, "{\"tri", 5) == 5, "torn");
	close(fd);
	for (int i = 0; i < 2; i++) {
		ok(rs_ledger_open(&l, "l", "mrr", true, &e) == 0 &&
		    l.torn == 5, "told, and left");
		rs_ledger_close(&l);
	}
	ok(rs_ledger_open(&l, "l", "mrr", false, &e) == 0 && l.torn == 5,
	    "told, and cut off");
	rs_ledger_close(&l);
	ok(rs_ledger_open(&l, "l", "mrr", false, &e) == 0 && l.torn == 0,
	    "whole");
	rs_ledger_close(&l);
}

static void
test_a_damaged_line_is_refused_or_read(void)
{
	struct rs_entry x;
	struct rs_err e;
	char line[512];
	size_t n;

	ok(rs_entry_form(&x, &trials, 1, "ndcg@10\t0.5\n", NULL, NULL,
	    &e) == 0, "formed");
	n = strlen(x.line) - 1;
	memcpy(line, x.line, n);
	rs_entry_free(&x);
	for (size_t i = 0; i < n; i++) {
		const char was = line[i];

		ok(rs_entry_parse(&x, line, i, "ndcg@10", &e) < 0,
		    "prefix of %zu", i);
		rs_entry_free(&x);
		for (int bit = 0; bit < 8; bit++) {
			line[i] = (char)(was ^ 1 << bit);
			rs_entry_parse(&x, line, n, "ndcg@10", &e);
			rs_entry_free(&x);
		}
		line[i] = was;
	}
}

int
main(void)
{
	begin();
	test_numbers_stand_as_numbers();
	test_a_table_of_metrics_is_read();
	test_what_is_added_is_found_again();
	test_reading_repairs_nothing();
	test_a_damaged_line_is_refused_or_read();
	rs_trials_free(&trials);
	rs_space_free(&space);
	return test_end();
}
