/*
 * row: conjugate gradients and the exact solution of one row.
 *
 * Observations are taken eight at a time, so that eight products share one
 * folding tree and r is loaded and stored once for eight; a group is padded
 * with a row of zeros of weight 0.  Neither changes a sum: each element of r
 * takes in the observations in their order, and each product has its own
 * sixteen lanes.
 */
#include "kernel/cpu.h"
#include "kernel/row.h"
#include "kernel/vec.h"

enum { GROUP = 8 };

struct group {
	const float *y[GROUP];
	float q[GROUP], b[GROUP];
	float s[GROUP];		/* products with the vector at hand */
	size_t rows;		/* 4 or 8 with the padding */
};

/* Observations at, at + 1, ...: at most GROUP. */
static inline void
take(struct group *g, const struct rs_row *row, size_t at)
{
	const size_t left = row->n - at, n = left < GROUP ? left : GROUP;
	float c[GROUP] = { 0 };

	for (size_t j = 0; j < n; j++) {
		g->y[j] = row->y + row->indices[at + j] * row->stride;
		c[j] = row->weight != NULL ? row->alpha * row->weight[at + j] :
		    row->alpha;
	}
	for (size_t j = 0; j < GROUP; j++) {
		g->b[j] = c[j] > 0 ? c[j] : 0;
		g->q[j] = __builtin_fabsf(c[j]) - row->less;
	}
	for (size_t j = n; j < GROUP; j++) {
		g->y[j] = row->work + (RS_ROW_WORK - 1) * row->stride;
		g->q[j] = 0;
	}
	g->rows = n <= 4 ? 4 : GROUP;
}

/* Ask for the rows of the group at `at`, which is to be used next. */
static inline void
ask(const struct rs_row *row, size_t at)
{
	const size_t end = at + GROUP < row->n ? at + GROUP : row->n;

	for (; at < end; at++) {
		const float *y = row->y + row->indices[at] * row->stride;

		for (size_t i = 0; i < row->stride; i += LANES)
			__builtin_prefetch(y + i);
	}
}

static inline __attribute__((always_inline)) void
dot4(v16 sum[4], const float *const *y, const float *x, size_t d)
{
	for (int j = 0; j < 4; j++)
		sum[j] = v16_zero();
	for (size_t i = 0; i < d; i += LANES) {
		const v16 xi = v16_load(x + i);

		for (int j = 0; j < 4; j++)
			sum[j] = v16_fma(v16_load(y[j] + i), xi, sum[j]);
	}
}

/* g->s = the products of its rows with x. */
static inline __attribute__((always_inline)) void
dots(struct group *g, const float *x, size_t d)
{
	v16 sum[GROUP];

	dot4(sum, g->y, x, d);
	if (g->rows > 4)
		dot4(sum + 4, g->y + 4, x, d);
	else
		for (int j = 4; j < GROUP; j++)
			sum[j] = v16_zero();
	v16_sum8(g->s, sum);
}

/* r += sum of w y */
static inline __attribute__((always_inline)) void
add(float *restrict r, const float *const *y, const float *w, int n, size_t d)
{
	v16 k[GROUP];

	for (int j = 0; j < n; j++)
		k[j] = v16_set(w[j]);
	for (size_t i = 0; i < d; i += LANES) {
		v16 ri = v16_load(r + i);

		for (int j = 0; j < n; j++)
			ri = v16_fma(k[j], v16_load(y[j] + i), ri);
		v16_store(r + i, ri);
	}
}

/* r += sum of w y over the group */
static inline __attribute__((always_inline)) void
add_all(float *restrict r, const struct group *g, const float *w, size_t d)
{
	if (g->rows > 4)
		add(r, g->y, w, GROUP, d);
	else
		add(r, g->y, w, 4, d);
}

/* r += sum of (b - q y'x) y */
static void
residual(const struct rs_row *row, const float *restrict x, float *restrict r)
{
	const size_t d = row->stride;
	struct group g;
	float w[GROUP];

	for (size_t at = 0; at < row->n; at += GROUP) {
		take(&g, row, at);
		ask(row, at + GROUP);
		dots(&g, x, d);
		for (int j = 0; j < GROUP; j++)
			w[j] = __builtin_fmaf(-g.q[j], g.s[j], g.b[j]);
		add_all(r, &g, w, d);
	}
}

/* Sum of q (y'p)^2; a += sum of q (y'p) y unless a is NULL. */
static float
curvature(const struct rs_row *row, const float *restrict p,
    float *restrict a)
{
	const size_t d = row->stride;
	struct group g;
	float w[GROUP], sum[GROUP] = { 0 };

	for (size_t at = 0; at < row->n; at += GROUP) {
		take(&g, row, at);
		ask(row, at + GROUP);
		dots(&g, p, d);
		for (int j = 0; j < GROUP; j++) {
			w[j] = g.q[j] * g.s[j];
			sum[j] = __builtin_fmaf(w[j], g.s[j], sum[j]);
		}
		if (a != NULL)
			add_all(a, &g, w, d);
	}
	for (int half = GROUP / 2; half > 0; half /= 2)
		for (int j = 0; j < half; j++)
			sum[j] += sum[j + half];
	return sum[0];
}

