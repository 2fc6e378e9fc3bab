/* combined: of all rows of a pair, one. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/combined.h"
#include "data/sort.h"

/* A row in the sorter, its key first. */
struct record {
	uint64_t key;			/* user and item */
	uint64_t time, weight;		/* an i64, the bits of a double */
};
enum { RECORD_WORDS = sizeof(struct record) / sizeof(uint64_t) };

struct rs_combined {
	enum rs_combining how;
	struct rs_sort *rows;
};

struct rs_combined *
rs_combined_new(enum rs_combining how, size_t memory)
{
	struct rs_combined *c = rs_alloc(sizeof(*c));

	c->how = how;
	c->rows = rs_sort_new(RECORD_WORDS, 1, memory);
	return c;
}

void
rs_combined_free(struct rs_combined *c)
{
	rs_sort_free(c->rows);
	free(c);
}

void
rs_combined_put(struct rs_combined *c, uint32_t user, uint32_t item,
    int64_t time, double weight)
{
	struct record r = {
		.key = (uint64_t)user << 32 | item, .time = (uint64_t)time,
	};

	memcpy(&r.weight, &weight, sizeof(r.weight));
	rs_sort_put(c->rows, (const uint64_t *)&r);
}

static double
double_of(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* What becomes of a pair by one more row of it. */
static void
fold(struct rs_pair *p, enum rs_combining how, const struct rs_pair *row)
{
	/* Of equal times the later row is the later event. */
	switch (how) {
	case RS_COMBINE_SUM:
	case RS_COMBINE_COUNT:
		p->weight += row->weight;
		break;
	case RS_COMBINE_MAX:
		p->weight = row->weight > p->weight ? row->weight : p->weight;
		break;
	case RS_COMBINE_FIRST:
		if (row->time < p->time)
			*p = *row;
		return;
	case RS_COMBINE_LAST:
		p->weight = row->time >= p->time ? row->weight : p->weight;
		break;
	}
	p->time = row->time > p->time ? row->time : p->time;
}

void
rs_combined_each(struct rs_combined *c, struct rs_ageing *age,
    void (*use)(const struct rs_pair *p, uint64_t n, void *arg), void *arg)
{
	struct rs_pair p = { 0 };
	uint64_t n = 0;
	bool any = false;

	rs_sort_rewind(c->rows);
	for (const uint64_t *r; (r = rs_sort_next(c->rows)) != NULL; ) {
		const int64_t time = (int64_t)r[1];
		const struct rs_pair row = {
			.user = (uint32_t)(r[0] >> 32),
			.item = (uint32_t)r[0], .time = time,
			.weight = rs_weight_aged(age, double_of(r[2]), time),
		};

		if (any && row.user == p.user && row.item == p.item) {
			fold(&p, c->how, &row);
			continue;
		}
		if (any)
			use(&p, n++, arg);
		p = row;
		any = true;
	}
	if (any)
		use(&p, n, arg);
}
