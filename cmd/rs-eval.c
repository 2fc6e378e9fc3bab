/* rs-eval: what recommendations are worth on held-out interactions. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/claim.h"
#include "cli/contest.h"
#include "cli/grading.h"
#include "cli/guise.h"
#include "cli/models.h"
#include "cli/referee.h"
#include "cli/tool.h"
#include "model/verdict.h"

enum format { TSV, JSON };

static const char *const format_names[] = { "tsv", "json", NULL };

static struct {
	const char *model, *recs, *scored, *test, *dir, *train, *metrics,
	    *candidates, *agree, *against, *per_user, *output;
	struct rs_list claims;
	bool keep_seen, as_served;
	int ties, format, overlap, tool;
	double threshold;
	uint64_t threads, seed, k;
} o = { .threshold = 0.5, .seed = 1, .k = 10 };

struct job {
	struct rs_pool *pool;
	struct rs_metrics ms;
	struct rs_contest contest;	/* of rankings */
	struct rs_grading grading;	/* or of scored pairs */
	struct rs_metric_def *foreign;	/* of --as, or NULL */
	struct rs_verdict verdict;
	struct rs_claim **claim;	/* (o.claims.n) */
};

/* What is asked. */

/* What another tool cannot be asked. */
static void
check_guise(void)
{
	const char *tool = rs_tool_names[o.tool];

	if (rs_given("list") && o.tool != RS_TOOL_IMPLICIT &&
	    o.tool != RS_TOOL_RECBOLE)
		rs_misuse("-k is for --as implicit and --as recbole");
	if (o.tool == RS_TOOL_OWN)
		return;
	if (o.scored != NULL || o.candidates != NULL || o.agree != NULL ||
	    o.as_served || o.metrics != NULL || rs_given("ties"))
		rs_misuse("--as %s has metrics and rules of its own: no "
		    "--metrics, --ties, --scored, --candidates, --agree or "
		    "--as-served", tool);
	if (o.tool == RS_TOOL_TREC && (o.recs == NULL ||
	    (o.against != NULL && rs_is_model(o.against))))
		rs_misuse("trec_eval judges runs: write one by rs-topk -f "
		    "trec and name it with --recs");
	if (o.tool == RS_TOOL_MYMEDIALITE && (o.model == NULL ||
	    o.against != NULL))
		rs_misuse("MyMediaLite ranks all items by one model: -m");
}

/* Two tables in one place would lose one of them, or mix both. */
static void
check_outputs(void)
{
	const char *lines = o.output != NULL ? o.output : "-";

	if (o.per_user != NULL && strcmp(o.per_user, lines) == 0 &&
	    strcmp(lines, "/dev/null") != 0)
		rs_misuse("the answer and --per-user both go to %s",
		    strcmp(lines, "-") == 0 ? "stdout" : lines);
}

/* Of two who read stdin the second would find nothing there. */
static void
check_inputs(void)
{
	const char *const in[] = { o.recs, o.scored, o.test, o.train,
	    o.candidates, o.agree, o.against };
	int stdins = 0;

	for (size_t i = 0; i < sizeof(in) / sizeof(*in); i++)
		stdins += in[i] != NULL && strcmp(in[i], "-") == 0;
	if (stdins > 1)
		rs_misuse("only one of the files can be stdin");
}

static void
check_usage(void)
{
	const int given = (o.model != NULL) + (o.recs != NULL) +
	    (o.scored != NULL);

	if (given != 1)
		rs_misuse("one of -m, --recs and --scored is needed");
	if (o.test == NULL && o.scored == NULL)
		rs_misuse("--test is needed");
	if (o.candidates != NULL && o.model == NULL)
		rs_misuse("--candidates needs a model");
	if (o.candidates != NULL && o.keep_seen)
		rs_misuse("--keep-seen means nothing where candidates are "
		    "given");
	if (o.candidates != NULL && o.against != NULL &&
	    !rs_is_model(o.against))
		rs_misuse("--candidates needs models");
	if (o.agree != NULL && (o.scored != NULL || o.candidates != NULL))
		rs_misuse("--agree compares whole lists");
	if (o.as_served && (o.model == NULL || o.candidates != NULL))
		rs_misuse("--as-served is for a model's own lists");
	if (o.scored != NULL && (rs_given("ties") || o.keep_seen))
		rs_misuse("--ties and --keep-seen are not for --scored");
	if (rs_given("threshold") && o.scored == NULL)
		rs_misuse("--threshold is for --scored");
	check_inputs();
	check_outputs();
	check_guise();
}

