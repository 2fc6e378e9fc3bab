/* space: what is read, and that nothing else is. */
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "trial/space.h"
#include "trial/trial.h"

static const char good[] =
    "# 3 x 2 trials\n"
    "\n"
    "search random 4   # of more\n"
    "metric rmse\n"
    "\tparam a  'log' \"x y\" z\\ z\n"
    "param b log .5 2\n"
    "param c int -2 5\n"
    "seed trial\n"
    "data 'odd name' x#y\n"
    "run echo {a} {b}  # {c}\n"
    "run   echo 'it' \\\n"
    "run {seed}";

static bool
reads(const char *text, size_t n, struct rs_space *s, struct rs_err *e)
{
	e->text[0] = '\0';
	return rs_space_parse(s, "x", text, n, e) == 0;
}

static void
test_a_space_is_read_as_it_is_written(void)
{
	struct rs_space s;
	struct rs_err e;

	if (!ok(reads(good, strlen(good), &s, &e), "%s", e.text))
		return;
	ok(s.search == RS_SEARCH_RANDOM && s.count == 4, "the search");
	ok(strcmp(s.metric, "rmse") == 0 && !s.more_is_better,
	    "less is better of rmse");
	ok(s.axes == 3 && s.axis[0].kind == RS_AXIS_LIST &&
	    s.axis[0].list.n == 3, "a list");
	ok(strcmp(s.axis[0].list.line[0], "log") == 0 &&
	    strcmp(s.axis[0].list.line[1], "x y") == 0 &&
	    strcmp(s.axis[0].list.line[2], "z z") == 0, "its values");
	ok(s.axis[1].kind == RS_AXIS_LOG && s.axis[1].lo == 0.5 &&
	    s.axis[1].hi == 2, "a range");
	ok(s.axis[2].kind == RS_AXIS_INT && s.axis[2].least == -2 &&
	    s.axis[2].most == 5 && s.axis[2].line == 7, "whole numbers");
	ok(s.seed_each && !s.budgeted, "seeds");
	ok(s.data.n == 2 && strcmp(s.data.line[0], "odd name") == 0 &&
	    strcmp(s.data.line[1], "x#y") == 0, "data");
	ok(strcmp(s.script.data, "echo {a} {b}  # {c}\necho 'it' \\\n"
	    "{seed}\n") == 0 && s.run_line == 10, "commands as they stand: %s",
	    s.script.data);
	rs_space_free(&s);
}

/* Whatever becomes of a space, it is refused with its name, or is one whose
 * trials can be formed. */
static void
survives(const char *text, size_t n)
{
	struct rs_space s;
	struct rs_trials t = { 0 };
	struct rs_err e;
	size_t files;

	if (reads(text, n, &s, &e)) {
		files = s.data.n;
		s.data.n = 0;		/* nothing is read here */
		if (s.count <= 1000)
			rs_trials_begin(&t, &s, 1, &e);
		rs_trials_free(&t);
		s.data.n = files;
	} else {
		ok(strncmp(e.text, "x:", 2) == 0, "says '%s'", e.text);
	}
	rs_space_free(&s);
}

static void
test_a_damaged_space_harms_nobody(void)
{
	static const char odd[] = "\0\n'\"\\#{} 9-\xff";
	const size_t n = strlen(good);
	char *text = malloc(n);

	for (size_t i = 0; i <= n; i++) {
		memcpy(text, good, n);
		survives(text, i);
		for (size_t k = 0; i < n && k < sizeof(odd); k++) {
			text[i] = odd[k];
			survives(text, n);
		}
	}
	free(text);
}

static void
test_a_grid_is_counted_before_it_is_made(void)
{
	struct rs_buf b = { 0 };
	struct rs_space s;
	struct rs_err e;

	rs_buf_str(&b, "metric rmse\nrun :");
	for (int i = 0; i < 60; i++)
		rs_buf_printf(&b, " {p%d}", i);
	for (int i = 0; i < 60; i++)
		rs_buf_printf(&b, "\nparam p%d 1 2 3 4 5 6 7 8 9 10", i);
	ok(!reads(b.data, b.len, &s, &e) && strstr(e.text, "100000") != NULL,
	    "10^60 trials: %s", e.text);
	rs_space_free(&s);
	rs_buf_free(&b);
}

int
main(void)
{
	test_a_space_is_read_as_it_is_written();
	test_a_damaged_space_harms_nobody();
	test_a_grid_is_counted_before_it_is_made();
	return test_end();
}
