/*
 * ledger: what came of each trial, one line of JSON a trial.
 *
 * Why lines and not a data base: whoever asks "which run was that" in five
 * years has grep, and appending a line is the one change to a file that
 * cannot harm what is there already.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/table.h"
#include "trial/figures.h"
#include "trial/ledger.h"

/* ---- An entry, read. ---- */

static int
parse_metrics(struct rs_entry *x, const json_t *o, const char *metric,
    struct rs_err *e)
{
	const json_t *metrics = json_object_get(o, "metrics");
	const json_t *error = json_object_get(o, "error");
	const json_t *v;

	if (json_is_string(error)) {
		x->error = rs_strdup(json_string_value(error));
		return 0;
	}
	if (!json_is_object(metrics))
		return rs_fail(e, "has neither metrics nor an error");
	v = json_object_get(metrics, metric);
	x->lacks = v == NULL;
	if (json_is_number(v))
		x->value = json_number_value(v);
	else if (v != NULL && !json_is_null(v))
		return rs_fail(e, "metric %.60s is no number", metric);
	return 0;
}

int
rs_entry_parse(struct rs_entry *x, const char *line, size_t n,
    const char *metric, struct rs_err *e)
{
	json_error_t why;
	json_t *o = json_loadb(line, n, JSON_REJECT_DUPLICATES, &why);
	const char *name;
	struct rs_buf b = { 0 };
	int status;

	*x = (struct rs_entry){ .value = NAN };
	if (o == NULL)
		return rs_fail(e, "is no JSON: %.160s", why.text);
	name = json_string_value(json_object_get(o, "trial"));
	if (name == NULL || !rs_name_parse(name, &x->hash))
		status = rs_fail(e, "names no trial");
	else
		status = parse_metrics(x, o, metric, e);
	json_decref(o);
	rs_buf_put(&b, line, n);
	rs_buf_char(&b, '\n');
	x->line = b.data;
	return status;
}

struct rs_entry
rs_entry_copy(const struct rs_entry *x)
{
	struct rs_entry copy = *x;

	copy.line = rs_strdup(x->line);
	copy.error = x->error != NULL ? rs_strdup(x->error) : NULL;
	return copy;
}

void
rs_entry_free(struct rs_entry *x)
{
	free(x->line);
	free(x->error);
	*x = (struct rs_entry){ 0 };
}

/* ---- An entry, formed. ---- */

static void
put_text(struct rs_buf *b, const char *text)
{
	rs_text_json(b, text, strlen(text));
}

/* Whether text is a number as JSON writes it, so that it can stand there as
 * the space has it. */
static bool
is_json_number(const char *text)
{
	json_t *x = strpbrk(text, " \t\r\n") != NULL ? NULL :
	    json_loads(text, JSON_DECODE_ANY, NULL);
	const bool is = json_is_number(x);

	json_decref(x);
	return is;
}

static void
put_parameters(struct rs_buf *b, const struct rs_space *s,
    const struct rs_trial *x)
{
	rs_buf_str(b, ", \"parameters\": {");
	for (size_t i = 0; i < s->axes; i++) {
		rs_buf_str(b, i > 0 ? ", " : "");
		put_text(b, s->axis[i].name);
		rs_buf_str(b, ": ");
		if (is_json_number(x->value[i]))
			rs_buf_str(b, x->value[i]);
		else
			put_text(b, x->value[i]);
	}
	rs_buf_char(b, '}');
}

static int
put_metrics(struct rs_buf *b, const char *text, struct rs_err *e)
{
	struct rs_figures f = { 0 };
	const int status = rs_figures_parse(&f, text, strlen(text), e);

	rs_buf_str(b, ", \"metrics\": ");
	rs_figures_json(&f, b);
	rs_figures_free(&f);
	return status;
}

static void
put_origin(struct rs_buf *b, const struct rs_trials *t, const uint64_t *model)
{
	const struct rs_lines *data = &t->space->data;

	if (model != NULL)
		rs_buf_printf(b, ", \"model\": \"%016" PRIx64 "\"", *model);
	else
		rs_buf_str(b, ", \"model\": null");
	rs_buf_str(b, ", \"data\": {");
	for (size_t i = 0; i < data->n; i++) {
		rs_buf_str(b, i > 0 ? ", " : "");
		put_text(b, data->line[i]);
		rs_buf_printf(b, ": \"%016" PRIx64 "\"", t->data[i]);
	}
	rs_buf_str(b, "}}");
}

int
rs_entry_form(struct rs_entry *x, const struct rs_trials *t, size_t i,
    const char *text, const char *error, const uint64_t *model,
    struct rs_err *e)
{
	const struct rs_space *s = t->space;
	struct rs_buf b = { 0 };
	int status = 0;

