/*
 * negative: items that a user is not known to like, drawn for each that he is.
 *
 *	struct rs_negative_plan plan = { .seed = 1, .n = 4 };
 *	struct rs_negatives *g = rs_negatives_new(&plan, &known, universe, M);
 *	k = rs_negatives_draw(g, user, item, occurrence, out);
 *	rs_negatives_free(g);
 *
 * The negatives of a positive are a function of the seed, its user and item,
 * and of how often that pair stood before it; nothing else, so neither the
 * order of the rows nor which other users there are can change them.
 *
 * Every draw has exactly the distribution asked for over the items left.
 * Uniform: a rank among the items that are no positives, found by bisection.
 * By weight: from an alias table (Walker 1977; made as Vose 1991 has it),
 * thrown back where it is a positive, 64 times at most, then from the running
 * sums over the items left.  Where those all weigh 0, uniformly.
 *
 * Memory: the known pairs, 4 bytes each, 12 bytes an item of the universe
 * with weights, and 12 more once running sums were needed.  One thread.
 */
#ifndef RS_DATA_NEGATIVE_H
#define RS_DATA_NEGATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/draw.h"
#include "data/csr.h"

struct rs_negative_plan {
	uint64_t seed;
	uint32_t n;		/* negatives for each positive */
	bool distinct;		/* those of one positive all differ */
	bool per_user;		/* a user's positives have the same ones */
	bool unverified;	/* positives may be drawn too */
	const double *weight;	/* (size) of each item of the universe, none
				 * negative; NULL: uniform; borrowed */
};

struct rs_negative_counts {
	uint64_t drawn;		/* negatives given */
	uint64_t rejected;	/* draws thrown back */
	uint64_t summed;	/* draws from running sums */
	uint64_t lacking;	/* negatives that there were no items for */
	uint64_t short_rows;	/* positives with fewer than n */
};

/*
 * The r-th item, from 0, that is not among n ascending ones: r and as many
 * more as there are of them before it.  own[k] - k others stand before own[k],
 * so those with own[k] - k <= r do.
 */
static inline uint32_t
rs_negative_at(const uint32_t *own, size_t n, uint64_t r)
{
	size_t low = 0, high = n;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (own[mid] - mid <= r)
			low = mid + 1;
		else
			high = mid;
	}
	return (uint32_t)(r + low);
}

/* The item that a draw makes the negative of a user: one that is not his
 * (verified; there must be such) or any. */
static inline uint32_t
rs_negative_by(const struct rs_csr *m, uint64_t user, bool verified,
    uint64_t draw)
{
	const uint64_t n = rs_csr_count(m, user);

	if (!verified)
		return (uint32_t)rs_below(m->items, draw);
	return rs_negative_at(rs_csr_items(m, user), n,
	    rs_below(m->items - n, draw));
}

/* Verified ones for many users at once (at most RS_NEGATIVES_MANY), whose
 * waits for memory overlap: item[k] = rs_negative_by(m, user[k], true,
 * draw[k]). */
enum { RS_NEGATIVES_MANY = 32 };
void rs_negative_by_many(const struct rs_csr *m, const uint32_t *user,
    const uint64_t *draw, size_t n, uint32_t *item);

struct rs_negatives;

/* universe: size items, ascending, borrowed; NULL is 0..size-1.  known: the
 * pairs that are no negatives, taken over: freed with the result. */
struct rs_negatives *rs_negatives_new(const struct rs_negative_plan *p,
    struct rs_csr *known, const uint32_t *universe, uint32_t size); /* yours */
void rs_negatives_free(struct rs_negatives *g);

/* Write the negatives of a pair to out and return how many: n, or fewer
 * where no items are left. */
uint32_t rs_negatives_draw(struct rs_negatives *g, uint32_t user,
    uint32_t item, uint64_t occurrence, uint32_t *out);

/* How often this was asked for that pair before; it must be a known one and
 * its item one of the universe.  Costs 4 bytes a known pair. */
uint64_t rs_negatives_occurrence(struct rs_negatives *g, uint32_t user,
    uint32_t item);

const struct rs_negative_counts *rs_negatives_counts(
    const struct rs_negatives *g);		/* borrowed */

#endif
