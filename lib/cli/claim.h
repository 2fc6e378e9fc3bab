/*
 * claim: what somebody asserts of an evaluation's figures.
 *
 *	struct rs_claim *c = rs_claim_parse("ndcg@10 > pop * 1.05", &err);
 *	if (rs_claim_bind(c, row, rows, &err) < 0)
 *		...			(there is no such figure)
 *	if (!rs_claim_holds(c, row, &left, &right))
 *		...
 *	rs_claim_free(c);
 *
 *	claim:	sum (> | >= | < | <= | = | !=) sum
 *	sum:	numbers and figures with + - * / and parentheses
 *
 * A figure is a row's name, and may end in .low, .high or .users.  A bare
 * pop, random, mean, against, diff or p is that row of the metric which the
 * left side names first.  A minus between two letters belongs to the name.
 * What is not a finite number fulfils no claim.  Plain data, one thread.
 */
#ifndef RS_CLI_CLAIM_H
#define RS_CLI_CLAIM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/die.h"
#include "model/verdict.h"

enum {
	RS_CLAIM_MAX = 4096,	/* bytes of a claim */
	RS_CLAIM_DEEP = 64,	/* parentheses and signs within each other */
};

struct rs_claim;

/* The text is borrowed.  NULL with a sentence where it is no claim. */
struct rs_claim *rs_claim_parse(const char *text, struct rs_err *e);

/* Find its figures among the rows.  -1 with a sentence that names the unknown
 * one and lists the known.  Rows of the same names in the same order may come
 * instead afterwards, and bound again it may be. */
int rs_claim_bind(struct rs_claim *c, const struct rs_verdict_row *row,
    size_t rows, struct rs_err *e);

/* What both sides are, and whether it holds. */
bool rs_claim_holds(const struct rs_claim *c,
    const struct rs_verdict_row *row, double *left, double *right);

void rs_claim_free(struct rs_claim *c);

#endif
