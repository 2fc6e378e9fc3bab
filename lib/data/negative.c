/* negative: items that a user is not known to like. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/negative.h"

enum { TRIES = 64 };

/*
 * Inside, items are places: an item's number in the universe.  An item left
 * for a user, one that is no positive, also has a rank: its number among
 * those.
 */
struct rs_negatives {
	struct rs_negative_plan plan;
	struct rs_csr known;		/* places */
	const uint32_t *universe;	/* NULL: place is item */
	uint32_t size;
	/* Alias table: place i with chance keep[i], else alias[i]. */
	double *keep;
	uint32_t *alias;
	/* Running sums over the items left for sum_user, by rank. */
	double *sum;
	uint32_t *sum_place;
	uint32_t sum_user, sums;
	uint32_t *drawn;	/* ranks drawn for this positive, ascending */
	uint32_t *times;	/* (known.nnz) how often a pair was asked for */
	struct rs_negative_counts counts;
};

/* What a positive's draws need. */
struct asking {
	const uint32_t *known;	/* places of the user's positives */
	uint32_t n_known;
	uint32_t left;		/* items that are none */
	uint32_t user;
	uint64_t key;
	uint32_t n_drawn;
};

/* Walker's alias table in Vose's way: each cell holds an item that is lighter
 * than the mean and what fills it up. */
static void
make_alias(struct rs_negatives *g)
{
	const uint32_t n = g->size;
	uint32_t *light = rs_alloc(rs_size(n, sizeof(*light)));
	uint32_t *heavy = rs_alloc(rs_size(n, sizeof(*heavy)));
	uint32_t lights = 0, heavies = 0;
	double total = 0;

	g->keep = rs_alloc(rs_size(n, sizeof(*g->keep)));
	g->alias = rs_alloc(rs_size(n, sizeof(*g->alias)));
	for (uint32_t i = 0; i < n; i++)
		total += g->plan.weight[i];
	for (uint32_t i = 0; i < n; i++) {
		g->alias[i] = i;
		g->keep[i] = total > 0 ?
		    g->plan.weight[i] / total * (double)n : 1;
		if (g->keep[i] < 1)
			light[lights++] = i;
		else
			heavy[heavies++] = i;
	}
	while (lights > 0 && heavies > 0) {
		const uint32_t l = light[--lights], h = heavy[heavies - 1];

		g->alias[l] = h;
		g->keep[h] -= 1 - g->keep[l];
		if (g->keep[h] < 1) {
			heavies--;
			light[lights++] = h;
		}
	}
	/* What rounding left is full, unless it must never be drawn. */
	while (heavies > 0)
		g->keep[heavy[--heavies]] = 1;
	while (lights > 0) {
		const uint32_t l = light[--lights];

		if (g->plan.weight[l] > 0)
			g->keep[l] = 1;
	}
	free(light);
	free(heavy);
}

/* Make places of the known items; those that the universe lacks go. */
static void
place_known(struct rs_negatives *g)
{
	struct rs_csr *m = &g->known;
	uint32_t *place;
	uint64_t n = 0, from = 0;

	place = rs_alloc(rs_size(m->items, sizeof(*place)));
	for (uint64_t i = 0; i < m->items; i++)
		place[i] = g->universe == NULL && i < g->size ? (uint32_t)i :
		    UINT32_MAX;
	for (uint32_t i = 0; g->universe != NULL && i < g->size; i++) {
		if (g->universe[i] < m->items)
			place[g->universe[i]] = i;
	}
	for (uint64_t u = 0; u < m->users; u++) {
		for (uint64_t i = from; i < m->start[u + 1]; i++) {
			if (place[m->item[i]] != UINT32_MAX)
				m->item[n++] = place[m->item[i]];
		}
		from = m->start[u + 1];
		m->start[u + 1] = n;
	}
	m->nnz = n;
	free(place);
}

struct rs_negatives *
rs_negatives_new(const struct rs_negative_plan *p, struct rs_csr *known,
    const uint32_t *universe, uint32_t size)
{
	struct rs_negatives *g = rs_zalloc(sizeof(*g));

	g->plan = *p;
	if (p->per_user)
		g->plan.distinct = true;
	g->known = *known;
	*known = (struct rs_csr){ 0 };
	g->universe = universe;
	g->size = size;
	place_known(g);
	if (p->weight != NULL && size > 0)
		make_alias(g);
	if (g->plan.distinct)
		g->drawn = rs_alloc(rs_size(p->n < size ? p->n : size,
		    sizeof(*g->drawn)));
	return g;
}

void
rs_negatives_free(struct rs_negatives *g)
{
	rs_csr_free(&g->known);
	free(g->keep);
	free(g->alias);
	free(g->sum);
	free(g->sum_place);
	free(g->drawn);
	free(g->times);
	free(g);
}

