/*
 * paired: whether two contenders differ by more than luck.
 *
 *	(users, columns) difference, NaN where a user has none
 *	rs_paired_p(difference, users, columns, seed, pool, p);
 *
 * Fisher's randomization test, as Smucker, Allan and Carterette (2007), A
 * comparison of statistical significance tests for information retrieval
 * evaluation, advise it.  If the two were alike, each user's difference might
 * as well have the other sign: p is the share of all choices of signs whose
 * sum lies as far from 0 as the one that was found, on either side.
 *
 * Where at most RS_PAIRED_EXACT users differ all choices are gone through.
 * Else RS_PAIRED_DRAWS of them are drawn, and p is (b + 1) / (n + 1), b of n
 * being as far: what was found is one of the choices, so p is never 0, and
 * the test holds its level (Davison and Hinkley 1997, Bootstrap methods and
 * their application, 4.2).  A draw swaps the same users for all columns and
 * is a function of (seed, draw, user).
 */
#ifndef RS_RANK_PAIRED_H
#define RS_RANK_PAIRED_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

enum { RS_PAIRED_EXACT = 16, RS_PAIRED_DRAWS = 9999 };

/* p is (columns): 1 where nobody differs. */
void rs_paired_p(const double *difference, size_t users, size_t columns,
    uint64_t seed, struct rs_pool *pool, double *p);

#endif
