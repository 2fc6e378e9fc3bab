/* rs-eval: what recommendations are worth on held-out interactions. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/evidence.h"
#include "cli/holdout.h"
#include "cli/models.h"
#include "cli/rival.h"
#include "cli/roster.h"
#include "cli/tool.h"
#include "model/agree.h"
#include "model/evaluate.h"
#include "model/scored.h"
#include "model/served.h"
#include "model/verdict.h"
#include "rank/surprise.h"

enum format { TSV, JSON };

static const char *const format_names[] = { "tsv", "json", NULL };

static struct {
	const char *model, *recs, *scored, *test, *dir, *train, *metrics,
	    *candidates, *agree, *per_user, *output;
	bool keep_seen, as_served;
	int ties, format;
	double threshold;
	uint64_t threads, seed;
} o = { .threshold = 0.5, .seed = 1 };

struct job {
	struct rs_pool *pool;
	struct rs_model *model;		/* or NULL */
	struct rs_roster roster;
	struct rs_metrics ms;
	struct rs_csr test, train;
	bool have_train, borrowed;	/* train.item is the model's */
	uint64_t items;			/* that can be recommended */
	struct rs_eval_ask ask;
	float *popularity;		/* users of train who have an item */
	double *surprise;		/* (items) for novelty */
	struct rs_cases cases;		/* of --candidates */
	struct rs_agree agree;		/* of --agree */
	uint32_t *row;			/* users of the first test rows */
	size_t rows;
	struct rs_holdout holdout;
	struct rs_verdict verdict;
};

/* What is asked. */

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
	if (o.agree != NULL && (o.scored != NULL || o.candidates != NULL))
		rs_misuse("--agree compares whole lists");
	if (o.as_served && (o.model == NULL || o.candidates != NULL))
		rs_misuse("--as-served is for a model's own lists");
	if (o.scored != NULL && (rs_given("ties") || o.keep_seen))
		rs_misuse("--ties and --keep-seen are not for --scored");
	if (rs_given("threshold") && o.scored == NULL)
		rs_misuse("--threshold is for --scored");
}

static const char *
default_metrics(void)
{
	if (o.agree != NULL)
		return "agree-map@10";
	if (o.candidates != NULL)
		return "hr@10,ndcg@10,mrr";
	if (o.recs != NULL)
		return "p@10,recall@10,map@10,ndcg@10,hr@10,mrr,coverage@10";
	return "p@10,recall@10,map@10,ndcg@10,hr@10,mrr,auc,coverage@10";
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
	for (size_t m = 0; m < j->ms.n; m++) {
		const char *name = j->ms.metric[m].name;
		const enum rs_metric_kind kind = j->ms.metric[m].def->kind;

		if (kind == RS_METRIC_LEARNED)
			rs_misuse("%s is of train, which only rs-fit has",
			    name);
		if ((kind == RS_METRIC_SCORED) != (o.scored != NULL))
			rs_misuse("%s %s --scored", name, o.scored != NULL ?
			    "is not for" : "needs");
		if ((kind == RS_METRIC_CATALOGUE ||
		    kind == RS_METRIC_CONTENT) && o.candidates != NULL)
			rs_misuse("%s means nothing where candidates are "
			    "given", name);
		if (kind == RS_METRIC_AGREED && o.agree == NULL)
			rs_misuse("%s needs --agree", name);
		if (kind == RS_METRIC_SERVED && (o.model == NULL ||
		    o.candidates != NULL))
			rs_misuse("%s is of a model's own lists", name);
		if (o.recs != NULL && strcmp(name, "auc") == 0)
			rs_misuse("auc needs the ranks of all items, which "
			    "--recs does not tell");
	}
}

static void
load_test(struct job *j)
{
	const size_t first = (size_t)rs_agree_first(&j->ms);

	j->row = rs_alloc(rs_size(first, sizeof(*j->row)) + 1);
	rs_evidence_rows(&j->roster, "test", o.test, j->pool, &j->test, first,
	    j->row, &j->rows);
}

