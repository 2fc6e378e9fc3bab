/*
 * sgd: steps of a group, sixteen lanes of all its rows at a time.
 *
 * Lanes do not meet in a step, so the group may be gone through lane by lane:
 * sixteen lanes of the user's row stay in registers for all its samples, and
 * every line of an item's row is read and written once.
 */
#include "kernel/cpu.h"
#include "kernel/sgd.h"
#include "kernel/vec.h"

enum { FOUR = 4 };

/* sum[k] = the lanes of p'q of item[k], k < 4. */
static void
four(v16 *sum, const float *p, const struct rs_sgd_rows *y,
    const uint32_t *item)
{
	const float *q0 = y->q + item[0] * y->stride;
	const float *q1 = y->q + item[1] * y->stride;
	const float *q2 = y->q + item[2] * y->stride;
	const float *q3 = y->q + item[3] * y->stride;
	v16 s0 = v16_zero(), s1 = s0, s2 = s0, s3 = s0;

	for (size_t l = 0; l < y->stride; l += LANES) {
		const v16 x = v16_load(p + l);

		s0 = v16_fma(x, v16_load(q0 + l), s0);
		s1 = v16_fma(x, v16_load(q1 + l), s1);
		s2 = v16_fma(x, v16_load(q2 + l), s2);
		s3 = v16_fma(x, v16_load(q3 + l), s3);
	}
	sum[0] = s0;
	sum[1] = s1;
	sum[2] = s2;
	sum[3] = s3;
}

static void
scores(float *s, const float *p, const struct rs_sgd_rows *y,
    const uint32_t *item, size_t n)
{
	v16 sum[2 * FOUR];

	for (size_t from = 0; from < n; from += 2 * FOUR) {
		const size_t left = n - from < 2 * FOUR ? n - from : 2 * FOUR;
		uint32_t list[2 * FOUR];
		float out[2 * FOUR];

		/* A short list ends in its last row, again and again. */
		for (size_t k = 0; k < 2 * FOUR; k++)
			list[k] = item[from + (k < left ? k : left - 1)];
		four(sum, p, y, list);
		if (left > FOUR)
			four(sum + FOUR, p, y, list + FOUR);
		else
			for (size_t k = FOUR; k < 2 * FOUR; k++)
				sum[k] = v16_zero();
		v16_sum8(out, sum);
		if (y->bias != NULL)
			for (size_t k = 0; k < left; k++)
				out[k] += y->bias[list[k]];
		memcpy(s + from, out, left * sizeof(*s));
	}
}

static void
pair_biases(float *bias, float keep, const uint32_t *i, const uint32_t *j,
    const float *a, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		bias[i[k]] = __builtin_fmaf(keep, bias[i[k]], a[k]);
		bias[j[k]] = __builtin_fmaf(keep, bias[j[k]], -a[k]);
	}
}

static void
pairs(float *p, const struct rs_sgd_rows *y, const struct rs_sgd_keep *keep,
    const uint32_t *i, const uint32_t *j, const float *a, size_t n)
{
	const v16 user = v16_set(keep->user);
	const v16 positive = v16_set(keep->positive);
	const v16 negative = v16_set(keep->negative);
	float *qi[RS_SGD_GROUP], *qj[RS_SGD_GROUP];

	for (size_t k = 0; k < n; k++) {
		qi[k] = y->q + i[k] * y->stride;
		qj[k] = y->q + j[k] * y->stride;
	}
	for (size_t l = 0; l < y->stride; l += LANES) {
		v16 x = v16_load(p + l);

		for (size_t k = 0; k < n; k++) {
			const v16 by = v16_set(a[k]);
			const v16 step = v16_mul(by, x);
			const v16 up = v16_load(qi[k] + l);
			const v16 down = v16_load(qj[k] + l);

			x = v16_fma(user, x, v16_mul(by, v16_sub(up, down)));
			v16_store(qi[k] + l, v16_fma(positive, up, step));
			v16_store(qj[k] + l, v16_fma(negative, down,
			    v16_sub(v16_zero(), step)));
		}
		v16_store(p + l, x);
	}
	if (y->bias != NULL)
		pair_biases(y->bias, keep->bias, i, j, a, n);
}

static void
points(float *p, float *user_bias, const struct rs_sgd_rows *y,
    const struct rs_sgd_keep *keep, const uint32_t *item, const float *a,
    const float *keep_item, size_t n)
{
	const v16 user = v16_set(keep->user);
	float *q[RS_SGD_GROUP], row[RS_SGD_GROUP];

	for (size_t k = 0; k < n; k++) {
		q[k] = y->q + item[k] * y->stride;
		row[k] = keep_item != NULL ? keep_item[k] : a[k] > 0 ?
		    keep->positive : keep->negative;
	}
	for (size_t l = 0; l < y->stride; l += LANES) {
		v16 x = v16_load(p + l);

		for (size_t k = 0; k < n; k++) {
			const v16 by = v16_set(a[k]);
			const v16 step = v16_mul(by, x);
			const v16 was = v16_load(q[k] + l);

			x = v16_fma(user, x, v16_mul(by, was));
			v16_store(q[k] + l, v16_fma(v16_set(row[k]), was,
			    step));
		}
		v16_store(p + l, x);
	}
	for (size_t k = 0; user_bias != NULL && k < n; k++)
		*user_bias = __builtin_fmaf(keep->bias, *user_bias, a[k]);
	for (size_t k = 0; y->bias != NULL && k < n; k++)
		y->bias[item[k]] = __builtin_fmaf(keep->bias,
		    y->bias[item[k]], a[k]);
}

extern const struct rs_sgd_ops RS_PATH(rs_sgd_ops);
const struct rs_sgd_ops RS_PATH(rs_sgd_ops) = { scores, pairs, points };
