/*
 * trial: the trials of a search, in their order.
 *
 *	struct rs_trials t;
 *
 *	if (rs_trials_begin(&t, &space, seed, &err) < 0)
 *		complain(&err);
 *	for (i = 0; i < t.n; i++)
 *		rs_trial_script(&t, i, dir, threads, &text);
 *	rs_trials_free(&t);
 *
 * A grid's trials stand as nested loops give them, the first parameter being
 * the outermost.  A random trial's values are draws by (seed, the parameter's
 * name, its number), so a parameter more changes no other's values; a trial
 * that is there already is drawn again.  Halving begins with the random
 * trials at the least budget; rs_trials_promote adds those of the next rung.
 *
 * A trial's name is a digest of its commands, filled in, and of the
 * fingerprints of the data: the same name is the same work.  Where it runs
 * and with how many threads is left out.
 */
#ifndef RS_TRIAL_TRIAL_H
#define RS_TRIAL_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/num.h"
#include "trial/fingerprint.h"
#include "trial/names.h"
#include "trial/space.h"

struct rs_trial {
	char name[RS_FINGERPRINT_TEXT];
	char seed[RS_NUM_MAX];
	uint64_t hash;		/* what name is the digits of */
	const char **value;	/* (axes) of the space; the trials' */
	size_t rung;
};

struct rs_trials {
	const struct rs_space *space;	/* borrowed */
	uint64_t seed;
	uint64_t data[RS_SPACE_DATA];	/* fingerprints */
	struct rs_trial *at;
	size_t n, room;
	size_t rungs;		/* begun so far */
	struct rs_lines drawn;	/* texts of values */
	struct rs_names names;	/* places in at */
};

/* Read the data files and form the trials (of halving, the first rung's).  0,
 * or -1 with a sentence.  Free them either way. */
int rs_trials_begin(struct rs_trials *t, const struct rs_space *s,
    uint64_t seed, struct rs_err *e);

/* Begin the rung behind the last one, of n trials of that one, ascending.  1,
 * or 0: the last one had the greatest budget; or -1 with a sentence. */
int rs_trials_promote(struct rs_trials *t, const size_t *chosen, size_t n,
    struct rs_err *e);

/* How many trials the rung behind the last one should have. */
size_t rs_trials_survivors(const struct rs_trials *t);

/* Where a rung begins: at[0 .. n) are ordered by it. */
size_t rs_trials_rung(const struct rs_trials *t, size_t rung);

/* The trial of that name, or SIZE_MAX. */
size_t rs_trials_find(const struct rs_trials *t, const char *name);

/* Append the commands of trial i, to run with its files in dir. */
void rs_trial_script(const struct rs_trials *t, size_t i, const char *dir,
    unsigned threads, struct rs_buf *out);

void rs_trials_free(struct rs_trials *t);

#endif
