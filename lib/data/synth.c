/* synth: invented logs with a structure that is known. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/draw.h"
#include "base/mem.h"
#include "base/real.h"
#include "data/goods.h"
#include "data/shuffle.h"
#include "data/sort.h"
#include "data/synth.h"

/* What a draw of RS_DRAW_SYNTH is for: the epoch slot.  Part of every
 * result: never renumber. */
enum {
	FOR_SLOTS = 1, FOR_USERS, FOR_ITEMS, FOR_TASTE, FOR_PHASE, FOR_STEP,
	FOR_TIME, FOR_RETURN, FOR_DISCOUNT, FOR_GROUP_VECTOR,
	FOR_USER_VECTOR, FOR_ITEM_VECTOR,
};

enum {
	VEC = 8,		/* 6 latent, then what user and item add */
	LATENT = 6,
	STEPS_MAX = 64,		/* popularity steps: each twice the last */
	STEP_FIRST = 8,
	BATCH = 32,
	GROUPS_MAX = 10000,
	JOURNEYS = 100,		/* of one funnel, and the rows they make: */
	FUNNEL = 100 + 8 + 5 + 2 + 1,
};

const char *const rs_synth_event[RS_SYNTH_EVENTS] = {
	"View", "AddToCart", "ViewCart", "StartCheckout", "Purchase",
};

struct synth_step {
	uint64_t first, size;	/* ranks */
	double before;		/* popularity of all the steps before */
};

struct rs_synth {
	struct rs_synth_plan plan;
	uint64_t slots;		/* journeys, or ratings: what users have */
	struct rs_shuffle when;	/* row in time -> slot */
	struct rs_shuffle who;	/* user -> place in the line of activity */
	struct rs_shuffle which;	/* place in the line of popularity -> item */
	uint64_t *first;	/* (users + 1) first slot of each user */
	uint32_t *guide;	/* user who owns slot i << shift */
	unsigned shift;
	uint64_t groups;
	uint32_t *taste;	/* (users, 2) */
	uint8_t *whole;		/* (users) steps that are taken whole */
	uint32_t *item;		/* (items) item at a place of the line */
	float *user_vec, *item_vec;	/* (users, VEC) (places, VEC) */
	struct synth_step step[STEPS_MAX + 1];
	size_t steps;
	double hour[25];	/* share of a day's rows before each hour */
	uint8_t journey[FUNNEL], event[FUNNEL];
	uint8_t views_before[FUNNEL + 1];
};

/* One user, ready to have ranks picked. */
struct chooser {
	uint64_t key;
	uint64_t count;		/* ranks this user has */
	size_t step;		/* steps before it are taken whole */
	uint64_t whole;		/* ranks in those */
	double scale, phase;	/* see choose */
	uint64_t one, two;	/* tastes */
	double aside;		/* where in the line of others it begins */
};

static uint64_t
draw(const struct rs_synth *s, uint64_t what, uint64_t n)
{
	return rs_draw2(s->plan.seed, RS_DRAW_SYNTH, what, n);
}

static void
shuffle_init(struct rs_shuffle *o, const struct rs_synth *s, uint64_t what,
    uint64_t n)
{
	uint64_t key[RS_SHUFFLE_TURNS];

	for (uint64_t i = 0; i < RS_SHUFFLE_TURNS; i++)
		key[i] = draw(s, what, i);
	rs_shuffle_init(o, n, key);
}

/* How many rows each user has: exp of a normal, whose quantiles are dealt out
 * to the users in a random order, so that the counts are exact. */

static double
capped_sum(const double *w, uint64_t n, double least, double scale, double cap)
{
	double sum = 0;

	for (uint64_t i = 0; i < n; i++) {
		double c = least + scale * w[i];

		sum += c < cap ? c : cap;
	}
	return sum;
}

