/*
 * recommend: lists of items for those who ask a model.
 *
 *	struct rs_recommend_opts o = { .keep_seen = false };
 *	rec = rs_recommender_new(model, &o, pool, &err);
 *	struct rs_wish w = { .kind = RS_WISH_USER, .index = 7, .k = 10 };
 *	rs_recommend(rec, &w, 1, hits, 10, &count, &fallback, &why);
 *
 * Lists are best first, equal scores by lower index, and shorter than k where
 * nothing is left: items to be left out never come back.  A user of whom
 * train has nothing (where the model knows that), an item whose factors are
 * all 0 and a wish of RS_WISH_NOBODY get the most popular items, with fallback
 * set; the score is then the number of users who had the item.  Other scores
 * are linked (rs_model_link), but lists have the order of the raw ones, and a
 * likeness is what it is.  Where a score of 0 says that nothing is known
 * (rs_model_sparse), such items are not listed, and who would get no item at
 * all gets the most popular.
 *
 * Where the model is linear the product and the selection are fused
 * (kernel/topk.h), else each user's scores are formed and selected.  The
 * result depends on neither the threads nor how wishes are batched.  One call
 * at a time; model, options and pool are borrowed as long as it lives.
 */
#ifndef RS_MODEL_RECOMMEND_H
#define RS_MODEL_RECOMMEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "base/pool.h"
#include "data/csr.h"
#include "kernel/best.h"
#include "model/model.h"

struct rs_recommend_opts {
	bool keep_seen;			/* do not leave out training pairs */
	bool similar;			/* RS_WISH_SIMILAR will come */
	const struct rs_csr *without;	/* pairs to leave out, or NULL */
	const uint32_t *only;		/* the items to choose from, ascending
					 * and distinct; NULL: all */
	size_t n_only;
};

enum rs_wish_kind {
	RS_WISH_USER,		/* for user index */
	RS_WISH_ITEMS,		/* for someone new who has the n items */
	RS_WISH_SIMILAR,	/* items like item index, by the model's own
				 * measure or else by the cosine of their
				 * factors; itself left out */
	RS_WISH_NOBODY,		/* the most popular */
};

struct rs_wish {
	enum rs_wish_kind kind;
	uint32_t index;
	size_t k;
	uint32_t *item;		/* ascending and distinct */
	size_t n;
};

/* Whether train has anything of a user, as far as the model knows. */
bool rs_recommend_knows(const struct rs_model *m, uint32_t user);

struct rs_recommender;

/* NULL with a sentence where the model cannot do what the options ask.
 * yours */
struct rs_recommender *rs_recommender_new(const struct rs_model *m,
    const struct rs_recommend_opts *o, struct rs_pool *pool,
    struct rs_err *e);
void rs_recommender_free(struct rs_recommender *r);

/* How many items can be in a list at most. */
size_t rs_recommender_items(const struct rs_recommender *r);

/* Grant n wishes: list i is hits[i * room ..], count[i] long; no wish has
 * k > room.  A wish that the model cannot grant has count[i] RS_WISH_FAILED
 * and the reason in why[i]. */
#define RS_WISH_FAILED SIZE_MAX
void rs_recommend(struct rs_recommender *r, const struct rs_wish *wish,
    size_t n, struct rs_hit *hits, size_t room, size_t *count,
    bool *fallback, struct rs_err *why);

#endif
