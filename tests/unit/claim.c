/* claim: sums and relations as everybody reads them, and no others. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/claim.h"
#include "test.h"

static const struct rs_verdict_row rows[] = {
	{ "ndcg@10", 0.5, 0.4, 0.6, 7 },
	{ "mrr:all", 0.25, (double)NAN, (double)NAN, 7 },
	{ "agree-map@5", 2, 1, 3, 7 },
	{ "pop:ndcg@10", 0.3, 0.2, 0.4, 7 },
	{ "pop:agree-map@5", 1, 1, 1, 7 },
	{ "p:ndcg@10", 0.01, (double)NAN, (double)NAN, 7 },
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

/* 1 or 0: it holds or not; -1: is no claim; -2: names no figure. */
static int
judge(const char *text, double *left, double *right)
{
	struct rs_err e;
	struct rs_claim *c = rs_claim_parse(text, &e);
	int said = -2;

	if (c == NULL)
		return -1;
	if (rs_claim_bind(c, rows, ROWS, &e) == 0)
		said = rs_claim_holds(c, rows, left, right);
	rs_claim_free(c);
	return said;
}

static void
test_relations_and_sums(void)
{
	static const struct {
		const char *text;
		int said;
	} cases[] = {
		{ "ndcg@10 > 0.4", 1 }, { "ndcg@10>.5", 0 },
		{ "ndcg@10 >= 5e-1", 1 }, { "ndcg@10 < 0.5", 0 },
		{ "ndcg@10 <= 0.5", 1 }, { "ndcg@10 = 0.5", 1 },
		{ "ndcg@10 != 0.5", 0 }, { "1 < 2", 1 },
		{ "ndcg@10 > pop * 1.05", 1 }, { "ndcg@10 > pop*2", 0 },
		{ "ndcg@10 - pop = 0.5-0.3", 1 },
		{ "ndcg@10 > pop:ndcg@10", 1 },
		{ "ndcg@10.low > pop.high", 0 },
		{ "ndcg@10.low >= pop.high", 1 },
		{ "ndcg@10.users = 7", 1 },
		{ "p:ndcg@10 < 0.05", 1 },
		{ "pop:ndcg@10 < 0.5 - p * 2", 1 },
		{ "pop + ndcg@10 = 0.8", 1 },
		{ "agree-map@5-1 = pop", 1 }, { "mrr:all = 1/4", 1 },
		{ "1 + 2 * 3 = 7", 1 }, { "(1 + 2) * 3 = 9", 1 },
		{ "8 / 2 / 2 = 2", 1 }, { "8 - 2 - 2 = 4", 1 },
		{ "--1 = 1", 1 }, { "-2 * -3 = 6", 1 },
		{ "\t( ( 1 ) )<2 ", 1 },
	};
	double a, b;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ok(judge(cases[i].text, &a, &b) == cases[i].said, "%s: %g, %g",
		    cases[i].text, a, b);
}

static void
test_what_is_no_number_fulfils_nothing(void)
{
	static const char *const none[] = { "mrr:all.low != 1",
	    "1 / 0 > 1", "0 / 0 = 0 / 0", "-1 / 0 < 1", "1e308 * 10 > 1",
	    "mrr:all.low = mrr:all.low" };
	double a, b;

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		ok(judge(none[i], &a, &b) == 0, "%s", none[i]);
}

static void
test_what_is_no_claim_is_refused(void)
{
	static const char *const bad[] = { "", " ", ">", "1", "1 >", "> 1",
	    "1 > 2 > 3", "1 == 1", "(1 > 2)", "(1 > 2", "1) > 2", "1 2 > 3",
	    "1 > 2 3", "ndcg@10 > @", "1..2 > 1", ". > 1", "1e > 1",
	    "1 + > 1", "* 1 > 1", "1 ! 2", "ndcg@10 > 5%", "1 > 0x10",
	    "\n1 > 0", "1 > \xff" };
	static const char *const unknown[] = { "ndcg > 1", "ndcg@1 > 1",
	    "ndcg@100 > 1", "NDCG@10 > 1", "pop > 1", "random > 1",
	    "ndcg@10 > random", "ndcg@10 > against", "ndcg@10.mean > 1",
	    "ndcg@10-pop > 1 - a", "e > 1", "mrr:all > pop" };
	double a, b;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(judge(bad[i], &a, &b) == -1, "'%s'", bad[i]);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		ok(judge(unknown[i], &a, &b) == -2, "'%s'", unknown[i]);
}

/* n times the one, 1, n times the other, and a relation behind. */
static char *
nest(size_t n, char open, const char *close)
{
	char *s = malloc(n * (1 + strlen(close)) + 16), *p = s;

	memset(p, open, n);
	p += n;
	*p++ = '1';
	for (size_t i = 0; i < n; i++)
		p = stpcpy(p, close);
	strcpy(p, " > 0");
	return s;
}

static void
test_depth_and_length_are_bounded(void)
{
	static const size_t deep[] = { 10, RS_CLAIM_DEEP - 1, RS_CLAIM_DEEP,
	    RS_CLAIM_DEEP + 1, 2000 };
	double a, b;

	for (size_t i = 0; i < sizeof(deep) / sizeof(*deep); i++) {
		char *p = nest(deep[i], '(', ")"), *m = nest(deep[i], '-', "");
		const bool fits = deep[i] < RS_CLAIM_DEEP;

		ok(judge(p, &a, &b) == (fits ? 1 : -1), "%zu (", deep[i]);
		ok((judge(m, &a, &b) >= 0) == fits, "%zu -", deep[i]);
		free(p);
		free(m);
	}
	char *wide = malloc(100000);
	memset(wide, '1', 99999);
	wide[99999] = '\0';
	ok(judge(wide, &a, &b) == -1, "100 kB");
	for (size_t i = 0; i < 3999; i += 2)
		memcpy(wide + i, "1+", 2);
	strcpy(wide + 4000, "1>1");
	ok(judge(wide, &a, &b) == 1, "a sum of 2001");
	free(wide);
}

int
main(void)
{
	test_relations_and_sums();
	test_what_is_no_number_fulfils_nothing();
	test_what_is_no_claim_is_refused();
	test_depth_and_length_are_bounded();
	return test_end();
}
