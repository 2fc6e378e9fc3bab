/* csr: a sparse matrix is the set of its pairs, whatever the order of rows. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/csr.h"
#include "test.h"

enum { USERS = 300, ITEMS = 500, ROWS = 600000 };

static struct rs_pool *pool;

/* Row n of a fixed table, with many repeats. */
static void
row(uint64_t n, uint32_t *u, uint32_t *i, float *w)
{
	/* Skewed: some users have thousands of rows. */
	const double x = rs_unit(rs_draw(1, RS_DRAW_ROW, n));

	*u = (uint32_t)(x * x * x * USERS);
	*i = (uint32_t)rs_below(ITEMS, rs_draw(1, RS_DRAW_PAIR, n));
	*w = (float)(1 + rs_draw(1, RS_DRAW_NEGATIVE, n) % 3);
}

static struct rs_csr
build(enum rs_repeats repeats, bool weighted, bool sorted)
{
	const struct rs_csr_opts o = { .repeats = repeats };
	struct rs_csr_builder *b = rs_csr_builder_new(&o);
	struct rs_csr m;
	struct rs_err e;

	for (uint32_t want = 0; want < (sorted ? USERS : 1); want++)
		for (uint64_t n = 0; n < ROWS; n++) {
			uint32_t u, i;
			float w;

			if (sorted && n >= 20000)
				break;
			row(n, &u, &i, &w);
			if (sorted && u != want)
				continue;
			ok(rs_csr_builder_add(b, u, i, weighted ? w : 1,
			    &e) == 0, "%s", e.text);
		}
	ok(rs_csr_builder_done(b, pool, &m, &e) == 0, "%s", e.text);
	return m;
}

static void
test_sums_are_those_of_a_dense_table(void)
{
	double *sum = rs_zalloc(USERS * ITEMS * sizeof(*sum));
	float *first = rs_zalloc(USERS * ITEMS * sizeof(*first));
	float *last = rs_zalloc(USERS * ITEMS * sizeof(*last));
	struct rs_csr s = build(RS_REPEATS_SUM, true, false);
	struct rs_csr d = build(RS_REPEATS_DISTINCT, true, false);
	struct rs_csr l = build(RS_REPEATS_LAST, true, false);
	uint64_t pairs = 0, at = 0;

	for (uint64_t n = 0; n < ROWS; n++) {
		uint32_t u, i;
		float w;

		row(n, &u, &i, &w);
		if (first[u * ITEMS + i] == 0)
			first[u * ITEMS + i] = w;
		last[u * ITEMS + i] = w;
		sum[u * ITEMS + i] += (double)w;
	}
	for (uint64_t u = 0; u < s.users; u++) {
		ok(s.start[u] == at, "start of user %zu", (size_t)u);
		for (uint32_t i = 0; i < ITEMS; i++) {
			if (sum[u * ITEMS + i] == 0)
				continue;
			pairs++;
			ok(s.item[at] == i && d.item[at] == i,
			    "user %zu item %u", (size_t)u, i);
			ok((double)s.weight[at] == sum[u * ITEMS + i],
			    "sum of user %zu item %u", (size_t)u, i);
			ok(d.weight[at] == first[u * ITEMS + i] &&
			    l.weight[at] == last[u * ITEMS + i],
			    "first and last of user %zu item %u", (size_t)u,
			    i);
			at++;
		}
	}
	ok(s.nnz == pairs && s.start[s.users] == pairs, "all pairs");
	rs_csr_free(&s);
	rs_csr_free(&d);
	rs_csr_free(&l);
	free(sum);
	free(first);
	free(last);
}

static void
test_unweighted_repeats_sum_to_their_number(void)
{
	struct rs_csr m = build(RS_REPEATS_SUM, false, false);
	double sum = 0;

	ok(m.weight != NULL, "weights appear");
	for (uint64_t i = 0; m.weight != NULL && i < m.nnz; i++)
		sum += (double)m.weight[i];
	ok(sum == ROWS, "%g rows", sum);
	rs_csr_free(&m);
	m = build(RS_REPEATS_DISTINCT, false, true);
	ok(m.weight == NULL, "no weight, no array");
	rs_csr_free(&m);
}

static void
test_transposed_twice_is_itself(void)
{
	struct rs_csr m = build(RS_REPEATS_SUM, true, false), t, back;

	rs_csr_transpose(&m, &t);
	rs_csr_transpose(&t, &back);
	ok(t.users == m.items && t.items == m.users && t.nnz == m.nnz, "shape");
	for (uint64_t i = 0; i < t.users; i++)
		for (uint64_t k = t.start[i] + 1; k < t.start[i + 1]; k++)
			ok(t.item[k - 1] < t.item[k], "users ascend");
	ok(memcmp(m.start, back.start, (m.users + 1) * 8) == 0 &&
	    memcmp(m.item, back.item, m.nnz * 4) == 0 &&
	    memcmp(m.weight, back.weight, m.nnz * 4) == 0, "the same bytes");
	rs_csr_widen(&back, USERS + 10, ITEMS + 5);
	ok(back.users == USERS + 10 && back.items == ITEMS + 5 &&
	    rs_csr_count(&back, USERS + 9) == 0, "wider");
	rs_csr_free(&m);
	rs_csr_free(&t);
	rs_csr_free(&back);
}

