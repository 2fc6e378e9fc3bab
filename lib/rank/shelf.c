/* shelf: the first k of all users' lists put side by side. */
#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "rank/coverage.h"
#include "rank/exposure.h"
#include "rank/shelf.h"

struct rs_shelf {
	uint64_t items, k;
	uint64_t lists;			/* that are not empty */
	struct rs_coverage *coverage;
	struct rs_exposure *exposure;
	const double *surprise;		/* (items) bits, or NULL */
	double bits_of_all;		/* their sum */
	double bits, places;		/* of the list at hand */
};

struct rs_shelf *
rs_shelf_new(uint64_t items, uint64_t k, const double *surprise)
{
	struct rs_shelf *s = rs_zalloc(sizeof(*s));

	s->items = items;
	s->k = k;
	s->surprise = surprise;
	s->coverage = rs_coverage_new(items);
	s->exposure = rs_exposure_new(items);
	for (uint64_t i = 0; surprise != NULL && i < items; i++)
		s->bits_of_all += surprise[i];
	return s;
}

void
rs_shelf_add(struct rs_shelf *s, uint64_t item, double chance)
{
	rs_coverage_add(s->coverage, item, chance);
	rs_exposure_add(s->exposure, item, chance);
	s->places += chance;
	if (s->surprise != NULL)
		s->bits += chance * s->surprise[item];
}

double
rs_shelf_next(struct rs_shelf *s)
{
	const bool empty = s->places == 0;
	const double mean = empty || s->surprise == NULL ? (double)NAN :
	    s->bits / s->places;

	s->lists += !empty;
	s->bits = s->places = 0;
	return mean;
}

double
rs_shelf_random(struct rs_shelf *s, const uint32_t *seen, size_t n)
{
	const uint64_t left = s->items - n;
	const double chance = s->k < left ? (double)s->k / (double)left : 1;
	double bits = s->bits_of_all;

	assert(n <= s->items && s->places == 0);
	if (left == 0)
		return (double)NAN;
	rs_coverage_add_all(s->coverage, chance);
	rs_exposure_add_all(s->exposure, chance, left);
	for (size_t i = 0; i < n; i++) {
		rs_coverage_take(s->coverage, seen[i], chance);
		rs_exposure_take(s->exposure, seen[i], chance);
		if (s->surprise != NULL)
			bits -= s->surprise[seen[i]];
	}
	s->lists++;
	return s->surprise != NULL ? bits / (double)left : (double)NAN;
}

void
rs_shelf_merge(struct rs_shelf *s, const struct rs_shelf *more)
{
	assert(s->k == more->k);
	s->lists += more->lists;
	rs_coverage_merge(s->coverage, more->coverage);
	rs_exposure_merge(s->exposure, more->exposure);
}

double
rs_shelf_coverage(const struct rs_shelf *s)
{
	return rs_coverage_value(s->coverage);
}

double
rs_shelf_overlap(const struct rs_shelf *s)
{
	return rs_exposure_overlap(s->exposure, s->lists) / (double)s->k;
}

double
rs_shelf_gini(const struct rs_shelf *s)
{
	return rs_exposure_gini(s->exposure);
}

void
rs_shelf_free(struct rs_shelf *s)
{
	if (s == NULL)
		return;
	rs_coverage_free(s->coverage);
	rs_exposure_free(s->exposure);
	free(s);
}
