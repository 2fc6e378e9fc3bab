/*
 * weight: from what was observed to how much it counts.
 *
 *	rs_events_parse(&events, "View=1,Purchase=5", &err);
 *	r = *rs_events_find(&events, p, n) * rs_weight_decay(age, half_life);
 *	rs_totals_add(&t, user, item, r);	(bm25 and tfidf only)
 *	rs_totals_done(&t, items);
 *	w = rs_weight_scaled(&scale, &t, user, item, r);
 *	rs_totals_free(&t);
 *
 * All in double; the caller rounds to the f32 of the stream once, at the end.
 *
 *	none	r
 *	alpha	alpha r				implicit's ALS
 *	linear	1 + alpha r			Hu, Koren, Volinsky 2008
 *	log	1 + alpha ln(1 + r / eps)	the same, their equation 6
 *	bm25	idf(u) r (k1 + 1) / (r + k1 (1 - b + b len(i) / mean len))
 *	tfidf	idf(u) sqrt(r)
 *
 * with idf(u) = ln(items) - ln(1 + rows of u), at least 0, and len(i) the sum
 * of r over item i: implicit's bm25_weight and tfidf_weight as its nearest
 * neighbour models call them, with items as documents and users as terms.
 *
 * Plain data, nothing shared.
 */
#ifndef RS_DATA_WEIGHT_H
#define RS_DATA_WEIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"

/* What each kind of event is worth. */
struct rs_event {
	char *name;
	size_t len;
	double weight;
};

struct rs_events {
	struct rs_event *event;
	size_t n, room;
};

int rs_events_parse(struct rs_events *v, const char *text, struct rs_err *e);
const double *rs_events_find(const struct rs_events *v, const char *p,
    size_t n);				/* NULL: has no weight; borrowed */
void rs_events_free(struct rs_events *v);

/* 2^(-age / half_life); 1 for what lies in the future. */
double rs_weight_decay(int64_t age, int64_t half_life);

/* What age takes from the weights of rows. */
struct rs_ageing {
	int64_t half_life;	/* 0: nothing */
	int64_t now;
	uint64_t future;	/* rows so far that are later than now */
};

/* What is left of the weight of a row of that time. */
double rs_weight_aged(struct rs_ageing *a, double weight, int64_t time);

enum rs_scale {
	RS_SCALE_NONE, RS_SCALE_ALPHA, RS_SCALE_LINEAR, RS_SCALE_LOG,
	RS_SCALE_BM25, RS_SCALE_TFIDF,
};

struct rs_scaling {
	enum rs_scale scale;
	double alpha, eps, k1, b;
};

/* Sums that bm25 and tfidf need: of all rows, before the first is scaled. */
struct rs_totals {
	uint64_t *rows;		/* (users) */
	double *length;		/* (items) */
	size_t users, items, users_room, items_room;
	uint64_t all;		/* rows */
	double sum;
	double documents, mean;	/* items; their mean length */
};

bool rs_scale_needs_totals(enum rs_scale s);

/* -1: an index out of all proportion to the rows. */
int rs_totals_add(struct rs_totals *t, uint32_t user, uint32_t item, double r,
    struct rs_err *e);

/* items: how many there are as far as is known, 0: the highest. */
void rs_totals_done(struct rs_totals *t, uint64_t items);
void rs_totals_free(struct rs_totals *t);

/* NULL, or why no such weight can be scaled so. */
const char *rs_weight_refused(const struct rs_scaling *s, double r);

/* t may be NULL where it is not needed. */
double rs_weight_scaled(const struct rs_scaling *s, const struct rs_totals *t,
    uint32_t user, uint32_t item, double r);

#endif