const struct rs_negative_counts *
rs_negatives_counts(const struct rs_negatives *g)
{
	return &g->counts;
}

/* One bisection of rs_negative_at on its way: of n numbers from own[at] on, it
 * is not known how many stand before the rank. */
struct bisection {
	const uint32_t *own;
	uint32_t at, n, rank;
};

/* Whether one's own item k stands before the rank, as all ones or none: which
 * way a bisection goes cannot be foreseen, so it must not be a jump. */
static inline uint32_t
before(const struct bisection *b, uint32_t k)
{
	return -(uint32_t)(b->own[k] - k <= b->rank);
}

void
rs_negative_by_many(const struct rs_csr *m, const uint32_t *user,
    const uint64_t *draw, size_t n, uint32_t *item)
{
	static const uint32_t none = UINT32_MAX;
	struct bisection b[RS_NEGATIVES_MANY];
	uint32_t longest = 1;

	assert(n <= RS_NEGATIVES_MANY);
	for (size_t k = 0; k < n; k++) {
		const uint32_t own = (uint32_t)rs_csr_count(m, user[k]);

		b[k] = (struct bisection){ own > 0 ? rs_csr_items(m,
			user[k]) : &none, 0, own > 0 ? own : 1,
			(uint32_t)rs_below(m->items - own, draw[k]) };
		longest = own > longest ? own : longest;
	}
	for (; longest > 1; longest -= longest / 2)
		for (size_t k = 0; k < n; k++) {
			const uint32_t half = b[k].n / 2;

			b[k].at += half & before(&b[k], b[k].at + half -
			    (half > 0));
			b[k].n -= half;
		}
	for (size_t k = 0; k < n; k++)
		item[k] = b[k].rank + b[k].at + (1 & before(&b[k], b[k].at));
}

