/* referee: what the contenders of a contest are worth. */
#include "cli/guise.h"
#include "cli/referee.h"
#include "cli/tool.h"
#include "model/evaluate.h"
#include "model/served.h"

/* Who is ranked: by scores, by lists or, without either, in random order.
 * What is to agree with others is what is served: those scores or the lists. */
struct ranker {
	const char *name;
	const struct rs_scorer *scorer, *served;
	const struct rs_lists *lists;
};

static void
rank(const struct rs_contest *c, const struct ranker *r,
    const struct rs_eval_ask *ask, struct rs_eval *v)
{
	struct rs_err e;
	int status = 0;

	if (r->scorer != NULL)
		status = c->candidates != NULL ?
		    rs_evaluate_cases(r->scorer, &c->cases, ask, c->pool, v,
		    &e) : rs_evaluate(r->scorer, ask, c->pool, v, &e);
	else if (r->lists != NULL)
		rs_evaluate_lists(r->lists, ask, v);
	else if (c->candidates != NULL)
		rs_evaluate_random_cases(&c->cases, ask, c->pool, v);
	else
		rs_evaluate_random(c->items, ask, v);
	if (status < 0)
		rs_bad("%s: %s", r->name, e.text);
}

static void
judge(const struct rs_contest *c, const struct ranker *r,
    const struct rs_eval_ask *ask, struct rs_eval *v)
{
	const struct ranker served = { .name = r->name, .scorer = r->served,
	    .lists = r->lists };
	struct rs_eval_ask theirs;
	struct rs_eval w;

	rank(c, r, ask, v);
	if (c->agree.ms == NULL)
		return;
	for (size_t m = 0; m < c->metrics->n; m++) {
		if (!rs_agree_asks(&c->agree, m, ask, &theirs))
			continue;
		rank(c, &served, &theirs, &w);
		rs_agree_put(&c->agree, m, &w, v);
		rs_eval_free(&w);
	}
}

/* A model where it matters who would be answered by the fall-back. */
static void
judge_served(const struct rs_contest *c, const struct rs_contender *x,
    const struct rs_eval_ask *ask, struct rs_eval *v)
{
	struct rs_served s;

	rs_served_begin(&s, x->model, ask, c->pool);
	judge(c, &(struct ranker){ .name = x->path, .served = &s.scorer,
	    .scorer = c->as_served ? &s.scorer : &s.own }, ask, v);
	rs_served_put(&s, c->metrics, v);
	rs_served_end(&s);
}

static void
judge_contender(const struct rs_contest *c, struct rs_contender *x,
    struct rs_eval *v)
{
	const struct rs_eval_ask ask = rs_contest_ask(c, x);
	struct rs_scorer s;

	if (c->tool != RS_TOOL_OWN) {
		rs_guise_judge(c, x, v);
	} else if (x->model == NULL) {
		judge(c, &(struct ranker){ .name = x->path,
		    .lists = &x->lists }, &ask, v);
	} else if (c->as_served || c->agree_path != NULL ||
	    rs_metrics_have(c->metrics, RS_METRIC_SERVED)) {
		judge_served(c, x, &ask, v);
	} else {
		rs_scorer_of(&s, x->model);
		judge(c, &(struct ranker){ .name = x->path, .scorer = &s },
		    &ask, v);
		rs_scorer_free(&s);
	}
}

static void
judge_baselines(struct rs_contest *c, struct rs_verdict *verdict)
{
	struct rs_eval_ask ask = rs_contest_ask(c, &c->contender[0]);
	struct rs_scorer s;
	struct rs_eval v;

	if (c->popularity == NULL) {
		rs_note("without --train there are no rows for popularity and "
		    "random");
		return;
	}
	ask.seen = c->ranks_seen ? NULL : c->train;
	rs_scorer_popularity(&s, c->popularity, c->items);
	judge(c, &(struct ranker){ .name = "popularity", .scorer = &s,
	    .served = &s }, &ask, &v);
	rs_verdict_add(verdict, "pop:", &v);
	rs_scorer_free(&s);
	judge(c, &(struct ranker){ .name = "random" }, &ask, &v);
	rs_verdict_add(verdict, "random:", &v);
}

void
rs_referee_judge(struct rs_contest *c, struct rs_verdict *verdict)
{
	struct rs_eval v;

	judge_contender(c, &c->contender[0], &v);
	if (c->candidates != NULL && c->holdout.users > v.users)
		rs_note_count(c->holdout.users - v.users, "users with test "
		    "items but without candidates, left out");
	rs_verdict_add(verdict, "", &v);
	if (c->other != NULL) {
		judge_contender(c, &c->contender[1], &v);
		rs_verdict_against(verdict, &v);
	}
	if (c->tool == RS_TOOL_OWN)
		judge_baselines(c, verdict);
}