/* Whether anybody comes with lists instead of a model. */
static bool
has_lists(void)
{
	return o.recs != NULL || (o.model != NULL && o.against != NULL &&
	    !rs_is_model(o.against));
}

static const char *
default_metrics(void)
{
	if (o.agree != NULL)
		return "agree-map@10";
	if (o.candidates != NULL)
		return "hr@10,ndcg@10,mrr";
	if (has_lists())
		return "p@10,recall@10,map@10,ndcg@10,hr@10,mrr,coverage@10";
	return "p@10,recall@10,map@10,ndcg@10,hr@10,mrr,auc,coverage@10";
}

/* Whether a metric has what it needs of what was named. */
static void
check_metric(const struct rs_metric *m)
{
	const enum rs_metric_kind kind = m->def->kind;
	const bool of_lists = kind == RS_METRIC_CATALOGUE ||
	    kind == RS_METRIC_CONTENT;

	if (kind == RS_METRIC_LEARNED)
		rs_misuse("%s is of train, which only rs-fit has", m->name);
	if ((kind == RS_METRIC_SCORED) != (o.scored != NULL))
		rs_misuse("%s %s --scored", m->name, o.scored != NULL ?
		    "is not for" : "needs");
	if (of_lists && o.candidates != NULL)
		rs_misuse("%s means nothing where candidates are given",
		    m->name);
	if (kind == RS_METRIC_AGREED && o.agree == NULL)
		rs_misuse("%s needs --agree", m->name);
	if (kind == RS_METRIC_SERVED && (has_lists() || o.candidates != NULL))
		rs_misuse("%s is of a model's own lists", m->name);
	if (strcmp(m->name, "auc") == 0 && has_lists())
		rs_misuse("auc needs the ranks of all items, which lists do "
		    "not tell");
}

static void
parse_metrics(struct job *j, const char *list)
{
	struct rs_err e;

	if (rs_metrics_parse(&j->ms, list, &e) < 0)
		rs_misuse("%s", e.text);
	if (j->ms.sampled != 0 && o.candidates == NULL)
		rs_misuse("metrics with :s%" PRIu64 " need --candidates",
		    j->ms.sampled);
	for (size_t m = 0; m < j->ms.n; m++)
		check_metric(&j->ms.metric[m]);
}

/* What is asserted. */

static void
parse_claims(struct job *j)
{
	struct rs_err e;

	j->claim = rs_zalloc(rs_size(o.claims.n, sizeof(*j->claim)) + 1);
	for (size_t i = 0; i < o.claims.n; i++) {
		j->claim[i] = rs_claim_parse(o.claims.item[i], &e);
		if (j->claim[i] == NULL)
			rs_misuse("--assert %s", e.text);
	}
}

static void
bind_claims(struct job *j, const struct rs_verdict_row *row, size_t rows)
{
	struct rs_err e;

	for (size_t i = 0; i < o.claims.n; i++)
		if (rs_claim_bind(j->claim[i], row, rows, &e) < 0)
			rs_misuse("--assert '%s': %s", o.claims.item[i],
			    e.text);
}

/* A name that no row will have is better refused now than in an hour. */
static void
plan_claims(struct job *j, bool baselines, bool mean)
{
	const char *who[3];
	struct rs_verdict_row *row;
	size_t n = 0, rows;

	if (baselines) {
		who[n++] = "pop:";
		who[n++] = "random:";
	}
	if (mean)
		who[n++] = "mean:";
	row = rs_verdict_plan(&j->verdict, o.against != NULL, who, n, &rows);
	bind_claims(j, row, rows);
	free(row);
}