/* How many of n ascending numbers are below v. */
static uint32_t
below(const uint32_t *p, uint32_t n, uint32_t v)
{
	uint32_t lo = 0;

	while (n > 0) {
		const uint32_t half = n / 2;

		if (p[lo + half] < v) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return lo;
}

static bool
is_known(const struct asking *a, uint32_t place)
{
	const uint32_t i = below(a->known, a->n_known, place);

	return i < a->n_known && a->known[i] == place;
}

static uint32_t
rank_of_place(const struct asking *a, uint32_t place)
{
	return place - below(a->known, a->n_known, place);
}

static uint64_t
draw(const struct asking *a, uint32_t k, uint64_t try)
{
	return rs_draw2(a->key, RS_DRAW_NEGATIVE, k, try);
}

/* Keep rank among those drawn; false where it already is. */
static bool
keep_drawn(struct rs_negatives *g, struct asking *a, uint32_t rank)
{
	const uint32_t i = below(g->drawn, a->n_drawn, rank);

	if (i < a->n_drawn && g->drawn[i] == rank)
		return false;
	memmove(g->drawn + i + 1, g->drawn + i,
	    (a->n_drawn - i) * sizeof(*g->drawn));
	g->drawn[i] = rank;
	a->n_drawn++;
	return true;
}

/* A rank of those left, all with the same chance, none drawn before. */
static uint32_t
draw_uniform(struct rs_negatives *g, struct asking *a, uint32_t k)
{
	const uint64_t d = draw(a, k, TRIES + 1);
	uint32_t rank;

	if (!g->plan.distinct)
		return (uint32_t)rs_below(a->left, d);
	rank = (uint32_t)rs_below(a->left - a->n_drawn, d);
	for (uint32_t i = 0; i < a->n_drawn && g->drawn[i] <= rank; i++)
		rank++;
	keep_drawn(g, a, rank);
	return rank;
}

/* Running sums over what is left for a user. */
static void
sum_up(struct rs_negatives *g, const struct asking *a)
{
	double sum = 0;
	uint32_t n = 0, j = 0;

	if (g->sum != NULL && g->sum_user == a->user)
		return;
	if (g->sum == NULL) {
		g->sum = rs_alloc(rs_size(g->size, sizeof(*g->sum)));
		g->sum_place = rs_alloc(rs_size(g->size,
		    sizeof(*g->sum_place)));
	}
	for (uint32_t place = 0; place < g->size; place++) {
		if (j < a->n_known && a->known[j] == place) {
			j++;
			continue;
		}
		sum += g->plan.weight[place];
		g->sum_place[n] = place;
		g->sum[n++] = sum;
	}
	g->sum_user = a->user;
	g->sums = n;
}

/* The first rank whose running sum is above x. */
static uint32_t
find_sum(const struct rs_negatives *g, double x)
{
	uint32_t lo = 0, n = g->sums;

	while (n > 0) {
		const uint32_t half = n / 2;

		if (g->sum[lo + half] <= x) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return lo;
}

/* By weight among what is left and not drawn yet, going through all of it. */
static bool
draw_scanning(struct rs_negatives *g, struct asking *a, uint32_t k,
    uint32_t *rank)
{
	double total = 0, x;
	uint32_t at = UINT32_MAX;

	for (int pass = 0; pass < 2; pass++) {
		uint32_t j = 0;

		x = pass == 0 ? 0 :
		    total * rs_unit(draw(a, k, 2 * TRIES + 2));
		for (uint32_t r = 0; r < g->sums; r++) {
			const double w = g->plan.weight[g->sum_place[r]];

			if (j < a->n_drawn && g->drawn[j] == r) {
				j++;
				continue;
			}
			if (pass == 0) {
				total += w;
				continue;
			}
			if (w > 0)
				at = r;	/* the last, should x not fall to 0 */
			x -= w;
			if (x < 0 && w > 0)
				break;
		}
		if (!(total > 0))
			return false;
	}
	*rank = at;
	return keep_drawn(g, a, at);
}

static bool
draw_summing(struct rs_negatives *g, struct asking *a, uint32_t k,
    uint32_t *rank)
{
	sum_up(g, a);
	g->counts.summed++;
	if (g->sums == 0 || !(g->sum[g->sums - 1] > 0))
		return false;
	for (uint64_t t = 0; t < TRIES; t++) {
		const double x = g->sum[g->sums - 1] *
		    rs_unit(draw(a, k, TRIES + 2 + t));

		*rank = find_sum(g, x);
		if (!g->plan.distinct || keep_drawn(g, a, *rank))
			return true;
	}
	return draw_scanning(g, a, k, rank);
}

/* By weight, from the table, and where it gives only positives, exactly. */
static uint32_t
draw_weighted(struct rs_negatives *g, struct asking *a, uint32_t k)
{
	uint32_t rank;

	for (uint64_t t = 0; t < TRIES; t++) {
		const unsigned __int128 x =
		    (unsigned __int128)draw(a, k, t) * g->size;
		uint32_t place = (uint32_t)(x >> 64);

		if (rs_unit((uint64_t)x) >= g->keep[place])
			place = g->alias[place];
		if (!is_known(a, place) && g->plan.weight[place] > 0) {
			rank = rank_of_place(a, place);
			if (!g->plan.distinct || keep_drawn(g, a, rank))
				return rank;
		}
		g->counts.rejected++;
	}
	if (draw_summing(g, a, k, &rank))
		return rank;
	return draw_uniform(g, a, k);
}

static void
ask(const struct rs_negatives *g, struct asking *a, uint32_t user,
    uint32_t item, uint64_t occurrence)
{
	*a = (struct asking){ .user = user };
	if (!g->plan.unverified && user < g->known.users) {
		a->known = rs_csr_items(&g->known, user);
		a->n_known = (uint32_t)rs_csr_count(&g->known, user);
	}
	a->left = g->size - a->n_known;
	a->key = g->plan.per_user ?
	    rs_draw2(g->plan.seed, RS_DRAW_NEGATIVE, (uint64_t)user << 32,
		UINT64_MAX) :
	    rs_draw2(g->plan.seed, RS_DRAW_NEGATIVE,
		(uint64_t)user << 32 | item, occurrence);
}

uint32_t
rs_negatives_draw(struct rs_negatives *g, uint32_t user, uint32_t item,
    uint64_t occurrence, uint32_t *out)
{
	uint32_t n = g->plan.n;
	struct asking a;

	ask(g, &a, user, item, occurrence);
	if (a.left == 0)
		n = 0;
	else if (g->plan.distinct && n > a.left)
		n = a.left;
	for (uint32_t k = 0; k < n; k++) {
		const uint32_t rank = g->keep != NULL ?
		    draw_weighted(g, &a, k) : draw_uniform(g, &a, k);
		const uint32_t place = rs_negative_at(a.known, a.n_known,
		    rank);

		assert(place < g->size);
		out[k] = g->universe != NULL ? g->universe[place] : place;
	}
	g->counts.drawn += n;
	g->counts.lacking += g->plan.n - n;
	g->counts.short_rows += n < g->plan.n;
	return n;
}

/* The place of an item of the universe. */
static uint32_t
place_of(const struct rs_negatives *g, uint32_t item)
{
	return g->universe != NULL ? below(g->universe, g->size, item) : item;
}

uint64_t
rs_negatives_occurrence(struct rs_negatives *g, uint32_t user, uint32_t item)
{
	const uint32_t n = (uint32_t)rs_csr_count(&g->known, user);
	const uint32_t i = below(rs_csr_items(&g->known, user), n,
	    place_of(g, item));

	assert(i < n && rs_csr_items(&g->known, user)[i] == place_of(g, item));
	if (g->times == NULL)
		g->times = rs_zalloc(rs_size(g->known.nnz, sizeof(*g->times)));
	return g->times[g->known.start[user] + i]++;
}