/* The lists that others are to agree with. */
static void
load_agree(struct job *j)
{
	struct rs_rival other;
	uint32_t *user;
	size_t users;

	if (rs_agree_longest(&j->ms) == 0)
		rs_misuse("--agree needs a metric such as agree-map@20");
	user = rs_eval_users(&j->test, &users);
	rs_rival_begin(&other, &j->roster, o.agree);
	if (other.model != NULL)
		rs_agree_lists(other.model, user, users,
		    rs_agree_longest(&j->ms), o.keep_seen, j->pool,
		    &other.lists);
	rs_agree_begin(&j->agree, &j->ms, &other.lists, user, users, j->row,
	    j->rows);
	rs_rival_end(&other);
	free(user);
}

/* The training pairs, so that they are not recommended, and for popularity. */
static void
load_train(struct job *j)
{
	if (o.train != NULL) {
		rs_evidence_pairs(&j->roster, "train", o.train, j->pool,
		    &j->train);
	} else if (j->model != NULL && rs_model_has_seen(j->model)) {
		rs_evidence_seen(&j->roster, &j->train);
		j->borrowed = true;
	} else {
		if (j->model != NULL && !o.keep_seen && o.candidates == NULL)
			rs_misuse("%s does not keep its training pairs: name "
			    "them with --train, or recommend seen items with "
			    "--keep-seen", o.model);
		return;
	}
	j->have_train = true;
}

static void
load_cases(struct job *j)
{
	const uint64_t n = rs_evidence_cases(&j->roster, o.candidates,
	    &j->test, &j->cases);

	j->verdict.sampled = n;
	if (j->ms.sampled != 0 && j->ms.sampled != n)
		rs_misuse("the metrics say :s%" PRIu64 ", but a list has %"
		    PRIu64 " negatives", j->ms.sampled, n);
}

/* Rankings: what is asked, then what popular items, and random ones, would
 * be worth. */

/* Who is judged: by scores, by lists or, without either, random order.  Lists
 * that agree are those that are served. */
struct contender {
	const char *name;
	const struct rs_scorer *scorer, *served;
	const struct rs_lists *lists;
};

static void
rank(struct job *j, const struct contender *c, const struct rs_eval_ask *ask,
    struct rs_eval *v)
{
	struct rs_err e;
	int status = 0;

	if (c->scorer != NULL)
		status = o.candidates != NULL ?
		    rs_evaluate_cases(c->scorer, &j->cases, ask, j->pool, v,
		    &e) : rs_evaluate(c->scorer, ask, j->pool, v, &e);
	else if (c->lists != NULL)
		rs_evaluate_lists(c->lists, ask, v);
	else if (o.candidates != NULL)
		rs_evaluate_random_cases(&j->cases, ask, v);
	else
		rs_evaluate_random(j->items, ask, v);
	if (status < 0)
		rs_bad("%s: %s", c->name, e.text);
}

static void
judge(struct job *j, const struct contender *c, struct rs_eval *v)
{
	const struct contender served = { c->name, c->served, NULL, c->lists };
	struct rs_eval_ask theirs;
	struct rs_eval w;

	rank(j, c, &j->ask, v);
	for (size_t m = 0; m < j->ms.n && j->agree.ms != NULL; m++)
		if (rs_agree_asks(&j->agree, m, &j->ask, &theirs)) {
			rank(j, &served, &theirs, &w);
			rs_agree_put(&j->agree, m, &w, v);
			rs_eval_free(&w);
		}
}

/* How often each of n items is in train, and what it tells who is shown it. */
static void
learn_popularity(struct job *j, uint64_t n)
{
	uint64_t users = 0;
	float *p;

	if (!j->have_train && j->model == NULL) {
		if (rs_metrics_have(&j->ms, RS_METRIC_CONTENT))
			rs_misuse("novelty needs --train");
		return;
	}
	p = j->popularity = rs_zalloc(rs_size(n, sizeof(*p)) + 1);
	if (!j->have_train)
		memcpy(p, rs_model_popularity(j->model),
		    j->items * sizeof(*p));
	for (uint64_t i = 0; i < j->train.nnz; i++)
		if (j->train.item[i] < n)
			p[j->train.item[i]]++;
	for (uint64_t u = 0; u < j->train.users; u++)
		users += rs_csr_count(&j->train, u) > 0;
	if (!j->have_train)
		users = rs_model_users(j->model);
	if (rs_metrics_have(&j->ms, RS_METRIC_CONTENT))
		j->ask.surprise = j->surprise = rs_surprise_new(p, n, users);
}

