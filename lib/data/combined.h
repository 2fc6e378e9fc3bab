/*
 * combined: of all rows of a pair, one.
 *
 *	struct rs_combined *c = rs_combined_new(RS_COMBINE_SUM, memory);
 *	rs_combined_put(c, user, item, time, weight);
 *	rs_combined_each(c, &ageing, use, arg);	(use: by user, then item)
 *	rs_combined_free(c);
 *
 *	SUM, COUNT	the sum of the weights (COUNT: each was put as 1)
 *	MAX		the largest
 *	FIRST, LAST	that of the earliest row, of the latest; of equal
 *			times the row that was put later is the later event
 *
 * of the weights that age has left.  The pair's time is that of its latest
 * row, for FIRST of its earliest.  Memory is bounded as that of data/sort.h
 * is.  One thread.
 */
#ifndef RS_DATA_COMBINED_H
#define RS_DATA_COMBINED_H

#include <stddef.h>
#include <stdint.h>

#include "data/weight.h"

enum rs_combining {
	RS_COMBINE_SUM, RS_COMBINE_MAX, RS_COMBINE_FIRST, RS_COMBINE_LAST,
	RS_COMBINE_COUNT,
};

struct rs_pair {
	uint32_t user, item;
	double weight;
	int64_t time;
};

struct rs_combined;

struct rs_combined *rs_combined_new(enum rs_combining how,
    size_t memory);					/* yours */
void rs_combined_put(struct rs_combined *c, uint32_t user, uint32_t item,
    int64_t time, double weight);

/* Call use for each pair, the n-th from 0; no more may be put.  As often as
 * you like. */
void rs_combined_each(struct rs_combined *c, struct rs_ageing *age,
    void (*use)(const struct rs_pair *p, uint64_t n, void *arg), void *arg);
void rs_combined_free(struct rs_combined *c);

#endif
