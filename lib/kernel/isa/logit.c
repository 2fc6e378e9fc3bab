/*
 * logit: slopes and values of one row.
 *
 * As in row.c, a chunk of rows is first all products, then all curves, then
 * all additions; chunks are padded with a row that is there anyway, whose
 * coefficient is 0.
 */
#include "kernel/cpu.h"
#include "kernel/curve.h"
#include "kernel/group.h"
#include "kernel/logit.h"

enum {
	CHUNK = 32,
	EARLY = 24,		/* rows from fetching one to using it */
};

/* What one chunk works on. */
struct chunk {
	const float *at[CHUNK];
	float c[CHUNK];		/* alpha weight */
	float s[CHUNK];		/* scores */
};

/* Ask for the rows that are wanted EARLY rows later. */
static inline void
ask(const struct rs_logit *l, size_t i, size_t n)
{
	if (l->index == NULL)		/* the machine sees that coming */
		return;
	for (size_t j = i + EARLY; j < i + n + EARLY && j < l->n; j++) {
		const float *y = l->y + l->index[j] * l->stride;

		for (size_t k = 0; k < l->stride; k += LANES)
			__builtin_prefetch(y + k);
		__builtin_prefetch(l->bias + l->index[j]);
	}
}

/* Where rows i .. i + n - 1 are, and their biases; beyond n the last one. */
static inline void
lay_out(const struct rs_logit *l, size_t i, size_t n, struct chunk *restrict k)
{
	if (l->index == NULL) {
		for (size_t j = 0; j < n; j++)
			k->at[j] = l->y + (i + j) * l->stride;
		memcpy(k->s, l->bias + i, n * sizeof(*k->s));
	} else {
		for (size_t j = 0; j < n; j++) {
			const size_t r = l->index[i + j];

			k->at[j] = l->y + r * l->stride;
			k->s[j] = l->bias[r];
		}
	}
	for (size_t j = n; j < CHUNK; j++) {
		k->at[j] = k->at[n - 1];
		k->s[j] = 0;
	}
}

/* Rows i .. i + n - 1: where they are, their weights and scores. */
static inline void
score(const struct rs_logit *l, const float *restrict x, float b, size_t i,
    size_t n, struct chunk *restrict k)
{
	float dot[CHUNK] = { 0 };

	ask(l, i, n);
	lay_out(l, i, n, k);
	for (size_t j = 0; j < CHUNK; j++)
		k->c[j] = l->alpha;
	if (l->weight != NULL)
		for (size_t j = 0; j < n; j++)
			k->c[j] = l->alpha * l->weight[i + j];
	group_dots(dot, k->at, n, x, l->stride);
	for (size_t j = 0; j < CHUNK; j++)
		k->s[j] = dot[j] + (k->s[j] + b);
}

static void
slope(const struct rs_logit *l, const float *x, float b, float *restrict g,
    float *restrict gb)
{
	const vf base = vf_set(l->base), none = vf_zero();
	v16 sum = v16_zero();
	struct chunk k;

	for (size_t i = 0; i < l->n; i += CHUNK) {
		const size_t n = l->n - i < CHUNK ? l->n - i : CHUNK;

		score(l, x, b, i, n, &k);
		for (size_t j = 0; j < CHUNK; j += VF_LANES) {
			const vf c = vf_load(k.c + j);
			const vf p = vf_sigmoid(vf_load(k.s + j));

			vf_store(k.s + j, vf_fma(vf_sub(none,
			    vf_add(c, base)), p, c));
		}
		for (size_t j = n; j < CHUNK; j++)
			k.s[j] = 0;
		group_add(g, k.at, k.s, n, l->stride);
		for (size_t j = 0; j < CHUNK; j += LANES)
			sum = v16_add(sum, v16_load(k.s + j));
	}
	*gb += v16_sum(sum);
}

static double
value(const struct rs_logit *l, const float *x, float b)
{
	double sum = 0;
	struct chunk k;

	for (size_t i = 0; i < l->n; i += CHUNK) {
		const size_t n = l->n - i < CHUNK ? l->n - i : CHUNK;
		float plus[CHUNK];

		score(l, x, b, i, n, &k);
		for (size_t j = 0; j < CHUNK; j += VF_LANES)
			vf_store(plus + j, vf_softplus(vf_load(k.s + j)));
		for (size_t j = 0; j < n; j++) {
			const double c = (double)k.c[j];

			sum += c * (double)k.s[j] -
			    (c + (double)l->base) * (double)plus[j];
		}
	}
	return sum;
}

static void
step(float *restrict x, float *restrict sum, const float *restrict g,
    size_t n, float rate, float lambda)
{
	const v16 eps = v16_set(1e-6F), k = v16_set(rate);
	const v16 shrink = v16_set(-lambda);

	for (size_t i = 0; i < n; i += LANES) {
		const v16 xi = v16_load(x + i);
		const v16 h = v16_fma(shrink, xi, v16_load(g + i));
		const v16 all = v16_fma(h, h, v16_load(sum + i));

		v16_store(sum + i, all);
		v16_store(x + i, v16_fma(k, v16_div(h,
		    v16_sqrt(v16_add(all, eps))), xi));
	}
}

extern const struct rs_logit_ops RS_PATH(rs_logit_ops);
const struct rs_logit_ops RS_PATH(rs_logit_ops) = { slope, value, step };
