/* values: what -p says is what a model says of itself, or is refused. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/algorithm.h"
#include "test.h"

static const char *const WORDS[] = { "plain", "dense", NULL };
static const char *const LAWS[] = { "glorot", "lecun", "normal:0.01",
    "xavier:3", NULL };
static const char *const LAYERS[] = { "64,32,16" }, *const DROPS[] = { "none" };
static const char *const SELF[] = { "auto" };

enum { LAYER, DROP, OWN, LAW, SECOND, WORD, BATCH };
static const struct rs_param PARAMS[] = {
	[LAYER] = { "layers", RS_PARAM_COUNTS, 0, 1, 65536, LAYERS, "widths" },
	[DROP] = { "dropout", RS_PARAM_REALS, 0, 0, 0.99, DROPS, "chances" },
	[OWN] = { "own", RS_PARAM_REALS, __builtin_nan(""), 0, 1, SELF, "" },
	[LAW] = { "init", RS_PARAM_LAW, 0, 0, 100, LAWS, "first values" },
	[SECOND] = { "layer-init", RS_PARAM_LAW, 2, 0, 100, LAWS, "the same" },
	[WORD] = { "embedding", RS_PARAM_CHOICE, 0, 0, 0, WORDS, "which" },
	[BATCH] = { "batch", RS_PARAM_COUNT, 256, 1, 1 << 24, NULL, "samples" },
	{ 0 }
};
static const struct rs_preset PRESETS[] = {
	{ "wide", "wide", 32, 3, "layers=128,64 dropout=0.25 init=normal:0.5 "
	  "embedding=dense" },
	{ 0 }
};
static const struct rs_algorithm tiny = {
	.name = "tiny", .params = PARAMS, .presets = PRESETS,
};

static const char *
text(const struct rs_values *v, size_t i)
{
	static char p[RS_PARAM_TEXT_MAX];

	return rs_values_text(v, i, p);
}

/* What a parameter is after pair was given, "-" where it is refused. */
static const char *
said(size_t i, const char *pair, struct rs_values *v)
{
	struct rs_err e;

	rs_values_init(v, &tiny);
	return rs_values_set(v, pair, &e) < 0 ? "-" : text(v, i);
}

static void
becomes(size_t i, const char *pair, const char *want)
{
	struct rs_values v;
	const char *got = said(i, pair, &v);

	ok(strcmp(got, want) == 0, "%s became %s, not %s", pair, got, want);
}

static void
refused(const char *pair, const char *why)
{
	struct rs_values v;
	struct rs_err e = { "" };

	rs_values_init(&v, &tiny);
	ok(rs_values_set(&v, pair, &e) < 0, "%s was taken", pair);
	ok(strcmp(e.text, why) == 0, "%s: %s", pair, e.text);
}

static void
test_lists_are_numbers_between_commas(void)
{
	struct rs_values v;

	rs_values_init(&v, &tiny);
	ok(strcmp(text(&v, LAYER), "64,32,16") == 0, "%s", text(&v, LAYER));
	ok(rs_values_list(&v, "layers")->n == 3, "three");
	ok(strcmp(text(&v, DROP), "none") == 0, "%s", text(&v, DROP));
	becomes(LAYER, "layers=8", "8");
	becomes(LAYER, "layers=1k,2", "1000,2");
	becomes(LAYER, "layers=65536", "65536");
	becomes(LAYER, "layers=none", "none");
	becomes(LAYER, "layers=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
	    "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16");
	becomes(DROP, "dropout=0.25", "0.25");
	becomes(DROP, "dropout=0.25,0,1e-3", "0.25,0,0.001");
	said(LAYER, "layers=9,7", &v);
	ok(rs_values_list(&v, "layers")->n == 2 &&
	    rs_values_list(&v, "layers")->at[1] == 7, "9 and 7");
}

static void
test_a_list_may_be_left_to_the_data(void)
{
	struct rs_values v;

	rs_values_init(&v, &tiny);
	ok(strcmp(text(&v, OWN), "auto") == 0, "%s", text(&v, OWN));
	becomes(OWN, "own=0.5,0.25", "0.5,0.25");
	becomes(OWN, "own=none", "none");
	becomes(OWN, "own=auto", "auto");
	refused("layers=auto", "layers=auto: not a whole number");
}

static void
test_a_law_may_have_a_number(void)
{
	struct rs_values v;

	rs_values_init(&v, &tiny);
	ok(strcmp(text(&v, LAW), "glorot") == 0, "%s", text(&v, LAW));
	ok(strcmp(text(&v, SECOND), "normal:0.01") == 0, "%s",
	    text(&v, SECOND));
	becomes(LAW, "init=normal", "normal:0.01");
	becomes(LAW, "init=normal:0.1", "normal:0.1");
	becomes(LAW, "init=xavier:60", "xavier:60");
	becomes(LAW, "init=lecun", "lecun");
	said(LAW, "init=normal:0.25", &v);
	ok(rs_values_get(&v, "init") == 2 && rs_values_list(&v, "init")->n ==
	    1 && rs_values_list(&v, "init")->at[0] == 0.25, "normal:0.25");
	/* A number of before does not stay. */
	struct rs_err e;
	ok(rs_values_set(&v, "init=glorot", &e) == 0 &&
	    rs_values_list(&v, "init")->n == 0, "%s", text(&v, LAW));
}

