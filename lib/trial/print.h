/*
 * print: a search as something for another engine to run.
 *
 *	rs_print(RS_PRINT_MAKE, &tune, &call, &text, &err);
 *
 * What is printed calls rs-tune --only for each trial, so that a trial is the
 * same wherever it runs; rs-tune by itself then gathers what they left.
 */
#ifndef RS_TRIAL_PRINT_H
#define RS_TRIAL_PRINT_H

#include "base/buf.h"
#include "base/die.h"
#include "trial/tune.h"

enum rs_print_kind { RS_PRINT_MAKE, RS_PRINT_PARALLEL, RS_PRINT_SLURM };

extern const char *const rs_print_names[];	/* in that order, NULL-ended */

/* jobs 0: as many threads as there are CPUs.  -1 with a sentence where what
 * is wanted cannot be said. */
int rs_print(enum rs_print_kind kind, const struct rs_tune *t, uint64_t jobs,
    struct rs_buf *out, struct rs_err *e);

#endif
