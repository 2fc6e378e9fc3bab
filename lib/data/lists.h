/*
 * lists: for each user items in an order, and cases: candidates to rank.
 *
 *	b = rs_lists_builder_new();
 *	rs_lists_add(b, user, item, score);	(rows in any order)
 *	if (rs_lists_done(b, users, &lists, &twice) < 0)
 *		...				(an item is in a list twice)
 *	rs_lists_free(&lists);
 *
 * A list is by falling score; rows of equal score keep their order, so lists
 * without scores are given as rows of score 0.  All memory is the caller's to
 * free; 24 bytes a row while they are built.
 */
#ifndef RS_DATA_LISTS_H
#define RS_DATA_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/csr.h"

/* Lists that somebody made: start is (users + 1). */
struct rs_lists {
	uint64_t users, items;	/* items: one above the highest */
	uint64_t *start;
	uint32_t *item;
	double *score;
};

struct rs_list_row {
	uint32_t user, item;
	double score;
};

struct rs_lists_builder;
struct rs_lists_builder *rs_lists_builder_new(void);
void rs_lists_add(struct rs_lists_builder *b, uint32_t user, uint32_t item,
    double score);

/* 0, or -1: *twice is a row whose item its list already had.  users is the
 * least number of them.  The builder is freed. */
int rs_lists_done(struct rs_lists_builder *b, uint64_t users,
    struct rs_lists *l, struct rs_list_row *twice);
void rs_lists_free(struct rs_lists *l);

/* Candidates: case i is one ranking for user[i], of item[start[i]] ..
 * item[start[i + 1]], in which those that stand in that user's test items
 * are relevant (and at least one does).  Cases of one user stand together,
 * users ascending; the items of a case are distinct. */
struct rs_cases {
	size_t n;
	uint32_t *user;
	uint64_t *start;	/* (n + 1) */
	uint32_t *item;
};

/*
 * Rows of candidates as they come.  With labels a positive begins a case and
 * the negatives behind it, of the same user, belong to it; without, all rows
 * of a user are one case, together with all the user's test items.
 */
struct rs_cases_builder;
struct rs_cases_builder *rs_cases_builder_new(bool labelled);

/* 0, or -1: a negative that no positive of its user precedes. */
int rs_cases_add(struct rs_cases_builder *b, uint32_t user, uint32_t item,
    bool positive);

/* What became of the rows. */
struct rs_cases_count {
	uint64_t own;		/* negatives that are the user's own test
				 * items: left out */
	uint64_t twice;		/* negatives that a case has twice: once */
	uint64_t strangers;	/* cases of users without test items: left
				 * out */
	uint64_t negatives;	/* in a case, most often */
	uint64_t fewest, most;	/* in any case */
};

/* 0, or -1: *stray is a positive that is no test item.  The builder is
 * freed. */
int rs_cases_done(struct rs_cases_builder *b, const struct rs_csr *test,
    struct rs_cases *c, struct rs_cases_count *count,
    struct rs_list_row *stray);
void rs_cases_free(struct rs_cases *c);

#endif
