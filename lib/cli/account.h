/*
 * account: where each row of a text went: it is kept, or dropped for a reason
 * that is counted.
 *
 *	rs_account_begin(&a, "1%");	(of --max-errors)
 *	rs_account_open(&a, &picks, where, conditions, "rejects.tsv");
 *	a.seen++;
 *	rs_account_bad(&a, rows, &rec, "7 fields where the header has 8");
 *	...
 *	rs_account_check(&a);
 *	rs_account_note(&a);		("4 rows, 3 kept, 1 dropped: 1 bad")
 *	rs_account_close(&a);
 *
 * What is dropped goes to the reject list too, where there is one; but rows
 * that were not asked for are not rejected.  Everything that can fail ends the
 * process with a message and the right status.
 */
#ifndef RS_CLI_ACCOUNT_H
#define RS_CLI_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "io/picks.h"
#include "io/rows.h"
#include "io/sink.h"
#include "io/where.h"

struct rs_account {
	/* All rows: they are kept, or counted in one of the next three. */
	uint64_t seen;
	uint64_t kept, bad;
	uint64_t *filtered;		/* (conditions) */
	uint64_t *missing;		/* (picks) */
	uint64_t blank;			/* lines that are no rows */

	const struct rs_picks *picks;
	const struct rs_where *where;	/* (conditions) */
	size_t conditions;
	struct rs_sink *rejects;	/* NULL: no list */

	/* How many bad ones are borne: a count, or a share of all. */
	const char *bears;
	uint64_t max_bad;
	double max_share;		/* in percent; -1: none */
	char first_bad[1024];
};

/* bears: N or N%; borrowed. */
void rs_account_begin(struct rs_account *a, const char *bears);

/* The columns and conditions are known now; rejects may be NULL. */
void rs_account_open(struct rs_account *a, const struct rs_picks *picks,
    const struct rs_where *where, size_t conditions, const char *rejects);

/* A record that is no good: an error, unless so many are borne. */
void rs_account_bad(struct rs_account *a, const struct rs_rows *r,
    const struct rs_record *rec, const char *reason);

/* A record that lacks column c. */
void rs_account_missing(struct rs_account *a, const struct rs_rows *r,
    const struct rs_record *rec, size_t c);

/* Behind the last row: whether the share of bad ones is borne. */
void rs_account_check(const struct rs_account *a);

/* Every row is accounted for. */
void rs_account_note(const struct rs_account *a);
void rs_account_close(struct rs_account *a);

#endif
