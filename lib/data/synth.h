/*
 * synth: invented logs with a structure that is known.
 *
 *	struct rs_synth_plan plan = { .users = 1000, .items = 200, ... };
 *	struct rs_synth *s = rs_synth_new(&plan, &err);
 *	rs_synth_rows(s, 0, 100, row);
 *	rs_synth_free(s);
 *
 * What is true of the data.  Items stand in a line from the most to the least
 * popular and belong to groups in turn.  A user has a first and a second
 * taste, two of the groups, and sees the line re-ranked: half of the front is
 * the first group, a quarter the second, a quarter everything else.  How many
 * rows a user has is log-normal; which ranks are chosen falls off like
 * (rank + q)^-zipf.  In ratings a user rates an item once, and the rating is
 * a mean, plus what user and item add, plus an inner product, plus noise.
 * In a shop a journey is a user looking at an item; 8 of 100 journeys reach
 * the cart, 5 view it, 2 start to check out, 1 buys, and some journeys come
 * back to an item of that user's.
 *
 * Row n is a function of the plan and n, so any part of the log can be made
 * by itself, by any thread.  Rows are in order of time; rs_synth_user has the
 * same rows user by user.  Memory: about 50 bytes a user and 45 an item.
 * Read-only after rs_synth_new: threads may share it.
 */
#ifndef RS_DATA_SYNTH_H
#define RS_DATA_SYNTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/die.h"

enum rs_synth_kind { RS_SYNTH_SHOP, RS_SYNTH_RATINGS };

enum { RS_SYNTH_EVENTS = 5 };
extern const char *const rs_synth_event[RS_SYNTH_EVENTS];

struct rs_synth_plan {
	enum rs_synth_kind kind;
	uint64_t users, items, rows, seed;
	uint64_t groups;	/* fewer where there are few items */
	double zipf;		/* exponent of popularity */
	int64_t start, span;	/* seconds */
};

struct rs_synth_row {
	uint32_t user, item;	/* from 0; ids are one more */
	uint8_t event;		/* shop: index of rs_synth_event */
	uint8_t discount;	/* shop */
	uint8_t stars;		/* ratings: in halves, 1 to 10 */
	int64_t time;
};

struct rs_synth;

/* NULL with a sentence where the plan cannot be. */
struct rs_synth *rs_synth_new(const struct rs_synth_plan *p,
    struct rs_err *e);				/* yours */
void rs_synth_free(struct rs_synth *s);

/* Rows of the log in order of time, from number first on. */
void rs_synth_rows(const struct rs_synth *s, uint64_t first, size_t rows,
    struct rs_synth_row *row);

/* Ratings only.  Rows of user u: how many, the number of the first when users
 * stand one behind the other, and all of them in order of time.  scratch has
 * room for four numbers a row. */
uint64_t rs_synth_count(const struct rs_synth *s, uint64_t u);
uint64_t rs_synth_first(const struct rs_synth *s, uint64_t u);
void rs_synth_user(const struct rs_synth *s, uint64_t u,
    struct rs_synth_row *row, uint64_t *scratch);

/* The truth behind it. */
uint64_t rs_synth_groups(const struct rs_synth *s);
uint64_t rs_synth_item_group(const struct rs_synth *s, uint64_t item);
void rs_synth_tastes(const struct rs_synth *s, uint64_t user,
    uint64_t *first, uint64_t *second);

/* Names for people, appended to b. */
void rs_synth_item_name(const struct rs_synth *s, uint64_t item,
    struct rs_buf *b);
void rs_synth_group_name(uint64_t group, struct rs_buf *b);

#endif
