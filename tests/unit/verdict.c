/* verdict: a row a metric of each part, and what stands in it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/verdict.h"
#include "test.h"

/* What an evaluation of two users by two metrics leaves. */
static struct rs_eval
two_users(double a, double b)
{
	struct rs_eval v = { .users = 2, .metrics = 2 };

	v.user = calloc(2, sizeof(*v.user));
	v.value = calloc(4, sizeof(*v.value));
	v.whole = calloc(2, sizeof(*v.whole));
	v.user[1] = 7;
	v.value[0] = a;
	v.value[2] = b;
	v.value[1] = v.value[3] = (double)NAN;
	v.whole[0] = (double)NAN;
	v.whole[1] = 0.75;
	return v;
}

static void
settle(struct rs_verdict *v, struct rs_metrics *ms)
{
	struct rs_pool *pool = rs_pool_new(1);
	struct rs_eval a = two_users(1, 1), b = two_users(0.5, (double)NAN);
	struct rs_err e;

	rs_metrics_parse(ms, "hr@3,coverage@3", &e);
	*v = (struct rs_verdict){ .metrics = ms };
	rs_verdict_add(v, "", &a);
	rs_verdict_add(v, "pop:", &b);
	rs_verdict_settle(v, 1, pool);
	rs_pool_free(pool);
}

static void
test_each_part_has_a_line_for_each_metric(void)
{
	static const char want[] =
	    "hr@3\t1\t1\t1\t2\n"
	    "coverage@3\t0.75\t\t\t2\n"
	    "pop:hr@3\t0.5\t0.5\t0.5\t1\n"
	    "pop:coverage@3\t0.75\t\t\t2\n";
	struct rs_metrics ms = { 0 };
	struct rs_verdict v;
	struct rs_buf b = { 0 };

	settle(&v, &ms);
	rs_verdict_tsv(&v, &b);
	ok(strcmp(b.data, want) == 0, "%s", b.data);
	rs_buf_free(&b);
	rs_verdict_free(&v);
	rs_metrics_free(&ms);
}

static void
test_what_is_not_there_is_null_in_json(void)
{
	static const char want[] =
	    "{\"metric\": \"coverage@3\", \"value\": 0.75, \"low\": null, "
	    "\"high\": null, \"users\": 2}";
	struct rs_metrics ms = { 0 };
	struct rs_verdict v;
	struct rs_buf b = { 0 };

	settle(&v, &ms);
	rs_verdict_json(&v, &b);
	ok(strstr(b.data, want) != NULL, "%s", b.data);
	rs_buf_free(&b);
	rs_verdict_free(&v);
	rs_metrics_free(&ms);
}

int
main(void)
{
	test_each_part_has_a_line_for_each_metric();
	test_what_is_not_there_is_null_in_json();
	return test_end();
}