/* r = -(diag + ridge) x */
static void
begin(const struct rs_row *row, const float *restrict x, float *restrict r)
{
	const v16 ridge = v16_set(-row->ridge);

	for (size_t i = 0; i < row->stride; i += LANES)
		v16_store(r + i, v16_mul(v16_sub(ridge,
		    v16_load(row->diag + i)), v16_load(x + i)));
}

/* The sum of what is positive of q, sixteen lanes at a time. */
static float
gross(const struct rs_row *row)
{
	const v16 alpha = v16_set(row->alpha), less = v16_set(row->less);
	const v16 none = v16_zero();
	v16 sum = none;
	float last[LANES] = { 0 };
	size_t i = 0;

	if (row->weight == NULL) {
		const float q = __builtin_fabsf(row->alpha) - row->less;

		return q > 0 ? q * (float)row->n : 0;
	}
	for (; i < row->n; i += LANES) {
		const size_t left = row->n - i;
		v16 c;

		if (left < LANES)
			memcpy(last, row->weight + i, left * sizeof(*last));
		c = v16_mul(alpha, v16_load(left < LANES ? last :
		    row->weight + i));
		c = v16_max(c, v16_sub(none, c));
		sum = v16_add(sum, v16_max(v16_sub(c, less), none));
	}
	return v16_sum(sum);
}

/* m = 1 / (diag + ridge + the mean of its n terms), p = r m; the sum of
 * r p */
static float
precondition(const struct rs_row *row, float *restrict m,
    const float *restrict r, float *restrict p)
{
	const v16 one = v16_set(1), least = v16_set(row->floor);
	const v16 ridge = v16_set(row->ridge), terms = v16_set(gross(row));
	v16 sum = v16_zero();

	for (size_t i = 0; i < row->stride; i += LANES) {
		const v16 di = v16_fma(terms, v16_load(row->mean + i),
		    v16_add(v16_load(row->diag + i), ridge));
		const v16 mi = v16_div(one, v16_max(di, least));
		const v16 ri = v16_load(r + i), pi = v16_mul(ri, mi);

		v16_store(m + i, mi);
		v16_store(p + i, pi);
		sum = v16_fma(ri, pi, sum);
	}
	return v16_sum(sum);
}

/* a = (diag + ridge) p; the sum of a p */
static float
multiply(const struct rs_row *row, const float *restrict p, float *restrict a)
{
	const v16 ridge = v16_set(row->ridge);
	v16 sum = v16_zero();

	for (size_t i = 0; i < row->stride; i += LANES) {
		const v16 pi = v16_load(p + i);
		const v16 ai = v16_mul(v16_add(v16_load(row->diag + i), ridge),
		    pi);

		v16_store(a + i, ai);
		sum = v16_fma(ai, pi, sum);
	}
	return v16_sum(sum);
}

/* r -= t a; the sum of r^2 m */
static float
descend(size_t d, float t, const float *restrict a, const float *restrict m,
    float *restrict r)
{
	const v16 k = v16_set(-t);
	v16 sum = v16_zero();

	for (size_t i = 0; i < d; i += LANES) {
		const v16 ri = v16_fma(k, v16_load(a + i), v16_load(r + i));

		v16_store(r + i, ri);
		sum = v16_fma(v16_mul(ri, v16_load(m + i)), ri, sum);
	}
	return v16_sum(sum);
}

/* x += t p */
static void
move(size_t d, float t, const float *restrict p, float *restrict x)
{
	const v16 k = v16_set(t);

	for (size_t i = 0; i < d; i += LANES)
		v16_store(x + i, v16_fma(k, v16_load(p + i), v16_load(x + i)));
}

/* p = r m + t p */
static void
direct(size_t d, float t, const float *restrict r, const float *restrict m,
    float *restrict p)
{
	const v16 k = v16_set(t);

	for (size_t i = 0; i < d; i += LANES)
		v16_store(p + i, v16_fma(k, v16_load(p + i),
		    v16_mul(v16_load(r + i), v16_load(m + i))));
}

/* Times 0 is 0 only where finite. */
static bool
finite(size_t d, const float *x)
{
	const v16 none = v16_zero();
	v16 sum = v16_zero();

	for (size_t i = 0; i < d; i += LANES)
		sum = v16_fma(v16_load(x + i), none, sum);
	return v16_sum(sum) == 0;
}

/* Does any observation want something else than 0? */
static bool
wanted(const struct rs_row *row)
{
	if (row->weight == NULL)
		return row->n > 0 && row->alpha > 0;
	for (size_t i = 0; i < row->n; i++)
		if (!(row->alpha * row->weight[i] <= 0))
			return true;
	return false;
}

