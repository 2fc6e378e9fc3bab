/*
 * tune: a search from its space to its winner.
 *
 *	struct rs_tune t;
 *
 *	if (rs_tune_begin(&t, &ask, &err) < 0 || rs_tune_run(&t, &err) < 0)
 *		complain(&err);
 *	if (t.winner != SIZE_MAX)
 *		use(&t.trials.at[t.winner], t.entry[t.winner].value);
 *	rs_tune_free(&t);
 *
 * A trial that the ledger has, or whose folder has a result, is not run
 * again.  Whatever the order in which trials finish, the ledger has them in
 * trial order: a result waits in its folder until those before it are there.
 *
 * A trial that fails is recorded with its error and loses.  Where it is the
 * system that fails (status 3, 127, a signal), nothing can be said of the
 * trial: it is not recorded, and the process ends with status 3.  Where a
 * command was called wrongly (status 2), so will others be, and the search
 * stops.
 */
#ifndef RS_TRIAL_TUNE_H
#define RS_TRIAL_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "trial/folder.h"
#include "trial/ledger.h"
#include "trial/runner.h"
#include "trial/trial.h"

struct rs_tune_ask {
	const char *dir, *space;
	uint64_t seed;
	size_t jobs;		/* trials at a time */
	unsigned cpus;
	bool look;		/* read only: nothing in dir is changed */
	void (*tell)(const char *sentence);	/* what a person should know */
	void (*progress)(uint64_t done, uint64_t total);
};

struct rs_tune {
	const struct rs_tune_ask *ask;	/* borrowed */
	struct rs_space space;
	struct rs_trials trials;
	struct rs_folder folder;
	struct rs_ledger ledger;
	struct rs_entry *entry;	/* (trials) line NULL: no result yet */
	size_t entries;
	size_t written;		/* trials before it are in the ledger */
	size_t run, failed;	/* of this call; of all */
	size_t winner;		/* SIZE_MAX: none yet */
};

/* Read the space, the data and what is done already, as far as it goes: of
 * halving all rungs that are decided.  0, or -1 with a sentence.  Free it
 * either way. */
int rs_tune_begin(struct rs_tune *t, const struct rs_tune_ask *ask,
    struct rs_err *e);

/* Run what is missing; the winner. */
int rs_tune_run(struct rs_tune *t, struct rs_err *e);

/* Run one trial that is due, unless it has a result; neither the ledger nor
 * the winner changes, so many of these may run at once, on many machines. */
int rs_tune_only(struct rs_tune *t, const char *name, struct rs_err *e);

/* Append the parameters of trial i: "factors=50 alpha=1", each value as a
 * shell reads it back. */
void rs_tune_parameters(const struct rs_tune *t, size_t i, struct rs_buf *b);

void rs_tune_free(struct rs_tune *t);

#endif
