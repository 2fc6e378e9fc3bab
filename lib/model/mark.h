/*
 * mark: what is shown of a pair: its score, label and flag.
 *
 *	struct rs_marker k = { .m = model, .pool = pool, .threshold = 0.5 };
 *	rs_marks_room(&marks, n);
 *	marks.user[0] = ...		(RS_DICT_NONE: nobody)
 *	marks.n = n;
 *	rs_mark(&k, &marks);
 *	rs_marks_cells(&k, &marks, 0, table);
 *
 * The score is linked (rs_model_link), then clipped.  Of a pair of which the
 * model does not know both it is the marker's guess, NaN for none, and the
 * flag is 1.  The label is whether the score reaches the threshold, NaN where
 * there is no score.  All plain data; one thread, the pool does the work.
 */
#ifndef RS_MODEL_MARK_H
#define RS_MODEL_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "io/stream.h"
#include "io/table.h"
#include "model/model.h"

enum { RS_MARKS_COLUMNS = 3 };		/* at most */

struct rs_marker {
	const struct rs_model *m;
	struct rs_pool *pool;
	bool clip, flag;		/* flag: show it */
	float low, high;		/* what clip shuts scores in between */
	float guess;			/* for who is unknown, or NaN */
	double threshold;		/* NaN: there is no label */
	bool taken;			/* label is the name of a column that
					 * is there: ours is "predicted" */
};

struct rs_marks {
	uint32_t *user, *item;		/* (n) */
	float *score, *label;
	uint8_t *unknown;
	size_t n, room;
	uint64_t strangers;		/* pairs with the flag, so far */
	uint64_t lost;			/* others whose score is NaN */
};

/* Room for n pairs in all. */
void rs_marks_room(struct rs_marks *x, size_t n);
void rs_mark(const struct rs_marker *k, struct rs_marks *x);
void rs_marks_free(struct rs_marks *x);

/* Whether there is a label. */
bool rs_marker_labels(const struct rs_marker *k);

/* The columns that are shown, in order: how many. */
size_t rs_marker_columns(const struct rs_marker *k,
    const char *name[RS_MARKS_COLUMNS]);

/* As columns of a stream, as vectors for them, as columns of a table and as
 * the cells of pair i. */
void rs_marker_head(const struct rs_marker *k, struct rs_head *h);
void rs_marks_vectors(const struct rs_marker *k, const struct rs_marks *x,
    struct rs_vec col[RS_MARKS_COLUMNS]);
void rs_marker_table(const struct rs_marker *k, struct rs_table *t);
void rs_marks_cells(const struct rs_marker *k, const struct rs_marks *x,
    size_t i, struct rs_table *t);

#endif
