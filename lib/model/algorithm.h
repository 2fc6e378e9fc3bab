/*
 * algorithm: one record says all about one way to learn.
 *
 *	const struct rs_algorithm *a = rs_algorithm_find("als");
 *	rs_values_init(&v, a);
 *	if (rs_values_set(&v, "alpha=40", &err) < 0)
 *		...
 *
 * A record stands in a file of its own, lib/model/NAME.c, and in one line of
 * lib/model/algorithms.c.  It has two halves: learning (begin, epoch, export,
 * end: driven by lib/model/fit.c) and answering (open, score, fold: driven by
 * lib/model/model.c).  Between them stand tensors, in memory or in a file,
 * and nothing else: what is validated during training is what is served.
 */
#ifndef RS_MODEL_ALGORITHM_H
#define RS_MODEL_ALGORITHM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "base/pool.h"
#include "data/csr.h"
#include "data/labelled.h"
#include "model/file.h"
#include "model/model.h"

enum {
	RS_PARAMS_MAX = 24,
	RS_PARAM_LIST_MAX = 16,		/* numbers of one parameter */
	RS_PARAM_TEXT_MAX = 640,	/* bytes of a value as text */
	RS_FACTORS_MAX = 65536,		/* a gram matrix of 32 GiB */
};

/*
 * REAL and COUNT are one number.  REALS and COUNTS are numbers between commas,
 * "none" being no number at all.  CHOICE is one of some words.  LAW is one of
 * some words of which those with a colon take a number: of "normal:0.01",
 * normal:0.1 and normal are values, the latter meaning normal:0.01.
 */
enum rs_param_kind { RS_PARAM_REAL, RS_PARAM_COUNT, RS_PARAM_CHOICE,
	RS_PARAM_REALS, RS_PARAM_COUNTS, RS_PARAM_LAW };

/* A parameter of -p; its default is value.  NaN: what the record's settle
 * makes of the data. */
struct rs_param {
	const char *name;
	enum rs_param_kind kind;
	double value, lo, hi;		/* CHOICE, LAW: value is an index */
	const char *const *choices;	/* NULL-ended; REALS and COUNTS: the
					 * first is the default */
	const char *help;
};

/* The numbers of a list, or the one behind a law's colon. */
struct rs_param_list {
	size_t n;
	double at[RS_PARAM_LIST_MAX];
};

/* A named set of settings. */
struct rs_preset {
	const char *name, *help;
	uint64_t factors, epochs;	/* 0: the algorithm's default */
	const char *values;		/* "alpha=40 nu=1" */
};

/* Parameters with their values. */
struct rs_values {
	const struct rs_algorithm *algorithm;
	double value[RS_PARAMS_MAX];	/* REALS, COUNTS: 0 */
	struct rs_param_list list[RS_PARAMS_MAX];
	bool given[RS_PARAMS_MAX];
};

/* Which number of each training row an algorithm wants. */
enum rs_wants { RS_WANTS_NOTHING, RS_WANTS_WEIGHT, RS_WANTS_VALUE,
	RS_WANTS_LABEL };

/* What training is given. */
struct rs_fit {
	const struct rs_csr *train;	/* (U, I); NULL while planning */
	bool weighted;			/* train has (or will have) weights */
	const struct rs_labelled *labelled;	/* the rows of a stream with
					 * labels, train being the pairs whose
					 * label is above 0; NULL: none */
	struct rs_pool *pool;
	struct rs_values *values;
	uint64_t factors;		/* D; 0 where there are none */
	uint64_t epochs;		/* wanted in all */
	uint64_t seed;
	const struct rs_model *warm;	/* begin from this, or NULL */
	const struct rs_model *gmf, *mlp;	/* or from both of these */
	uint64_t resumed;		/* epochs that warm already had: it is
					 * a checkpoint of this very run */
};

struct rs_algorithm {
	const char *name, *summary, *citation;
	const struct rs_param *params;	/* ended by a NULL name */
	const struct rs_preset *presets;	/* ended by a NULL name; NULL */
	enum rs_wants wants;
	enum rs_score_kind kind;
	/* Where these depend on the parameters; NULL: they don't. */
	void (*depends)(const struct rs_values *v, enum rs_wants *wants,
	    enum rs_score_kind *kind);
	uint64_t factors, epochs;	/* defaults; 0: has none */
	bool remembers;			/* answers known users from their
					 * training pairs (rs_model_history) */
	bool pretrains;			/* can begin from a gmf and an mlp */
	bool sparse;			/* a score of 0 says that nothing is
					 * known of user and item together */

