/* rs-fit: learn a model from a stream of interactions. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/dicts.h"
#include "cli/lineage.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "cli/train.h"
#include "data/csr.h"
#include "model/fit.h"
#include "model/journal.h"
#include "model/judge.h"

static struct {
	struct rs_list algorithm;
	const char *output, *dir, *preset, *valid, *metrics, *log, *warm,
	    *gmf, *mlp, *checkpoint;
	uint64_t factors, epochs, seed, threads, every, patience,
	    checkpoint_every;
	struct rs_list params;
	bool keep_seen, no_seen, plan;
} o = {
	.seed = 1,
	.every = 1,
	.checkpoint_every = 1,
};

/* Everything that main sets up and the calls from the run need. */
struct job {
	struct rs_run run;
	struct rs_values values;
	struct rs_csr train, valid;
	struct rs_labelled labelled, valid_labelled;
	struct rs_judge judge;
	struct rs_model *warm, *gmf, *mlp;
	struct rs_dict *dict[2];
	struct rs_sink *log, *out;
};

static const char *const SIDE[2] = { "user", "item" };

/* " pop als": for --help and for who asks for another. */
static const char *
all_algorithms(void)
{
	static struct rs_buf known;

	known.len = 0;
	for (size_t i = 0; rs_algorithms[i] != NULL; i++)
		rs_buf_printf(&known, " %s", rs_algorithms[i]->name);
	return known.data;
}

/* What a parameter may be. */
static void
list_range(const struct rs_param *p)
{
	switch (p->kind) {
	case RS_PARAM_CHOICE:
	case RS_PARAM_LAW:
		for (int k = 0; p->choices[k] != NULL; k++)
			printf("%s%s", k > 0 ? ", " : "", p->choices[k]);
		return;
	case RS_PARAM_COUNTS:
	case RS_PARAM_REALS:
		printf("none, or up to %d between commas: ",
		    RS_PARAM_LIST_MAX);
		break;
	case RS_PARAM_COUNT:
	case RS_PARAM_REAL:
		break;
	}
	printf("%.10g..%.10g", p->lo, p->hi);
}

/* rs-fit ALGORITHM -p help */
static _Noreturn void
list_params(const struct rs_algorithm *a)
{
	struct rs_values v;

	rs_values_init(&v, a);
	printf("%s: %s\n%s\n\n", a->name, a->summary, a->citation);
	for (size_t i = 0; a->params[i].name != NULL; i++) {
		const struct rs_param *p = &a->params[i];
		char text[RS_PARAM_TEXT_MAX];

		printf("  -p %s=%s\n\t%s", p->name, rs_values_text(&v, i, text),
		    p->help);
		printf(" (");
		list_range(p);
		printf(")\n");
	}
	for (const struct rs_preset *p = a->presets;
	    p != NULL && p->name != NULL; p++) {
		printf("  --preset %s\n\t%s:", p->name, p->help);
		if (p->factors > 0)
			printf(" -d %" PRIu64, p->factors);
		if (p->epochs > 0)
			printf(" -e %" PRIu64, p->epochs);
		printf(" %s\n", p->values);
	}
	if (fflush(stdout) != 0 || ferror(stdout))
		rs_die("stdout: write failed");
	exit(RS_OK);
}

/* -d and -e: given, or the preset's, or the algorithm's. */
static uint64_t
setting(const char *name, uint64_t given, uint64_t preset, uint64_t own,
    const struct rs_algorithm *a)
{
	if (rs_given(name) && given > 0 && own == 0)
		rs_misuse("%s has no %s", a->name, name);
	return given > 0 ? given : preset > 0 ? preset : own;
}

