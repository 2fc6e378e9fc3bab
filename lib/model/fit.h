/*
 * fit: epochs of learning, judged and kept.
 *
 *	struct rs_run run = { .fit = { .train = &train, ... }, ... };
 *	struct rs_tensors *t = rs_run_go(&run, &result, &err);
 *	if (t == NULL)
 *		complain(&err);
 *	rs_tensors_write(t, sink);
 *
 * A run drives one algorithm's record epoch by epoch: every so many epochs
 * it has the model of that moment judged, tells what it knows of the epoch,
 * keeps the best model (with patience) and saves checkpoints.  A run that
 * begins from its own checkpoint goes on to the same bits.
 *
 * What a model file says of itself is a function of the training stream and
 * the options, never of time, place or threads.
 */
#ifndef RS_MODEL_FIT_H
#define RS_MODEL_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "data/dict.h"
#include "io/lines.h"
#include "model/algorithm.h"

enum { RS_JUDGED_MAX = 64 };		/* metrics of one judgement */

/* What is known of one epoch. */
struct rs_epoch {
	uint64_t epoch;			/* 1 is the first */
	double loss;			/* NaN: none */
	bool judged;
	double metric[RS_JUDGED_MAX];
	double seconds;			/* of learning alone */
};

struct rs_run {
	const struct rs_algorithm *algorithm;
	struct rs_fit fit;
	const char *preset;		/* its name, or NULL */
	bool seen;			/* keep the training pairs */
	const struct rs_dict *dict[2];	/* to be kept, each may be NULL */
	struct rs_lines lines;		/* provenance and so on: rs_model_lines */
	uint64_t rows, fingerprint;	/* of the training stream */

	/* Judging, NULL: nobody asks.  -1 with a sentence. */
	int (*judge)(void *arg, const struct rs_model *m, double *metric,
	    struct rs_err *e);
	size_t metrics;
	bool more_is_better;		/* of metric 0 */
	uint64_t every;			/* epochs from judgement to judgement */
	uint64_t patience;		/* judgements without a better one until
					 * it ends; 0: never */

	void (*tell)(void *arg, const struct rs_epoch *e);	/* or NULL */
	bool want_loss;
	void *arg;			/* of both */

	const char *checkpoint;		/* file, or NULL */
	uint64_t checkpoint_every;

	struct rs_run_state *state;	/* rs_run_go's own */
};

struct rs_run_result {
	uint64_t epochs;		/* done in all */
	uint64_t epoch;			/* that the model is of */
	uint64_t resumed;		/* epochs a checkpoint already had */
	bool stopped;			/* by patience */
};

/* The model as tensors, which live as long as the run: yours, before
 * rs_run_free.  NULL with a sentence. */
struct rs_tensors *rs_run_go(struct rs_run *r, struct rs_run_result *result,
    struct rs_err *e);
void rs_run_free(struct rs_run *r);

/* What a run will take, in bytes: so much, and so much for each pair (or, where
 * the rows of train are labelled, for each of those). */
struct rs_plan {
	uint64_t memory, memory_pair;	/* at its peak, the worst order of
					 * rows taken for granted */
	uint64_t file, file_pair;	/* the model without dictionaries */
};

void rs_run_plan(const struct rs_run *r, uint64_t users, uint64_t items,
    struct rs_plan *p);

/* Bytes that a dictionary takes in a model file. */
uint64_t rs_run_plan_dict(const struct rs_dict *d, uint32_t n);

#endif
