/* What rs-eval printed goes to JSON and back, and nothing else gets in. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "test.h"
#include "trial/figures.h"

static const char sound[] =
    "ndcg@10\t0.25\t0.2\t0.3\t100\n"
    "hr@10:s99\t1\t\t\t100\n"
    "pop:rmse\t\t\t\t0\n"
    "p:mrr\t1e-05";

static void
test_a_sound_text(void)
{
	struct rs_figures f = { 0 }, back = { 0 };
	struct rs_buf b = { 0 };
	struct rs_err e = { "" };
	json_t *object;
	double x = 0;

	ok(rs_figures_parse(&f, sound, strlen(sound), &e) == 0, "%s", e.text);
	ok(f.n == 4, "%zu figures", f.n);
	ok(rs_figures_get(&f, "ndcg@10", &x) && x == 0.25, "%g", x);
	ok(rs_figures_get(&f, "p:mrr", &x) && x == 1e-5, "%g", x);
	ok(!rs_figures_get(&f, "pop:rmse", &x), "an empty value");
	ok(!rs_figures_get(&f, "ndcg@1", &x), "a name that is not there");
	rs_figures_set(&f, "ndcg@10", 1.0 / 3);
	rs_figures_json(&f, &b);
	ok(strcmp(b.data, "{\"ndcg@10\": 0.3333333333333333, \"hr@10:s99\": 1,"
	    " \"pop:rmse\": null, \"p:mrr\": 1e-05}") == 0, "%s", b.data);
	object = json_loads(b.data, 0, NULL);
	ok(rs_figures_of_json(&back, object, &e) == 0, "%s", e.text);
	ok(back.n == 4 && rs_figures_get(&back, "ndcg@10", &x) && x == 1.0 / 3,
	    "%g", x);
	ok(isnan(back.figure[2].value), "null");
	json_decref(object);
	rs_buf_free(&b);
	rs_figures_free(&back);
	rs_figures_free(&f);
}

static void
test_what_is_none_is_refused(void)
{
	static const char *const bad[] = { "ndcg@10\n", "\t1\n", "a\tx\n",
	    "a\t1\nb\n", "a\t1\na\t2\n", "a\"\t1\n", "a b\t1\n", "a\tnan\n",
	    "\n", "a\t1\n\n", "a\001\t1\n" };
	static const char *const objects[] = { "[]", "{\"a\": \"1\"}",
	    "{\"a\": {}}", "{\"\": 1}", "{\"a\\n\": 1}" };
	struct rs_err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct rs_figures f = { 0 };

		ok(rs_figures_parse(&f, bad[i], strlen(bad[i]), &e) == -1,
		    "text %zu", i);
		rs_figures_free(&f);
	}
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		struct rs_figures f = { 0 };
		json_t *object = json_loads(objects[i], 0, NULL);

		ok(rs_figures_of_json(&f, object, &e) == -1, "%s", objects[i]);
		json_decref(object);
		rs_figures_free(&f);
	}
}

static void
test_directions(void)
{
	static const struct {
		const char *name;
		int status;
		bool more;
	} want[] = {
		{ "ndcg@10", 0, true }, { "pop:hr@10:s99", 0, true },
		{ "rmse", 0, false }, { "against:mae", 0, false },
		{ "recall@10:min", 0, true }, { "cosiness@3", -1, false },
		{ "", -1, false }, { "ndcg@10,mrr", -1, false },
	};
	struct rs_err e;

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		bool more = false;

		ok(rs_figure_direction(want[i].name, &more, &e) ==
		    want[i].status && more == want[i].more, "%s", want[i].name);
	}
}

int
main(void)
{
	test_a_sound_text();
	test_what_is_none_is_refused();
	test_directions();
	return test_end();
}