static double
find_scale(const double *w, uint64_t n, double least, double total, double cap)
{
	double lo = 0, hi, sum = 0, max = 0;

	for (uint64_t i = 0; i < n; i++) {
		sum += w[i];
		max = w[i] > max ? w[i] : max;
	}
	hi = (total - least * (double)n) / sum;
	if (least + hi * max <= cap)
		return hi;
	while (capped_sum(w, n, least, hi, cap) < total && hi < 0x1p200)
		hi *= 2;
	for (int i = 0; i < 100; i++) {
		double mid = lo + (hi - lo) / 2;

		if (capped_sum(w, n, least, mid, cap) < total)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}

/* What rounding left over or took too much goes to whoever can bear it. */
static void
settle(uint64_t *count, uint64_t users, uint64_t have, uint64_t total,
    uint64_t cap)
{
	while (have != total) {
		for (uint64_t u = 0; u < users && have != total; u++) {
			if (have < total && count[u] < cap) {
				count[u]++;
				have++;
			} else if (have > total && count[u] > 0) {
				count[u]--;
				have--;
			}
		}
	}
}

static void
share_out(struct rs_synth *s)
{
	const uint64_t users = s->plan.users;
	const bool shop = s->plan.kind == RS_SYNTH_SHOP;
	const double spread = shop ? 1.0 : 1.35;
	const uint64_t mean = s->slots / users;
	const uint64_t cap = shop ? s->slots : s->plan.items;
	uint64_t least, have = 0, sum = 0;
	double *w = rs_alloc(rs_size(users, sizeof(*w)));
	double scale, due = 0;

	least = shop ? 1 : 20;
	if (least > (mean + 1) / 2)
		least = (mean + 1) / 2;
	if (mean == 0)
		least = 0;
	for (uint64_t u = 0; u < users; u++) {
		uint64_t place = rs_shuffle_at(&s->who, u);
		uint64_t p = (uint64_t)(((unsigned __int128)place << 64) /
		    users) + UINT64_MAX / users / 2;

		w[u] = rs_exp(spread * rs_normal(p));
	}
	scale = find_scale(w, users, (double)least, (double)s->slots,
	    (double)cap);
	for (uint64_t u = 0; u < users; u++) {
		double c = (double)least + scale * w[u];

		due += c < (double)cap ? c : (double)cap;
		s->first[u] = (uint64_t)due > have ? (uint64_t)due - have : 0;
		if (s->first[u] > cap)
			s->first[u] = cap;
		have += s->first[u];
	}
	settle(s->first, users, have, s->slots, cap);
	for (uint64_t u = 0; u <= users; u++) {
		uint64_t n = u < users ? s->first[u] : 0;

		s->first[u] = sum;
		sum += n;
	}
	assert(sum == s->slots);
	free(w);
}

static void
make_guide(struct rs_synth *s)
{
	uint64_t cells, u = 0;

	while (s->slots >> s->shift > 2 * s->plan.users)
		s->shift++;
	cells = (s->slots >> s->shift) + 1;
	s->guide = rs_alloc(rs_size(cells, sizeof(*s->guide)));
	for (uint64_t i = 0; i < cells; i++) {
		while (u + 1 < s->plan.users &&
		    s->first[u + 1] <= i << s->shift)
			u++;
		s->guide[i] = (uint32_t)u;
	}
}

static uint64_t
owner(const struct rs_synth *s, uint64_t slot)
{
	uint64_t u = s->guide[slot >> s->shift];

	while (s->first[u + 1] <= slot)
		u++;
	return u;
}

/* Groups and tastes. */

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
		uint64_t one = draw_group(s, draw(s, FOR_TASTE, 2 * u));
		uint64_t two = draw_group(s, draw(s, FOR_TASTE, 2 * u + 1));

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
other_place(const struct rs_synth *s, const struct chooser *c, uint64_t q,
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
place_of_rank(const struct rs_synth *s, const struct chooser *c, uint64_t rank)
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
		struct synth_step *t = &s->step[s->steps++];

		assert(s->steps <= STEPS_MAX);
		if (size > s->plan.items - first)
			size = s->plan.items - first;
		*t = (struct synth_step){ first, size,
		    popularity_before(s, first) };
		first += size;
		if (s->steps > 1)
			size *= 2;
	}
	s->step[s->steps] = (struct synth_step){ first, 0,
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
	const struct synth_step *step = s->step, *end = &s->step[s->steps];
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

static void
chooser_init(struct chooser *c, const struct rs_synth *s, uint64_t user)
{
	const struct synth_step *step = &s->step[s->whole[user]];
	const uint64_t d = draw(s, FOR_PHASE, user);
	uint64_t left;

	c->key = user * STEPS_MAX;
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
rank_in_step(const struct rs_synth *s, const struct chooser *c, size_t step,
    uint64_t m)
{
	const struct synth_step *t = &s->step[step];
	const uint64_t d = draw(s, FOR_STEP, c->key + step);
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

static uint64_t
choose(const struct rs_synth *s, const struct chooser *c, uint64_t k)
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

/* Time: evenly over the days, over the hours of a day as people shop. */

static void
make_day(struct rs_synth *s)
{
	static const uint8_t busy[24] = {
		6, 4, 3, 2, 2, 3, 5, 8, 12, 15, 17, 18,
		20, 19, 18, 18, 19, 21, 24, 27, 28, 25, 18, 11,
	};
	double sum = 0;

	for (int h = 0; h < 24; h++)
		sum += busy[h];
	for (int h = 0; h < 24; h++)
		s->hour[h + 1] = s->hour[h] + busy[h] / sum;
	s->hour[24] = 1;
}

/* d: a draw for row n. */
static int64_t
time_of(const struct rs_synth *s, uint64_t n, uint64_t d)
{
	const double day = 86400;
	const double at = ((double)n + rs_unit(d)) /
	    (double)s->plan.rows * (double)s->plan.span;
	const double midnight = floor(at / day) * day;
	const double left = (double)s->plan.span - midnight;
	const double length = left < day ? left : day;
	const double x = (at - midnight) / length;
	int h = (int)(x * 24);

	while (h > 0 && s->hour[h] > x)
		h--;
	while (h < 23 && s->hour[h + 1] <= x)
		h++;
	return s->plan.start + (int64_t)(midnight + length / 24 *
	    (h + (x - s->hour[h]) / (s->hour[h + 1] - s->hour[h])));
}

/* Ratings. */

static void
fill_vec(const struct rs_synth *s, float *v, uint64_t what, uint64_t n,
    const float *one, const float *two, double own)
{
	for (uint64_t i = 0; i < LATENT; i++) {
		double x = own * rs_normal(draw(s, what, n * VEC + i));

		x += one[i];
		if (two != NULL)
			x += 0.5 * (double)two[i];
		v[i] = (float)x;
	}
}

static void
make_vectors(struct rs_synth *s)
{
	static const float none[VEC];
	float *group = rs_alloc(rs_size(s->groups, VEC * sizeof(*group)));

	for (uint64_t g = 0; g < s->groups; g++)
		fill_vec(s, group + g * VEC, FOR_GROUP_VECTOR, g, none, NULL,
		    0.4);
	for (uint64_t u = 0; u < s->plan.users; u++) {
		float *v = s->user_vec + u * VEC;

		fill_vec(s, v, FOR_USER_VECTOR, u,
		    group + s->taste[2 * u] * VEC,
		    group + s->taste[2 * u + 1] * VEC, 0.3);
		v[LATENT] = (float)(0.4 *
		    rs_normal(draw(s, FOR_USER_VECTOR, u * VEC + LATENT)));
		v[LATENT + 1] = 1;
	}
	for (uint64_t i = 0; i < s->plan.items; i++) {
		float *v = s->item_vec + i * VEC;

		fill_vec(s, v, FOR_ITEM_VECTOR, i,
		    group + i % s->groups * VEC, NULL, 0.3);
		v[LATENT] = 1;
		v[LATENT + 1] = (float)(0.35 *
		    rs_normal(draw(s, FOR_ITEM_VECTOR, i * VEC + LATENT)));
	}
	free(group);
}

static uint8_t
rate(const struct rs_synth *s, uint64_t user, uint64_t place, uint64_t d)
{
	const float *p = s->user_vec + user * VEC;
	const float *q = s->item_vec + place * VEC;
	double x = 3.4;

	for (int i = 0; i < VEC; i++)
		x += (double)p[i] * (double)q[i];
	/* Four uniforms of variance 1/12 make a bell of deviation 0.7. */
	x += ((double)(d >> 48) + (double)(d >> 32 & 0xffff) +
	    (double)(d >> 16 & 0xffff) + (double)(d & 0xffff) - 131070) *
	    (0.7 / 65536 / 0.57735);
	x = floor(2 * x + 0.5);
	return (uint8_t)(x < 1 ? 1 : x > 10 ? 10 : x);
}

static void
fill_rating(const struct rs_synth *s, uint64_t user, uint64_t place,
    uint64_t n, struct rs_synth_row *row)
{
	const uint64_t d = draw(s, FOR_TIME, n);

	row->user = (uint32_t)user;
	row->item = s->item[place];
	row->stars = rate(s, user, place, d);
	row->event = row->discount = 0;
	row->time = time_of(s, n, d * 0x9e3779b97f4a7c15);
}

static uint64_t
rated_place(const struct rs_synth *s, uint64_t user, uint64_t slot)
{
	struct chooser c;

	chooser_init(&c, s, user);
	return choose(s, &c, slot - s->first[user]);
}

/* A few rows in steps, because each step waits for a place in memory that
 * only the step before knows: so they wait together. */
static void
fill_ratings(const struct rs_synth *s, uint64_t first, size_t rows,
    struct rs_synth_row *row)
{
	uint64_t slot[BATCH], user[BATCH], place[BATCH];

	for (size_t i = 0; i < rows; i++) {
		slot[i] = rs_shuffle_at(&s->when, first + i);
		__builtin_prefetch(&s->guide[slot[i] >> s->shift]);
	}
	for (size_t i = 0; i < rows; i++)
		__builtin_prefetch(&s->first[s->guide[slot[i] >> s->shift]]);
	for (size_t i = 0; i < rows; i++) {
		user[i] = owner(s, slot[i]);
		__builtin_prefetch(&s->taste[2 * user[i]]);
		__builtin_prefetch(&s->whole[user[i]]);
		__builtin_prefetch(&s->user_vec[VEC * user[i]]);
	}
	for (size_t i = 0; i < rows; i++) {
		place[i] = rated_place(s, user[i], slot[i]);
		__builtin_prefetch(&s->item[place[i]]);
		__builtin_prefetch(&s->item_vec[VEC * place[i]]);
	}
	for (size_t i = 0; i < rows; i++)
		fill_rating(s, user[i], place[i], first + i, &row[i]);
}

/* The shop. */

/* A hundred journeys make 116 rows.  Eleven lie between those that convert;
 * each next event of one follows three views later. */
static void
make_funnel(struct rs_synth *s)
{
	static const uint8_t depth[8] = { 2, 1, 3, 2, 1, 4, 2, 1 };
	size_t n = 0;
	uint8_t views = 0;

	for (unsigned t = 0; n < FUNNEL; t++) {
		for (unsigned i = 0; i < 8; i++) {
			const unsigned at = 5 + 11 * i;

			for (uint8_t e = 1; e <= depth[i]; e++) {
				if (t != at + 3 * e)
					continue;
				s->views_before[n] = views;
				s->journey[n] = (uint8_t)at;
				s->event[n++] = e;
			}
		}
		if (t < JOURNEYS) {
			s->views_before[n] = views++;
			s->journey[n] = (uint8_t)t;
			s->event[n++] = 0;
		}
	}
	s->views_before[FUNNEL] = views;
}

static bool
converts(uint64_t journey)
{
	const uint64_t j = journey % JOURNEYS;

	return j >= 5 && j <= 82 && (j - 5) % 11 == 0;
}

/* People come back to what they saw, above all before they buy. */
static uint64_t
journey_place(const struct rs_synth *s, const struct chooser *c,
    uint64_t journey, uint64_t k)
{
	const uint64_t d = draw(s, FOR_RETURN, journey);
	const double back = converts(journey) ? 0.5 : 0.15;

	k %= c->count;
	if (rs_unit(d) < back)
		k = rs_below(k + 1, d * 0x9e3779b97f4a7c15);
	return choose(s, c, k);
}

static void
fill_event(const struct rs_synth *s, uint64_t n, struct rs_synth_row *row)
{
	const uint64_t at = n % FUNNEL;
	const uint64_t journey = n / FUNNEL * JOURNEYS + s->journey[at];
	const uint64_t slot = rs_shuffle_at(&s->when, journey);
	const uint64_t user = owner(s, slot);
	struct chooser c;

	chooser_init(&c, s, user);
	row->user = (uint32_t)user;
	row->item = s->item[journey_place(s, &c, journey,
	    slot - s->first[user])];
	row->event = s->event[at];
	row->discount = rs_unit(draw(s, FOR_DISCOUNT, journey)) < 0.2;
	row->stars = 0;
	row->time = time_of(s, n, draw(s, FOR_TIME, n));
}

static int
check_plan(const struct rs_synth_plan *p, struct rs_err *e)
{
	if (p->users == 0 || p->items == 0 || p->rows == 0 || p->span <= 0)
		return rs_fail(e, "users, items, rows and span must be above 0");
	if (p->users > UINT32_MAX - 1 || p->items > UINT32_MAX - 1)
		return rs_fail(e, "there are at most %" PRIu32
		    " users or items", UINT32_MAX - 1);
	if (p->rows > (uint64_t)1 << 48)
		return rs_fail(e, "there are at most 2^48 rows");
	if (p->kind == RS_SYNTH_RATINGS && p->rows > p->users * p->items)
		return rs_fail(e, "%" PRIu64 " users can rate %" PRIu64
		    " items only %" PRIu64 " times", p->users, p->items,
		    p->users * p->items);
	if (p->groups == 0 || p->groups > GROUPS_MAX)
		return rs_fail(e, "groups must be 1 to %d", GROUPS_MAX);
	return 0;
}

struct rs_synth *
rs_synth_new(const struct rs_synth_plan *p, struct rs_err *e)
{
	struct rs_synth *s;

	if (check_plan(p, e) < 0)
		return NULL;
	s = rs_zalloc(sizeof(*s));
	s->plan = *p;
	s->groups = p->groups;
	if (s->groups > (p->items + 7) / 8)
		s->groups = (p->items + 7) / 8;
	make_funnel(s);
	make_day(s);
	make_steps(s);
	s->slots = p->rows;
	if (p->kind == RS_SYNTH_SHOP)
		s->slots = p->rows / FUNNEL * JOURNEYS +
		    s->views_before[p->rows % FUNNEL];
	shuffle_init(&s->when, s, FOR_SLOTS, s->slots);
	shuffle_init(&s->who, s, FOR_USERS, p->users);
	shuffle_init(&s->which, s, FOR_ITEMS, p->items);
	s->first = rs_alloc(rs_size(p->users + 1, sizeof(*s->first)));
	share_out(s);
	make_guide(s);
	s->taste = rs_alloc(rs_size(p->users, 2 * sizeof(*s->taste)));
	give_tastes(s);
	s->whole = rs_alloc(p->users);
	for (uint64_t u = 0; u < p->users; u++)
		s->whole[u] = whole_steps(s, u);
	s->item = rs_alloc(rs_size(p->items, sizeof(*s->item)));
	for (uint64_t i = 0; i < p->items; i++)
		s->item[i] = (uint32_t)rs_shuffle_at(&s->which, i);
	if (p->kind == RS_SYNTH_RATINGS) {
		s->user_vec = rs_alloc(rs_size(p->users,
		    VEC * sizeof(*s->user_vec)));
		s->item_vec = rs_alloc(rs_size(p->items,
		    VEC * sizeof(*s->item_vec)));
		make_vectors(s);
	}
	return s;
}

void
rs_synth_free(struct rs_synth *s)
{
	free(s->first);
	free(s->guide);
	free(s->taste);
	free(s->whole);
	free(s->item);
	free(s->user_vec);
	free(s->item_vec);
	free(s);
}

void
rs_synth_rows(const struct rs_synth *s, uint64_t first, size_t rows,
    struct rs_synth_row *row)
{
	while (rows > 0) {
		const size_t n = rows < BATCH ? rows : BATCH;

		if (s->plan.kind == RS_SYNTH_RATINGS)
			fill_ratings(s, first, n, row);
		else
			for (size_t i = 0; i < n; i++)
				fill_event(s, first + i, &row[i]);
		first += n;
		rows -= n;
		row += n;
	}
}

uint64_t
rs_synth_count(const struct rs_synth *s, uint64_t u)
{
	return s->first[u + 1] - s->first[u];
}

uint64_t
rs_synth_first(const struct rs_synth *s, uint64_t u)
{
	return s->first[u];
}

void
rs_synth_user(const struct rs_synth *s, uint64_t u, struct rs_synth_row *row,
    uint64_t *scratch)
{
	const uint64_t count = rs_synth_count(s, u);
	const uint64_t *sorted;
	struct chooser c;

	chooser_init(&c, s, u);
	for (uint64_t k = 0; k < count; k++) {
		scratch[2 * k] = rs_shuffle_of(&s->when, s->first[u] + k);
		scratch[2 * k + 1] = s->first[u] + k;
	}
	rs_sort_words(scratch, scratch + 2 * count, count, 2, 1);
	sorted = scratch;
	for (uint64_t k = 0; k < count; k++)
		fill_rating(s, u, choose(s, &c, sorted[2 * k + 1] -
		    s->first[u]), sorted[2 * k], &row[k]);
}

uint64_t
rs_synth_groups(const struct rs_synth *s)
{
	return s->groups;
}

uint64_t
rs_synth_item_group(const struct rs_synth *s, uint64_t item)
{
	return rs_shuffle_of(&s->which, item) % s->groups;
}

void
rs_synth_tastes(const struct rs_synth *s, uint64_t user, uint64_t *first,
    uint64_t *second)
{
	*first = s->taste[2 * user];
	*second = s->taste[2 * user + 1];
}

void
rs_synth_group_name(uint64_t group, struct rs_buf *b)
{
	rs_goods_group(group, b);
}

void
rs_synth_item_name(const struct rs_synth *s, uint64_t item, struct rs_buf *b)
{
	const uint64_t place = rs_shuffle_of(&s->which, item);

	rs_goods_item(place % s->groups, place / s->groups, b);
}
