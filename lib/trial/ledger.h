/*
 * ledger: what came of each trial, one line of JSON a trial.
 *
 *	struct rs_ledger l;
 *
 *	if (rs_ledger_open(&l, path, "map@20", &err) < 0)
 *		complain(&err);
 *	x = rs_ledger_find(&l, hash);		(NULL: it is not in it)
 *	rs_ledger_add(&l, &entry);		(on disk when it returns)
 *	rs_ledger_close(&l);
 *
 * Lines are appended whole and never changed.  A last line that is torn, as a
 * crash of the system leaves it, is cut off: its trial's result stands in the
 * trial's folder too, and is written here again.
 *
 * An entry is also what result.json in a trial's folder holds.
 */
#ifndef RS_TRIAL_LEDGER_H
#define RS_TRIAL_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/die.h"
#include "trial/names.h"
#include "trial/trial.h"

enum {
	RS_LEDGER_LINE_MAX = 1 << 20,	/* bytes of a line */
	RS_RESULT_MAX = 512 << 10,	/* bytes of a trial's metrics */
};

struct rs_entry {
	uint64_t hash;		/* its trial */
	char *line;		/* with its newline */
	char *error;		/* NULL: the trial succeeded */
	double value;		/* of the metric that decides; NaN: it has none
				 * that is a number */
	bool lacks;		/* it does not even name the metric */
};

/* Read a line (n bytes, without its newline).  0, or -1 with a sentence. */
int rs_entry_parse(struct rs_entry *x, const char *line, size_t n,
    const char *metric, struct rs_err *e);

/*
 * The entry of trial i: text is the table that it printed, or error is why it
 * failed; model is the fingerprint of what it made, or NULL.  -1 with a
 * sentence where text is no table of metrics or lacks the one that decides.
 */
int rs_entry_form(struct rs_entry *x, const struct rs_trials *t, size_t i,
    const char *text, const char *error, const uint64_t *model,
    struct rs_err *e);

struct rs_entry rs_entry_copy(const struct rs_entry *x);	/* yours */
void rs_entry_free(struct rs_entry *x);

struct rs_ledger {
	char *path;
	int fd;			/* -1: it is only read */
	struct rs_entry *entry;
	size_t n, room;
	struct rs_names names;
	size_t torn;		/* bytes of the last line that were cut off */
};

/* To read and append (the file is made) or, with only_read, to read.  0, or
 * -1 with a sentence that names the line. */
int rs_ledger_open(struct rs_ledger *l, const char *path, const char *metric,
    bool only_read, struct rs_err *e);

const struct rs_entry *rs_ledger_find(const struct rs_ledger *l,
    uint64_t hash);
void rs_ledger_add(struct rs_ledger *l, const struct rs_entry *x);
void rs_ledger_close(struct rs_ledger *l);

#endif