	/* Learning.  settle (may be NULL): values for parameters that are NaN,
	 * from the data.  begin: NULL with a sentence.  epoch: one pass; loss is NULL
	 * where nobody asks, and *loss may be left as it is (NaN: none);
	 * -1 with a sentence (which row is no longer finite).  export
	 * adds borrowed tensors that stay until the next epoch or end.
	 * keep (may be NULL) adds, for a checkpoint, those that only going on
	 * needs (an optimizer's moments): begin finds them in f->warm where
	 * f->resumed > 0.  memory: bytes of state beyond train, from sizes alone. */
	void (*settle)(struct rs_values *v, const struct rs_csr *train);
	void *(*begin)(const struct rs_fit *f, struct rs_err *e);
	int (*epoch)(void *state, uint64_t epoch, double *loss,
	    struct rs_err *e);
	void (*export)(void *state, struct rs_tensors *t);
	void (*keep)(void *state, struct rs_tensors *t);
	void (*end)(void *state);
	uint64_t (*memory)(const struct rs_fit *f, uint64_t users,
	    uint64_t items, uint64_t pairs, int threads);
	uint64_t (*tensors)(const struct rs_fit *f, uint64_t users,
	    uint64_t items);	/* bytes of its own tensors in the file */

	/* Answering.  open checks the algorithm's tensors and returns what
	 * the others are given as state, or NULL with a sentence.  row and
	 * fold may be NULL (nobody new); where linear answers true, score is
	 * not asked and a row is that of model/factors.h: factors, then the
	 * bias.  score_pairs (NULL: by score, a run of one user at a time)
	 * takes pairs in any order, some thousands a call, and gives each the
	 * bits that score gives.  similar (NULL: by the cosine of factors, if linear): how
	 * like an item n others are (NULL: items 0..n-1), at most 0: not. */
	void *(*open)(const struct rs_model *m, struct rs_err *e);
	void (*close)(void *state);
	bool (*linear)(const void *state, struct rs_linear *lin);
	void (*score)(const void *state, uint32_t user, const uint32_t *item,
	    size_t n, float *score);
	void (*score_pairs)(const void *state, const uint32_t *user,
	    const uint32_t *item, size_t n, float *score);
	size_t (*row)(const void *state);
	int (*fold)(const void *state, const uint32_t *item,
	    const float *weight, size_t n, float *row, struct rs_err *e);
	void (*score_row)(const void *state, const float *row,
	    const uint32_t *item, size_t n, float *score);
	void (*similar)(const void *state, uint32_t to, const uint32_t *item,
	    size_t n, float *score);
};

/* All of them, ended by NULL. */
extern const struct rs_algorithm *const rs_algorithms[];

const struct rs_algorithm *rs_algorithm_find(const char *name);	/* or NULL */

/* What an algorithm learns from and gives, with these values. */
enum rs_wants rs_values_wants(const struct rs_values *v);
enum rs_score_kind rs_values_kind(const struct rs_values *v);

/* Values: defaults, a preset, "name=value".  -1 with a sentence that names
 * what is known.  A value that was given is not changed by a preset. */
void rs_values_init(struct rs_values *v, const struct rs_algorithm *a);
int rs_values_set(struct rs_values *v, const char *pair, struct rs_err *e);
const struct rs_preset *rs_values_preset(struct rs_values *v,
    const char *name, struct rs_err *e);
double rs_values_get(const struct rs_values *v, const char *name);
const struct rs_param_list *rs_values_list(const struct rs_values *v,
    const char *name);
void rs_values_put(struct rs_values *v, const char *name, double value);

/* The values that a model was trained with, from its metadata. */
int rs_values_read(struct rs_values *v, const struct rs_algorithm *a,
    const struct rs_tensors *t, struct rs_err *e);

/* The same, written there. */
void rs_values_write(const struct rs_values *v, struct rs_tensors *t);

/* A value as text, into p of RS_PARAM_TEXT_MAX bytes or a choice's name:
 * borrowed.  "auto" where it is not yet settled. */
const char *rs_values_text(const struct rs_values *v, size_t i, char *p);

#endif
