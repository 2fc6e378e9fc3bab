/* loss: what a sample costs, and how that changes with its scores. */
#include <assert.h>
#include <string.h>

#include "base/real.h"
#include "kernel/activation.h"
#include "model/loss.h"

const char *const rs_loss_names[RS_LOSSES + 1] = {
	[RS_LOSS_LOGISTIC] = "logistic",
	[RS_LOSS_BPR] = "bpr",
	[RS_LOSS_POINTWISE] = "pointwise",
	[RS_LOSS_HINGE] = "hinge",
	[RS_LOSS_ADAPTIVE_HINGE] = "adaptive-hinge",
	[RS_LOSS_WARP] = "warp",
	[RS_LOSS_SQUARED] = "squared",
};

/* So many samples at a time, in buffers on the stack. */
enum { CHUNK = 256 };

/* A few samples: plane k of score is at score + k * stride. */
struct some {
	const struct rs_loss *l;
	const float *score, *target;
	size_t stride;		/* from plane to plane */
	size_t m;		/* of them here, at most CHUNK */
};

static const float *
plane(const struct some *s, size_t k)
{
	return s->score + k * s->stride;
}

/*
 * logistic: -ln s(p) - sum ln s(-n), the cross entropy of labels 1 and 0.
 * Rendle, Krichene, Zhang and Anderson (2020), Neural collaborative filtering
 * vs. matrix factorization revisited, section 4.
 */
static void
logistic_value(const struct some *s, float *value)
{
	float x[CHUNK];

	for (size_t i = 0; i < s->m; i++)
		x[i] = -plane(s, 0)[i];
	rs_softplus(value, x, s->m);
	for (size_t k = 1; k <= s->l->n; k++) {
		rs_softplus(x, plane(s, k), s->m);
		for (size_t i = 0; i < s->m; i++)
			value[i] += x[i];
	}
}

static void
logistic_slope(const struct some *s, float *slope)
{
	float x[CHUNK];

	for (size_t i = 0; i < s->m; i++)
		x[i] = -plane(s, 0)[i];
	rs_sigmoid(x, x, s->m);
	for (size_t i = 0; i < s->m; i++)
		slope[i] = -x[i];
	for (size_t k = 1; k <= s->l->n; k++)
		rs_sigmoid(slope + k * s->stride, plane(s, k), s->m);
}

/*
 * bpr: sum -ln s(p - n).  Rendle, Freudenthaler, Gantner and Schmidt-Thieme
 * (2009), BPR: Bayesian personalized ranking from implicit feedback, 4.1.
 * Without log it is 1 - s(p - n), as the Python package Spotlight has it.
 */
static void
bpr_value(const struct some *s, float *value)
{
	float x[CHUNK];

	memset(value, 0, s->m * sizeof(*value));
	for (size_t k = 1; k <= s->l->n; k++) {
		for (size_t i = 0; i < s->m; i++)
			x[i] = plane(s, k)[i] - plane(s, 0)[i];
		if (s->l->log)
			rs_softplus(x, x, s->m);
		else
			rs_sigmoid(x, x, s->m);
		for (size_t i = 0; i < s->m; i++)
			value[i] += x[i];
	}
}

static void
bpr_slope(const struct some *s, float *slope)
{
	float x[CHUNK], sum[CHUNK] = { 0 };

	for (size_t k = 1; k <= s->l->n; k++) {
		for (size_t i = 0; i < s->m; i++)
			x[i] = plane(s, k)[i] - plane(s, 0)[i];
		rs_sigmoid(x, x, s->m);
		for (size_t i = 0; i < s->m; i++) {
			if (!s->l->log)
				x[i] *= 1 - x[i];
			sum[i] -= x[i];
		}
		memcpy(slope + k * s->stride, x, s->m * sizeof(*x));
	}
	memcpy(slope, sum, s->m * sizeof(*sum));
}