static bool
cg(const struct rs_row *row, float *restrict x)
{
	const size_t d = row->stride;
	float *r = row->work, *m = r + d, *p = m + d, *a = p + d;
	float rz, enough, next, t;

	if (!wanted(row)) {
		memset(x, 0, d * sizeof(*x));
		return true;
	}
	begin(row, x, r);
	residual(row, x, r);
	rz = precondition(row, m, r, p);
	/* Below this is nothing but the rounding of floats. */
	enough = 1e-12F * rz + 1e-30F;
	/* The last step needs no residual, so no product with the matrix but
	 * only p'Ap: half the work. */
	for (unsigned step = 1; rz > enough; step++) {
		t = multiply(row, p, a);
		t += curvature(row, p, step < row->steps ? a : NULL);
		if (!(t > 0))
			break;
		t = rz / t;
		move(d, t, p, x);
		if (step >= row->steps)
			break;
		next = descend(d, t, a, m, r);
		direct(d, next / rz, r, m, p);
		rz = next;
	}
	return rz - rz == 0 && finite(d, x);
}

static void
squares(double *restrict mean, const float *restrict y, size_t stride,
    const float *weight, size_t n)
{
	for (size_t i = 0; i < stride; i += LANES) {
		v16 sum = v16_zero();
		float part[LANES];

		for (size_t r = 0; r < n; r++) {
			const v16 yi = v16_load(y + r * stride + i);

			sum = v16_fma(v16_mul(v16_set(weight[r]), yi), yi,
			    sum);
		}
		v16_store(part, sum);
		for (size_t l = 0; l < LANES; l++)
			mean[i + l] += (double)part[l];
	}
}

static double
seen(const struct rs_row *row, const float *x)
{
	struct group g;
	double sum = 0;

	for (size_t at = 0; at < row->n; at += GROUP) {
		take(&g, row, at);
		dots(&g, x, row->stride);
		for (int j = 0; j < GROUP; j++)
			sum += ((double)g.q[j] * g.s[j] - 2.0 * g.b[j]) *
			    g.s[j] + g.b[j];
	}
	return sum;
}

/* Four rows' worth of a += q y y', y already double. */
static void
rank4(double *restrict a, const double *restrict y, const float *q, size_t ld)
{
	for (size_t i = 0; i < ld; i++, a += ld) {
		v8d k[4];

		for (size_t j = 0; j < 4; j++)
			k[j] = v8d_set((double)q[j] * y[j * ld + i]);
		for (size_t c = i & ~(size_t)7; c < ld; c += 8) {
			v8d sum = v8d_load(a + c);

			for (size_t j = 0; j < 4; j++)
				sum = v8d_fma(k[j], v8d_load(y + j * ld + c),
				    sum);
			v8d_store(a + c, sum);
		}
	}
}

static void
normal(const struct rs_row *row, double *restrict a, double *restrict c,
    double *restrict spare, size_t ld)
{
	struct group g;

	for (size_t at = 0; at < row->n; at += GROUP) {
		take(&g, row, at);
		for (size_t j = 0; j < g.rows; j += 4) {
			for (size_t i = 0; i < 4 * ld; i += 8)
				v8d_store(spare + i, v8d_loadf(
				    g.y[j + i / ld] + i % ld));
			rank4(a, spare, g.q + j, ld);
			for (size_t i = 0; i < 4 * ld; i++)
				c[i % ld] += (double)g.b[j + i / ld] * spare[i];
		}
	}
}

static bool
solve(double *restrict a, double *restrict c, size_t d, size_t ld)
{
	/* a = u'u, u' z = c */
	for (size_t k = 0; k < d; k++) {
		double *u = a + k * ld;

		if (!(u[k] > 0))
			return false;
		const double root = 1 / __builtin_sqrt(u[k]);

		for (size_t j = k; j < ld; j++)
			u[j] *= root;
		c[k] *= root;
		for (size_t i = k + 1; i < d; i++) {
			double *row = a + i * ld;
			const v8d t = v8d_set(u[i]);

			for (size_t j = i & ~(size_t)7; j < ld; j += 8)
				v8d_store(row + j, v8d_fnma(t,
				    v8d_load(u + j), v8d_load(row + j)));
			c[i] = __builtin_fma(-u[i], c[k], c[i]);
		}
		u[k] = root;	/* its inverse is what is wanted below */
	}
	/* u x = z, from below */
	for (size_t k = d; k-- > 0; ) {
		const double *u = a + k * ld;
		v8d sum = v8d_set(0);
		double z;

		for (size_t j = (k + 8) & ~(size_t)7; j < ld; j += 8)
			sum = v8d_fma(v8d_load(u + j), v8d_load(c + j), sum);
		z = c[k] - v8d_sum(sum);
		for (size_t j = k + 1; j < ((k + 8) & ~(size_t)7) && j < d; j++)
			z = __builtin_fma(-u[j], c[j], z);
		c[k] = z * u[k];
	}
	return true;
}

extern const struct rs_row_ops RS_PATH(rs_row_ops);
const struct rs_row_ops RS_PATH(rs_row_ops) = {
	cg, squares, gross, seen, normal, solve
};
