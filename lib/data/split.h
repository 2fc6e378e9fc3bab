/*
 * split: rows into train, test and, on demand, a validation part.
 *
 *	struct rs_split *s = rs_split_new(&opts, rs_reader_head(in), &err);
 *	while (...)
 *		rs_split_put(s, b);
 *	rs_split_choose(s, &err);
 *	while ((b = rs_split_next(s, &part)) != NULL)
 *		...			(row i of b belongs to part[i])
 *	complain(rs_split_report(s));
 *	rs_split_free(s);
 *
 * The unit that is held out is a row, or a distinct (user, item) pair with
 * all its rows.  What is chosen:
 *
 *	RANDOM	 the ceil(R n) of all n units with the smallest draws
 *	FOLD	 the units of rank floor((I-1) n/N) up to floor(I n/N) by draws
 *	PER_USER ceil(R n) of each user's n units: by draws, or the latest
 *	LATEST	 each user's latest K
 *	AFTER	 the rows at or after a time
 *
 * The draw of a row is a function of its number in the input, that of a pair
 * of user and item; equal draws go by row and by pair.  The latest is by time
 * and, where times are equal, by place in the input, or by place alone; a
 * pair is as late as its last row.  A validation part is as large again: the
 * next draws, the next fold (the first behind the last), the K before, or as
 * many rows before the time as the test has.
 *
 * A user who would keep nothing in train is short.  Every row is in exactly
 * one part; dropping is one of them.  One thread a split.
 */
#ifndef RS_DATA_SPLIT_H
#define RS_DATA_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/stream.h"

enum rs_split_mode {
	RS_SPLIT_RANDOM, RS_SPLIT_FOLD, RS_SPLIT_PER_USER, RS_SPLIT_LATEST,
	RS_SPLIT_AFTER,
};
enum rs_split_order {		/* within a user */
	RS_SPLIT_BY_TIME, RS_SPLIT_BY_PLACE, RS_SPLIT_BY_DRAW,
};
enum rs_split_policy {		/* for the short, and for overlap */
	RS_SPLIT_KEEP, RS_SPLIT_DROP, RS_SPLIT_ERROR,
};
enum rs_part { RS_TRAIN, RS_TEST, RS_VALID, RS_DROPPED, RS_PARTS };

struct rs_split_opts {
	enum rs_split_mode mode;
	bool pairs;			/* the unit is a pair */
	bool valid;			/* a validation part is wanted */
	enum rs_split_order order;
	enum rs_split_policy shorts, overlap;
	double share;			/* R */
	uint64_t latest;		/* K */
	int64_t after;
	uint64_t fold, folds;		/* I of N */
	uint64_t seed;
	size_t memory;
};

enum { RS_SPLIT_SHOWN = 3 };		/* offenders that are named */

struct rs_split_report {
	uint64_t rows[RS_PARTS];	/* in each part */
	uint64_t short_users, short_rows;	/* rows dropped for it */
	/* Pairs that stand in more than one part, the first of them by
	 * (user, item), and the rows dropped for it. */
	uint64_t overlap, overlap_rows;
	struct { uint32_t user, item; } pair[RS_SPLIT_SHOWN];
	/* Users and items of a held-out part that train lacks: how many, and
	 * the first by index. */
	struct rs_split_lack {
		uint64_t n;
		uint32_t first[RS_SPLIT_SHOWN];
	} lack[RS_PARTS][2];		/* user, item */
};

/* ceil(share * n), exactly as the shortest decimal of share says. */
uint64_t rs_split_share(double share, uint64_t n);

/* NULL with a sentence where the rows lack a column. */
struct rs_split *rs_split_new(const struct rs_split_opts *o,
    const struct rs_head *head, struct rs_err *e);		/* yours */
void rs_split_put(struct rs_split *s, const struct rs_block *b);

/* After the last row.  -1 with a sentence: a user is short, parts overlap
 * (as far as that is an error), or nothing is left for train. */
int rs_split_choose(struct rs_split *s, struct rs_err *e);

/* The rows again, in order, each with its part.  Borrowed. */
struct rs_block *rs_split_next(struct rs_split *s, const uint8_t **part);

/* Behind the last row.  Borrowed. */
const struct rs_split_report *rs_split_report(struct rs_split *s);
void rs_split_free(struct rs_split *s);

#endif