/* Whether all that was asserted is so; what is not is said. */
static bool
judge_claims(struct job *j)
{
	char a[RS_NUM_MAX], b[RS_NUM_MAX];
	double left, right;
	bool all = true;

	bind_claims(j, j->verdict.row, j->verdict.rows);
	for (size_t i = 0; i < o.claims.n; i++) {
		if (rs_claim_holds(j->claim[i], j->verdict.row, &left, &right))
			continue;
		a[rs_format_f64(a, left)] = '\0';
		b[rs_format_f64(b, right)] = '\0';
		rs_say("not so: %s: left %s, right %s", o.claims.item[i], a,
		    b);
		all = false;
	}
	return all;
}

/* The evaluation. */

static void
evaluate_rankings(struct job *j)
{
	struct rs_contest *c = &j->contest;

	if (o.tool == RS_TOOL_OWN)
		parse_metrics(j, o.metrics != NULL ? o.metrics :
		    default_metrics());
	*c = (struct rs_contest){ .one = o.model != NULL ? o.model : o.recs,
	    .other = o.against, .lists = o.model == NULL, .dir = o.dir,
	    .test_path = o.test, .train_path = o.train,
	    .candidates = o.candidates, .agree_path = o.agree,
	    .keep_seen = o.keep_seen, .as_served = o.as_served,
	    .ties = (enum rs_ties)o.ties,
	    .overlap = (enum rs_overlap)o.overlap, .metrics = &j->ms,
	    .tool = (enum rs_tool)o.tool, .k = o.k, .pool = j->pool };
	rs_contest_open(c);
	if (c->tool != RS_TOOL_OWN)
		j->foreign = rs_guise_don(c, &j->ms);
	if (j->ms.sampled != 0 && j->ms.sampled != c->negatives)
		rs_misuse("the metrics say :s%" PRIu64 ", but a list has %"
		    PRIu64 " negatives", j->ms.sampled, c->negatives);
	j->verdict.sampled = c->negatives;
	plan_claims(j, c->popularity != NULL && c->tool == RS_TOOL_OWN,
	    false);
	rs_referee_judge(c, &j->verdict);
}

static void
evaluate_scored(struct job *j)
{
	struct rs_grading *g = &j->grading;

	if (o.metrics != NULL)
		parse_metrics(j, o.metrics);
	*g = (struct rs_grading){ .one = o.scored, .other = o.against,
	    .dir = o.dir, .test = o.test, .train = o.train,
	    .overlap = (enum rs_overlap)o.overlap, .threshold = o.threshold,
	    .pool = j->pool };
	rs_grading_open(g);
	if (o.metrics == NULL)
		parse_metrics(j, rs_scored_metrics(&g->pairs[0]));
	plan_claims(j, false, o.train != NULL);
	rs_grading_judge(g, &j->ms, &j->verdict);
}

/* The answer. */

static void
put_facts(const struct job *j, struct rs_buf *b)
{
	const struct rs_holdout *h = &j->contest.holdout;

	rs_buf_printf(b, "\"ties\": \"%s\", \"keep_seen\": %s, "
	    "\"test_pairs\": %" PRIu64 ", \"test_users\": %" PRIu64
	    ", \"users_without_test\": %" PRIu64
	    ", \"pairs_in_train\": %" PRIu64 ", \"pairs_dropped\": %" PRIu64
	    ", \"pairs_of_unknown_users\": %" PRIu64
	    ", \"pairs_of_unknown_items\": %" PRIu64 ",\n ",
	    rs_ties_names[j->contest.contender[0].ties],
	    o.keep_seen ? "true" : "false",
	    j->contest.test.nnz, h->users, h->idle, h->leaked, h->dropped,
	    h->strange_users, h->strange_items);
}

static void
write_answer(const struct job *j)
{
	struct rs_sink *s = rs_sink_open(o.output);
	struct rs_buf b = { 0 };

	if (o.format == JSON) {
		rs_buf_char(&b, '{');
		if (o.scored == NULL)
			put_facts(j, &b);
		rs_buf_str(&b, "\"metrics\": ");
		rs_verdict_json(&j->verdict, &b);
		rs_buf_str(&b, "}\n");
	} else {
		rs_verdict_tsv(&j->verdict, &b);
	}
	rs_sink_put(s, b.data, b.len);
	rs_sink_close(s);
	rs_buf_free(&b);
}

