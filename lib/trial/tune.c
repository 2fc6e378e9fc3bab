/*
 * tune: a search from its space to its winner.
 *
 * Why results go to the trials' folders first and to the ledger second: a
 * folder appears in one step, whenever its trial ends and on whichever
 * machine; the ledger is then only a matter of order.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/sink.h"
#include "trial/script.h"
#include "trial/tune.h"

enum {
	STATUS_NOT_RUN = 126, STATUS_NOT_FOUND, STATUS_SIGNAL,
	SIGNALS = 64,
	ERROR_MAX = 300,	/* bytes of a message that a ledger keeps */
	LOG_TAIL = 8192,	/* bytes of a log that are searched for it */
};

static void
tell(const struct rs_tune *t, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	t->ask->tell(text);
}

static void
grow_entries(struct rs_tune *t)
{
	t->entry = rs_realloc(t->entry, rs_size(t->trials.n,
	    sizeof(*t->entry)) + 1);
	for (; t->entries < t->trials.n; t->entries++)
		t->entry[t->entries] = (struct rs_entry){ 0 };
}

/* ---- What is there already. ---- */

/* What a trial took, where another process ran it or the line was lost. */
static void
gather_cost(struct rs_tune *t, size_t i)
{
	const struct rs_trial *x = &t->trials.at[i];
	struct rs_buf b = { 0 };
	struct rs_err e;
	char *path;

	if (rs_folder_has_cost(&t->folder, x->hash))
		return;
	path = rs_folder_trial(&t->folder, x->name, "cost.json");
	if (rs_folder_read(path, RS_LEDGER_LINE_MAX, &b, &e) == 1 &&
	    b.len > 0 && strchr(b.data, '\n') == b.data + b.len - 1)
		rs_folder_cost(&t->folder, x->hash, b.data);
	rs_buf_free(&b);
	free(path);
}

/* The result in a trial's folder, if it has one that can be used. */
static void
gather_folder(struct rs_tune *t, size_t i)
{
	const struct rs_trial *x = &t->trials.at[i];
	char *path = rs_folder_trial(&t->folder, x->name, "result.json");
	struct rs_buf b = { 0 };
	struct rs_entry got = { 0 };
	struct rs_err e;
	int status = rs_folder_read(path, RS_LEDGER_LINE_MAX, &b, &e);

	if (status == 1) {
		status = rs_entry_parse(&got, b.data, strcspn(b.data, "\n"),
		    t->space.metric, &e);
		if (status == 0 && got.hash != x->hash)
			status = rs_fail(&e, "is another trial's");
		if (status < 0)
			tell(t, "%.300s: %.200s; the trial runs again", path,
			    e.text);
		else
			t->entry[i] = got;
		status = status < 0 ? -1 : 1;
	}
	if (status <= 0)
		rs_entry_free(&got);
	/* Else it would be taken for the result of somebody who was first. */
	if (status < 0 && !t->ask->look)
		remove(path);
	rs_buf_free(&b);
	free(path);
}

/* Learn the results of trials from first on; how many have none. */
static size_t
gather(struct rs_tune *t, size_t first)
{
	size_t missing = 0;

	grow_entries(t);
	for (size_t i = first; i < t->trials.n; i++) {
		const struct rs_entry *x = rs_ledger_find(&t->ledger,
		    t->trials.at[i].hash);

		if (x != NULL)
			t->entry[i] = rs_entry_copy(x);
		else
			gather_folder(t, i);
		if (t->entry[i].line == NULL)
			missing++;
		else
			gather_cost(t, i);
	}
	return missing;
}

/* Append to the ledger what can be: no trial before one that comes before
 * it. */
static void
write_ledger(struct rs_tune *t)
{
	for (; t->written < t->trials.n; t->written++) {
		const struct rs_entry *x = &t->entry[t->written];

		if (x->line == NULL)
			return;
		if (rs_ledger_find(&t->ledger, x->hash) == NULL)
			rs_ledger_add(&t->ledger, x);
	}
}

