/*
 * world: what an invented log is drawn from.  synth.c makes a world and tells
 * the time in it; activity.c says how many rows each user has, chooser.c with
 * which items, ratings.c and shop.c what there is in a row.  Only for
 * lib/data.
 *
 * A user's rows have slots, numbered one user behind the other: of ratings
 * each is a row, in a shop each is a journey of one or more.  Items are known
 * by their place in the line of popularity until a row is written; a rank is
 * a place as one user sees the line.
 */
#ifndef RS_DATA_WORLD_H
#define RS_DATA_WORLD_H

#include "base/draw.h"
#include "data/shuffle.h"
#include "data/synth.h"

/* What a draw of RS_DRAW_SYNTH is for: the epoch slot.  Part of every
 * result: never renumber. */
enum {
	RS_FOR_SLOTS = 1, RS_FOR_USERS, RS_FOR_ITEMS, RS_FOR_TASTE,
	RS_FOR_PHASE, RS_FOR_STEP, RS_FOR_TIME, RS_FOR_RETURN,
	RS_FOR_DISCOUNT, RS_FOR_GROUP_VECTOR, RS_FOR_USER_VECTOR,
	RS_FOR_ITEM_VECTOR,
};

enum {
	RS_SYNTH_STEPS = 64,	/* of popularity: each twice the last */
	RS_SYNTH_BATCH = 32,	/* rows made together */
	RS_SYNTH_JOURNEYS = 100,	/* of one funnel, */
	RS_SYNTH_FUNNEL = 100 + 8 + 5 + 2 + 1,	/* and the rows they make */
};

struct rs_synth_step {
	uint64_t first, size;	/* ranks */
	double before;		/* popularity of all the steps before */
};

struct rs_synth {
	struct rs_synth_plan plan;
	uint64_t slots;		/* journeys, or ratings: what users have */
	struct rs_shuffle when;	/* row in time, or journey -> slot */
	struct rs_shuffle who;	/* user -> place in the line of activity */
	struct rs_shuffle which;	/* place in that of popularity -> item */
	uint64_t *first;	/* (users + 1) first slot of each user */
	uint32_t *guide;	/* user who owns slot i << shift */
	unsigned shift;
	uint64_t groups;
	uint32_t *taste;	/* (users, 2) */
	uint8_t *whole;		/* (users) steps that are taken whole */
	uint32_t *item;		/* (items) item at a place of the line */
	float *user_vec, *item_vec;	/* (users, VEC) (places, VEC) */
	struct rs_synth_step step[RS_SYNTH_STEPS + 1];
	size_t steps;
	double hour[25];	/* share of a day's rows before each hour */
	uint8_t journey[RS_SYNTH_FUNNEL];	/* of each row of a funnel */
	uint8_t event[RS_SYNTH_FUNNEL];
	uint8_t views_before[RS_SYNTH_FUNNEL + 1];
};

/* One user, ready to have ranks picked. */
struct rs_chooser {
	uint64_t key;
	uint64_t count;		/* ranks this user has */
	size_t step;		/* steps before it are taken whole */
	uint64_t whole;		/* ranks in those */
	double scale, phase;	/* see rs_choose */
	uint64_t one, two;	/* tastes */
	double aside;		/* where in the line of others it begins */
};

static inline uint64_t
rs_synth_draw(const struct rs_synth *s, uint64_t what, uint64_t n)
{
	return rs_draw2(s->plan.seed, RS_DRAW_SYNTH, what, n);
}

void rs_activity_make(struct rs_synth *s);

/* Whose slot it is. */
static inline uint64_t
rs_synth_owner(const struct rs_synth *s, uint64_t slot)
{
	uint64_t u = s->guide[slot >> s->shift];

	while (s->first[u + 1] <= slot)
		u++;
	return u;
}

void rs_chooser_make(struct rs_synth *s);	/* behind rs_activity_make */
void rs_chooser_init(struct rs_chooser *c, const struct rs_synth *s,
    uint64_t user);

/* The place of the item that a user comes to k-th. */
uint64_t rs_choose(const struct rs_synth *s, const struct rs_chooser *c,
    uint64_t k);

/* When row n happened; d: a draw for it. */
int64_t rs_synth_time(const struct rs_synth *s, uint64_t n, uint64_t d);

void rs_ratings_make(struct rs_synth *s);	/* behind rs_chooser_make */

/* Row n, which rates the item at place; and rows from first on, up to
 * RS_SYNTH_BATCH of them. */
void rs_ratings_row(const struct rs_synth *s, uint64_t user, uint64_t place,
    uint64_t n, struct rs_synth_row *row);
void rs_ratings_rows(const struct rs_synth *s, uint64_t first, size_t rows,
    struct rs_synth_row *row);

void rs_shop_make(struct rs_synth *s);
void rs_shop_row(const struct rs_synth *s, uint64_t n,
    struct rs_synth_row *row);

#endif
