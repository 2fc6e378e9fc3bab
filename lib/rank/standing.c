/* standing: where relevant items stand among scores that go by. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/count.h"
#include "rank/standing.h"

struct rs_relevant {
	float score;
	uint32_t item;
};

/* Best first, equal scores by the lower item. */
static int
by_score(const void *a, const void *b)
{
	const struct rs_relevant *p = a, *q = b;

	if (p->score != q->score)
		return p->score > q->score ? -1 : 1;
	return (p->item > q->item) - (p->item < q->item);
}

static void
make_room(struct rs_standing *s, size_t n)
{
	if (n <= s->room)
		return;
	s->room = n < 16 ? 16 : n;
	s->relevant = rs_realloc(s->relevant,
	    rs_size(s->room, sizeof(*s->relevant)));
	s->tie = rs_realloc(s->tie, rs_size(s->room, sizeof(*s->tie)));
	s->level = rs_realloc(s->level, rs_size(s->room, sizeof(*s->level)));
}

void
rs_standing_begin(struct rs_standing *s, enum rs_ties rule,
    uint64_t depth, const uint32_t *item, const float *score, size_t n)
{
	make_room(s, n);
	s->rule = rule;
	s->depth = depth;
	s->n = n;
	s->levels = 0;
	for (size_t i = 0; i < n; i++) {
		assert(score[i] == score[i]);
		s->relevant[i] = (struct rs_relevant){ score[i], item[i] };
	}
	if (n > 0)
		qsort(s->relevant, n, sizeof(*s->relevant), by_score);
	for (size_t i = 0; i < n; i++) {
		s->tie[i] = (struct rs_tie){ 0, 0, 0 };
		if (i == 0 || s->relevant[i].score != s->level[s->levels - 1])
			s->level[s->levels++] = s->relevant[i].score;
		s->tie[s->levels - 1].hits++;
	}
	if (rule == RS_TIES_INDEX)
		for (size_t i = 0; i < n; i++)
			s->tie[i] = (struct rs_tie){ 0, 1, 1 };
}

/* By the rule of the index an equal score stands above where its item is the
 * lower one. */
static void
add_by_index(struct rs_standing *s, uint64_t first, const float *score,
    size_t n)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct rs_relevant *r = &s->relevant[i];
		const uint64_t lower = r->item <= first ? 0 :
		    r->item - first < n ? r->item - first : n;
		uint64_t equal = 0, above = 0, rest = 0;

		rs_count(score, lower, r->score, &above, &equal);
		rs_count(score + lower, n - lower, r->score, &above, &rest);
		s->tie[i].above += above + equal;
	}
}

void
rs_standing_add(struct rs_standing *s, uint64_t first, const float *score,
    size_t n)
{
	if (s->rule == RS_TIES_INDEX) {
		add_by_index(s, first, score, n);
		while (s->n > 0 && s->tie[s->n - 1].above >= s->depth)
			s->n--;
		return;
	}
	for (size_t i = 0; i < s->levels; i++)
		rs_count(score, n, s->level[i], &s->tie[i].above,
		    &s->tie[i].size);
	/* The last has the most above it, so far too. */
	while (s->levels > 0 && s->tie[s->levels - 1].above >= s->depth)
		s->levels--;
}

void
rs_standing_end(struct rs_standing *s, uint64_t relevant,
    uint64_t candidates, struct rs_ranking *r)
{
	*r = (struct rs_ranking){ .tie = s->tie, .relevant = relevant,
	    .candidates = candidates,
	    .ties = s->rule == RS_TIES_INDEX ? s->n : s->levels };
	for (size_t i = 0; i < r->ties; i++)
		assert(r->tie[i].hits <= r->tie[i].size);
	rs_ranking_settle(r, s->rule);
}

void
rs_standing_free(struct rs_standing *s)
{
	free(s->relevant);
	free(s->tie);
	free(s->level);
	memset(s, 0, sizeof(*s));
}
