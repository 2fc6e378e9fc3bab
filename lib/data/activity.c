/*
 * activity: how many rows each user has: exp of a normal, whose quantiles are
 * dealt out to the users in a random order, so that the counts are exact.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/real.h"
#include "data/world.h"

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

void
rs_activity_make(struct rs_synth *s)
{
	s->first = rs_alloc(rs_size(s->plan.users + 1, sizeof(*s->first)));
	share_out(s);
	make_guide(s);
}
