/* loss: each value against its formula in double precision, each slope against
 * the differences of that formula, chunks against the whole. */
#include <math.h>
#include <string.h>

#include "base/draw.h"
#include "base/real.h"
#include "model/loss.h"
#include "test.h"

enum { SAMPLES = 700, MOST = 6 };

static float score[(1 + MOST) * SAMPLES], slope[(1 + MOST) * SAMPLES];
static float target[SAMPLES], value[SAMPLES];

static double
sigmoid(double x)
{
	return 1 / (1 + rs_exp(-x));
}

/* The formulas of loss.h, as they stand there.  s: p, then the negatives. */
static double
formula(const struct rs_loss *l, const double *s, double want)
{
	double sum = 0, most = -1e30;

	switch (l->kind) {
	case RS_LOSS_LOGISTIC:
		sum = -rs_log(sigmoid(s[0]));
		for (size_t k = 1; k <= l->n; k++)
			sum -= rs_log(sigmoid(-s[k]));
		return sum;
	case RS_LOSS_BPR:
		for (size_t k = 1; k <= l->n; k++)
			sum += l->log ? -rs_log(sigmoid(s[0] - s[k])) :
			    1 - sigmoid(s[0] - s[k]);
		return sum;
	case RS_LOSS_POINTWISE:
		sum = 1 - sigmoid(s[0]);
		for (size_t k = 1; k <= l->n; k++)
			sum += sigmoid(s[k]);
		return sum;
	case RS_LOSS_HINGE:
		for (size_t k = 1; k <= l->n; k++)
			sum += fmax(0, 1 - s[0] + s[k]);
		return sum;
	case RS_LOSS_ADAPTIVE_HINGE:
		for (size_t k = 1; k <= l->n; k++)
			most = fmax(most, s[k]);
		return fmax(0, 1 - s[0] + most);
	case RS_LOSS_WARP:
		for (size_t k = 1; k <= l->n; k++)
			if (1 - s[0] + s[k] > 0)
				return rs_log(fmax(1, floor(((double)l->items -
				    1) / (double)k))) * (1 - s[0] + s[k]);
		return 0;
	case RS_LOSS_SQUARED:
		return (want - s[0]) * (want - s[0]) / 2;
	case RS_LOSSES:
		break;
	}
	return NAN;
}

static void
sample(const struct rs_loss *l, size_t i, double *s)
{
	for (size_t k = 0; k <= l->n; k++)
		s[k] = (double)score[k * SAMPLES + i];
}

/* A kink within reach of the differences tells nothing. */
static bool
smooth(const struct rs_loss *l, const double *s, double h)
{
	for (size_t k = 1; k <= l->n; k++)
		for (size_t j = 0; j < k; j++)
			if (fabs(s[k] - s[j] + (j == 0)) < 4 * h)
				return false;
	return true;
}

static void
test_one(const struct rs_loss *l)
{
	const char *name = rs_loss_names[l->kind];
	const double h = 1e-4;

	for (size_t i = 0; i < (1 + l->n) * SAMPLES; i++)
		score[i] = (float)(3 * rs_normal(rs_draw(5, RS_DRAW_SYNTH,
		    i)));
	for (size_t i = 0; i < SAMPLES; i++)
		target[i] = (float)(i % 5);
	rs_loss_values(l, score, target, SAMPLES, SAMPLES, value);
	rs_loss_slopes(l, score, target, SAMPLES, SAMPLES, slope);
	for (size_t i = 0; i < SAMPLES; i++) {
		const double want = (double)target[i];
		double s[1 + MOST];

		sample(l, i, s);
		const double truth = formula(l, s, want);
		ok(fabs((double)value[i] - truth) < 1e-5 * (1 + truth),
		    "%s: sample %zu costs %g, not %g", name, i,
		    (double)value[i], truth);
		for (size_t k = 0; k <= l->n && smooth(l, s, h); k++) {
			const double x = s[k];

			s[k] = x + h;
			const double up = formula(l, s, want);
			s[k] = x - h;
			const double down = formula(l, s, want);
			s[k] = x;
			const double rise = (up - down) / (2 * h);
			ok(fabs((double)slope[k * SAMPLES + i] - rise) < 2e-5,
			    "%s: sample %zu, score %zu: %g, not %g", name, i,
			    k, (double)slope[k * SAMPLES + i], rise);
		}
	}
}

/* In place, and a few samples at a time out of the same planes. */
static void
test_cut(const struct rs_loss *l)
{
	static float cut[(1 + MOST) * SAMPLES], few[SAMPLES];
	const size_t all = (1 + l->n) * SAMPLES * sizeof(*cut);

	memcpy(cut, score, all);
	for (size_t i = 0; i < SAMPLES; i += 9) {
		const size_t n = SAMPLES - i < 9 ? SAMPLES - i : 9;

		rs_loss_values(l, cut + i, target + i, n, SAMPLES, few + i);
		rs_loss_slopes(l, cut + i, target + i, n, SAMPLES, cut + i);
	}
	ok(memcmp(cut, slope, all) == 0, "%s: slopes of few samples",
	    rs_loss_names[l->kind]);
	ok(memcmp(few, value, sizeof(few)) == 0, "%s: values of few samples",
	    rs_loss_names[l->kind]);
}

static void
test_every_loss(void)
{
	for (int kind = 0; kind < RS_LOSSES; kind++)
		for (size_t n = 1; n <= MOST; n += 5)
			for (int log = 0; log < 2; log++) {
				const struct rs_loss l = {
					.kind = (enum rs_loss_kind)kind,
					.log = log,
					.n = kind == RS_LOSS_SQUARED ? 0 : n,
					.items = 40,
				};

				test_one(&l);
				test_cut(&l);
			}
}

static void
test_a_violator_found_late_weighs_little(void)
{
	ok(fabsf(rs_loss_warp_weight(1001, 1) - 6.9077554F) < 1e-6F, "first");
	ok(fabsf(rs_loss_warp_weight(1001, 3) - 5.8081425F) < 1e-6F, "third");
	ok(rs_loss_warp_weight(5, 4) == 0, "rank 1");
	ok(rs_loss_warp_weight(5, 9) == 0, "less");
	ok(rs_loss_warp_weight(0, 1) == 0, "no items");
}

int
main(void)
{
	test_every_loss();
	test_a_violator_found_late_weighs_little();
	return test_end();
}