/* ---- Who is better. ---- */

static bool
is_valid(const struct rs_entry *x)
{
	return x->line != NULL && x->error == NULL && x->value == x->value;
}

/* A trial by how good it is: the least is the best. */
struct rank {
	double key;
	size_t at;
};

static int
by_place(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static int
by_key(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->key < y->key || x->key > y->key)
		return x->key < y->key ? -1 : 1;
	return by_place(a, b);		/* of equals the earlier */
}

/* The best n of the valid trials from first on, ascending by place; how many
 * there are. */
static size_t
choose(const struct rs_tune *t, size_t first, size_t n, size_t *chosen)
{
	const size_t all = t->trials.n - first;
	struct rank *r = rs_alloc(rs_size(all, sizeof(*r)) + 1);
	size_t got = 0;

	for (size_t i = first; i < t->trials.n; i++) {
		const double v = t->entry[i].value;

		if (is_valid(&t->entry[i]))
			r[got++] = (struct rank){ .at = i,
			    .key = t->space.more_is_better ? -v : v };
	}
	qsort(r, got, sizeof(*r), by_key);
	got = got < n ? got : n;
	qsort(r, got, sizeof(*r), by_place);
	for (size_t i = 0; i < got; i++)
		chosen[i] = r[i].at;
	free(r);
	return got;
}

/* Whoever is asked for the metric has it, or failed. */
static int
check_metric(const struct rs_tune *t, size_t first, struct rs_err *e)
{
	for (size_t i = first; i < t->trials.n; i++) {
		if (t->entry[i].lacks)
			return rs_fail(e, "trial %s has no '%s' in the ledger:"
			    " it was run when the space asked for other"
			    " metrics", t->trials.at[i].name, t->space.metric);
	}
	return 0;
}

/* The next rung, of a search that has one; 0: this was the last. */
static int
promote(struct rs_tune *t, size_t first, struct rs_err *e)
{
	const size_t n = t->space.budgeted ?
	    rs_trials_survivors(&t->trials) : 0;
	size_t *chosen = rs_alloc(rs_size(n, sizeof(*chosen)) + 1);
	const size_t got = n > 0 ? choose(t, first, n, chosen) : 0;
	int more = rs_trials_promote(&t->trials, chosen, got, e);

	if (more == 1 && got == 0)
		more = rs_fail(e, "all trials failed; the first: %.300s",
		    t->entry[first].error != NULL ? t->entry[first].error :
		    "it has no value");
	free(chosen);
	return more;
}

/* ---- Running. ---- */

/* The last line of a trial's log that says something; where it names the
 * folder that it ran in, the folder that it is to be in. */
static void
last_words(const struct rs_tune *t, size_t i, const char *dir,
    struct rs_buf *out)
{
	char *home = rs_folder_trial(&t->folder, t->trials.at[i].name, NULL);
	struct rs_buf path = { 0 };
	char text[LOG_TAIL + 1];
	const char *last = text;
	size_t n = 0;
	FILE *f;

	rs_buf_printf(&path, "%s/log", dir);
	f = fopen(path.data, "re");
	if (f != NULL) {
		if (fseek(f, -LOG_TAIL, SEEK_END) < 0)
			rewind(f);
		n = fread(text, 1, LOG_TAIL, f);
		fclose(f);
	}
	while (n > 0 && (unsigned char)text[n - 1] <= ' ')
		n--;
	text[n] = '\0';
	for (char *c = text; *c != '\0'; c++) {
		if (*c == '\n')
			last = c + 1;
		else if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
			*c = '?';
	}
	for (const char *c = last; *c != '\0' && out->len < ERROR_MAX; ) {
		if (strncmp(c, dir, strlen(dir)) == 0) {
			rs_buf_str(out, home);
			c += strlen(dir);
		} else {
			rs_buf_char(out, *c++);
		}
	}
	rs_buf_free(&path);
	free(home);
}

