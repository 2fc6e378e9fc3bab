/*
 * overlap: pairs that stand in more than one part of a split.
 *
 * The held-out rows go into a sort by pair first, then those rows of train
 * whose pair may be among them, as a filter says that errs only to that side.
 * The sort is stable, so of each pair the test's rows come before those of
 * valid, and these before train's: what is wrong with a row is known when it
 * comes.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "data/parts.h"

enum { FILTER_BITS = 26, FILTER_WORDS = 1 << (FILTER_BITS - 6) };

struct overlap {
	struct rs_split *s;
	struct rs_sort *sort;	/* (pair, row << 2 | part) */
	uint64_t *filter;
};

static bool
filter(struct overlap *o, uint64_t pair, bool add)
{
	/* The high bits of a product with 2^64 over the golden ratio. */
	const uint64_t bit = pair * 0x9e3779b97f4a7c15 >> (64 - FILTER_BITS);
	const uint64_t mask = (uint64_t)1 << (bit & 63);

	if (add)
		o->filter[bit >> 6] |= mask;
	return (o->filter[bit >> 6] & mask) != 0;
}

static void
gather_part(struct overlap *o, const uint8_t *want, enum rs_part part)
{
	struct rs_split *s = o->s;
	struct rs_block *b;

	rs_spool_rewind(s->spool, want);
	while ((b = rs_spool_next(s->spool)) != NULL)
		for (size_t i = 0; i < b->rows; i++) {
			const uint64_t row = b->first + i;

			if (rs_part_of(s, row) != part)
				continue;
			if (filter(o, rs_pair_at(s, b, i), part != RS_TRAIN))
				rs_sort_put(o->sort, (uint64_t[]){
				    rs_pair_at(s, b, i), row << 2 | part });
		}
}

static void
note_pair(struct rs_split *s, uint64_t pair)
{
	const uint64_t at = s->report.overlap++;

	if (at >= RS_SPLIT_SHOWN)
		return;
	s->report.pair[at].user = (uint32_t)(pair >> 32);
	s->report.pair[at].item = (uint32_t)pair;
}

void
rs_split_overlap(struct rs_split *s)
{
	struct overlap o = {
		s, rs_sort_new(2, 1, s->o.memory / 4),
		rs_zalloc(FILTER_WORDS * sizeof(*o.filter)),
	};
	uint8_t want[RS_COLUMNS_MAX] = { 0 };
	uint64_t pair = 0;
	unsigned parts = 0;	/* that the pair was met in */
	bool noted = false;

	want[s->user] = want[s->item] = 1;
	gather_part(&o, want, RS_TEST);
	if (s->o.valid)
		gather_part(&o, want, RS_VALID);
	gather_part(&o, want, RS_TRAIN);
	rs_sort_rewind(o.sort);
	for (const uint64_t *r; (r = rs_sort_next(o.sort)) != NULL; ) {
		const unsigned mine = 1u << (r[1] & 3);

		if (parts == 0 || r[0] != pair) {
			pair = r[0];
			parts = 0;
			noted = false;
		}
		parts |= mine;
		if (parts == mine)
			continue;
		if (!noted)
			note_pair(s, pair);
		noted = true;
		if (s->o.overlap == RS_SPLIT_DROP) {
			rs_part_set(s, r[1] >> 2, RS_DROPPED);
			s->report.overlap_rows++;
		}
	}
	free(o.filter);
	rs_sort_free(o.sort);
}
