/* The curves against double precision, and one CPU path against the others. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/real.h"
#include "kernel/activation.h"
#include "test.h"

enum { N = 200003 };

static float x[N], y[N];

/* Error in units of the last place of the true value. */
static double
error(float got, double want)
{
	const double unit = ldexp(1, (int)floor(log2(fmax(fabs(want),
	    FLT_MIN))) - 23);

	return fabs((double)got - want) / unit;
}

static void
fill(double low, double high)
{
	for (int i = 0; i < N; i++)
		x[i] = (float)(low + (high - low) * i / (N - 1));
}

static double
worst(double (*truth)(double))
{
	double most = 0;

	for (int i = 0; i < N; i++)
		most = fmax(most, error(y[i], truth((double)x[i])));
	return most;
}

static double
true_sigmoid(double a)
{
	return 1 / (1 + rs_exp(-a));
}

static double
true_softplus(double a)
{
	return a > 40 ? a + rs_exp(-a) : log1p(rs_exp(a));
}

static void
test_the_curves_are_right_to_the_last_places(void)
{
	fill(-86, 86);
	rs_expf(y, x, N);
	ok(worst(rs_exp) < 2, "exp is off by %.2f", worst(rs_exp));
	rs_sigmoid(y, x, N);
	ok(worst(true_sigmoid) < 3, "sigmoid is off by %.2f",
	    worst(true_sigmoid));
	rs_softplus(y, x, N);
	ok(worst(true_softplus) < 3, "softplus is off by %.2f",
	    worst(true_softplus));
}

static void
test_a_cut_changes_nothing(void)
{
	float part[40];

	fill(-9, 9);
	rs_sigmoid(y, x, 40);
	for (size_t n = 0; n < 40; n++) {
		rs_sigmoid(part, x, n);
		rs_sigmoid(part + n, x + n, 40 - n);
		ok(memcmp(part, y, sizeof(part)) == 0, "cut at %zu", n);
	}
}

static void
test_far_values_saturate_and_nan_stays(void)
{
	float in[4] = { 1e30f, -1e30f, NAN, 0 }, out[4];

	rs_sigmoid(out, in, 4);
	ok(out[0] == 1 && out[1] >= 0 && out[1] < 1e-37f, "far values");
	ok(isnan(out[2]), "a NaN stays one");
	ok(out[3] == 0.5f, "the middle");
	rs_softplus(out, in, 4);
	ok(out[0] == 1e30f && out[1] >= 0 && out[1] < 1e-37f, "far values");
	ok(isnan(out[2]), "a NaN stays one");
}

int
main(void)
{
	test_the_curves_are_right_to_the_last_places();
	test_a_cut_changes_nothing();
	test_far_values_saturate_and_nan_stays();
	return test_end();
}
