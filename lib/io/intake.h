/*
 * intake: the fields of a record as the values of a row.
 *
 *	struct rs_intake in = { .picks = &picks, .rows = gather };
 *	rs_intake_plan(&in);		(once the picks are found in a file)
 *	if (rs_intake_missing(&in, rec.field) < 0 &&
 *	    rs_intake_take(&in, rec.field) == NULL)
 *		rs_gather_row(gather);
 *
 * Strings come as they are, numbers and times are read, and what cannot be is
 * told in a sentence.  Plain data, one thread.
 */
#ifndef RS_IO_INTAKE_H
#define RS_IO_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/gather.h"
#include "io/picks.h"
#include "io/rows.h"

/* A pick once more, so small that all of them share a cache line. */
struct rs_intake_column {
	uint16_t at;		/* which field */
	uint8_t kind;		/* what is done with it */
};

struct rs_intake {
	const struct rs_picks *picks;
	struct rs_gather *rows;
	const char *time_format;	/* NULL: as rs_date_guess says */
	bool integer_ids;	/* user and item 17850.0 are 17850 */
	struct rs_intake_column column[RS_COLUMNS_MAX];
	float tenths[100];	/* 0.0 to 9.9 */
	char why[512];
};

void rs_intake_plan(struct rs_intake *t);

/* The first column that a row cannot do without and whose field is missing,
 * or -1. */
int rs_intake_missing(const struct rs_intake *t, const struct rs_field *field);

/* Set all columns of the next row.  NULL, or what is wrong with a field:
 * borrowed. */
const char *rs_intake_take(struct rs_intake *t, const struct rs_field *field);

#endif