static void
choose_algorithm(struct job *j)
{
	const struct rs_algorithm *a = rs_algorithm_find(o.algorithm.item[0]);
	const struct rs_preset *preset = NULL;
	struct rs_err e;

	if (a == NULL)
		rs_misuse("no algorithm is called %s; there are:%s",
		    o.algorithm.item[0], all_algorithms());
	rs_values_init(&j->values, a);
	for (size_t i = 0; i < o.params.n; i++) {
		if (strcmp(o.params.item[i], "help") == 0)
			list_params(a);
		if (rs_values_set(&j->values, o.params.item[i], &e) < 0)
			rs_misuse("%s", e.text);
	}
	if (o.preset != NULL &&
	    (preset = rs_values_preset(&j->values, o.preset, &e)) == NULL)
		rs_misuse("%s", e.text);
	j->run.algorithm = a;
	j->run.preset = o.preset;
	j->run.fit.values = &j->values;
	j->run.fit.seed = o.seed;
	j->run.fit.factors = setting("factors", o.factors,
	    preset != NULL ? preset->factors : 0, a->factors, a);
	j->run.fit.epochs = setting("epochs", o.epochs,
	    preset != NULL ? preset->epochs : 0, a->epochs, a);
	if (j->run.fit.epochs == 0)
		j->run.fit.epochs = 1;
}

static void
need(const char *option, const char *other, bool have)
{
	if (rs_given(option) && !have)
		rs_misuse("--%s does nothing without --%s", option, other);
}

/* What an algorithm may begin from. */
static void
check_beginnings(const struct rs_algorithm *a)
{
	if ((o.gmf != NULL || o.mlp != NULL) && !a->pretrains)
		rs_misuse("%s does not begin from a gmf and an mlp: --%s",
		    a->name, o.gmf != NULL ? "gmf" : "mlp");
	need("gmf", "mlp", o.mlp != NULL);
	need("mlp", "gmf", o.gmf != NULL);
	if (o.gmf != NULL && o.warm != NULL)
		rs_misuse("--warm and --gmf: a model has one beginning");
}

static void
choose_metrics(struct job *j)
{
	struct rs_err e;

	need("metrics", "valid", o.valid != NULL);
	need("keep-seen", "valid", o.valid != NULL);
	need("every", "valid", o.valid != NULL);
	need("patience", "valid", o.valid != NULL);
	need("checkpoint-every", "checkpoint", o.checkpoint != NULL);
	if (o.valid == NULL)
		return;
	if (rs_judge_choose(&j->judge, o.metrics, j->run.algorithm->name,
	    rs_values_kind(&j->values), &e) < 0)
		rs_misuse("--metrics: %s", e.text);
	j->run.metrics = j->judge.ms.n;
	j->run.more_is_better = j->judge.ms.metric[0].def->more_is_better;
}

static int
judge(void *arg, const struct rs_model *m, double *metric, struct rs_err *e)
{
	const struct job *j = arg;

	return rs_judge_model(&j->judge, m, metric, e);
}

static void
say_epoch(const struct job *j, const struct rs_epoch *e)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "epoch %" PRIu64 ":", e->epoch);
	if (e->loss == e->loss)
		rs_buf_printf(&b, " loss %.6g,", e->loss);
	for (size_t i = 0; e->judged && i < j->judge.ms.n; i++)
		rs_buf_printf(&b, " %s %.5f,", j->judge.ms.metric[i].name,
		    e->metric[i]);
	rs_buf_printf(&b, " %.3f s", e->seconds);
	rs_note("%s", b.data);
	rs_buf_free(&b);
}

static void
tell(void *arg, const struct rs_epoch *e)
{
	struct job *j = arg;

	if (j->log != NULL)
		rs_journal_epoch(j->log, e, &j->judge.ms);
	if (rs_verbose())
		say_epoch(j, e);
	rs_progress(e->epoch, j->run.fit.epochs, "epochs");
}

