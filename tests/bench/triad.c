/*
 * triad: what memory gives one thread, in order and at random.
 *
 *	triad			prints "triad", GB/s of a[i] = b[i] + s * c[i]
 *				over three arrays far larger than any cache
 *	triad MIB BYTES		prints "gather", million rows a second, of rows
 *				of so many bytes read, changed and written at
 *				random places of a table of so many MiB
 *
 * The best of a few passes counts: a limit is what the machine can do.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/die.h"
#include "base/draw.h"
#include "base/mem.h"
#include "spent.h"

enum { PASSES = 5, NUMBERS = 1 << 24, ROWS = 1 << 20 };

static float *
filled(size_t n)
{
	float *p = rs_aligned(rs_size(n, sizeof(*p)));

	for (size_t i = 0; i < n; i++)
		p[i] = (float)(i & 255);
	return p;
}

/* Seconds of one pass. */
static double
triad(float *restrict a, const float *restrict b, const float *restrict c)
{
	const double begun = cpu_seconds();

	for (size_t i = 0; i < NUMBERS; i++)
		a[i] = b[i] + 3.0f * c[i];
	return cpu_seconds() - begun;
}

/* Likewise: ROWS rows of d numbers, at places known beforehand. */
static double
gather(float *table, size_t d, const uint32_t *place)
{
	const double begun = cpu_seconds();

	for (size_t r = 0; r < ROWS; r++) {
		float *row = table + place[r] * d;

		for (size_t i = 0; i < d; i++)
			row[i] = row[i] * 0.5f + 1.0f;
	}
	return cpu_seconds() - begun;
}

static void
print_triad(void)
{
	float *a = filled(NUMBERS), *b = filled(NUMBERS), *c = filled(NUMBERS);
	double best = triad(a, b, c);

	for (int i = 1; i < PASSES; i++) {
		const double took = triad(a, b, c);

		best = took < best ? took : best;
	}
	printf("triad %.3f\n", 3e-9 * NUMBERS * sizeof(float) / best);
	free(a);
	free(b);
	free(c);
}

static void
print_gather(size_t mib, size_t bytes)
{
	const size_t d = bytes / sizeof(float), rows = (mib << 20) / bytes;
	float *table = filled(rs_size(rows, d));
	uint32_t *place = rs_alloc(ROWS * sizeof(*place));
	double best = 0;

	for (int i = 0; i < PASSES; i++) {
		for (size_t r = 0; r < ROWS; r++)
			place[r] = (uint32_t)rs_below(rows, rs_draw((uint64_t)i,
			    RS_DRAW_PAIR, r));

		const double took = gather(table, d, place);

		best = i == 0 || took < best ? took : best;
	}
	printf("gather %.3f\n", 1e-6 * ROWS / best);
	free(table);
	free(place);
}

int
main(int argc, char **argv)
{
	if (argc != 1 && argc != 3)
		rs_die("triad [MIB BYTES]");
	if (argc == 1) {
		print_triad();
	} else {
		const size_t mib = strtoul(argv[1], NULL, 10);
		const size_t bytes = strtoul(argv[2], NULL, 10);

		if (mib == 0 || mib > 65536 || bytes < 64 || bytes > 1 << 20)
			rs_die("triad: out of range");
		print_gather(mib, bytes);
	}
	return 0;
}