/*
 * pointwise: 1 - s(p) + sum s(n): logistic without its logarithms, as
 * Spotlight has it (its documentation calls it logistic).
 */
static void
pointwise_value(const struct some *s, float *value)
{
	float x[CHUNK];

	for (size_t i = 0; i < s->m; i++)
		x[i] = -plane(s, 0)[i];
	rs_sigmoid(value, x, s->m);
	for (size_t k = 1; k <= s->l->n; k++) {
		rs_sigmoid(x, plane(s, k), s->m);
		for (size_t i = 0; i < s->m; i++)
			value[i] += x[i];
	}
}

static void
pointwise_slope(const struct some *s, float *slope)
{
	for (size_t k = 0; k <= s->l->n; k++) {
		float *x = slope + k * s->stride;

		rs_sigmoid(x, plane(s, k), s->m);
		for (size_t i = 0; i < s->m; i++)
			x[i] *= k == 0 ? x[i] - 1 : 1 - x[i];
	}
}

/*
 * hinge: sum max(0, 1 - p + n), the margin between a pair and one that is
 * none.  Its slope where 1 - p + n is 0 is taken for 0.
 */
static void
hinge_value(const struct some *s, float *value)
{
	memset(value, 0, s->m * sizeof(*value));
	for (size_t k = 1; k <= s->l->n; k++)
		for (size_t i = 0; i < s->m; i++) {
			const float x = 1 - plane(s, 0)[i] + plane(s, k)[i];

			value[i] += x > 0 ? x : 0;
		}
}

static void
hinge_slope(const struct some *s, float *slope)
{
	float sum[CHUNK] = { 0 };

	for (size_t k = 1; k <= s->l->n; k++)
		for (size_t i = 0; i < s->m; i++) {
			const float x = 1 - plane(s, 0)[i] + plane(s, k)[i];
			const float g = x > 0 ? 1 : 0;

			slope[k * s->stride + i] = g;
			sum[i] -= g;
		}
	memcpy(slope, sum, s->m * sizeof(*sum));
}

/* The first of the highest negatives of sample i: 1..n. */
static size_t
hardest(const struct some *s, size_t i)
{
	size_t best = 1;

	for (size_t k = 2; k <= s->l->n; k++)
		if (plane(s, k)[i] > plane(s, best)[i])
			best = k;
	return best;
}

/*
 * adaptive-hinge: max(0, 1 - p + max n): the hinge on the hardest of n
 * negatives, after the sampling of Weston and others (see warp).  In
 * Spotlight the negatives of a sample are by mistake other users' scores (it
 * draws them user by user and reads them batch by batch); here they are its
 * own user's.
 */
static void
adaptive_value(const struct some *s, float *value)
{
	for (size_t i = 0; i < s->m; i++) {
		const float x = 1 - plane(s, 0)[i] +
		    plane(s, hardest(s, i))[i];

		value[i] = x > 0 ? x : 0;
	}
}

/* Sample i has but one negative, the k-th, whose hinge weighs w. */
static void
single(const struct some *s, size_t i, size_t k, float w, float *slope)
{
	for (size_t j = 0; j <= s->l->n; j++)
		slope[j * s->stride + i] = 0;
	slope[i] = -w;
	slope[k * s->stride + i] = w;
}

static void
adaptive_slope(const struct some *s, float *slope)
{
	for (size_t i = 0; i < s->m; i++) {
		const size_t k = hardest(s, i);
		const float x = 1 - plane(s, 0)[i] + plane(s, k)[i];

		single(s, i, k, x > 0 ? 1 : 0, slope);
	}
}

/*
 * warp: weighted approximate-rank pairwise loss.  Weston, Bengio and Usunier
 * (2011), WSABIE: scaling up to large vocabulary image annotation, 3.  One
 * draws negatives until one violates the margin; at which draw that happens
 * tells the rank of the positive, which weighs the hinge.  The weight is that
 * of the Python package LightFM, ln(floor((items - 1) / tries)), in place of
 * the paper's harmonic sum.
 */
