/*
 * Scores of given pairs, from within: the rate of a model.
 *
 *	score MODEL [PAIRS any|sorted THREADS]
 *
 * prints the CPU seconds and pairs a second.  Pairs are drawn, in any order or
 * user by user, and asked for in pieces of 65,536 as rs-score does it; what
 * opening the model takes is not counted, what the first question takes is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/draw.h"
#include "base/mem.h"
#include "base/pool.h"
#include "model/model.h"
#include "model/pairs.h"
#include "spent.h"

enum { PIECE = 65536 };

/* sorted: the users share the pairs evenly, in their order. */
static void
draw_pairs(const struct rs_model *m, bool sorted, uint32_t *user,
    uint32_t *item, size_t n)
{
	const uint64_t users = rs_model_users(m), items = rs_model_items(m);

	for (size_t i = 0; i < n; i++) {
		user[i] = (uint32_t)(sorted ? i * users / n :
		    rs_below(users, rs_draw(1, RS_DRAW_PAIR, 2 * i)));
		item[i] = (uint32_t)rs_below(items, rs_draw(1, RS_DRAW_PAIR,
		    2 * i + 1));
	}
}

int
main(int argc, char **argv)
{
	const size_t n = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000;
	const bool sorted = argc > 3 && strcmp(argv[3], "sorted") == 0;
	struct rs_pool *pool = rs_pool_new(argc > 4 ? atoi(argv[4]) : 1);
	uint32_t *user = rs_alloc(rs_size(n, sizeof(*user)));
	uint32_t *item = rs_alloc(rs_size(n, sizeof(*item)));
	float *score = rs_alloc(rs_size(n, sizeof(*score)));
	struct rs_err err;
	struct rs_model *m;
	double begun, took;

	if (argc < 2)
		rs_die("score MODEL [PAIRS any|sorted THREADS]");
	if ((m = rs_model_open(argv[1], &err)) == NULL)
		rs_die("%s", err.text);
	draw_pairs(m, sorted, user, item, n);
	begun = cpu_seconds();
	for (size_t i = 0; i < n; i += PIECE)
		rs_score_pairs(m, user + i, item + i, n - i < PIECE ? n - i :
		    PIECE, score + i, pool);
	took = cpu_seconds() - begun;
	printf("seconds %.4f\nrate %.0f\n", took, (double)n / took);
	rs_model_close(m);
	rs_pool_free(pool);
	free(user);
	free(item);
	free(score);
	return 0;
}
