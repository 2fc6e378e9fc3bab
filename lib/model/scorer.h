/*
 * scorer: whoever gives scores to be ranked, tile by tile.
 *
 *	rs_scorer_of(&s, model);
 *	s.tile(&s, user, users, first, n, score);
 *	s.some(&s, user[0], item, n, score);
 *	rs_scorer_free(&s);
 *
 * Plain data once made; any thread may ask.
 */
#ifndef RS_MODEL_SCORER_H
#define RS_MODEL_SCORER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"

/*
 * tile: the scores of n items from first on for users of one tile, to
 * (users, n) score; some: those of listed items for one user, the same bits.
 * A tile has at most tile_users users.
 */
struct rs_scorer {
	uint64_t users, items;
	size_t tile_users, tile_items;
	void (*tile)(const struct rs_scorer *s, const uint32_t *user,
	    size_t users, size_t first, size_t n, float *score);
	void (*some)(const struct rs_scorer *s, uint32_t user,
	    const uint32_t *item, size_t n, float *score);
	bool above_zero;	/* an item whose score is not is no candidate */
	const void *arg;
	struct rs_linear linear;	/* of rs_scorer_of */
	struct rs_topk_items *packed;	/* of rs_scorer_of, or NULL */
};

void rs_scorer_of(struct rs_scorer *s, const struct rs_model *m);

/* The same scores for everybody: (items), borrowed. */
void rs_scorer_popularity(struct rs_scorer *s, const float *popularity,
    uint64_t items);
void rs_scorer_free(struct rs_scorer *s);

#endif