float
rs_loss_warp_weight(uint64_t items, uint64_t tries)
{
	const uint64_t rank = items > 1 ? (items - 1) / tries : 0;

	return rank > 1 ? (float)rs_log((double)rank) : 0;
}

/* The first violator of sample i, 0: none. */
static size_t
violator(const struct some *s, size_t i)
{
	for (size_t k = 1; k <= s->l->n; k++)
		if (1 - plane(s, 0)[i] + plane(s, k)[i] > 0)
			return k;
	return 0;
}

static void
warp_value(const struct some *s, float *value)
{
	for (size_t i = 0; i < s->m; i++) {
		const size_t k = violator(s, i);

		value[i] = k == 0 ? 0 : rs_loss_warp_weight(s->l->items, k) *
		    (1 - plane(s, 0)[i] + plane(s, k)[i]);
	}
}

static void
warp_slope(const struct some *s, float *slope)
{
	for (size_t i = 0; i < s->m; i++) {
		const size_t k = violator(s, i);

		single(s, i, k, k == 0 ? 0 :
		    rs_loss_warp_weight(s->l->items, k), slope);
	}
}

/*
 * squared: (target - p)^2 / 2.  Koren, Bell and Volinsky (2009), Matrix
 * factorization techniques for recommender systems, equation 5.
 */
static void
squared_value(const struct some *s, float *value)
{
	for (size_t i = 0; i < s->m; i++) {
		const float x = plane(s, 0)[i] - s->target[i];

		value[i] = x * x / 2;
	}
}

static void
squared_slope(const struct some *s, float *slope)
{
	for (size_t i = 0; i < s->m; i++)
		slope[i] = plane(s, 0)[i] - s->target[i];
}

static const struct {
	void (*value)(const struct some *s, float *value);
	void (*slope)(const struct some *s, float *slope);
} LOSS[RS_LOSSES] = {
	[RS_LOSS_LOGISTIC] = { logistic_value, logistic_slope },
	[RS_LOSS_BPR] = { bpr_value, bpr_slope },
	[RS_LOSS_POINTWISE] = { pointwise_value, pointwise_slope },
	[RS_LOSS_HINGE] = { hinge_value, hinge_slope },
	[RS_LOSS_ADAPTIVE_HINGE] = { adaptive_value, adaptive_slope },
	[RS_LOSS_WARP] = { warp_value, warp_slope },
	[RS_LOSS_SQUARED] = { squared_value, squared_slope },
};

bool
rs_loss_relative(const struct rs_loss *l)
{
	return l->kind == RS_LOSS_BPR || l->kind == RS_LOSS_HINGE ||
	    l->kind == RS_LOSS_ADAPTIVE_HINGE || l->kind == RS_LOSS_WARP;
}

static struct some
chunk(const struct rs_loss *l, const float *score, const float *target,
    size_t samples, size_t stride, size_t from)
{
	const size_t left = samples - from;

	assert(l->kind == RS_LOSS_SQUARED ? target != NULL && l->n == 0 :
	    l->n > 0);
	return (struct some){ l, score + from, target != NULL ?
	    target + from : NULL, stride, left < CHUNK ? left : CHUNK };
}

void
rs_loss_slopes(const struct rs_loss *l, const float *score,
    const float *target, size_t samples, size_t stride, float *slope)
{
	for (size_t i = 0; i < samples; i += CHUNK) {
		const struct some s = chunk(l, score, target, samples,
		    stride, i);

		LOSS[l->kind].slope(&s, slope + i);
	}
}

void
rs_loss_values(const struct rs_loss *l, const float *score,
    const float *target, size_t samples, size_t stride, float *value)
{
	for (size_t i = 0; i < samples; i += CHUNK) {
		const struct some s = chunk(l, score, target, samples,
		    stride, i);

		LOSS[l->kind].value(&s, value + i);
	}
}