/* Read after train: one pipeline may make both. */
static void
read_valid(struct job *j, const struct rs_reader *in)
{
	rs_valid_read(o.valid, j->judge.ratings, in, &j->train,
	    j->run.fit.pool, &j->valid,
	    j->judge.labels ? &j->valid_labelled : NULL);
	j->judge.labelled = &j->valid_labelled;
	j->judge.valid = &j->valid;
	j->judge.seen = o.keep_seen ? NULL : &j->train;
	j->judge.train = &j->train;
	j->judge.pool = j->run.fit.pool;
	j->run.judge = judge;
	j->run.every = o.every;
	j->run.patience = o.patience;
}

/* Read after train: rs-index in the same pipeline writes them.  Where the
 * stream does not say how many users and items there are, they do. */
static void
read_dicts(struct job *j, struct rs_reader *in)
{
	uint64_t size[2] = { 0, 0 };

	for (int s = 0; s < 2; s++) {
		j->run.dict[s] = j->dict[s] = rs_dict_side(o.dir,
		    SIDE[s]);
		rs_dict_belongs(j->dict[s], SIDE[s], in);
		if (rs_lineage_line(in, s == 0 ? "size\tuser" :
		    "size\titem") == NULL)
			size[s] = rs_dict_size(j->dict[s]);
	}
	rs_csr_widen(&j->train, size[0], size[1]);
}

/* A model to begin from must know our users and items by the same indices,
 * or be an ancestor: its dictionaries the beginning of ours. */
static struct rs_model *
open_beginning(struct job *j, const char *role, const char *path)
{
	struct rs_err e;
	struct rs_model *m = rs_model_open(path, &e);

	if (m == NULL)
		rs_bad("%s", e.text);
	for (int s = 0; s < 2; s++) {
		const struct rs_lines *theirs = rs_model_lines(m);
		const int fits = j->dict[s] != NULL ?
		    rs_dict_check(j->dict[s], SIDE[s], theirs, &e) :
		    rs_dict_agree(SIDE[s], theirs, &j->run.lines, &e);

		if (fits < 0)
			rs_bad("%s: %s%s", path, e.text, j->dict[s] == NULL ?
			    " (an extended dictionary wants -D)" : "");
	}
	rs_lineage_model(&j->run.lines, role, m);
	return m;
}

/* Where the training stream names no dictionaries, the two may still not
 * belong together. */
static void
check_pair(const struct job *j)
{
	struct rs_err e;

	for (int s = 0; s < 2; s++)
		if (j->dict[s] == NULL && rs_dict_agree(SIDE[s],
		    rs_model_lines(j->gmf), rs_model_lines(j->mlp), &e) < 0)
			rs_bad("%s and %s: %s", o.gmf, o.mlp, e.text);
}

static void
open_beginnings(struct job *j)
{
	if (o.warm != NULL)
		j->warm = open_beginning(j, "warm", o.warm);
	if (o.gmf != NULL) {
		j->gmf = open_beginning(j, "gmf", o.gmf);
		j->mlp = open_beginning(j, "mlp", o.mlp);
		check_pair(j);
	}
	j->run.fit.warm = j->warm;
	j->run.fit.gmf = j->gmf;
	j->run.fit.mlp = j->mlp;
}

static uint64_t
planned_size(struct rs_reader *in, const struct rs_dict *d, int side)
{
	const char *text = rs_lines_get(&rs_reader_head(in)->lines,
	    side == 0 ? "size\tuser" : "size\titem");
	uint64_t n;

	if (text != NULL && rs_parse_u64(text, strlen(text), &n))
		return n;
	if (d == NULL)
		rs_misuse("--plan: the header of %s does not say how many %ss"
		    " there are; give -D DIR", rs_reader_name(in),
		    SIDE[side]);
	return rs_dict_size(d);
}

static double
mib(uint64_t bytes)
{
	return (double)bytes / (1 << 20);
}