static void
add_baselines(struct job *j)
{
	struct rs_scorer s;
	struct rs_eval v;

	if (j->popularity == NULL) {
		rs_note("without --train there are no rows for popularity and "
		    "random");
		return;
	}
	rs_scorer_popularity(&s, j->popularity, j->items);
	judge(j, &(struct contender){ "popularity", &s, &s, NULL }, &v);
	rs_verdict_add(&j->verdict, "pop:", &v);
	rs_scorer_free(&s);
	judge(j, &(struct contender){ "random", NULL, NULL,
	    NULL }, &v);
	rs_verdict_add(&j->verdict, "random:", &v);
}

/* The same where it matters who would be answered by the fall-back. */
static void
judge_served(struct job *j, struct rs_eval *v)
{
	struct rs_served s;

	rs_served_begin(&s, j->model, &j->ask, j->pool);
	judge(j, &(struct contender){ o.model, o.as_served ? &s.scorer :
	    &s.own, &s.scorer, NULL }, v);
	rs_served_put(&s, &j->ms, v);
	rs_served_end(&s);
}

static void
evaluate_model(struct job *j)
{
	struct rs_scorer s;
	struct rs_eval v;
	char a[RS_NUM_MAX];

	if (o.candidates != NULL)
		load_cases(j);
	learn_popularity(j, j->items);
	if (o.as_served || o.agree != NULL ||
	    rs_metrics_have(&j->ms, RS_METRIC_SERVED)) {
		judge_served(j, &v);
	} else {
		rs_scorer_of(&s, j->model);
		judge(j, &(struct contender){ o.model, &s, NULL,
		    NULL }, &v);
		rs_scorer_free(&s);
	}
	if (j->holdout.users > v.users)
		rs_note("users with test items but without candidates, left "
		    "out: %s", rs_commas(a, j->holdout.users - v.users));
	rs_verdict_add(&j->verdict, "", &v);
}

static void
evaluate_lists(struct job *j)
{
	const struct rs_ids *items = j->roster.ids[RS_ITEM];
	struct rs_lists l;
	struct rs_eval v;

	/* Without scores the order of the file is all there is. */
	if (!rs_evidence_lists(&j->roster, o.recs, &l))
		j->ask.ties = RS_TIES_INDEX;
	j->items = rs_ids_base(items) > 0 ? rs_ids_base(items) :
	    rs_ids_size(items);
	if (l.items < j->items)
		l.items = j->items;
	learn_popularity(j, l.items);
	rs_holdout_tell_lists(&j->test, &l, o.keep_seen || !j->have_train ?
	    NULL : &j->train);
	judge(j, &(struct contender){ o.recs, NULL, NULL, &l }, &v);
	rs_verdict_add(&j->verdict, "", &v);
	rs_lists_free(&l);
}

static void
evaluate_rankings(struct job *j)
{
	parse_metrics(j, o.metrics != NULL ? o.metrics : default_metrics());
	if (o.model != NULL)
		j->model = rs_model_begin(o.model, o.dir);
	rs_roster_begin(&j->roster, j->model, o.dir);
	load_test(j);
	load_train(j);
	if (j->test.nnz == 0)
		rs_bad("%s: has no test pairs", o.test);
	j->ask = (struct rs_eval_ask){ .metrics = &j->ms, .test = &j->test,
	    .ties = (enum rs_ties)o.ties, .seen = o.keep_seen ||
	    !j->have_train || o.candidates != NULL ? NULL : &j->train };
	if (j->model != NULL)
		j->items = rs_model_items(j->model);
	rs_holdout_tell(&j->holdout, &j->roster, &j->test,
	    j->have_train ? &j->train : NULL,
	    j->ask.seen != NULL && j->model != NULL);
	if (o.agree != NULL)
		load_agree(j);
	if (j->model != NULL)
		evaluate_model(j);
	else
		evaluate_lists(j);
	add_baselines(j);
}

/* Scored pairs. */

