/*
 * model: what was learned, for those who ask it.
 *
 *	m = rs_model_open("shop.safetensors", &err);
 *	if (rs_model_linear(m, &lin))
 *		... lib/kernel/topk.h over lin.user and lin.item ...
 *	else
 *		rs_model_score(m, user, items, n, score);
 *	rs_model_close(m);
 *
 * Users 0..users-1 and items 0..items-1 are those of the dictionaries that
 * the model was trained with.  An index beyond is the caller's error: ask
 * users and items first.  Everything is checked when the model is opened, so
 * nothing here fails later.  Any number of threads may read one model.
 *
 * Where a model is linear, rs_model_score gives the same bits as the fused
 * top-k of lib/kernel/topk.h.
 */
#ifndef RS_MODEL_MODEL_H
#define RS_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "base/pool.h"
#include "data/csr.h"
#include "data/dict.h"
#include "io/lines.h"
#include "kernel/topk.h"
#include "model/file.h"

/*
 * What a score means.  A model of probabilities scores logits, for many
 * probabilities near 1 are the same float: lists are ordered by the logits,
 * and rs_model_link makes probabilities of those that are shown or judged.
 */
enum rs_score_kind {
	RS_SCORE_DOT,		/* orders items, nothing more */
	RS_SCORE_PROBABILITY,	/* of liking, in [0, 1], once linked */
	RS_SCORE_RATING,	/* in the units of the training values */
};

enum rs_side { RS_USER, RS_ITEM };

/* Factors of both sides; the score is theirs by lib/kernel/topk.h. */
struct rs_linear {
	struct rs_topk_factors user, item;	/* borrowed from the model */
};

struct rs_model;

struct rs_model *rs_model_open(const char *path, struct rs_err *e);

/* A model of tensors that are in memory (one in training), which stay the
 * caller's and must outlive it. */
struct rs_model *rs_model_of(const struct rs_tensors *t, struct rs_err *e);
void rs_model_close(struct rs_model *m);

const char *rs_model_name(const struct rs_model *m);	/* its file */
const char *rs_model_algorithm(const struct rs_model *m);	/* "als" */
enum rs_score_kind rs_model_kind(const struct rs_model *m);
const char *rs_score_kind_name(enum rs_score_kind k);	/* "dot" */
uint64_t rs_model_users(const struct rs_model *m);
uint64_t rs_model_items(const struct rs_model *m);

/* Any metadata by its key, NULL where there is none. */
const char *rs_model_meta(const struct rs_model *m, const char *key);
const struct rs_tensors *rs_model_tensors(const struct rs_model *m);

/* The end lines of the training stream: "by", "input", "size" and the
 * "dictionary" lines for rs_dict_check. */
const struct rs_lines *rs_model_lines(const struct rs_model *m);

/* Whether scores are inner products, and of what.  Borrowed. */
bool rs_model_linear(const struct rs_model *m, struct rs_linear *lin);

/* Scores of one known user for n items (NULL: items 0..n-1). */
void rs_model_score(const struct rs_model *m, uint32_t user,
    const uint32_t *item, size_t n, float *score);

/* Scores of n pairs, in any order, of users and items that are known. */
void rs_model_score_pairs(const struct rs_model *m, const uint32_t *user,
    const uint32_t *item, size_t n, float *score);

/* Scores as they are shown: the sigmoid of a logit, all others as they are. */
void rs_model_link(const struct rs_model *m, float *score, size_t n);

/*
 * Someone new.  A row is what the model knows of one user, rs_model_row
 * floats (0: this model cannot take in anybody).  rs_model_fold makes it from
 * items, distinct and below items (weight NULL: all 1); for a linear model it
 * is a row of factors, zero padded to rs_stride(d), with the bias behind it.
 * 0, or -1 with a sentence.
 */
size_t rs_model_row(const struct rs_model *m);
int rs_model_fold(const struct rs_model *m, const uint32_t *item,
    const float *weight, size_t n, float *row, struct rs_err *e);
void rs_model_score_row(const struct rs_model *m, const float *row,
    const uint32_t *item, size_t n, float *score);

/* Whether a score of 0 says no more than that nothing is known. */
bool rs_model_sparse(const struct rs_model *m);

/* How like an item n others are by a model's own measure (item NULL: items
 * 0..n-1); at most 0: not at all.  Not asked where rs_model_compares says
 * false: then a linear model's items are compared by their factors. */
bool rs_model_compares(const struct rs_model *m);
void rs_model_similar(const struct rs_model *m, uint32_t to,
    const uint32_t *item, size_t n, float *score);

/* How many users each item had in train: (items).  Every model has it. */
const float *rs_model_popularity(const struct rs_model *m);

/* The training pairs of a user, ascending; false where the model was made
 * without them. */
bool rs_model_has_seen(const struct rs_model *m);
const uint32_t *rs_model_seen(const struct rs_model *m, uint32_t user,
    size_t *n);

/* The pairs that a user is answered from, ascending, and where the first
 * stands among all (users x items sparse): the seen ones, or those that a model
 * which remembers has instead.  NULL with *n 0 where it has neither. */
const uint32_t *rs_model_history(const struct rs_model *m, uint32_t user,
    size_t *n, uint64_t *first);
uint64_t rs_model_pairs(const struct rs_model *m);	/* stored in it */

/* The dictionary of a side, with counts 0 and its labels; NULL where the
 * model has none and none was given.  rs_model_use gives it one (borrowed; an
 * extended one will do, its newer ids are unknown to the model); -1 with a
 * sentence where it is another. */
const struct rs_dict *rs_model_dict(const struct rs_model *m,
    enum rs_side side);
int rs_model_use(struct rs_model *m, enum rs_side side,
    const struct rs_dict *d, struct rs_err *e);

/* Whether the indices of a stream with these lines are this model's: as
 * rs_dict_agree for both columns.  0, or -1 with a sentence. */
int rs_model_agree(const struct rs_model *m, const struct rs_lines *lines,
    struct rs_err *e);

#endif
