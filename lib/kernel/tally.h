/*
 * tally: sums of the values of those who were drawn, for several drawings at
 * once.
 *
 *	t = { .n = n, .wide = wide, .value = value, .who = who,
 *	    .times = times, .stride = everybody, .weight = NULL };
 *	rs_tally(&t, sum);	(sum[r][k] = sum over i of
 *				 weight[who[i]] times[r][who[i]] value[i][k])
 *
 * Each sum takes in its terms in their order, from 0, each product rounded
 * before it is added.  Any thread.
 */
#ifndef RS_KERNEL_TALLY_H
#define RS_KERNEL_TALLY_H

#include <stddef.h>
#include <stdint.h>

enum {
	RS_TALLY_AT_ONCE = 4,	/* drawings, which share what is read */
	RS_TALLY_LANES = 8,	/* wide is a multiple of it */
};

struct rs_tally {
	size_t n, wide;
	const double *value;	/* (n, wide) */
	const uint32_t *who;	/* (n) */
	const uint8_t *times;	/* (RS_TALLY_AT_ONCE, stride) by who */
	size_t stride;
	const double *weight;	/* by who; NULL: all are 1 */
};

struct rs_tally_ops {
	void (*tally)(const struct rs_tally *t, double *sum);
};

/* sum is (RS_TALLY_AT_ONCE, wide). */
void rs_tally(const struct rs_tally *t, double *sum);

#endif
