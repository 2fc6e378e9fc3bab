/* chooser: which items a user comes to, by taste and popularity. */
#include <assert.h>
#include <math.h>

#include "base/mem.h"
#include "base/real.h"
#include "data/world.h"

enum { STEP_FIRST = 8 };	/* ranks in the first steps */

/* The front groups are the more liked ones, three times as much as the last,
 * so that popularity alone knows something too. */
static uint64_t
draw_group(const struct rs_synth *s, uint64_t d)
{
	double x = 2 - sqrt(4 - 3 * rs_unit(d));	/* density 2(2-x)/3 */
	uint64_t g = (uint64_t)(x * (double)s->groups);

	return g < s->groups ? g : s->groups - 1;
}

static void
give_tastes(struct rs_synth *s)
{
	for (uint64_t u = 0; u < s->plan.users; u++) {
		uint64_t one = draw_group(s,
		    rs_synth_draw(s, RS_FOR_TASTE, 2 * u));
		uint64_t two = draw_group(s,
		    rs_synth_draw(s, RS_FOR_TASTE, 2 * u + 1));

		if (two == one)
			two = (one + 1) % s->groups;
		s->taste[2 * u] = (uint32_t)one;
		s->taste[2 * u + 1] = (uint32_t)two;
	}
}

static uint64_t
group_size(const struct rs_synth *s, uint64_t g)
{
	return (s->plan.items - g + s->groups - 1) / s->groups;
}

/* Place q of others among the items of neither taste.  Not everyone begins
 * at its front, or the first of all items would be in every list. */
static uint64_t
other_place(const struct rs_synth *s, const struct rs_chooser *c, uint64_t q,
    uint64_t other)
{
	const uint64_t lo = c->one < c->two ? c->one : c->two;
	const uint64_t hi = c->one < c->two ? c->two : c->one;
	const uint64_t others = s->groups - 2;
	uint64_t g;

	q += (uint64_t)(c->aside * (double)other);
	if (q >= other)
		q -= other;
	g = q % others;
	g += g >= lo;
	g += g >= hi;
	return q / others * s->groups + g;
}

/* The item line as this user sees it: places of the first taste, the second,
 * the first and the others by turns while all last, then what is left of the
 * first, of the second and of the others. */
static uint64_t
place_of_rank(const struct rs_synth *s, const struct rs_chooser *c,
    uint64_t rank)
{
	uint64_t one, two, other, turns;

	if (s->groups < 3)
		return rank;
	one = group_size(s, c->one);
	two = group_size(s, c->two);
	other = s->plan.items - one - two;
	turns = one / 2;
	turns = two < turns ? two : turns;
	turns = other < turns ? other : turns;
	if (rank < 4 * turns) {
		uint64_t q = rank / 4;

		switch (rank % 4) {
		case 0: return c->one + 2 * q * s->groups;
		case 1: return c->two + q * s->groups;
		case 2: return c->one + (2 * q + 1) * s->groups;
		default: return other_place(s, c, q, other);
		}
	}
	rank -= 4 * turns;
	if (rank < one - 2 * turns)
		return c->one + (2 * turns + rank) * s->groups;
	rank -= one - 2 * turns;
	if (rank < two - turns)
		return c->two + (turns + rank) * s->groups;
	return other_place(s, c, rank - (two - turns) + turns, other);
}

/* Popularity falls in steps of doubling width, within which all ranks are
 * equal: the integral of (rank + q)^-zipf over each step. */

static double
popularity_before(const struct rs_synth *s, uint64_t rank)
{
	const double q = 1 + (double)s->plan.items / 500;
	const double x = ((double)rank + q) / q, z = 1 - s->plan.zipf;

	if (fabs(z) < 1e-9)
		return rs_log(x);
	return (rs_pow(x, z) - 1) / z;
}

