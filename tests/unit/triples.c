/* triples: the three forms say the same, and what is no line is refused. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/triples.h"
#include "test.h"

/* All rows as "user|item|score;", or the error. */
static char *
read_all(const char *text, size_t n)
{
	struct rs_triples *t = rs_triples_of(rs_source_memory(text, n));
	struct rs_buf b = { 0 };
	struct rs_triple r;
	int more;

	rs_buf_str(&b, "");
	while ((more = rs_triples_next(t, &r)) == 1) {
		rs_buf_put(&b, r.user, r.users);
		rs_buf_char(&b, '|');
		rs_buf_put(&b, r.item, r.items);
		if (rs_triples_scored(t))
			rs_buf_printf(&b, "|%g", r.score);
		rs_buf_char(&b, ';');
	}
	if (more < 0) {
		b.len = 0;
		rs_buf_printf(&b, "! %s", rs_triples_err(t)->text);
	}
	rs_triples_close(t);
	return b.data;
}

static void
test_lines_read_as_they_are_meant(void)
{
	static const char *const c[][2] = {
		{ "", "" },
		{ "\n\r\n", "" },
		{ "a,b,1\nc,d,-2.5\n", "a|b|1;c|d|-2.5;" },
		{ "a,b,1\r\nc,d,2", "a|b|1;c|d|2;" },
		{ "a,b\nc,d\n", "a|b;c|d;" },
		{ "a,b,1,like,0\n", "a|b|1;" },
		{ "user_id,item_id,score\na,b,1\n", "a|b|1;" },
		{ "score,item,user\n1,b,a\n", "a|b|1;" },
		{ "item,user\nb,a\n", "a|b;" },
		{ "\"a,b\",\"c\"\"d\",1\n", "a,b|c\"d|1;" },
		{ "\"a\nb\",c,1\nd,e,2\n", "a\nb|c|1;d|e|2;" },
		{ "a\tb\t1\n", "a|b|1;" },
		{ "a\\tb\tc\\\\d\\x\t1\n", "a\tb|c\\d\\x|1;" },
		{ "a\t\"b\t1\n", "a|\"b|1;" },
		{ "a Q0 b 1 0.5 me\nc Q0  d\t2 .25 me\n", "a|b|0.5;c|d|0.25;" },
		{ "a,b,\n", "a|b|nan;" },
		{ "a,b,1\n\nc,d,2\n", "a|b|1;c|d|2;" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		char *got = read_all(c[i][0], strlen(c[i][0]));

		ok(strcmp(got, c[i][1]) == 0, "case %zu: %s", i, got);
		free(got);
	}
}

static void
test_other_lines_are_refused_by_number(void)
{
	static const char *const c[][2] = {
		{ "a b c\n", "! memory:1: neither" },
		{ "a,b,1\nc,d\n", "! memory:2: 2 fields where the first line "
		    "has 3" },
		{ "a,b,1\n\nc,d,x\n", "! memory:3: 'x' is no score" },
		{ "a,b,nan\n", "! memory:1: 'nan' is no score" },
		{ "a,,1\n", "! memory:1: no item" },
		{ "\"a\",\"b\n", "! memory:1: a quote that is never closed" },
		{ "\"a\"b,c,1\n", "! memory:1: text behind a closing quote" },
		{ "a Q0 b 1 0.5 me\na Q0 b 1 0.5\n", "! memory:2: 5 fields" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		char *got = read_all(c[i][0], strlen(c[i][0]));
		const char *want = strchr(c[i][1], ':'), *said = strchr(got,
		    ':');

		ok(got[0] == '!' && said != NULL && strncmp(said, want,
		    strlen(want)) == 0, "case %zu: %s", i, got);
		free(got);
	}
}

/* Any prefix of any of these bytes ends, one way or the other. */
static void
test_every_prefix_ends(void)
{
	static const char text[] = "a,\"b\"\"\n,\"\",1\r\n\"\\t\tQ0 \0\n\"";

	for (size_t from = 0; from < sizeof(text); from++)
		for (size_t n = 0; from + n < sizeof(text); n++) {
			char *got = read_all(text + from, n);

			ok(got != NULL, "from %zu, %zu bytes", from, n);
			free(got);
		}
}

static void
test_a_line_has_an_end(void)
{
	const size_t n = (size_t)RS_TRIPLES_LINE_MAX + 10;
	char *text = rs_alloc(n), *got;

	memset(text, 'a', n);
	got = read_all(text, n);
	ok(strstr(got, "more than a megabyte") != NULL, "%s", got);
	free(got);
	free(text);
}

int
main(void)
{
	test_lines_read_as_they_are_meant();
	test_other_lines_are_refused_by_number();
	test_every_prefix_ends();
	test_a_line_has_an_end();
	return test_end();
}
