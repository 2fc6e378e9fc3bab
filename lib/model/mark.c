/* mark: what is shown of a pair: its score, label and flag. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/mark.h"
#include "model/pairs.h"

void
rs_marks_room(struct rs_marks *x, size_t n)
{
	if (n < x->room)
		return;
	x->room = n + n / 2 + 64;
	x->user = rs_realloc(x->user, rs_size(x->room, sizeof(*x->user)));
	x->item = rs_realloc(x->item, rs_size(x->room, sizeof(*x->item)));
	x->score = rs_realloc(x->score, rs_size(x->room, sizeof(*x->score)));
	x->label = rs_realloc(x->label, rs_size(x->room, sizeof(*x->label)));
	x->unknown = rs_realloc(x->unknown, x->room);
}

static float
clip(const struct rs_marker *k, float score)
{
	if (score < k->low)
		return k->low;
	return score > k->high ? k->high : score;
}

void
rs_mark(const struct rs_marker *k, struct rs_marks *x)
{
	rs_score_pairs(k->m, x->user, x->item, x->n, x->score, k->pool);
	rs_model_link(k->m, x->score, x->n);
	for (size_t i = 0; i < x->n; i++) {
		x->unknown[i] = x->user[i] >= rs_model_users(k->m) ||
		    x->item[i] >= rs_model_items(k->m);
		x->strangers += x->unknown[i];
		x->lost += !x->unknown[i] && isnan(x->score[i]);
		if (x->unknown[i])
			x->score[i] = k->guess;
		else if (k->clip)
			x->score[i] = clip(k, x->score[i]);
		x->label[i] = isnan(x->score[i]) ? (float)NAN :
		    (double)x->score[i] >= k->threshold;
	}
}

void
rs_marks_free(struct rs_marks *x)
{
	free(x->user);
	free(x->item);
	free(x->score);
	free(x->label);
	free(x->unknown);
}

bool
rs_marker_labels(const struct rs_marker *k)
{
	return !isnan(k->threshold);
}

size_t
rs_marker_columns(const struct rs_marker *k,
    const char *name[RS_MARKS_COLUMNS])
{
	size_t n = 0;

	name[n++] = "score";
	if (rs_marker_labels(k))
		name[n++] = k->taken ? "predicted" : "label";
	if (k->flag)
		name[n++] = "unknown";
	return n;
}

void
rs_marker_head(const struct rs_marker *k, struct rs_head *h)
{
	const char *name[RS_MARKS_COLUMNS];
	const size_t n = rs_marker_columns(k, name);

	for (size_t i = 0; i < n; i++)
		rs_head_column(h, name[i], k->flag && i == n - 1 ? RS_U8 :
		    RS_F32);
}

void
rs_marks_vectors(const struct rs_marker *k, const struct rs_marks *x,
    struct rs_vec col[RS_MARKS_COLUMNS])
{
	size_t n = 0;

	col[n++] = (struct rs_vec){ .type = RS_F32, .f32 = x->score };
	if (rs_marker_labels(k))
		col[n++] = (struct rs_vec){ .type = RS_F32, .f32 = x->label };
	if (k->flag)
		col[n++] = (struct rs_vec){ .type = RS_U8, .u8 = x->unknown };
}

void
rs_marker_table(const struct rs_marker *k, struct rs_table *t)
{
	const char *name[RS_MARKS_COLUMNS];
	const size_t n = rs_marker_columns(k, name);

	for (size_t i = 0; i < n; i++)
		rs_table_column(t, name[i]);
}

static void
put(struct rs_table *t, float v)
{
	if (isnan(v))
		rs_table_none(t);
	else
		rs_table_f32(t, v);
}

void
rs_marks_cells(const struct rs_marker *k, const struct rs_marks *x, size_t i,
    struct rs_table *t)
{
	put(t, x->score[i]);
	if (rs_marker_labels(k))
		put(t, x->label[i]);
	if (k->flag)
		rs_table_u64(t, x->unknown[i]);
}
