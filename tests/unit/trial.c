/* trial: the order of trials, their names and values, and their rungs. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test.h"
#include "trial/trial.h"

static struct rs_space space;

static void
begin(struct rs_trials *t, const char *text, uint64_t seed)
{
	struct rs_err e = { "" };

	ok(rs_space_parse(&space, "x", text, strlen(text), &e) == 0, "%s",
	    e.text);
	ok(rs_trials_begin(t, &space, seed, &e) == 0, "%s", e.text);
}

static void
end(struct rs_trials *t)
{
	rs_trials_free(t);
	rs_space_free(&space);
}

#define GRID "metric rmse\nparam a 1 2\nparam b x y z\nrun {a} {b} {model}"

static void
test_a_grid_is_nested_loops(void)
{
	struct rs_trials t;

	begin(&t, GRID, 1);
	ok(t.n == 6, "%zu trials", t.n);
	for (size_t i = 0; i < t.n; i++)
		ok(*t.at[i].value[0] == "12"[i / 3] &&
		    *t.at[i].value[1] == "xyz"[i % 3], "trial %zu is %s %s", i,
		    t.at[i].value[0], t.at[i].value[1]);
	for (size_t i = 0; i < t.n; i++)
		ok(rs_trials_find(&t, t.at[i].name) == i, "found by name");
	ok(rs_trials_find(&t, "0123456789abcdef") == SIZE_MAX &&
	    rs_trials_find(&t, "") == SIZE_MAX, "and no others");
	end(&t);
}

/* The name of the first trial of a space on data of this fingerprint. */
static const char *
name_of(const char *text, uint64_t seed)
{
	static char name[16][RS_FINGERPRINT_TEXT];
	static int next;
	struct rs_trials t;
	char *got = name[next++ % 16];

	begin(&t, text, seed);
	memcpy(got, t.at[0].name, RS_FINGERPRINT_TEXT);
	end(&t);
	return got;
}

static void
test_a_name_is_the_work_and_nothing_else(void)
{
	const char *name = name_of(GRID, 1);

	ok(strcmp(name, name_of(GRID "  ", 1)) != 0, "other text");
	ok(strcmp(name, name_of(GRID, 2)) == 0, "a seed that nothing uses");
	ok(strcmp(name_of(GRID "{seed}", 1), name_of(GRID "{seed}", 2)) != 0,
	    "a seed");
	ok(strcmp(name_of("metric rmse\nparam a 1\nrun {a} x {model}", 1),
	    name) == 0, "other parameters, the same commands");
	ok(strcmp(name_of("metric rmse\nrun 1 x {{model}", 1), name) != 0,
	    "a word in braces is no model");
}

static void
test_seeds_are_the_same_in_each_rung(void)
{
	struct rs_trials t;
	struct rs_err e;
	const size_t chosen[2] = { 1, 3 };

	begin(&t, "search halving 4 by 2\nmetric rmse\nparam a int 1 1000\n"
	    "budget e 3 10\nseed trial\nrun {a} {e} {seed}", 1);
	ok(t.n == 4 && rs_trials_survivors(&t) == 2, "4, then 2");
	ok(strcmp(t.at[0].seed, t.at[1].seed) != 0, "a seed for each");
	ok(rs_trials_promote(&t, chosen, 2, &e) == 1 && t.n == 6, "a rung");
	for (size_t i = 0; i < 2; i++)
		ok(strcmp(t.at[4 + i].seed, t.at[chosen[i]].seed) == 0 &&
		    t.at[4 + i].value[0] == t.at[chosen[i]].value[0] &&
		    strcmp(t.at[4 + i].value[1], "6") == 0 &&
		    t.at[4 + i].rung == 1, "trial %zu rises", i);
	ok(rs_trials_rung(&t, 1) == 4, "where it begins");
	ok(rs_trials_survivors(&t) == 1 &&
	    rs_trials_promote(&t, (const size_t[]){ 4 }, 1, &e) == 1 &&
	    strcmp(t.at[6].value[1], "10") == 0, "the last has what is left");
	ok(rs_trials_promote(&t, (const size_t[]){ 6 }, 1, &e) == 0,
	    "and is the last");
	end(&t);
}

static void
test_draws_are_of_their_parameter_alone(void)
{
	struct rs_trials t;
	char *one[50];

	begin(&t, "search random 50\nmetric rmse\nparam a real 0 1\n"
	    "run {a}", 7);
	for (size_t i = 0; i < 50; i++)
		one[i] = rs_strdup(t.at[i].value[0]);
	end(&t);
	begin(&t, "search random 50\nmetric rmse\nparam b log 1 2\n"
	    "param a real 0 1\nrun {a} {b}", 7);
	for (size_t i = 0; i < 50; i++) {
		ok(strcmp(one[i], t.at[i].value[1]) == 0, "draw %zu", i);
		free(one[i]);
	}
	end(&t);
}

static void
test_a_small_space_is_drawn_to_its_end(void)
{
	struct rs_trials t;

	begin(&t, "search random 1000\nmetric rmse\nparam a int 1 10\n"
	    "param b int 1 10\nparam c 0 1 2 3 4 5 6 7 8 9\nrun {a} {b} {c}", 1);
	ok(t.n == 1000, "%zu of 1000", t.n);
	end(&t);
}

int
main(void)
{
	test_a_grid_is_nested_loops();
	test_a_name_is_the_work_and_nothing_else();
	test_seeds_are_the_same_in_each_rung();
	test_draws_are_of_their_parameter_alone();
	test_a_small_space_is_drawn_to_its_end();
	return test_end();
}