static void
write_file(const char *dir, const char *name, const char *text)
{
	struct rs_buf path = { 0 };
	struct rs_sink *s;

	rs_buf_printf(&path, "%s/%s", dir, name);
	s = rs_sink_open(path.data);
	rs_sink_put(s, text, strlen(text));
	rs_sink_close(s);
	rs_buf_free(&path);
}

static void
put_number(struct rs_buf *b, double x)
{
	char text[RS_NUM_MAX];

	/* Milliseconds are as fine as the system counts. */
	rs_buf_put(b, text, rs_format_f64(text, floor(x * 1000 + 0.5) / 1000));
}

static void
write_cost(struct rs_tune *t, size_t i, const char *dir,
    const struct rs_ended *x, struct rs_buf *b)
{
	rs_buf_printf(b, "{\"trial\": \"%s\", \"seconds\": ",
	    t->trials.at[i].name);
	put_number(b, x->seconds);
	rs_buf_str(b, ", \"cpu\": ");
	put_number(b, x->cpu);
	rs_buf_printf(b, ", \"memory\": %" PRIu64 "}\n", x->memory);
	write_file(dir, "cost.json", b->data);
}

/* The fingerprint of a trial's model, if it made one. */
static int
read_model(const char *dir, bool *made, uint64_t *print, struct rs_err *e)
{
	struct rs_buf path = { 0 };
	struct stat st;
	int status = 0;

	rs_buf_printf(&path, "%s/model", dir);
	*made = stat(path.data, &st) == 0;
	if (*made && !S_ISREG(st.st_mode))	/* a pipe would be waited for */
		status = rs_fail(e, "its model is no regular file");
	else if (*made)
		status = rs_fingerprint(path.data, print, e);
	rs_buf_free(&path);
	return status;
}

/* The table of a trial that ended well, and its model's fingerprint. */
static int
read_answer(struct rs_tune *t, size_t i, const char *dir, struct rs_entry *x,
    struct rs_err *e)
{
	struct rs_buf path = { 0 }, text = { 0 };
	struct rs_err why;
	uint64_t print;
	bool made;
	int status = read_model(dir, &made, &print, &why);

	rs_buf_printf(&path, "%s/metrics.tsv", dir);
	if (status == 0 && rs_folder_read(path.data, RS_RESULT_MAX, &text,
	    &why) < 0)
		status = -1;
	if (status == 0 && strlen(text.data) != text.len)
		status = rs_fail(&why, "a byte 0 is in its metrics");
	if (status == 0)
		status = rs_entry_form(x, &t->trials, i, text.data, NULL,
		    made ? &print : NULL, &why);
	if (status < 0)
		rs_fail(e, "trial %s: %.380s", t->trials.at[i].name, why.text);
	rs_buf_free(&path);
	rs_buf_free(&text);
	return status;
}

static bool
is_system(int status)
{
	return status == RS_SYSTEM || status == STATUS_NOT_RUN ||
	    status == STATUS_NOT_FOUND || (status > STATUS_SIGNAL &&
	    status <= STATUS_SIGNAL + SIGNALS);
}

/* The system failed a trial: no more can be said or done. */
_Noreturn static void
give_up(const char *dir, const char *name, int status, const char *words)
{
	char how[64];

	if (status > STATUS_SIGNAL)
		snprintf(how, sizeof(how), "was killed by signal %d",
		    status - STATUS_SIGNAL);
	else
		snprintf(how, sizeof(how), "ended with status %d", status);
	rs_die("trial %s %s%s%s; its log is %s/log", name, how,
	    *words != '\0' ? ": " : "", words, dir);
}

/* A trial ended that failed: its entry, or -1 where that stops all. */
static int
form_failure(struct rs_tune *t, size_t i, const char *dir, int status,
    struct rs_entry *x, struct rs_err *e)
{
	const char *name = t->trials.at[i].name;
	struct rs_buf words = { 0 }, error = { 0 };
	int good = 0;

