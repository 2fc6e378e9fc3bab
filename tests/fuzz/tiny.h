/*
 * tiny: runs of rs-fit that end at once, whatever is asked for.
 *
 *	tiny_begin(&values, algorithm);
 *	tiny_set(&values, "batch=16");	(words that would take long are let be)
 *	tiny_go(&run);			(and the model is asked for scores)
 */
#ifndef TINY_H
#define TINY_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/fit.h"
#include "model/model.h"

enum { TINY_IDS = 500, TINY_FACTORS = 8 };

/* Whether numbers in it are below a hundred. */
static inline bool
tiny_word(const char *s)
{
	size_t digits = 0;

	for (; *s != '\0'; s++) {
		if (*s >= '0' && *s <= '9') {
			if (++digits > 2)
				return false;
			continue;
		}
		if (digits > 0 && *s != ',' && *s != '.')
			return false;
		digits = 0;
	}
	return true;
}

static inline void
tiny_set(struct rs_values *v, const char *word)
{
	struct rs_err e;

	if (tiny_word(word))
		(void)rs_values_set(v, word, &e);
}

static inline void
tiny_ask(const struct rs_model *m)
{
	const uint64_t users = rs_model_users(m), items = rs_model_items(m);
	const size_t row = rs_model_row(m);
	float *score = rs_alloc(rs_size(items + 1, sizeof(*score)));
	float *room = rs_aligned(rs_size(row + 64, sizeof(*room)));
	const uint32_t pair[2] = { 0, 0 };
	struct rs_err e;
	size_t n;

	if (items > 0 && users > 0) {
		rs_model_score(m, (uint32_t)users - 1, NULL, items, score);
		rs_model_link(m, score, items);
		rs_model_score_pairs(m, pair, pair, 2, score);
		(void)rs_model_history(m, 0, &n, &(uint64_t){ 0 });
	}
	if (items > 0 && rs_model_compares(m))
		rs_model_similar(m, 0, NULL, items, score);
	if (items > 0 && row > 0 && rs_model_fold(m, pair, NULL, 1, room,
	    &e) == 0)
		rs_model_score_row(m, room, NULL, items, score);
	free(score);
	free(room);
}

/* Defaults, but for the layers of networks. */
static inline void
tiny_begin(struct rs_values *v, const struct rs_algorithm *a)
{
	struct rs_err e;

	rs_values_init(v, a);
	(void)rs_values_set(v, "layers=4,3", &e);
}

static inline void
tiny_go(struct rs_run *r)
{
	struct rs_run_result result;
	struct rs_err e;
	struct rs_tensors *t = rs_run_go(r, &result, &e);
	struct rs_model *m;

	if (t != NULL) {
		m = rs_model_of(t, &e);
		/* What learning gives can be asked, or is refused for a
		 * number that is none. */
		if (m != NULL)
			tiny_ask(m);
		rs_model_close(m);
	}
	rs_tensors_free(t);
	rs_run_free(r);
}

#endif