	*x = (struct rs_entry){ 0 };
	rs_buf_printf(&b, "{\"trial\": \"%s\"", t->at[i].name);
	if (s->budgeted)
		rs_buf_printf(&b, ", \"rung\": %zu", t->at[i].rung);
	put_parameters(&b, s, &t->at[i]);
	if (error != NULL) {
		rs_buf_str(&b, ", \"error\": ");
		put_text(&b, error);
	} else {
		status = put_metrics(&b, text, e);
	}
	put_origin(&b, t, model);
	/* What was written is what will be read. */
	if (status == 0)
		status = rs_entry_parse(x, b.data, b.len, s->metric, e);
	rs_buf_free(&b);
	if (status == 0 && x->lacks)
		status = rs_fail(e, "there is no '%s' among its metrics",
		    s->metric);
	if (status < 0)
		rs_entry_free(x);
	return status;
}

/* ---- The file. ---- */

static void
keep(struct rs_ledger *l, const struct rs_entry *x)
{
	rs_grow(&l->entry, &l->room, l->n + 1, sizeof(*l->entry));
	l->entry[l->n++] = *x;
}

static int
read_entry(struct rs_ledger *l, const char *c, size_t n, const char *metric,
    struct rs_err *e)
{
	struct rs_entry x;
	struct rs_err why;
	const size_t line = l->n + 1;
	int status;

	if (n > RS_LEDGER_LINE_MAX)
		return rs_fail(e, "%.200s:%zu: the line is over the limit of"
		    " %d bytes", l->path, line, RS_LEDGER_LINE_MAX);
	status = rs_entry_parse(&x, c, n, metric, &why);
	keep(l, &x);
	if (status < 0)
		return rs_fail(e, "%.200s:%zu: %.240s", l->path, line,
		    why.text);
	if (!rs_names_add(&l->names, x.hash, l->n - 1))
		return rs_fail(e, "%.200s:%zu: the trial of line %zu again",
		    l->path, line, rs_names_find(&l->names, x.hash) + 1);
	return 0;
}

/* All that is in the file. */
static void
read_all(const struct rs_ledger *l, int fd, struct rs_buf *b)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		rs_die("%s: %s", l->path, strerror(EISDIR));
	do {
		char *p = rs_buf_room(b, 1 << 16);

		n = read(fd, p, 1 << 16);
		if (n > 0)
			b->len += (size_t)n;
		if (n < 0 && errno != EINTR)
			rs_die("%s: %s", l->path, strerror(errno));
	} while (n != 0);
}

static int
read_lines(struct rs_ledger *l, const struct rs_buf *b, const char *metric,
    struct rs_err *e)
{
	size_t at = 0;

	while (at < b->len) {
		const char *end = memchr(b->data + at, '\n', b->len - at);
		const size_t n = end != NULL ? (size_t)(end - b->data) - at : 0;

		if (end == NULL)
			break;
		if (read_entry(l, b->data + at, n, metric, e) < 0)
			return -1;
		at += n + 1;
	}
	l->torn = b->len - at;
	if (l->torn > 0 && l->fd >= 0 && (ftruncate(l->fd, (off_t)at) < 0 ||
	    fsync(l->fd) < 0))
		rs_die("%s: %s", l->path, strerror(errno));
	return 0;
}

int
rs_ledger_open(struct rs_ledger *l, const char *path, const char *metric,
    bool only_read, struct rs_err *e)
{
	const int flags = only_read ? O_RDONLY : O_RDWR | O_APPEND | O_CREAT;
	const int fd = open(path, flags | O_CLOEXEC, 0666);
	struct rs_buf b = { 0 };
	int status;

	*l = (struct rs_ledger){ .path = rs_strdup(path), .fd = -1 };
	if (fd < 0 && only_read && errno == ENOENT)
		return 0;
	if (fd < 0)
		rs_die("%s: %s", path, strerror(errno));
	read_all(l, fd, &b);
	if (!only_read)
		l->fd = fd;
	status = read_lines(l, &b, metric, e);
	if (only_read)
		close(fd);
	rs_buf_free(&b);
	return status;
}

const struct rs_entry *
rs_ledger_find(const struct rs_ledger *l, uint64_t hash)
{
	const size_t i = rs_names_find(&l->names, hash);

	return i == SIZE_MAX ? NULL : &l->entry[i];
}

void
rs_ledger_add(struct rs_ledger *l, const struct rs_entry *x)
{
	const struct rs_entry own = rs_entry_copy(x);
	const size_t n = strlen(x->line);

	for (size_t at = 0; at < n; ) {
		const ssize_t done = write(l->fd, x->line + at, n - at);

		if (done < 0 && errno != EINTR)
			rs_die("%s: %s", l->path, strerror(errno));
		at += done > 0 ? (size_t)done : 0;
	}
	if (fsync(l->fd) < 0)
		rs_die("%s: %s", l->path, strerror(errno));
	rs_names_add(&l->names, x->hash, l->n);
	keep(l, &own);
}

void
rs_ledger_close(struct rs_ledger *l)
{
	for (size_t i = 0; i < l->n; i++)
		rs_entry_free(&l->entry[i]);
	free(l->entry);
	rs_names_free(&l->names);
	if (l->fd >= 0)
		close(l->fd);
	free(l->path);
	*l = (struct rs_ledger){ .fd = -1 };
}
