/*
 * request: what somebody asks on one line.
 *
 *	struct rs_request q = { 0 };
 *	if (rs_request_parse(&q, line, n, &err) < 0)
 *		...
 *	rs_request_free(&q);
 *
 * A line that begins with { is one JSON object:
 *
 *	{"user_id": "685", "top_n": "5"}	recommend to a known user
 *	{"items": ["a", 7], "top_n": 10}	to someone who liked these
 *	{"item_id": "a", "top_n": 10}		items like this one
 *
 * and who asks for the scores of pairs sends one of
 *
 *	{"user_id": "685", "item_id": "a"}
 *	{"user_id": [1, 2], "item_id": [3, 4]}
 *	{"instances": [{"user_id": 1, "item_id": 3}, ...]}
 *
 * Ids are strings or whole numbers, top_n is a whole number from 1 on or a
 * string that holds one; other keys are passed over.  Where no pairs are
 * asked for any other line is an id as it stands.  Every sentence about a line is short enough to print whole;
 * a line of RS_REQUEST_MAX bytes is the longest.
 *
 * A request is used again for the next line; its ids are borrowed until then.
 */
#ifndef RS_IO_REQUEST_H
#define RS_IO_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/die.h"

enum { RS_REQUEST_MAX = 16 << 20 };

/* The longest list there can be: fewer than 2^32 items exist. */
#define RS_TOP_N_MAX UINT32_C(4294967295)

struct rs_request_id {
	const char *p;
	size_t n;
};

struct rs_request_ids {
	struct rs_request_id *id;
	size_t n, room;
	bool given, list;	/* its key was there; its value was an array */
};

/* How pairs were asked for. */
enum rs_request_shape { RS_REQUEST_ONE, RS_REQUEST_LISTS,
	RS_REQUEST_INSTANCES };

struct rs_request {
	enum rs_request_shape shape;
	bool bare;		/* the line is an id: user and item both have
				 * it, take the one that is meant */
	struct rs_request_ids user, item, items;
	uint64_t top_n;		/* 0: not given */
	struct rs_buf text;	/* holds the ids */
};

/* 0, or -1 with a sentence. */
int rs_request_parse(struct rs_request *q, const char *line, size_t n,
    struct rs_err *e);

/* The same for a line that asks for pairs, user.n of them, which is as many
 * as item.n; field has the keys of the user and of the item. */
int rs_request_pairs(struct rs_request *q, const char *const field[2],
    const char *line, size_t n, struct rs_err *e);
void rs_request_free(struct rs_request *q);

#endif
