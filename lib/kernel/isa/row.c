/*
 * row: conjugate gradients and the exact solution of one row.
 *
 * Products are formed eight at a time, sharing one folding tree, and r takes
 * in eight rows for one load and store.  A chunk of observations is first all
 * products, then all additions: their latencies hide behind each other, and
 * the rows are still in the first cache for the second round.  Chunks and
 * groups are padded with a row of zeros.  None of this changes a sum: each
 * element of r takes in the observations in their order, and each product has
 * its own sixteen lanes.
 */
#include "kernel/cpu.h"
#include "kernel/group.h"
#include "kernel/row.h"

enum {
	CHUNK = 32,
	EARLY = 24,		/* observations from fetching to using a row */
};

/* Where the rows of y are, padded to whole groups. */
static void
lay_out(const struct rs_row *row)
{
	const size_t room = rs_row_room(row->n);
	size_t i = 0;

	for (; i < row->n; i++) {
		row->at[i] = row->y + row->indices[i] * row->stride;
		__asm__("");	/* vectors of 64-bit products are slower */
	}
	for (; i < room; i++)
		row->at[i] = row->work + (RS_ROW_WORK - 1) * row->stride;
}

/* q and b of the n observations from i on. */
static inline void
weigh(const struct rs_row *row, size_t i, size_t n, float *restrict q,
    float *restrict b)
{
	float c[CHUNK];

	for (size_t j = 0; j < CHUNK; j++)
		c[j] = row->alpha;
	if (row->weight != NULL) {
		memcpy(c, row->weight + i, n * sizeof(*c));
		for (size_t j = 0; j < CHUNK; j++)
			c[j] *= row->alpha;
	}
	for (size_t j = 0; j < CHUNK; j++) {
		b[j] = c[j] > 0 ? c[j] : 0;
		q[j] = __builtin_fabsf(c[j]) - row->less;
	}
}

/* Observations in a chunk: fewer where d is large, lest they push each other
 * out of the first cache. */
static inline size_t
chunk(const struct rs_row *row)
{
	return row->stride <= 128 ? CHUNK : row->stride <= 256 ? CHUNK / 2 :
	    GROUP;
}

/* Ask for the n rows of y that are wanted EARLY observations after i, be they
 * another row's. */
static inline void
ask(const struct rs_row *row, size_t i, size_t n)
{
	const size_t all = row->n + row->ahead;

	for (size_t j = i + EARLY; j < i + n + EARLY && j < all; j++) {
		const float *y = row->y + row->indices[j] * row->stride;

		for (size_t k = 0; k < row->stride; k += LANES)
			__builtin_prefetch(y + k);
	}
}

/* r += sum of (b - q y'x) y */
static void
residual(const struct rs_row *row, const float *restrict x, float *restrict r)
{
	float q[CHUNK], b[CHUNK], w[CHUNK] = { 0 };
	const size_t most = chunk(row);

	for (size_t i = 0; i < row->n; i += most) {
		const size_t n = row->n - i < most ? row->n - i : most;

		ask(row, i, n);
		weigh(row, i, n, q, b);
		group_dots(w, row->at + i, n, x, row->stride);
		for (size_t j = 0; j < CHUNK; j++)
			w[j] = __builtin_fmaf(-q[j], w[j], b[j]);
		group_add(r, row->at + i, w, n, row->stride);
	}
}

/* Sum of q (y'p)^2; a += sum of q (y'p) y unless a is NULL.  Chunks are taken
 * from the end if back: a row too long for a cache finds its end there, and
 * would find nothing if each pass began where the last one began. */
