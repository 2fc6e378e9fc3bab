/* grading: one or two who score pairs, against what is true of them. */
#include <stdlib.h>

#include "cli/evidence.h"
#include "cli/grading.h"
#include "cli/tool.h"

void
rs_grading_open(struct rs_grading *g)
{
	struct rs_scored_pair twice;
	int64_t alone;

	rs_roster_begin(&g->roster, NULL, g->dir);
	rs_evidence_scored(&g->roster, g->one, g->test, g->pool,
	    &g->pairs[0]);
	if (g->other != NULL) {
		rs_evidence_scores(&g->roster, g->other, &g->pairs[1]);
		alone = rs_scored_match(&g->pairs[0], &g->pairs[1], &twice);
		if (alone < 0)
			rs_roster_bad(&g->roster, "two cannot be compared",
			    twice.user, twice.item, "is scored twice by one");
		rs_note_count((uint64_t)alone, "scored pairs that only one of "
		    "the two has, left out");
	}
	if (g->train != NULL)
		rs_evidence_rated(&g->roster, "train", g->train, g->pool,
		    &g->seen, &g->value, &g->label);
	else if (g->overlap != RS_OVERLAP_REPORT)
		rs_misuse("--overlap needs --train");
}

/* What the metrics need of each; what was left out for it. */
static void
settle(struct rs_grading *g, int i, const struct rs_metrics *ms)
{
	const char *path = i == 0 ? g->one : g->other;
	struct rs_scored *p = &g->pairs[i];
	struct rs_err e;
	size_t bad;

	if (rs_scored_keep(p, ms, &e) < 0)
		rs_misuse("%s", e.text);
	bad = rs_scored_improbable(p, ms);
	if (bad < p->n)
		rs_roster_bad(&g->roster, path, p->user[bad], p->item[bad],
		    "its score is no probability, which logloss needs");
	rs_note_count(p->empty, "pairs without a score, left out");
	if (i == 0)
		rs_note_count(p->stray, "scored pairs without a truth, left "
		    "out");
	if (p->n == 0)
		rs_bad("%s: has no pair with a score and a truth", path);
	if (g->train == NULL)
		return;
	if (i == 0)
		rs_holdout_tell_scored(&g->holdout, &g->roster, p, &g->seen,
		    g->overlap);
	else if (g->overlap == RS_OVERLAP_DROP)
		rs_scored_without(p, &g->seen);
}

/* What the mean of train would be worth as everybody's score. */
static void
judge_mean(const struct rs_grading *g, const struct rs_metrics *ms,
    struct rs_verdict *verdict)
{
	struct rs_eval v;

	for (size_t m = 0; m < ms->n; m++) {
		const bool label = ms->metric[m].def->of_labels;
		const double mean = label ? g->label : g->value;

		if (mean != mean)
			rs_bad("%s: has no column %s", g->train,
			    label ? "label" : "value");
	}
	rs_scored_constant(&g->pairs[0], ms, g->threshold, g->value, g->label,
	    &v);
	rs_verdict_add(verdict, "mean:", &v);
}

void
rs_grading_judge(struct rs_grading *g, const struct rs_metrics *ms,
    struct rs_verdict *verdict)
{
	struct rs_eval v;
	double *weight;

	settle(g, 0, ms);
	rs_scored_judge(&g->pairs[0], ms, g->threshold, &v, &verdict->weight);
	rs_verdict_add(verdict, "", &v);
	if (g->other != NULL) {
		settle(g, 1, ms);
		rs_scored_judge(&g->pairs[1], ms, g->threshold, &v, &weight);
		free(weight);		/* both have the same pairs */
		rs_verdict_against(verdict, &v);
	}
	if (g->train != NULL)
		judge_mean(g, ms, verdict);
}

void
rs_grading_end(struct rs_grading *g)
{
	rs_scored_free(&g->pairs[0]);
	rs_scored_free(&g->pairs[1]);
	rs_csr_free(&g->seen);
	rs_roster_end(&g->roster);
}
