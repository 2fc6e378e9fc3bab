/*
 * surprise: how little a user could expect to be told of an item.
 *
 *	double *s = rs_surprise_new(popularity, items, users);
 *	bits = s[item];
 *	free(s);
 *
 * The self-information of meeting an item at a user of train by chance,
 * -log2 of the share of users who have it: Zhou et al. (2010), Solving the
 * apparent diversity-accuracy dilemma of recommender systems, eq. 2; the
 * novelty of Vargas and Castells (2011), Rank and relevance in novelty and
 * diversity metrics for recommender systems, 4.1.1.
 */
#ifndef RS_RANK_SURPRISE_H
#define RS_RANK_SURPRISE_H

#include <stdint.h>

/* Bits of each item: (items), yours.  popularity[i] of the users have item
 * i; one that nobody has counts as if one user had it, which keeps it the
 * most surprising and finite. */
double *rs_surprise_new(const float *popularity, uint64_t items,
    uint64_t users);

#endif