	last_words(t, i, dir, &words);
	rs_buf_str(&words, "");
	if (is_system(status))
		give_up(dir, name, status, words.data);
	rs_buf_printf(&error, "status %d%s%s", status,
	    words.len > 0 ? ": " : "", words.data);
	if (status == RS_MISUSE) {
		good = rs_fail(e, "%.100s:%zu: trial %s: a command is called"
		    " wrongly: %.250s", t->space.path, t->space.run_line, name,
		    words.data);
	} else {
		good = rs_entry_form(x, &t->trials, i, NULL, error.data, NULL,
		    e);
		if (good == 0)
			tell(t, "trial %s failed: %s", name, error.data);
	}
	rs_buf_free(&words);
	rs_buf_free(&error);
	return good;
}

/* A trial ended: its folder becomes trials/NAME. */
static int
settle(struct rs_tune *t, struct rs_work *w, const struct rs_ended *end,
    struct rs_err *e)
{
	const size_t i = end->id;
	const struct rs_trial *x = &t->trials.at[i];
	struct rs_entry got = { 0 };
	struct rs_buf cost = { 0 };
	const int status = end->status == 0 ?
	    read_answer(t, i, w->path, &got, e) :
	    form_failure(t, i, w->path, end->status, &got, e);

	if (status < 0) {
		rs_folder_drop(w);
		return -1;
	}
	write_cost(t, i, w->path, end, &cost);
	write_file(w->path, "result.json", got.line);
	rs_folder_finish(&t->folder, w, x->name);
	rs_folder_cost(&t->folder, x->hash, cost.data);
	rs_buf_free(&cost);
	t->entry[i] = got;
	t->run++;
	return 0;
}

static void
start(struct rs_tune *t, struct rs_runner *r, size_t i, struct rs_work *w)
{
	const size_t at_once = t->ask->jobs;
	const unsigned threads = t->ask->cpus / (unsigned)at_once;
	struct rs_buf script = { 0 };

	*w = rs_folder_work(&t->folder, t->trials.at[i].name);
	rs_buf_str(&script, "set -eo pipefail\n");
	rs_trial_script(&t->trials, i, w->path, threads > 0 ? threads : 1,
	    &script);
	rs_runner_start(r, i, script.data, w->path);
	rs_buf_free(&script);
}

/* The next trial at or behind i that has no result. */
static size_t
next_missing(const struct rs_tune *t, size_t i, size_t end)
{
	while (i < end && t->entry[i].line != NULL)
		i++;
	return i;
}

static uint64_t
count_done(const struct rs_tune *t)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t->trials.n; i++)
		n += t->entry[i].line != NULL;
	return n;
}

/* Run the trials from first to before end that have no result. */
static int
run_missing(struct rs_tune *t, size_t first, size_t end, struct rs_err *e)
{
	struct rs_runner *r = rs_runner_new(t->ask->jobs);
	struct rs_work *work = rs_zalloc(rs_size(end - first, sizeof(*work)));
	size_t next = next_missing(t, first, end);
	uint64_t done = count_done(t);
	int status = 0;

	while (status == 0 && (next < end || rs_runner_busy(r) > 0)) {
		struct rs_ended x;

		if (next < end && rs_runner_busy(r) < t->ask->jobs) {
			start(t, r, next, &work[next - first]);
			next = next_missing(t, next + 1, end);
			continue;
		}
		rs_runner_wait(r, &x);
		status = settle(t, &work[x.id - first], &x, e);
		if (status == 0 && !t->ask->look)
			write_ledger(t);
		t->ask->progress(++done, t->trials.n);
	}
	rs_runner_free(r);
	for (size_t i = 0; i < end - first; i++) {
		if (work[i].path != NULL)	/* stopped in mid-run */
			rs_folder_drop(&work[i]);
	}
	free(work);
	return status;
}

/* ---- The whole. ---- */