/* --plan: from the header and the dictionaries alone. */
static void
plan(struct job *j, struct rs_reader *in)
{
	struct rs_plan p;
	uint64_t n[2], ids = 0;
	char users[RS_NUM_MAX], items[RS_NUM_MAX];

	for (int s = 0; s < 2; s++) {
		if (o.dir != NULL)
			j->dict[s] = rs_dict_side(o.dir, SIDE[s]);
		n[s] = planned_size(in, j->dict[s], s);
		if (j->dict[s] != NULL)
			ids += rs_run_plan_dict(j->dict[s],
			    rs_dict_size(j->dict[s]));
	}
	j->run.fit.weighted = rs_train_weighted(in, &j->values);
	if (rs_train_labelled(in, &j->values))
		j->run.fit.labelled = &j->labelled;
	j->run.patience = o.patience;
	rs_run_plan(&j->run, n[0], n[1], &p);
	printf("users\t%s\nitems\t%s\nfactors\t%" PRIu64 "\nepochs\t%" PRIu64
	    "\n", rs_commas(users, n[0]), rs_commas(items, n[1]),
	    j->run.fit.factors, j->run.fit.epochs);
	printf("memory\t%.1f MiB and %" PRIu64 " bytes a %s\n",
	    mib(p.memory + 2 * ids + (UINT64_C(8) << 20)), p.memory_pair,
	    j->run.fit.labelled != NULL ? "row" : "pair");
	printf("model\t%.1f MiB and %" PRIu64 " bytes a pair\n",
	    mib(p.file + ids), p.file_pair);
	if (fflush(stdout) != 0 || ferror(stdout))
		rs_die("stdout: write failed");
}

static void
learn(struct job *j)
{
	struct rs_run_result result;
	struct rs_err e;
	struct rs_tensors *t;

	if (j->run.algorithm->settle != NULL)
		j->run.algorithm->settle(&j->values, &j->train);
	if (o.log != NULL) {
		j->log = rs_sink_append(o.log);
		rs_journal_run(j->log, &j->run);
	}
	j->run.tell = tell;
	j->run.arg = j;
	j->run.want_loss = o.log != NULL || rs_verbose();
	t = rs_run_go(&j->run, &result, &e);
	rs_progress_end();
	if (t == NULL)
		rs_bad("%s", e.text);
	if (result.stopped || result.epoch < result.epochs)
		rs_note("the model is that of epoch %" PRIu64 " of %" PRIu64,
		    result.epoch, result.epochs);
	rs_tensors_write(t, j->out);
	rs_sink_close(j->out);
	if (j->log != NULL)
		rs_sink_close(j->log);
	rs_tensors_free(t);
	rs_run_free(&j->run);
}

static void
release(struct job *j)
{
	rs_csr_free(&j->train);
	rs_csr_free(&j->valid);
	rs_judge_free(&j->judge);
	rs_labelled_free(&j->labelled);
	rs_labelled_free(&j->valid_labelled);
	rs_model_close(j->warm);
	rs_model_close(j->gmf);
	rs_model_close(j->mlp);
	rs_dict_free(j->dict[0]);
	rs_dict_free(j->dict[1]);
	rs_lines_free(&j->run.lines);
	rs_pool_free(j->run.fit.pool);
}

