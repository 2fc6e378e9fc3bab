/*
 * triples: lines of user, item and score, as other programs write them.
 *
 *	struct rs_triples *t = rs_triples_open("run.txt", &err);
 *	while ((more = rs_triples_next(t, &row)) == 1)
 *		use(row.user, row.users, row.item, row.items, row.score);
 *	if (more < 0)
 *		complain(rs_triples_err(t));
 *	rs_triples_close(t);
 *
 * The first line tells which of three it is:
 *
 *	TREC run	6 words "user Q0 item rank score tag"
 *	TSV		has a TAB; \t \n \r \\ are TAB, LF, CR and backslash
 *	CSV		has a comma; quotes as in RFC 4180
 *
 * TSV and CSV have user, item and, where there is a third field, a score, in
 * this order or as a header of names says (user or user_id, item or item_id,
 * score); more fields are let be.  A CR before LF is none.  Every line has as
 * many fields as the first.  gzip is unpacked.
 */
#ifndef RS_IO_TRIPLES_H
#define RS_IO_TRIPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "io/source.h"

enum { RS_TRIPLES_LINE_MAX = 1 << 20 };	/* bytes in a line */

struct rs_triple {
	const char *user, *item;	/* borrowed until the next; no NUL */
	size_t users, items;		/* bytes of them */
	double score;			/* NaN: an empty field */
	uint64_t line;			/* from 1 */
};

struct rs_triples;

/* NULL with a sentence where it cannot be opened. */
struct rs_triples *rs_triples_open(const char *path, struct rs_err *e);
struct rs_triples *rs_triples_of(struct rs_source *s);	/* s is its own now */

/* 1 = *row is the next, 0 = the end, -1 = see rs_triples_err. */
int rs_triples_next(struct rs_triples *t, struct rs_triple *row);

/* After the first row: whether the lines have scores. */
bool rs_triples_scored(const struct rs_triples *t);
const char *rs_triples_name(const struct rs_triples *t);	/* borrowed */
const struct rs_err *rs_triples_err(const struct rs_triples *t);
void rs_triples_close(struct rs_triples *t);

#endif
