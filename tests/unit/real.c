/* real and draw: our exp, log and pow against libm's, draws against laws. */
#include <math.h>

#include "base/draw.h"
#include "base/real.h"
#include "test.h"

/* Distance in units of the last place of b. */
static double
ulps(double a, double b)
{
	if (a == b)
		return 0;
	return fabs(a - b) / (nextafter(fabs(b), (double)INFINITY) - fabs(b));
}

static void
test_exp_log_pow_agree_with_libm(void)
{
	for (uint64_t i = 0; i < 200000; i++) {
		const double u = rs_unit(rs_draw(1, RS_DRAW_ROW, i));
		const double x = 1480 * u - 740;
		const double y = exp(x / 2);

		if (exp(x) > 1e-300)
			ok(ulps(rs_exp(x), exp(x)) <= 2, "exp(%.17g)", x);
		ok(ulps(rs_log(y), log(y)) <= 2, "log(%.17g)", y);
		ok(fabs(rs_log(1 + u * 1e-3) - log(1 + u * 1e-3)) < 1e-18,
		    "log near 1");
		ok(fabs(rs_pow(u * 100, 0.75) / pow(u * 100, 0.75) - 1) < 1e-14,
		    "pow(%.17g, .75)", u * 100);
	}
	ok(rs_exp(-1000) == 0 && isinf(rs_exp(1000)), "far out");
	ok(rs_exp(0) == 1 && rs_log(1) == 0 && rs_pow(0, 0) == 1, "exact");
	ok(isinf(rs_log(0)) && isnan(rs_log(-1)) && isnan(rs_pow(-1, 2)),
	    "outside");
	ok(ulps(rs_log(5e-324), log(5e-324)) <= 2, "the smallest");
}

static void
test_draws_follow_their_laws(void)
{
	enum { N = 200000 };
	double sum = 0, squares = 0, fourth = 0;
	uint64_t count[10] = { 0 };

	for (uint64_t i = 0; i < N; i++) {
		const uint64_t d = rs_draw2(7, RS_DRAW_USER_FACTORS, 3, i);
		const double x = rs_normal(d);

		sum += x;
		squares += x * x;
		fourth += x * x * x * x;
		count[rs_below(10, d)]++;
	}
	ok(fabs(sum / N) < 0.01, "mean %g", sum / N);
	ok(fabs(squares / N - 1) < 0.02, "variance %g", squares / N);
	ok(fabs(fourth / N - 3) < 0.15, "fourth moment %g", fourth / N);
	for (int i = 0; i < 10; i++)
		ok(count[i] > N / 10 - 600 && count[i] < N / 10 + 600,
		    "tenth %d has %lu", i, (unsigned long)count[i]);
	ok(isfinite(rs_normal(0)) && isfinite(rs_normal(UINT64_MAX)), "ends");
	ok(fabs(rs_normal((uint64_t)1 << 63)) < 1e-15, "middle");
}

int
main(void)
{
	test_exp_log_pow_agree_with_libm();
	test_draws_follow_their_laws();
	return test_end();
}
