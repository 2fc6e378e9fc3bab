/*
 * standing: where a user's relevant items stand among all scores, which go
 * by in chunks.
 *
 *	struct rs_standing s = { 0 };
 *
 *	rs_standing_begin(&s, RS_TIES_EXPECTED, UINT64_MAX, item, score, n);
 *	for (first = 0; first < items; first += n)
 *		rs_standing_add(&s, first, chunk, n);
 *	rs_standing_end(&s, relevant, &ranking);
 *	...
 *	rs_standing_free(&s);
 *
 * Nothing is sorted but the few relevant items: for each of their distinct
 * scores the scores above and equal are counted.  What is no candidate has
 * NaN for a score.  The chunks must give each relevant item the very score
 * that rs_standing_begin was told.  An item that has depth others above it is
 * given up: whoever asks for the first depth ranks only saves most of the
 * counting.  Zeroed is ready; used again without being freed.  One thread.
 */
#ifndef RS_RANK_STANDING_H
#define RS_RANK_STANDING_H

#include <stddef.h>
#include <stdint.h>

#include "rank/metric.h"

struct rs_standing {
	enum rs_ties rule;
	uint64_t depth;
	struct rs_relevant *relevant;	/* (n) best first */
	struct rs_tie *tie;	/* (levels), or (n) by RS_TIES_INDEX */
	float *level;		/* (levels) distinct scores, best first */
	size_t n, levels, room;
};

/* n relevant candidates, distinct, with their scores: numbers. */
void rs_standing_begin(struct rs_standing *s, enum rs_ties rule,
    uint64_t depth, const uint32_t *item, const float *score, size_t n);

/* The scores of items first .. first + n - 1. */
void rs_standing_add(struct rs_standing *s, uint64_t first,
    const float *score, size_t n);

/* The ranking, settled by the rule; its ties are borrowed until the next
 * begin. */
void rs_standing_end(struct rs_standing *s, uint64_t relevant,
    uint64_t candidates, struct rs_ranking *r);

void rs_standing_free(struct rs_standing *s);

#endif
