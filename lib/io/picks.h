/*
 * picks: which columns of a text become which columns of a stream.
 *
 *	rs_picks_parse(&p, "user='Customer ID',item=2,value=Qty", &err);
 *	rs_picks_find(&p, rows, &err);
 *	use(rec.field[p.pick[i].at], p.pick[i].type);
 *
 * The name decides the type: value, weight and score are f32, time is i64,
 * all others are str.
 */
#ifndef RS_IO_PICKS_H
#define RS_IO_PICKS_H

#include "io/rows.h"
#include "io/stream.h"
#include "io/words.h"

struct rs_pick {
	char *name;
	enum rs_type type;
	struct rs_word from;	/* the column as a person named it */
	size_t at;		/* which field it is */
	/* Whether a row can do without: neither user, item nor event, no
	 * number, no time. */
	bool may_miss;
};

struct rs_picks {
	struct rs_pick *pick;
	size_t n, room;
};

/* Add what NAME=COLUMN,NAME=COLUMN... says. */
int rs_picks_parse(struct rs_picks *p, const char *text, struct rs_err *e);

/* Add the columns that are known by their usual names in the header. */
int rs_picks_guess(struct rs_picks *p, const struct rs_rows *r,
    struct rs_err *e);

/* Find each in what was begun. */
int rs_picks_find(struct rs_picks *p, struct rs_rows *r, struct rs_err *e);
void rs_picks_free(struct rs_picks *p);

#endif