/* The sizes that text declares; -1 where they are refused at once. */
static int
declare(struct rs_csr_builder *b, const char *user, struct rs_err *e)
{
	struct rs_lines l = { 0 };

	rs_lines_add(&l, 3, "size", "user", user);
	const int r = rs_csr_builder_sizes(b, &l, e);
	rs_lines_free(&l);
	return r;
}

static void
test_pairs_are_found_where_they_stand(void)
{
	const struct rs_csr m = {
		.users = 3, .items = 9, .nnz = 4,
		.start = (uint64_t[]){ 0, 3, 3, 4 },
		.item = (uint32_t[]){ 1, 4, 8, 4 },
	};

	for (uint32_t i = 0; i < 10; i++) {
		ok(rs_csr_find(&m, 0, i) == (i == 1 ? 0 : i == 4 ? 1 :
		    i == 8 ? 2 : RS_CSR_NONE), "item %" PRIu32, i);
		ok(rs_csr_find(&m, 1, i) == RS_CSR_NONE, "nothing there");
		ok(rs_csr_find(&m, 2, i) == (i == 4 ? 3 : RS_CSR_NONE),
		    "item %" PRIu32 " of the last", i);
		ok(rs_csr_find(&m, 3, i) == RS_CSR_NONE, "no such user");
	}
}

static void
test_hostile_sizes_are_refused(void)
{
	const struct rs_csr_opts o = { .repeats = RS_REPEATS_ERROR };
	struct rs_csr_builder *b = rs_csr_builder_new(&o);
	struct rs_csr m;
	struct rs_err e;

	ok(declare(b, "1152921504606846976", &e) < 0, "2^60 users");
	ok(declare(b, "-1", &e) < 0, "-1 users");
	ok(declare(b, "many", &e) < 0, "many users");
	ok(declare(b, "5", &e) == 0, "%s", e.text);
	ok(declare(b, "6", &e) < 0, "two sizes");
	ok(rs_csr_builder_add(b, 5, 0, 1, &e) < 0, "user 5 of 5");
	ok(rs_csr_builder_add(b, 4, 0, __builtin_nanf(""), &e) < 0, "NaN");
	ok(rs_csr_builder_add(b, 4, 0, __builtin_inff(), &e) < 0, "inf");
	ok(rs_csr_builder_add(b, 4, 0, 1, &e) == 0, "%s", e.text);
	ok(rs_csr_builder_add(b, 4, 0, 2, &e) == 0, "%s", e.text);
	ok(rs_csr_builder_done(b, pool, &m, &e) < 0 && m.item == NULL,
	    "a repeated pair");
	b = rs_csr_builder_new(&o);
	ok(declare(b, "4000000000", &e) == 0, "%s", e.text);
	ok(rs_csr_builder_add(b, 4, 0, 1, &e) == 0, "%s", e.text);
	ok(rs_csr_builder_done(b, pool, &m, &e) < 0,
	    "four billion users for one row");
	b = rs_csr_builder_new(&o);
	ok(rs_csr_builder_add(b, 0, 4000000000, 1, &e) == 0, "%s", e.text);
	ok(rs_csr_builder_done(b, pool, &m, &e) < 0,
	    "item four billion in one row");
	b = rs_csr_builder_new(&o);
	ok(rs_csr_builder_done(b, pool, &m, &e) == 0 && m.users == 0 &&
	    m.nnz == 0, "nothing");
	rs_csr_free(&m);
}

static void
test_who_is_met_is_there_without_a_pair(void)
{
	const struct rs_csr_opts o = { .repeats = RS_REPEATS_DISTINCT };
	struct rs_csr_builder *b = rs_csr_builder_new(&o);
	struct rs_csr m;
	struct rs_err e;

	ok(rs_csr_builder_add(b, 1, 2, 1, &e) == 0, "%s", e.text);
	ok(rs_csr_builder_meet(b, 6, 9, &e) == 0, "%s", e.text);
	ok(rs_csr_builder_add(b, UINT32_MAX, 0, 1, &e) < 0 &&
	    strncmp(e.text, "row 3:", 6) == 0, "%s", e.text);
	ok(declare(b, "6", &e) < 0, "six users, one of them is number 6");
	ok(rs_csr_builder_done(b, pool, &m, &e) == 0, "%s", e.text);
	ok(m.users == 7 && m.items == 10 && m.nnz == 1 && m.weight == NULL,
	    "%" PRIu64 " users, %" PRIu64 " items, %" PRIu64 " pairs",
	    m.users, m.items, m.nnz);
	rs_csr_free(&m);
}

int
main(void)
{
	pool = rs_pool_new(2);
	test_sums_are_those_of_a_dense_table();
	test_unweighted_repeats_sum_to_their_number();
	test_transposed_twice_is_itself();
	test_pairs_are_found_where_they_stand();
	test_hostile_sizes_are_refused();
	test_who_is_met_is_there_without_a_pair();
	rs_pool_free(pool);
	return test_end();
}
