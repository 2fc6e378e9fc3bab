/*
 * trial: the trials of a search, in their order.
 *
 * Why the order matters: the ledger is written in it and the earlier of two
 * equals wins, so it must depend on the space and the seed and nothing else.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/real.h"
#include "trial/script.h"
#include "trial/trial.h"

enum {
	OURS = 4,		/* placeholders besides the parameters */
	/* The last trial of a space of n different ones takes n draws, all
	 * take n (ln n + c) with a chance of e^-c of more; for 10^5 trials 64
	 * a trial leave c = 52. */
	DRAWS_A_TRIAL = 64,
	DRAWS_MORE = 1000,
};

/* ---- Names. ---- */

/* The commands of a trial with these words for where and how it runs. */
static void
fill_in(const struct rs_space *s, const struct rs_trial *x, const char *dir,
    const char *model, const char *threads, struct rs_buf *out)
{
	const char *name[RS_SPACE_AXES + 1 + OURS] =
	    { "dir", "model", "threads", "seed" };
	const char *value[RS_SPACE_AXES + 1 + OURS] =
	    { dir, model, threads, x->seed };

	for (size_t i = 0; i < s->axes; i++) {
		name[OURS + i] = s->axis[i].name;
		value[OURS + i] = x->value[i];
	}
	rs_script_fill(s->script.data, &(struct rs_fill){ .name = name,
	    .value = value, .n = OURS + s->axes }, out);
}

void
rs_trial_script(const struct rs_trials *t, size_t i, const char *dir,
    unsigned threads, struct rs_buf *out)
{
	struct rs_buf model = { 0 };
	char number[RS_NUM_MAX];

	rs_buf_printf(&model, "%s/model", dir);
	number[rs_format_u64(number, threads)] = '\0';
	fill_in(t->space, &t->at[i], dir, model.data, number, out);
	rs_buf_free(&model);
}

/* The seed of {seed}: that of the search, or one by the values but the
 * budget, so that it is the same in each rung. */
static void
seed_trial(const struct rs_trials *t, struct rs_trial *x)
{
	const struct rs_space *s = t->space;
	struct rs_buf b = { 0 };
	uint64_t seed = t->seed;

	for (size_t i = 0; i + s->budgeted < s->axes; i++) {
		rs_buf_printf(&b, "%s=%s", s->axis[i].name, x->value[i]);
		rs_buf_char(&b, '\0');
	}
	/* Nine digits are more seeds than there are trials by far, and can
	 * be read. */
	if (s->seed_each)
		seed = rs_below(1000000000, rs_draw2(seed, RS_DRAW_TRIAL,
		    rs_hash("seed", 4), rs_hash(b.data != NULL ? b.data : "",
		    b.len)));
	x->seed[rs_format_u64(x->seed, seed)] = '\0';
	rs_buf_free(&b);
}

static void
name_trial(const struct rs_trials *t, struct rs_trial *x)
{
	struct rs_buf b = { 0 };

	seed_trial(t, x);
	/* With braces they are quoted, as nothing that was filled in is not. */
	fill_in(t->space, x, "{dir}", "{model}", "{threads}", &b);
	for (size_t i = 0; i < t->space->data.n; i++)
		rs_buf_printf(&b, "%016" PRIx64 "\n", t->data[i]);
	x->hash = rs_hash(b.data, b.len);
	snprintf(x->name, sizeof(x->name), "%016" PRIx64, x->hash);
	rs_buf_free(&b);
}

/* Add a trial with these values (axes); false: it is there already. */
static bool
add(struct rs_trials *t, const char *const *value, size_t rung)
{
	const size_t axes = t->space->axes;
	struct rs_trial x = { .rung = rung };

	x.value = rs_alloc(rs_size(axes, sizeof(*x.value)) + 1);
	for (size_t i = 0; i < axes; i++)
		x.value[i] = value[i];
	name_trial(t, &x);
	if (!rs_names_add(&t->names, x.hash, t->n)) {
		free(x.value);
		return false;
	}
	rs_grow(&t->at, &t->room, t->n + 1, sizeof(*t->at));
	t->at[t->n++] = x;
	return true;
}

size_t
rs_trials_find(const struct rs_trials *t, const char *name)
{
	uint64_t hash;

	return rs_name_parse(name, &hash) ? rs_names_find(&t->names, hash) :
	    SIZE_MAX;
}

/* ---- A grid. ---- */

static int
fail_same(const struct rs_trials *t, struct rs_err *e)
{
	return rs_fail(e, "%.200s:%zu: two trials have the same commands",
	    t->space->path, t->space->run_line);
}

static int
form_grid(struct rs_trials *t, struct rs_err *e)
{
	const struct rs_space *s = t->space;
	const char *value[RS_SPACE_AXES + 1] = { 0 };

	for (uint64_t n = 0; n < s->count; n++) {
		uint64_t left = n;

		for (size_t i = s->axes; i-- > 0; ) {
			const struct rs_lines *l = &s->axis[i].list;

			value[i] = l->line[left % l->n];
			left /= l->n;
		}
		if (!add(t, value, 0))
			return fail_same(t, e);
	}
	return 0;
}

/* ---- Draws. ---- */

static double
between(double lo, double hi, double x)
{
	return x < lo ? lo : x > hi ? hi : x;
}

static const char *
keep(struct rs_trials *t, const char *text)
{
	rs_lines_add_raw(&t->drawn, text);
	return t->drawn.line[t->drawn.n - 1];
}