static void
test_what_is_none_is_refused(void)
{
	refused("layers=", "layers=: not a whole number");
	refused("layers=,", "layers=: not a whole number");
	refused("layers=64,", "layers=: not a whole number");
	refused("layers=64,,8", "layers=: not a whole number");
	refused("layers=,64", "layers=: not a whole number");
	refused("layers=none,8", "layers=none: not a whole number");
	refused("layers=64;8", "layers=64;8: not a whole number");
	refused("layers=64, 8", "layers= 8: not a whole number");
	refused("layers=-8", "layers=-8: not a whole number");
	refused("layers=0", "layers=0: not in 1..65536");
	refused("layers=8,65537", "layers=65537: not in 1..65536");
	refused("layers=99999999999999999999", "layers=99999999999999999999: "
	    "not a whole number");
	refused("layers=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
	    "layers: more than 16 numbers");
	refused("layers", "layers wants a value: layers=...");
	refused("dropout=1", "dropout=1: not in 0..0.99");
	refused("dropout=0.1,nan", "dropout=nan: not a number");
	refused("dropout=inf", "dropout=inf: not a number");
	refused("dropout=-0.1", "dropout=-0.1: not in 0..0.99");
	refused("init=normal:", "init=: not a number");
	refused("init=glorot:3", "init=glorot:3: glorot takes no number");
	refused("init=glorot:", "init=glorot:: glorot takes no number");
	refused("init=normal:nan", "init=nan: not a number");
	refused("init=normal:-1", "init=-1: not in 0..100");
	refused("init=normal:1e300", "init=1e300: not in 0..100");
	refused("init=normal:0.1:0.2", "init=0.1:0.2: not a number");
	refused("init=normal:0.1,0.2", "init=0.1,0.2: not a number");
	refused("init=norm", "init=norm: it is one of glorot lecun "
	    "normal:0.01 xavier:3");
	refused("init=:3", "init=:3: it is one of glorot lecun normal:0.01 "
	    "xavier:3");
	refused("init=", "init=: it is one of glorot lecun normal:0.01 "
	    "xavier:3");
	refused("embedding=dense:1", "embedding=dense:1: it is one of plain "
	    "dense");
}

static void
test_a_long_word_is_named_by_its_beginning(void)
{
	struct rs_buf b = { 0 };
	struct rs_values v;
	struct rs_err e;

	for (int law = 0; law < 2; law++) {
		b.len = 0;
		rs_buf_str(&b, law ? "init=normal:" : "layers=7,");
		for (size_t i = 0; i < 100000; i++)
			rs_buf_char(&b, '9');
		rs_values_init(&v, &tiny);
		ok(rs_values_set(&v, b.data, &e) < 0, "taken");
		ok(strlen(e.text) < 200, "%zu bytes", strlen(e.text));
	}
	rs_buf_free(&b);
}

static void
test_a_preset_yields_to_what_was_given(void)
{
	struct rs_values v;
	struct rs_err e;

	rs_values_init(&v, &tiny);
	ok(rs_values_set(&v, "layers=8", &e) == 0, "%s", e.text);
	ok(rs_values_preset(&v, "wide", &e) != NULL, "%s", e.text);
	ok(strcmp(text(&v, LAYER), "8") == 0, "%s", text(&v, LAYER));
	ok(strcmp(text(&v, DROP), "0.25") == 0, "%s", text(&v, DROP));
	ok(strcmp(text(&v, LAW), "normal:0.5") == 0, "%s", text(&v, LAW));
	ok(strcmp(text(&v, WORD), "dense") == 0, "%s", text(&v, WORD));
}

#define WIDE "65536,65536,65536,65536,65536,65536,65536,65536"

/* As a model file has it and gives it back. */
static void
test_a_model_gives_back_what_it_was_made_with(void)
{
	static const char *const pairs[] = {
		"layers=none", "layers=16777,3", "dropout=0.1,0.2,0.3",
		"dropout=1e-300", "own=0.125", "init=normal:0.3",
		"init=xavier:60", "layer-init=lecun", "batch=16777216",
		"layers=" WIDE "," WIDE,
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct rs_tensors *t = rs_tensors_new();
		struct rs_values v, back;
		struct rs_err e;

		rs_values_init(&v, &tiny);
		ok(rs_values_set(&v, pairs[i], &e) == 0, "%s", e.text);
		rs_values_write(&v, t);
		ok(rs_values_read(&back, &tiny, t, &e) == 0, "%s", e.text);
		for (size_t k = 0; PARAMS[k].name != NULL; k++) {
			char *was = rs_strdup(text(&v, k));

			ok(strcmp(was, text(&back, k)) == 0, "%s: %s", was,
			    text(&back, k));
			ok(v.list[k].n == back.list[k].n && memcmp(
			    v.list[k].at, back.list[k].at, v.list[k].n *
			    sizeof(double)) == 0, "%s", pairs[i]);
			free(was);
		}
		rs_tensors_free(t);
	}
}

static void
test_a_hostile_model_is_refused(void)
{
	static const char *const bad[] = { "", "1,,2", "1e5", "x", "0",
	    "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct rs_tensors *t = rs_tensors_new();
		struct rs_values v;
		struct rs_err e;

		rs_tensors_meta(t, "parameter.layers", bad[i]);
		ok(rs_values_read(&v, &tiny, t, &e) < 0, "%s", bad[i]);
		rs_tensors_free(t);
	}
}

int
main(void)
{
	test_lists_are_numbers_between_commas();
	test_a_list_may_be_left_to_the_data();
	test_a_law_may_have_a_number();
	test_what_is_none_is_refused();
	test_a_long_word_is_named_by_its_beginning();
	test_a_preset_yields_to_what_was_given();
	test_a_model_gives_back_what_it_was_made_with();
	test_a_hostile_model_is_refused();
	return test_end();
}
