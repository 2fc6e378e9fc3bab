/*
 * als: seconds and loss of each iteration of the ALS engine.
 *
 *	als D EPOCHS STEPS THREADS ALPHA UNOBSERVED REPLACE RIDGE NU STD < LINES
 *
 * A line is a user and its items, numbers, separated by blanks; lines of one
 * user may repeat.  Prints "loss N VALUE CPU" an iteration, CPU being the
 * seconds since the first began, then "cpu" seconds an iteration and the
 * "peak" memory in MiB.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "kernel/als.h"
#include "kernel/dot.h"
#include "model/factors.h"
#include "spent.h"

struct pairs {
	uint32_t *user, *item;
	size_t n, room_user, room_item;
	size_t users, items;
};

static void
read_pairs(struct pairs *p)
{
	char *line = NULL, *at, *end;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0) {
		const unsigned long u = strtoul(line, &at, 10);

		for (;; at = end) {
			const unsigned long i = strtoul(at, &end, 10);

			if (end == at)
				break;
			rs_grow(&p->user, &p->room_user, p->n + 1, 4);
			rs_grow(&p->item, &p->room_item, p->n + 1, 4);
			p->user[p->n] = (uint32_t)u;
			p->item[p->n++] = (uint32_t)i;
			p->users = u >= p->users ? u + 1 : p->users;
			p->items = i >= p->items ? i + 1 : p->items;
		}
	}
	free(line);
}

/* A side by counting sort. */
static struct rs_als_side
side_of(const uint32_t *row, const uint32_t *other, size_t n, size_t rows)
{
	uint64_t *indptr = rs_zalloc((rows + 2) * sizeof(*indptr));
	uint32_t *indices = rs_alloc(n * sizeof(*indices));

	for (size_t i = 0; i < n; i++)
		indptr[row[i] + 2]++;
	for (size_t r = 0; r < rows; r++)
		indptr[r + 2] += indptr[r + 1];
	for (size_t i = 0; i < n; i++)
		indices[indptr[row[i] + 1]++] = other[i];
	return (struct rs_als_side){ .rows = rows, .indptr = indptr,
	    .indices = indices };
}

static void
finish(struct rs_pool *pool, struct rs_als_side *s, const struct
    rs_als_side *o, size_t d, const struct rs_als_goal *goal, char **argv,
    enum rs_purpose purpose)
{
	float *lambda = rs_alloc(s->rows * sizeof(*lambda));

	rs_als_ridge(lambda, s->indptr, s->rows, o->rows, atof(argv[8]),
	    (double)goal->unobserved, atof(argv[9]));
	s->lambda = lambda;
	s->factors = rs_aligned(rs_size(s->rows, rs_stride(d) *
	    sizeof(*s->factors)));
	rs_factors_draw(pool, s->factors, s->rows, d,
	    atof(argv[10]) / sqrt((double)d), 1, purpose);
}

int
main(int argc, char **argv)
{
	struct rs_als_side users, items;
	struct rs_als_goal goal;
	struct rs_pool *pool;
	struct rs_als *als;
	struct pairs p = { 0 };
	double cpu = 0;
	size_t d, bad;

	if (argc != 11) {
		fprintf(stderr, "usage: als D EPOCHS STEPS THREADS ALPHA "
		    "UNOBSERVED REPLACE RIDGE NU STD < LINES\n");
		return 2;
	}
	read_pairs(&p);
	users = side_of(p.user, p.item, p.n, p.users);
	items = side_of(p.item, p.user, p.n, p.items);
	free(p.user);
	free(p.item);
	d = strtoul(argv[1], NULL, 10);
	goal = (struct rs_als_goal){ (float)atof(argv[5]),
	    (float)atof(argv[6]), atoi(argv[7]) != 0 };
	pool = rs_pool_new(atoi(argv[4]));
	finish(pool, &users, &items, d, &goal, argv, RS_DRAW_USER_FACTORS);
	finish(pool, &items, &users, d, &goal, argv, RS_DRAW_ITEM_FACTORS);
	als = rs_als_new(pool, d, &goal, atoi(argv[3]) > 0 ? RS_ALS_CG :
	    RS_ALS_CHOLESKY, (unsigned)atoi(argv[3]));
	for (int e = 1; e <= atoi(argv[2]); e++) {
		const double c0 = cpu_seconds();

		if (rs_als_half(als, &users, &items, &bad) != 0 ||
		    rs_als_half(als, &items, &users, &bad) != 0) {
			fprintf(stderr, "row %zu is not finite\n", bad);
			return 1;
		}
		cpu += cpu_seconds() - c0;
		printf("loss %d %.9g %.4f\n", e,
		    rs_als_loss(als, &users, &items), cpu);
	}
	printf("cpu %.6f\npeak %.1f\n", cpu / atof(argv[2]),
	    (double)rs_peak_memory() / (1 << 20));
	return 0;
}