static void
write_per_user(const struct job *j)
{
	struct rs_sink *s;

	if (o.per_user == NULL)
		return;
	s = rs_sink_open(o.per_user);
	rs_verdict_users(&j->verdict, o.scored != NULL ?
	    j->grading.roster.ids[RS_USER] : j->contest.roster.ids[RS_USER],
	    s);
	rs_sink_close(s);
}

static void
job_free(struct job *j)
{
	for (size_t i = 0; i < o.claims.n; i++)
		rs_claim_free(j->claim[i]);
	free(j->claim);
	rs_verdict_free(&j->verdict);
	if (o.scored != NULL)
		rs_grading_end(&j->grading);
	else
		rs_contest_end(&j->contest);
	rs_metrics_free(&j->ms);
	free(j->foreign);
	rs_pool_free(j->pool);
}

int
main(int argc, char **argv)
{
	struct job j = { .verdict = { .metrics = &j.ms } };
	bool kept;

	o.threads = (uint64_t)rs_cpus();
	const struct rs_opt opts[] = {
		RS_OPT_FILE('m', "model", "FILE", &o.model,
		    "evaluate a model"),
		RS_OPT_FILE(0, "recs", "FILE", &o.recs,
		    "evaluate recommendations: stream, CSV, TSV or TREC run"),
		RS_OPT_FILE(0, "scored", "FILE", &o.scored,
		    "evaluate scored pairs: stream, CSV or TSV"),
		RS_OPT_FILE(0, "test", "FILE", &o.test,
		    "held-out pairs"),
		RS_OPT_FILE('D', "dictionaries", "DIR", &o.dir,
		    "original ids from the dictionaries in DIR"),
		RS_OPT_FILE(0, "train", "FILE", &o.train,
		    "training pairs (default: those in the model)"),
		RS_OPT_STR(0, "metrics", "LIST", &o.metrics,
		    "what to compute, with commas between"),
		RS_OPT_CHOICE(0, "as", rs_tool_names, &o.tool,
		    "that tool's figures, by its names and rules"),
		RS_OPT_COUNT('k', "list", "N", &o.k, 1, RS_METRIC_K_MAX,
		    "length of the lists, with --as implicit or recbole"),
		RS_OPT_FLAG(0, "keep-seen", &o.keep_seen,
		    "rank training items too"),
		RS_OPT_FILE(0, "agree", "FILE", &o.agree,
		    "a model or recommendations to agree with"),
		RS_OPT_FLAG(0, "as-served", &o.as_served,
		    "users whom the model does not know get popular items"),
		RS_OPT_FILE(0, "candidates", "FILE", &o.candidates,
		    "rank only these and the test items"),
		RS_OPT_CHOICE(0, "ties", rs_ties_names, &o.ties,
		    "order of equal scores"),
		RS_OPT_REAL(0, "threshold", "T", &o.threshold, -1e300, 1e300,
		    "a score from T on means yes, for accuracy"),
		RS_OPT_FILE(0, "against", "FILE", &o.against,
		    "compare with another of the kind, on the same pairs"),
		RS_OPT_CHOICE(0, "overlap", rs_overlap_names, &o.overlap,
		    "what to do with test pairs that were in train"),
		RS_OPT_LIST(0, "assert", "CLAIM", &o.claims,
		    "exit 1 unless it holds: 'ndcg@10 > pop * 1.05'"),
		RS_OPT_FILE(0, "per-user", "FILE", &o.per_user,
		    "write each user's values to FILE"),
		RS_OPT_CHOICE('f', "format", format_names, &o.format,
		    "of the answer"),
		RS_OPT_OUTPUT(&o.output),
		RS_OPT_SEED(&o.seed),
		RS_OPT_THREADS(&o.threads),
		RS_OPT_PROGRESS,
		RS_OPT_END
	};

	rs_begin(argc, argv, "measure recommendations on held-out pairs", opts);
	check_usage();
	parse_claims(&j);
	j.pool = rs_pool_new((int)o.threads);
	if (o.scored != NULL)
		evaluate_scored(&j);
	else
		evaluate_rankings(&j);
	rs_verdict_settle(&j.verdict, o.seed, j.pool);
	write_per_user(&j);
	write_answer(&j);
	kept = judge_claims(&j);
	job_free(&j);
	return rs_end(NULL, NULL) != RS_OK || !kept ? RS_BAD : RS_OK;
}
