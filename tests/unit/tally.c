/* A tally is a plain loop over who was drawn, to the bit, on every path. */
#include <stdint.h>
#include <string.h>

#include "base/draw.h"
#include "kernel/cpu.h"
#include "kernel/tally.h"
#include "test.h"

RS_PATHS(struct rs_tally_ops, rs_tally_ops)

enum { N = 37, EVERYBODY = 50, WIDEST = 24 };

static double value[N * WIDEST], weight[EVERYBODY];
static uint32_t who[N];
static uint8_t times[RS_TALLY_AT_ONCE * EVERYBODY];

static double
number(size_t i)
{
	return rs_unit(rs_draw(3, RS_DRAW_SYNTH, i)) - 0.25;
}

static void
fill(void)
{
	for (size_t i = 0; i < N * WIDEST; i++)
		value[i] = number(i);
	for (size_t u = 0; u < EVERYBODY; u++)
		weight[u] = number(10000 + u);
	for (size_t i = 0; i < N; i++)
		who[i] = (uint32_t)(i + i / 3);
	for (size_t i = 0; i < sizeof(times); i++)
		times[i] = (uint8_t)(i % 5 == 0 ? 255 : i % 4);
}

static double
plain(const struct rs_tally *t, size_t r, size_t k)
{
	double sum = 0;

	for (size_t i = 0; i < t->n; i++) {
		const double each = t->weight != NULL ?
		    t->weight[t->who[i]] : 1;
		const double w = each * t->times[r * t->stride + t->who[i]];
		const double term = w * t->value[i * t->wide + k];

		sum += term;
	}
	return sum;
}

static void
check(const struct rs_tally_ops *ops, const char *name, size_t n, size_t wide,
    bool weighted)
{
	const struct rs_tally t = { .n = n, .wide = wide, .value = value,
	    .who = who, .times = times, .stride = EVERYBODY,
	    .weight = weighted ? weight : NULL };
	double sum[RS_TALLY_AT_ONCE * WIDEST];

	memset(sum, 0xff, sizeof(sum));
	ops->tally(&t, sum);
	for (size_t r = 0; r < RS_TALLY_AT_ONCE; r++) {
		for (size_t k = 0; k < wide; k++) {
			const double want = plain(&t, r, k);

			ok(memcmp(&want, &sum[r * wide + k], sizeof(want)) == 0,
			    "%s, %zu x %zu: [%zu][%zu] is %a, not %a", name, n,
			    wide, r, k, sum[r * wide + k], want);
		}
	}
}

int
main(void)
{
	fill();
	for (size_t n = 0; n <= N; n += N) {
		for (size_t wide = 0; wide <= WIDEST; wide += RS_TALLY_LANES) {
			check(&rs_tally_ops_base, "base", n, wide, true);
			check(&rs_tally_ops_base, "base", n, wide, false);
			check(RS_PICK(rs_tally_ops), rs_cpu_name(), n, wide,
			    true);
			check(RS_PICK(rs_tally_ops), rs_cpu_name(), n, wide,
			    false);
		}
	}
	return test_end();
}