/* Learn what is known, rung by rung, and with run, run what is not.  1: all
 * rungs are done. */
static int
advance(struct rs_tune *t, bool run, struct rs_err *e)
{
	int more = 1;

	while (more == 1) {
		const size_t first = rs_trials_rung(&t->trials,
		    t->trials.rungs - 1);
		const size_t missing = gather(t, first);

		if (!t->ask->look)
			write_ledger(t);
		if (missing > 0 && !run)
			return 0;
		if (missing > 0 && run_missing(t, first, t->trials.n, e) < 0)
			return -1;
		if (check_metric(t, first, e) < 0)
			return -1;
		more = promote(t, first, e);
	}
	return more < 0 ? -1 : 1;
}

static int
open_ledger(struct rs_tune *t, struct rs_err *e)
{
	char *path = rs_folder_path(&t->folder, "ledger.jsonl");
	const int status = rs_ledger_open(&t->ledger, path, t->space.metric,
	    t->ask->look, e);

	if (status == 0 && t->ledger.torn > 0 && !t->ask->look)
		tell(t, "%s: its last line is torn and was cut off (%zu bytes);"
		    " the trial's result is written again", path,
		    t->ledger.torn);
	free(path);
	return status;
}

int
rs_tune_begin(struct rs_tune *t, const struct rs_tune_ask *ask,
    struct rs_err *e)
{
	*t = (struct rs_tune){ .ask = ask, .winner = SIZE_MAX,
	    .folder.lock = -1, .ledger.fd = -1 };
	if (rs_space_read(&t->space, ask->space, e) < 0 ||
	    rs_trials_begin(&t->trials, &t->space, ask->seed, e) < 0 ||
	    rs_folder_open(&t->folder, ask->dir, !ask->look, e) < 0 ||
	    open_ledger(t, e) < 0)
		return -1;
	return ask->look && advance(t, false, e) < 0 ? -1 : 0;
}

int
rs_tune_run(struct rs_tune *t, struct rs_err *e)
{
	size_t first;

	if (advance(t, true, e) < 0)
		return -1;
	for (size_t i = 0; i < t->trials.n; i++)
		t->failed += t->entry[i].error != NULL;
	first = rs_trials_rung(&t->trials, t->trials.rungs - 1);
	if (choose(t, first, 1, &t->winner) == 0)
		return rs_fail(e, "all trials failed; the first: %.300s",
		    t->entry[first].error != NULL ? t->entry[first].error :
		    "it has no value");
	rs_folder_best(&t->folder, t->trials.at[t->winner].name);
	rs_folder_sweep(&t->folder);
	return 0;
}

int
rs_tune_only(struct rs_tune *t, const char *name, struct rs_err *e)
{
	const size_t i = rs_trials_find(&t->trials, name);
	char *path;

	if (i == SIZE_MAX)
		return rs_fail(e, "'%.60s' is no trial of %.200s (have the"
		    " space, the data or the seed changed?)", name,
		    t->space.path);
	if (t->entry[i].line != NULL)
		return 0;
	/* One that is there is damaged, and is not to be taken for that of
	 * somebody who was first. */
	path = rs_folder_trial(&t->folder, name, "result.json");
	remove(path);
	free(path);
	return run_missing(t, i, i + 1, e);
}

void
rs_tune_parameters(const struct rs_tune *t, size_t i, struct rs_buf *b)
{
	for (size_t k = 0; k < t->space.axes; k++) {
		rs_buf_printf(b, "%s%s=", k > 0 ? " " : "",
		    t->space.axis[k].name);
		rs_script_quote(t->trials.at[i].value[k], b);
	}
}

void
rs_tune_free(struct rs_tune *t)
{
	for (size_t i = 0; i < t->entries; i++)
		rs_entry_free(&t->entry[i]);
	free(t->entry);
	rs_ledger_close(&t->ledger);
	rs_folder_close(&t->folder);
	rs_trials_free(&t->trials);
	rs_space_free(&t->space);
}
