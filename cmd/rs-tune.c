/* rs-tune: run many trials of a pipeline and say which is best. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/pool.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "trial/print.h"
#include "trial/tune.h"

static struct {
	const char *dir, *only;
	int print;
	bool list;
	uint64_t jobs, seed;
	struct rs_list space;
} o = { .seed = 1 };

static void
tell(const char *sentence)
{
	rs_note("%s", sentence);
}

static void
show_progress(uint64_t done, uint64_t total)
{
	rs_progress(done, total, "trials");
}

/* Text that goes to standard output, whole. */
static void
put_out(struct rs_buf *b)
{
	struct rs_sink *s = rs_sink_open(NULL);

	rs_sink_put(s, b->data != NULL ? b->data : "", b->len);
	rs_sink_close(s);
	rs_buf_free(b);
}

static void
put_value(struct rs_buf *b, double v)
{
	char text[RS_NUM_MAX];

	if (v == v)
		rs_buf_put(b, text, rs_format_f64(text, v));
}

static void
put_trial(const struct rs_tune *t, size_t i, const char *what, struct rs_buf *b)
{
	rs_buf_printf(b, "%s\t%s\t", t->trials.at[i].name, what);
	if (t->entry[i].error == NULL && t->entry[i].line != NULL)
		put_value(b, t->entry[i].value);
	rs_buf_char(b, '\t');
	rs_tune_parameters(t, i, b);
	rs_buf_char(b, '\n');
}

static void
list(const struct rs_tune *t)
{
	struct rs_buf b = { 0 };

	for (size_t i = 0; i < t->trials.n; i++)
		put_trial(t, i, t->entry[i].line == NULL ? "due" :
		    t->entry[i].error != NULL ? "failed" : "done", &b);
	put_out(&b);
}

static void
print(const struct rs_tune *t)
{
	struct rs_buf b = { 0 };
	struct rs_err e;

	if (rs_print((enum rs_print_kind)o.print, t, rs_given("jobs") ?
	    o.jobs : 0, &b, &e) < 0)
		rs_bad("%s", e.text);
	put_out(&b);
}

static void
run(struct rs_tune *t)
{
	struct rs_buf b = { 0 };
	struct rs_err e;

	if (rs_tune_run(t, &e) < 0)
		rs_bad("%s", e.text);
	if (rs_verbose())
		rs_note("%zu trials, %zu run now, %zu failed", t->trials.n,
		    t->run, t->failed);
	put_trial(t, t->winner, t->space.metric, &b);
	put_out(&b);
}

static void
run_one(struct rs_tune *t)
{
	struct rs_err e;

	if (rs_tune_only(t, o.only, &e) < 0)
		rs_bad("%s", e.text);
}

int
main(int argc, char **argv)
{
	struct rs_tune t;
	struct rs_err e;

	o.jobs = (uint64_t)rs_cpus();
	const struct rs_opt opts[] = {
		RS_OPT_FILE('R', "records", "DIR", &o.dir,
		    "where the ledger and the trials are"),
		{ RS_KIND_COUNT, 'j', "jobs", "N", "trials at a time; never"
		    " changes a byte of what is learned",
		    (uint64_t *){ &o.jobs }, 1, 1024, NULL,
		    RS_OPT_IS_SILENT },
		RS_OPT_CHOICE(0, "print", rs_print_names, &o.print,
		    "print the trials for another engine, and run none"),
		RS_OPT_STR(0, "only", "TRIAL", &o.only,
		    "run one trial, and leave the ledger alone"),
		RS_OPT_FLAG(0, "list", &o.list,
		    "print the trials with what is known, and run none"),
		RS_OPT_SEED(&o.seed),
		RS_OPT_PROGRESS,
		RS_OPT_OPERAND_FILES("SPACE", &o.space, 1, 1,
		    "what the search is over"),
		RS_OPT_END
	};

	rs_begin(argc, argv, "run many trials of a pipeline and say which is"
	    " best", opts);
	if (o.dir == NULL)
		rs_misuse("-R is needed: where the ledger and the trials go");
	if (rs_given("print") + o.list + (o.only != NULL) > 1)
		rs_misuse("--print, --list and --only exclude each other");
	if (o.only != NULL && !rs_given("jobs"))
		o.jobs = 1;
	const struct rs_tune_ask ask = { .dir = o.dir,
		.space = o.space.item[0], .seed = o.seed, .jobs = o.jobs,
		.cpus = (unsigned)rs_cpus(), .tell = tell,
		.look = rs_given("print") || o.list || o.only != NULL,
		.progress = show_progress };

	if (rs_tune_begin(&t, &ask, &e) < 0)
		rs_bad("%s", e.text);
	if (rs_given("print"))
		print(&t);
	else if (o.list)
		list(&t);
	else if (o.only != NULL)
		run_one(&t);
	else
		run(&t);
	rs_tune_free(&t);
	return rs_end(NULL, NULL);
}