static float
curvature(const struct rs_row *row, const float *restrict p,
    float *restrict a, bool back)
{
	const size_t most = chunk(row), all = (row->n + most - 1) / most;
	float q[CHUNK], b[CHUNK], s[CHUNK] = { 0 }, sum[GROUP] = { 0 };

	for (size_t c = 0; c < all; c++) {
		const size_t i = (back ? all - 1 - c : c) * most;
		const size_t n = row->n - i < most ? row->n - i : most;

		weigh(row, i, n, q, b);
		group_dots(s, row->at + i, n, p, row->stride);
		for (size_t k = 0; k < n; k += GROUP)
			for (size_t j = 0; j < GROUP; j++) {
				const float w = q[k + j] * s[k + j];

				sum[j] = __builtin_fmaf(w, s[k + j], sum[j]);
				s[k + j] = w;
			}
		if (a != NULL)
			group_add(a, row->at + i, s, n, row->stride);
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
	lay_out(row);
	begin(row, x, r);
	residual(row, x, r);
	rz = precondition(row, m, r, p);
	/* Below this is nothing but the rounding of floats. */
	enough = 1e-12F * rz + 1e-30F;
	/* The last step needs no residual, so no product with the matrix but
	 * only p'Ap: half the work. */
	for (unsigned step = 1; rz > enough; step++) {
		t = multiply(row, p, a);
		t += curvature(row, p, step < row->steps ? a : NULL,
		    step % 2);
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

/* m = 1 / (diag + ridge) */
static void
invert(const struct rs_row *row, float *restrict m)
{
	const v16 one = v16_set(1), ridge = v16_set(row->ridge);

	for (size_t i = 0; i < row->stride; i += LANES)
		v16_store(m + i, v16_div(one, v16_add(ridge,
		    v16_load(row->diag + i))));
}

/* to = a times b, element by element */
static void
times(size_t d, const float *restrict a, const float *b, float *to)
{
	for (size_t i = 0; i < d; i += LANES)
		v16_store(to + i, v16_mul(v16_load(a + i), v16_load(b + i)));
}

/* Solve a c = c for the n unknowns c: a is symmetric and at least 1, its
 * lower triangle is given. */
static void
solve_few(double a[RS_ROW_FEW][RS_ROW_FEW], double *restrict c, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		for (size_t i = k; i < n; i++) {
			for (size_t j = 0; j < k; j++)
				a[i][k] -= a[i][j] * a[k][j];
			a[i][k] = i == k ? 1 / __builtin_sqrt(a[k][k]) :
			    a[i][k] * a[k][k];
		}
		for (size_t j = 0; j < k; j++)
			c[k] -= a[k][j] * c[j];
		c[k] *= a[k][k];
	}
	for (size_t k = n; k-- > 0; ) {
		for (size_t i = k + 1; i < n; i++)
			c[k] -= a[i][k] * c[i];
		c[k] *= a[k][k];
	}
}

/* z of the comment in row.h: g = Y M Y', of which the lower triangle is
 * given. */
static void
share(double g[RS_ROW_FEW][RS_ROW_FEW], const float *q, const float *b,
    size_t n, float *restrict z)
{
	double root[RS_ROW_FEW], w[RS_ROW_FEW];

	for (size_t i = 0; i < n; i++)
		root[i] = __builtin_sqrt((double)q[i]);
	for (size_t i = 0; i < n; i++) {
		double sum = 0;

		for (size_t j = 0; j < n; j++)
			sum += (j < i ? g[i][j] : g[j][i]) * (double)b[j];
		w[i] = root[i] * sum;
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j <= i; j++)
			g[i][j] *= root[i] * root[j];
		g[i][i] += 1;
	}
	solve_few(g, w, n);
	for (size_t i = 0; i < n; i++)
		z[i] = (float)((double)b[i] - root[i] * w[i]);
}

static bool
few(const struct rs_row *row, float *restrict x)
{
	const size_t d = row->stride;
	float *m = row->work, *t = m + d;
	float q[CHUNK], b[CHUNK], s[RS_ROW_FEW], z[RS_ROW_FEW] = { 0 };
	double g[RS_ROW_FEW][RS_ROW_FEW];

	if (row->share != NULL)
		memset(row->share, 0, row->n * sizeof(*z));
	memset(x, 0, d * sizeof(*x));
	if (!wanted(row))
		return true;
	lay_out(row);
	ask(row, 0, row->n);
	weigh(row, 0, row->n, q, b);
	invert(row, m);
	for (size_t i = 0; i < row->n; i++) {
		times(d, m, row->at[i], t);
		group_dots(s, row->at, i + 1, t, d);
		for (size_t j = 0; j <= i; j++)
			g[i][j] = (double)s[j];
	}
	share(g, q, b, row->n, z);
	if (row->share != NULL)
		memcpy(row->share, z, row->n * sizeof(*z));
	group_add(x, row->at, z, row->n, d);
	times(d, m, x, x);
	return finite(d, x);
}

static void
combine(const struct rs_row *row, const float *z, float *restrict x)
{
	float w[CHUNK] = { 0 };

	lay_out(row);
	ask(row, 0, row->n);
	memcpy(w, z, row->n * sizeof(*w));
	memset(x, 0, row->stride * sizeof(*x));
	group_add(x, row->at, w, row->n, row->stride);
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
	float q[CHUNK], b[CHUNK], s[CHUNK];
	double sum = 0;
	const size_t most = chunk(row);

	lay_out(row);
	for (size_t i = 0; i < row->n; i += most) {
		const size_t n = row->n - i < most ? row->n - i : most;

		ask(row, i, n);
		weigh(row, i, n, q, b);
		group_dots(s, row->at + i, n, x, row->stride);
		for (size_t j = 0; j < n; j++)
			sum += ((double)q[j] * (double)s[j] -
			    2.0 * (double)b[j]) * (double)s[j] +
			    (double)b[j];
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
	float q[CHUNK], b[CHUNK];

	lay_out(row);
	for (size_t n = 0; n < row->n; n += 4) {
		weigh(row, n, row->n - n < 4 ? row->n - n : 4, q, b);
		for (size_t i = 0; i < 4 * ld; i += 8)
			v8d_store(spare + i, v8d_loadf(
			    row->at[n + i / ld] + i % ld));
		rank4(a, spare, q, ld);
		for (size_t i = 0; i < 4 * ld; i++)
			c[i % ld] += (double)b[i / ld] * spare[i];
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
	cg, few, combine, squares, gross, seen, normal, solve
};