int
main(int argc, char **argv)
{
	struct rs_buf known = { 0 };

	rs_buf_printf(&known, "one of%s", all_algorithms());
	o.threads = (uint64_t)rs_cpus();
	const struct rs_opt opts[] = {
		{ RS_KIND_STR, 'o', "output", "MODEL", "write the model to "
		    "MODEL", &o.output, 0, 0, NULL, RS_OPT_IS_SILENT },
		RS_OPT_FILE('D', "dictionaries", "DIR", &o.dir,
		    "keep the ids and labels of DIR in the model"),
		RS_OPT_COUNT('d', "factors", "N", &o.factors, 0,
		    RS_FACTORS_MAX, "latent dimension (0: the algorithm's)"),
		RS_OPT_COUNT('e', "epochs", "N", &o.epochs, 0, 1e9,
		    "passes over the data (0: the algorithm's)"),
		RS_OPT_LIST('p', "param", "NAME=VALUE", &o.params,
		    "set a parameter; -p help lists them"),
		RS_OPT_STR(0, "preset", "NAME", &o.preset,
		    "begin from a named set of settings"),
		RS_OPT_FILE(0, "valid", "FILE", &o.valid,
		    "judge the model on these held-out pairs"),
		RS_OPT_STR(0, "metrics", "LIST", &o.metrics,
		    "by these; the first one decides"),
		RS_OPT_FLAG(0, "keep-seen", &o.keep_seen,
		    "and rank the pairs of train too"),
		RS_OPT_COUNT(0, "every", "N", &o.every, 1, 1e9,
		    "every N epochs"),
		RS_OPT_COUNT(0, "patience", "N", &o.patience, 0, 1e9,
		    "stop after N judgements without a better one, and keep "
		    "the best (0: never)"),
		{ RS_KIND_STR, 0, "log", "FILE", "append a line of JSON for "
		    "each epoch", &o.log, 0, 0, NULL, RS_OPT_IS_SILENT },
		RS_OPT_FILE(0, "warm", "MODEL", &o.warm,
		    "begin from the factors of MODEL"),
		RS_OPT_FILE(0, "gmf", "MODEL", &o.gmf,
		    "begin from this gmf"),
		RS_OPT_FILE(0, "mlp", "MODEL", &o.mlp,
		    "and from this mlp"),
		{ RS_KIND_STR, 0, "checkpoint", "FILE", "save to FILE, and go "
		    "on from it where it is there", &o.checkpoint, 0, 0,
		    NULL, RS_OPT_IS_SILENT },
		{ RS_KIND_COUNT, 0, "checkpoint-every", "N", "epochs from one "
		    "save to the next", &o.checkpoint_every, 1, 1e9, NULL,
		    RS_OPT_IS_SILENT },
		RS_OPT_FLAG(0, "no-seen", &o.no_seen,
		    "leave the training pairs out of the model"),
		{ RS_KIND_FLAG, 0, "plan", NULL, "say what it will take, and "
		    "do nothing", &o.plan, 0, 0, NULL, RS_OPT_IS_SILENT },
		RS_OPT_SEED(&o.seed),
		RS_OPT_THREADS(&o.threads),
		RS_OPT_PROGRESS,
		RS_OPT_OPERANDS("ALGORITHM", &o.algorithm, 1, 1,
		    known.data),
		RS_OPT_END
	};
	struct job j = { 0 };

	rs_begin(argc, argv, "learn a model from a stream of interactions",
	    opts);
	choose_algorithm(&j);
	check_beginnings(j.run.algorithm);
	choose_metrics(&j);
	if (o.output == NULL && !o.plan)
		rs_misuse("-o MODEL is missing: where should the model go?");
	j.run.seen = !o.no_seen;
	j.run.checkpoint = o.checkpoint;
	j.run.checkpoint_every = o.checkpoint_every;
	j.run.fit.pool = rs_pool_new((int)o.threads);

	struct rs_reader *in = rs_train_begin(&j.values);
	if (o.plan) {
		plan(&j, in);
		rs_reader_close(in);
		release(&j);
		rs_buf_free(&known);
		return RS_OK;
	}
	/* Hours later is too late to learn that it cannot be written. */
	j.out = rs_sink_open(o.output);
	rs_train_read(in, &j.values, j.run.fit.pool, &j.train, &j.labelled);
	j.run.rows = rs_reader_rows(in);
	j.run.fingerprint = rs_reader_fingerprint(in);
	j.run.fit.train = &j.train;
	j.run.fit.weighted = j.train.weight != NULL;
	if (rs_train_labelled(in, &j.values))
		j.run.fit.labelled = &j.labelled;
	if (o.dir != NULL)
		read_dicts(&j, in);
	if (o.valid != NULL)
		read_valid(&j, in);
	rs_lineage_gather(&j.run.lines, in, j.dict);
	open_beginnings(&j);
	learn(&j);
	release(&j);
	rs_buf_free(&known);
	return rs_end(in, NULL);
}
