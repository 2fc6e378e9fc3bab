/*
 * neighbours: for each item the K items most like it.
 *
 *	ask = (struct rs_neighbours_ask){ .m = &train, .k = 100,
 *	    .asymmetry = 0.5, .exponent = 1 };
 *	if (rs_neighbours_find(&ask, pool, &n, &err) < 0)
 *		...
 *	rs_neighbours_free(&n);
 *
 * Items are the columns of a sparse matrix x of users x items,
 *
 *	x[u][i] = user[u] * weight[u][i] * item[i],
 *
 * and the similarity of i and its neighbour j is
 *
 *	s(i, j) = (x[i]'x[j] / (|x[i]|^2(1-a) |x[j]|^2a + shrink))^q
 *
 * with a the asymmetry and q the exponent: for a = 1/2 and q = 1 the cosine
 * with shrinkage, as Ferrari Dacrema, Cremonesi and Jannach (2019), "Are we
 * really making much progress?", section 2.3, have it; other a: Aiolli
 * (2013), "Efficient top-N recommendation for very large scale binary rated
 * datasets", section 4, which has q too.  Where raw, there is no denominator.
 *
 * A neighbour has s > 0; equal s go by the lower index; nobody is his own
 * neighbour.  Sums are formed in double, users ascending, so the bits depend
 * on nothing else.
 *
 * Time: the sum over users of the square of their items.  Memory: the matrix
 * once more, 8 bytes a neighbour that can be (at most K, or the items that
 * the item's users have, for each item), 25 bytes an item and thread.
 */
#ifndef RS_DATA_NEIGHBOURS_H
#define RS_DATA_NEIGHBOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "base/pool.h"
#include "data/csr.h"

struct rs_neighbours_ask {
	const struct rs_csr *m;	/* (U, I); weights above 0 */
	const double *user;	/* (U) at least 0, or NULL: all 1 */
	const double *item;	/* (I) above 0, or NULL: all 1 */
	uint64_t k;
	double shrink;		/* at least 0 */
	double asymmetry;	/* 0 .. 1 */
	double exponent;	/* above 0 */
	bool raw;
};

/* Plain data; the neighbours of an item ascend by index. */
struct rs_neighbours {
	uint64_t items;
	uint64_t *start;	/* (I + 1) */
	uint32_t *item;
	float *similarity;
};

/* yours; -1: the similarities of an item overflow. */
int rs_neighbours_find(const struct rs_neighbours_ask *ask,
    struct rs_pool *pool, struct rs_neighbours *n, struct rs_err *e);

/* Whose neighbour each item is: row j has the i whose rows have j. */
void rs_neighbours_turn(const struct rs_neighbours *n,
    struct rs_neighbours *t);
void rs_neighbours_free(struct rs_neighbours *n);

/* Bytes that rs_neighbours_find needs at most, with its result. */
uint64_t rs_neighbours_memory(uint64_t items, uint64_t pairs, bool weighted,
    uint64_t k, int threads);

#endif
