/*
 * newcomer: the rows of someone who was not there while gmf, mlp or neumf
 * learned.
 *
 *	rs_newcomer_open(sides, &values, &users, &err);
 *	rs_newcomer_fold(sides, item, NULL, n, row, &err);
 *
 * The model stays as it is, and the user's embeddings, beginning as the mean
 * of all users', take STEPS steps of Adam on the mean loss of the items and
 * of negatives that are drawn for each as in training.  Adam's steps are as
 * long as its rate says: a quarter of how far users are from their mean,
 * falling evenly to 0, so the row comes as far as theirs are and no farther,
 * although nothing says how long they learned.
 *
 * The negatives of the k-th item, in ascending order, are draws of (seed,
 * RS_DRAW_FOLD, step, k): the order in which items are named does not matter.
 * Any number of threads.
 */
#ifndef RS_MODEL_NEWCOMER_H
#define RS_MODEL_NEWCOMER_H

#include "model/sides.h"

/* What s has to know of the users' embeddings.  -1 with a sentence. */
int rs_newcomer_open(struct rs_sides *s, const struct rs_values *v,
    const struct rs_sides_raw *user, struct rs_err *e);

/* For the record; row: rs_sides_row floats. */
int rs_newcomer_fold(const void *sides, const uint32_t *item,
    const float *weight, size_t n, float *row, struct rs_err *e);

/* How all three records answer. */
#define RS_NCF_ANSWERS \
	.open = rs_sides_open, \
	.close = rs_sides_close, \
	.linear = rs_sides_linear, \
	.score = rs_sides_score, \
	.score_pairs = rs_sides_pairs, \
	.row = rs_sides_row, \
	.fold = rs_newcomer_fold, \
	.score_row = rs_sides_score_row

#endif