/* What the mean of train would be worth as everybody's score. */
static void
add_mean(struct job *j, const struct rs_scored *p)
{
	double mean[2] = { NAN, NAN };	/* of values, of labels */
	struct rs_eval v;

	for (size_t m = 0; m < j->ms.n; m++) {
		const bool label = j->ms.metric[m].def->of_labels;

		if (mean[label] != mean[label])
			mean[label] = rs_evidence_mean("train", o.train,
			    label ? "label" : "value");
	}
	rs_scored_constant(p, &j->ms, o.threshold, mean[0], mean[1], &v);
	rs_verdict_add(&j->verdict, "mean:", &v);
}

static void
report_scored(const struct job *j, const struct rs_scored *p)
{
	const size_t bad = rs_scored_improbable(p, &j->ms);
	char a[RS_NUM_MAX];

	if (bad < p->n)
		rs_roster_bad(&j->roster, o.scored, p->user[bad], p->item[bad],
		    "its score is no probability, which logloss needs");
	if (p->empty > 0)
		rs_note("pairs without a score, left out: %s",
		    rs_commas(a, p->empty));
	if (p->stray > 0)
		rs_note("scored pairs without a truth, left out: %s",
		    rs_commas(a, p->stray));
	if (p->n == 0)
		rs_bad("%s: has no pair with a score and a truth", o.scored);
}

static void
evaluate_scored(struct job *j)
{
	struct rs_scored p = { 0 };
	struct rs_eval v;
	struct rs_err e;

	if (o.metrics != NULL)
		parse_metrics(j, o.metrics);
	rs_roster_begin(&j->roster, NULL, o.dir);
	rs_evidence_scored(&j->roster, o.scored, o.test, j->pool, &p);
	if (o.metrics == NULL)
		parse_metrics(j, rs_scored_metrics(&p));
	if (rs_scored_keep(&p, &j->ms, &e) < 0)
		rs_misuse("%s", e.text);
	report_scored(j, &p);
	rs_scored_judge(&p, &j->ms, o.threshold, &v, &j->verdict.weight);
	rs_verdict_add(&j->verdict, "", &v);
	if (o.train != NULL)
		add_mean(j, &p);
	rs_scored_free(&p);
}

/* The answer. */

static void
put_facts(const struct job *j, struct rs_buf *b)
{
	const struct rs_holdout *h = &j->holdout;

	rs_buf_printf(b, "\"ties\": \"%s\", \"keep_seen\": %s, "
	    "\"test_pairs\": %" PRIu64 ", \"test_users\": %" PRIu64
	    ", \"users_without_test\": %" PRIu64
	    ", \"pairs_in_train\": %" PRIu64
	    ", \"pairs_of_unknown_users\": %" PRIu64
	    ", \"pairs_of_unknown_items\": %" PRIu64 ",\n ",
	    rs_ties_names[j->ask.ties], o.keep_seen ? "true" : "false",
	    j->test.nnz, h->users, h->idle, h->leaked, h->strange_users,
	    h->strange_items);
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
	rs_verdict_users(&j->verdict, j->roster.ids[RS_USER], s);
	rs_sink_close(s);
}

static void
job_free(struct job *j)
{
	if (j->borrowed)
		j->train.item = NULL;
	rs_verdict_free(&j->verdict);
	if (j->agree.ms != NULL)
		rs_agree_end(&j->agree);
	free(j->row);
	free(j->popularity);
	free(j->surprise);
	rs_cases_free(&j->cases);
	rs_csr_free(&j->train);
	rs_csr_free(&j->test);
	rs_metrics_free(&j->ms);
	rs_roster_end(&j->roster);
	rs_model_end(j->model);
	rs_pool_free(j->pool);
}

int
main(int argc, char **argv)
{
	struct job j = { .verdict = { .metrics = &j.ms } };

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
	j.pool = rs_pool_new((int)o.threads);
	if (o.scored != NULL)
		evaluate_scored(&j);
	else
		evaluate_rankings(&j);
	rs_verdict_settle(&j.verdict, o.seed, j.pool);
	write_per_user(&j);
	write_answer(&j);
	job_free(&j);
	return rs_end(NULL, NULL);
}