static void
make_steps(struct rs_synth *s)
{
	uint64_t first = 0, size = STEP_FIRST;

	while (first < s->plan.items) {
		struct rs_synth_step *t = &s->step[s->steps++];

		assert(s->steps <= RS_SYNTH_STEPS);
		if (size > s->plan.items - first)
			size = s->plan.items - first;
		*t = (struct rs_synth_step){ first, size,
		    popularity_before(s, first) };
		first += size;
		if (s->steps > 1)
			size *= 2;
	}
	s->step[s->steps] = (struct rs_synth_step){ first, 0,
	    popularity_before(s, first) };
}

/*
 * A user's ranks are a systematic sample: count points at equal distances
 * along the line of popularity, from a random phase.  That gives each step
 * its share, rounded up or down, and within a step the points are sent to
 * different ranks by a linear congruence; so all are different without
 * looking back.  Steps whose share would be more than they hold are taken
 * whole, the rest of the points share out the rest.
 */
static uint64_t
rank_count(const struct rs_synth *s, uint64_t user)
{
	const uint64_t n = s->first[user + 1] - s->first[user];

	return n < s->plan.items ? n : s->plan.items;
}

/* How many steps a user takes whole. */
static uint8_t
whole_steps(const struct rs_synth *s, uint64_t user)
{
	const struct rs_synth_step *step = s->step, *end = &s->step[s->steps];
	uint64_t left = rank_count(s, user);

	for (; step < end && left > 0; step++) {
		double share = (double)left *
		    (step[1].before - step->before) /
		    (end->before - step->before);

		/* Far below one whole rank, far above rounding. */
		if (share < (double)step->size - 1e-6)
			break;
		left -= step->size;
	}
	return (uint8_t)(step - s->step);
}

void
rs_chooser_make(struct rs_synth *s)
{
	make_steps(s);
	s->taste = rs_alloc(rs_size(s->plan.users, 2 * sizeof(*s->taste)));
	give_tastes(s);
	s->whole = rs_alloc(s->plan.users);
	for (uint64_t u = 0; u < s->plan.users; u++)
		s->whole[u] = whole_steps(s, u);
}

void
rs_chooser_init(struct rs_chooser *c, const struct rs_synth *s, uint64_t user)
{
	const struct rs_synth_step *step = &s->step[s->whole[user]];
	const uint64_t d = rs_synth_draw(s, RS_FOR_PHASE, user);
	uint64_t left;

	c->key = user * RS_SYNTH_STEPS;
	c->count = rank_count(s, user);
	c->step = s->whole[user];
	c->whole = step->first;
	left = c->count - c->whole;
	c->scale = left == 0 ? 0 :
	    (double)left / (s->step[s->steps].before - step->before);
	c->phase = rs_unit(d);
	c->one = s->taste[2 * user];
	c->two = s->taste[2 * user + 1];
	c->aside = rs_unit(d * 0x9e3779b97f4a7c15);
	c->aside *= c->aside / 2;
}

/* The m-th of a user's own order of the ranks of a step. */
static uint64_t
rank_in_step(const struct rs_synth *s, const struct rs_chooser *c, size_t step,
    uint64_t m)
{
	const struct rs_synth_step *t = &s->step[step];
	const uint64_t d = rs_synth_draw(s, RS_FOR_STEP, c->key + step);
	uint64_t mask = STEP_FIRST - 1;

	while (mask < t->size - 1)
		mask = 2 * mask + 1;
	/* An odd factor makes this one to one on 0..mask; what falls beyond
	 * the end goes round again. */
	do {
		m = ((d | 1) * m + (d >> 20)) & mask;
	} while (m >= t->size);
	return t->first + m;
}

uint64_t
rs_choose(const struct rs_synth *s, const struct rs_chooser *c, uint64_t k)
{
	const double base = s->step[c->step].before;
	double first = 0;
	size_t step = c->step;

	if (k < c->whole)
		return place_of_rank(s, c, k);
	k -= c->whole;
	for (; step + 1 < s->steps; step++) {
		double next = c->scale * (s->step[step + 1].before - base) -
		    c->phase;

		if ((double)k < next)
			break;
		first = ceil(next);
	}
	k = rank_in_step(s, c, step, k - (uint64_t)first);
	return place_of_rank(s, c, k);
}