/* The value of draw n, as text. */
static const char *
draw_value(struct rs_trials *t, const struct rs_axis *a, uint64_t n)
{
	const uint64_t draw = rs_draw2(t->seed, RS_DRAW_TRIAL,
	    rs_hash(a->name, strlen(a->name)), n);
	char text[RS_NUM_MAX];
	double x = 0;

	switch (a->kind) {
	case RS_AXIS_LIST:
		return a->list.line[rs_below(a->list.n, draw)];
	case RS_AXIS_INT:
		text[rs_format_i64(text, (int64_t)((uint64_t)a->least +
		    rs_below((uint64_t)a->most - (uint64_t)a->least + 1,
		    draw)))] = '\0';
		return keep(t, text);
	case RS_AXIS_REAL:
		x = a->lo + rs_unit(draw) * (a->hi - a->lo);
		break;
	case RS_AXIS_LOG:
		x = rs_log(a->lo) + rs_unit(draw) * (rs_log(a->hi) -
		    rs_log(a->lo));
		x = rs_exp(x);
		break;
	}
	text[rs_format_f64(text, between(a->lo, a->hi, x))] = '\0';
	return keep(t, text);
}

/* How many different trials there can be; more than are ever asked for: any
 * number. */
static uint64_t
count_different(const struct rs_space *s)
{
	uint64_t n = 1;

	for (size_t i = 0; i + s->budgeted < s->axes; i++) {
		const struct rs_axis *a = &s->axis[i];

		if (a->kind == RS_AXIS_LIST)
			n *= a->list.n;
		else if (a->kind != RS_AXIS_INT ||
		    a->most - a->least >= RS_SPACE_TRIALS)
			return UINT64_MAX;
		else
			n *= (uint64_t)(a->most - a->least) + 1;
		if (n > RS_SPACE_TRIALS)
			return UINT64_MAX;
	}
	return n;
}

static int
fail_few(const struct rs_space *s, uint64_t n, struct rs_err *e)
{
	return rs_fail(e, "%.200s: there are only %" PRIu64 " different"
	    " trials, and %" PRIu64 " are asked for", s->path, n, s->count);
}

static int
form_random(struct rs_trials *t, struct rs_err *e)
{
	const struct rs_space *s = t->space;
	const uint64_t most = s->count * DRAWS_A_TRIAL + DRAWS_MORE;
	const char *value[RS_SPACE_AXES + 1] = { 0 };
	char least[RS_NUM_MAX];

	if (count_different(s) < s->count)
		return fail_few(s, count_different(s), e);
	if (s->budgeted) {
		least[rs_format_u64(least, s->first)] = '\0';
		value[s->axes - 1] = keep(t, least);
	}
	for (uint64_t n = 0; t->n < s->count; n++) {
		const size_t drawn = t->drawn.n;

		if (n == most)
			return fail_few(s, t->n, e);
		for (size_t i = 0; i + s->budgeted < s->axes; i++)
			value[i] = draw_value(t, &s->axis[i], n);
		if (add(t, value, 0))
			continue;
		while (t->drawn.n > drawn)
			free(t->drawn.line[--t->drawn.n]);
	}
	return 0;
}

/* ---- Rungs. ---- */

static uint64_t
budget_of(const struct rs_space *s, size_t rung)
{
	uint64_t b = s->first;

	for (size_t i = 0; i < rung && b < s->last; i++)
		b = b > s->last / s->by ? s->last : b * s->by;
	return b;
}

size_t
rs_trials_survivors(const struct rs_trials *t)
{
	uint64_t n = t->space->count;

	for (size_t i = 0; t->space->budgeted && i < t->rungs; i++)
		n /= t->space->by;
	return n > 0 ? (size_t)n : 1;
}

size_t
rs_trials_rung(const struct rs_trials *t, size_t rung)
{
	size_t i = t->n;

	while (i > 0 && t->at[i - 1].rung >= rung)
		i--;
	return i;
}

int
rs_trials_promote(struct rs_trials *t, const size_t *chosen, size_t n,
    struct rs_err *e)
{
	const struct rs_space *s = t->space;
	const size_t rung = t->rungs;
	const char *value[RS_SPACE_AXES + 1];
	const char *budget;
	char text[RS_NUM_MAX];

	if (!s->budgeted || budget_of(s, rung - 1) == s->last)
		return 0;
	text[rs_format_u64(text, budget_of(s, rung))] = '\0';
	budget = keep(t, text);
	for (size_t i = 0; i < n; i++) {
		memcpy(value, t->at[chosen[i]].value,
		    s->axes * sizeof(*value));
		value[s->axes - 1] = budget;
		if (!add(t, value, rung))
			return fail_same(t, e);
	}
	t->rungs++;
	return 1;
}

/* ---- The whole. ---- */

static int
read_data(struct rs_trials *t, struct rs_err *e)
{
	const struct rs_lines *data = &t->space->data;
	struct rs_err why;

	for (size_t i = 0; i < data->n; i++) {
		if (rs_fingerprint(data->line[i], &t->data[i], &why) < 0)
			return rs_fail(e, "%.100s:%zu: %.380s",
			    t->space->path, t->space->data_line[i], why.text);
	}
	return 0;
}

int
rs_trials_begin(struct rs_trials *t, const struct rs_space *s, uint64_t seed,
    struct rs_err *e)
{
	*t = (struct rs_trials){ .space = s, .seed = seed, .rungs = 1 };
	if (read_data(t, e) < 0)
		return -1;
	return s->search == RS_SEARCH_GRID ? form_grid(t, e) :
	    form_random(t, e);
}

void
rs_trials_free(struct rs_trials *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->at[i].value);
	free(t->at);
	rs_names_free(&t->names);
	rs_lines_free(&t->drawn);
	*t = (struct rs_trials){ 0 };
}
