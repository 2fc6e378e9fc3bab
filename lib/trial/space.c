/*
 * space: the file that says what a search is over.
 *
 * Why a language of its own, small as it is: what a trial runs is a shell
 * script anyhow, and all that a search must know besides fits in a few words
 * a line, which a person can write, read and keep under version control.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/source.h"
#include "trial/figures.h"
#include "trial/script.h"
#include "trial/space.h"

/* One statement: its words, and whether any of a word was quoted. */
struct words {
	struct rs_lines text;
	bool *quoted;
	size_t room;
};

struct parser {
	struct rs_space *s;
	size_t line;
	struct words w;
	const char *rest;	/* of a run line */
	bool have_search, have_budget;
	struct rs_axis budget;
	size_t *run;		/* the line of each command */
	size_t runs, room;
	struct rs_err *e;
};

static int
fail_at(struct parser *p, size_t line, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return rs_fail(p->e, "%.100s:%zu: %s", p->s->path, line, text);
}

#define fail(p, ...) fail_at(p, (p)->line, __VA_ARGS__)

/* ---- Words. ---- */

static void
add_word(struct words *w, const struct rs_buf *b, bool quoted)
{
	rs_grow(&w->quoted, &w->room, w->text.n + 1, sizeof(*w->quoted));
	w->quoted[w->text.n] = quoted;
	rs_lines_add_raw(&w->text, b->len > 0 ? b->data : "");
}

/* Take one word off *c as a shell would; NULL or what is wrong. */
static const char *
take_word(const char **c, struct rs_buf *b, bool *quoted)
{
	char quote = '\0';

	b->len = 0;
	*quoted = false;
	for (; **c != '\0'; (*c)++) {
		if (quote == '\0' && (**c == ' ' || **c == '\t'))
			break;
		if (**c == quote) {
			quote = '\0';
		} else if (quote == '\0' && (**c == '\'' || **c == '"')) {
			quote = **c;
			*quoted = true;
		} else {
			if (**c == '\\' && quote != '\'' && *++*c == '\0')
				return "ends with a backslash";
			rs_buf_char(b, **c);
		}
	}
	if (quote != '\0')
		return "a quote is not closed";
	if (b->len > RS_SPACE_WORD)
		return "a word is too long";
	return NULL;
}

static int
split(struct parser *p, const char *c)
{
	struct rs_buf b = { 0 };
	const char *wrong = NULL;
	bool quoted;

	p->rest = NULL;
	for (;;) {
		c += strspn(c, " \t");
		if (*c == '\0' || *c == '#')
			break;
		wrong = take_word(&c, &b, &quoted);
		if (wrong != NULL)
			break;
		add_word(&p->w, &b, quoted);
		if (p->w.text.n == 1 && strcmp(p->w.text.line[0], "run") == 0) {
			p->rest = c + strspn(c, " \t");
			break;
		}
	}
	rs_buf_free(&b);
	return wrong == NULL ? 0 : fail(p, "%s", wrong);
}

static size_t
count_words(const struct parser *p)
{
	return p->w.text.n;
}

static const char *
word(const struct parser *p, size_t i)
{
	return p->w.text.line[i];
}

static bool
is_word(const struct parser *p, size_t i, const char *what)
{
	return i < count_words(p) && strcmp(word(p, i), what) == 0;
}

/* A count in word i, from least on. */
static int
take_count(struct parser *p, size_t i, const char *what, uint64_t least,
    uint64_t most, uint64_t *v)
{
	if (i >= count_words(p) ||
	    !rs_parse_count(word(p, i), strlen(word(p, i)), v))
		return fail(p, "%s should be a number%s%.60s%s", what,
		    i < count_words(p) ? ", not '" : "",
		    i < count_words(p) ? word(p, i) : "",
		    i < count_words(p) ? "'" : "");
	if (*v < least || *v > most)
		return fail(p, "%s is %" PRIu64 " and should be %" PRIu64
		    " to %" PRIu64, what, *v, least, most);
	return 0;
}

static int
no_more(struct parser *p, size_t n)
{
	return count_words(p) <= n ? 0 :
	    fail(p, "'%.60s' is one word too many", word(p, n));
}

/* ---- Statements. ---- */

static int
read_search(struct parser *p)
{
	struct rs_space *s = p->s;

	if (p->have_search)
		return fail(p, "a second search");
	p->have_search = true;
	if (is_word(p, 1, "grid")) {
		s->search = RS_SEARCH_GRID;
		return no_more(p, 2);
	}
	if (!is_word(p, 1, "random") && !is_word(p, 1, "halving"))
		return fail(p, "a search is grid, random N or halving N by K");
	s->search = is_word(p, 1, "random") ? RS_SEARCH_RANDOM :
	    RS_SEARCH_HALVING;
	if (take_count(p, 2, "the number of trials", 1, RS_SPACE_TRIALS,
	    &s->count) < 0)
		return -1;
	if (s->search == RS_SEARCH_RANDOM)
		return no_more(p, 3);
	if (!is_word(p, 3, "by"))
		return fail(p, "halving should read: halving N by K");
	if (take_count(p, 4, "K of 'halving N by K'", 2, RS_SPACE_TRIALS,
	    &s->by) < 0)
		return -1;
	return no_more(p, 5);
}

static int
read_metric(struct parser *p)
{
	struct rs_space *s = p->s;
	struct rs_err e;

	if (s->metric[0] != '\0')
		return fail(p, "a second metric; one decides");
	if (count_words(p) < 2 || strlen(word(p, 1)) >= sizeof(s->metric) ||
	    word(p, 1)[0] == '\0')
		return fail(p, "should name the metric that decides");
	snprintf(s->metric, sizeof(s->metric), "%s", word(p, 1));
	if (is_word(p, 2, "max") || is_word(p, 2, "min")) {
		s->more_is_better = is_word(p, 2, "max");
		return no_more(p, 3);
	}
	if (no_more(p, 2) < 0)
		return -1;
	if (rs_figure_direction(s->metric, &s->more_is_better, &e) < 0)
		return fail(p, "'%.60s' is no metric of rs-eval's; say with"
		    " max or min behind it which value is best", s->metric);
	return 0;
}

static int
read_data(struct parser *p)
{
	if (count_words(p) < 2)
		return fail(p, "should name the files that the trials read");
	for (size_t i = 1; i < count_words(p); i++) {
		if (p->s->data.n == RS_SPACE_DATA)
			return fail(p, "more than %d data files",
			    RS_SPACE_DATA);
		if (is_word(p, i, "-"))
			return fail(p, "trials have no standard input");
		for (size_t k = 0; k < p->s->data.n; k++) {
			if (is_word(p, i, p->s->data.line[k]))
				return fail(p, "%.200s stands twice",
				    word(p, i));
		}
		p->s->data_line[p->s->data.n] = p->line;
		rs_lines_add_raw(&p->s->data, word(p, i));
	}
	return 0;
}

/* Whether a placeholder of n bytes says where or how a trial runs. */
static bool
is_ours(const char *name, size_t n)
{
	static const char *const ours[] = { "seed", "model", "dir", "threads" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (strlen(ours[i]) == n && memcmp(ours[i], name, n) == 0)
			return true;
	}
	return false;
}

/* The name in word 1, which nobody has yet. */
static int
take_name(struct parser *p, struct rs_axis *a)
{
	const struct rs_space *s = p->s;

	if (count_words(p) < 2 ||
	    !rs_script_is_name(word(p, 1), strlen(word(p, 1))))
		return fail(p, "should give a name of letters, digits, - and"
		    " _");
	if (is_ours(word(p, 1), strlen(word(p, 1))))
		return fail(p, "{%s} has a meaning of its own", word(p, 1));
	for (size_t i = 0; i < s->axes; i++) {
		if (is_word(p, 1, s->axis[i].name))
			return fail(p, "parameter '%.60s' stands already on"
			    " line %zu", word(p, 1), s->axis[i].line);
	}
	if (p->have_budget && is_word(p, 1, p->budget.name))
		return fail(p, "parameter '%.60s' stands already on line %zu",
		    word(p, 1), p->budget.line);
	*a = (struct rs_axis){ .name = rs_strdup(word(p, 1)),
	    .line = p->line };
	return 0;
}

/* Whether two values are the same: as text, or as numbers. */
static bool
same_value(const char *a, const char *b)
{
	double x, y;

	return strcmp(a, b) == 0 || (rs_parse_real(a, strlen(a), &x) &&
	    rs_parse_real(b, strlen(b), &y) && !(x < y) && !(x > y));
}

static int
read_values(struct parser *p, struct rs_axis *a)
{
	if (count_words(p) < 3)
		return fail(p, "parameter '%.60s' has no values", a->name);
	if (count_words(p) - 2 > RS_SPACE_VALUES)
		return fail(p, "parameter '%.60s' has more than %d values",
		    a->name, RS_SPACE_VALUES);
	for (size_t i = 2; i < count_words(p); i++) {
		for (size_t k = 2; k < i; k++) {
			if (same_value(word(p, i), word(p, k)))
				return fail(p, "parameter '%.60s' has the"
				    " value '%.60s' twice", a->name,
				    word(p, i));
		}
		/* The winner is a line with TABs between its fields. */
		if (strchr(word(p, i), '\t') != NULL)
			return fail(p, "parameter '%.60s' has a value with a"
			    " TAB", a->name);
		rs_lines_add_raw(&a->list, word(p, i));
	}
	return 0;
}

/* The kind of a range that word 2 names. */
static bool
range_kind(const struct parser *p, enum rs_axis_kind *kind)
{
	static const char *const name[] = {
		[RS_AXIS_INT] = "int", [RS_AXIS_REAL] = "real",
		[RS_AXIS_LOG] = "log",
	};

	if (count_words(p) < 3 || p->w.quoted[2])
		return false;
	for (int k = RS_AXIS_INT; k <= RS_AXIS_LOG; k++) {
		if (is_word(p, 2, name[k])) {
			*kind = (enum rs_axis_kind)k;
			return true;
		}
	}
	return false;
}

static int
read_range(struct parser *p, struct rs_axis *a)
{
	bool good = count_words(p) == 5;

	for (size_t i = 3; good && i < 5; i++) {
		const char *c = word(p, i);

		good = a->kind == RS_AXIS_INT ? rs_parse_i64(c, strlen(c),
		    i == 3 ? &a->least : &a->most) :
		    rs_parse_real(c, strlen(c), i == 3 ? &a->lo : &a->hi);
	}
	if (!good)
		return fail(p, "a range should read: %s LO HI, with two %s"
		    " (a value '%s' is written with quotes)", word(p, 2),
		    a->kind == RS_AXIS_INT ? "whole numbers" : "numbers",
		    word(p, 2));
	if (a->kind == RS_AXIS_INT ? a->least >= a->most : a->lo >= a->hi)
		return fail(p, "the range %.40s to %.40s is empty", word(p, 3),
		    word(p, 4));
	if (a->kind == RS_AXIS_LOG && !(a->lo > 0))
		return fail(p, "a log range begins above 0, not at %.40s",
		    word(p, 3));
	/* Else the width overflows. */
	if ((a->kind == RS_AXIS_INT && (uint64_t)a->most - (uint64_t)a->least >
	    INT64_MAX) || !(a->hi - a->lo <= 1e300))
		return fail(p, "the range %.40s to %.40s is too wide",
		    word(p, 3), word(p, 4));
	return 0;
}

static int
read_param(struct parser *p)
{
	struct rs_space *s = p->s;
	struct rs_axis a = { 0 };
	int status = take_name(p, &a);

	if (status == 0 && s->axes == RS_SPACE_AXES)
		status = fail(p, "more than %d parameters", RS_SPACE_AXES);
	if (status == 0)
		status = range_kind(p, &a.kind) ? read_range(p, &a) :
		    read_values(p, &a);
	/* Even so it is the space's to free. */
	rs_grow(&s->axis, &s->room, s->axes + 1, sizeof(*s->axis));
	if (a.name != NULL)
		s->axis[s->axes++] = a;
	return status;
}

static int
read_budget(struct parser *p)
{
	if (p->have_budget)
		return fail(p, "a second budget");
	if (take_name(p, &p->budget) < 0)
		return -1;
	p->have_budget = true;
	if (take_count(p, 2, "the least budget", 1, INT64_MAX,
	    &p->s->first) < 0 || take_count(p, 3, "the greatest budget", 1,
	    INT64_MAX, &p->s->last) < 0)
		return -1;
	if (p->s->first > p->s->last)
		return fail(p, "the budgets %" PRIu64 " to %" PRIu64
		    " are an empty range", p->s->first, p->s->last);
	return no_more(p, 4);
}

static int
read_seed(struct parser *p)
{
	if (!is_word(p, 1, "trial"))
		return fail(p, "the only thing to say of the seed is: seed"
		    " trial");
	p->s->seed_each = true;
	return no_more(p, 2);
}

static int
read_run(struct parser *p)
{
	struct rs_space *s = p->s;

	if (s->script.len + strlen(p->rest) + 1 > RS_SPACE_SCRIPT)
		return fail(p, "more than %d bytes of commands",
		    RS_SPACE_SCRIPT);
	if (s->run_line == 0)
		s->run_line = p->line;
	rs_buf_printf(&s->script, "%s\n", p->rest);
	rs_grow(&p->run, &p->room, p->runs + 1, sizeof(*p->run));
	p->run[p->runs++] = p->line;
	return 0;
}

static const struct statement {
	const char *name;
	int (*read)(struct parser *p);
} statements[] = {
	{ "search", read_search }, { "metric", read_metric },
	{ "data", read_data }, { "param", read_param },
	{ "budget", read_budget }, { "seed", read_seed },
	{ "run", read_run },
};

static int
read_statement(struct parser *p)
{
	const size_t n = sizeof(statements) / sizeof(statements[0]);

	if (count_words(p) == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (is_word(p, 0, statements[i].name))
			return statements[i].read(p);
	}
	return fail(p, "'%.60s' is no statement; those are search, metric,"
	    " data, param, budget, seed and run", word(p, 0));
}

/* ---- The whole. ---- */

/* Every placeholder of a command is somebody's. */
static int
check_holes(struct parser *p)
{
	struct rs_space *s = p->s;
	const char *c = s->script.data, *seen = c;
	struct rs_hole h;

	for (size_t line = 0; rs_script_hole(c, &h); c = h.end) {
		bool known = h.escaped || is_ours(h.name, h.n);

		for (; seen < h.at; seen++)
			line += *seen == '\n';
		for (size_t i = 0; i < s->axes && !h.escaped; i++) {
			struct rs_axis *a = &s->axis[i];

			if (strlen(a->name) != h.n ||
			    memcmp(a->name, h.name, h.n) != 0)
				continue;
			a->used = known = true;
		}
		if (!known)
			return fail_at(p, p->run[line], "{%.*s} is no"
			    " parameter ({{%.*s} stands for the braces"
			    " themselves)", (int)(h.n < 60 ? h.n : 60), h.name,
			    (int)(h.n < 60 ? h.n : 60), h.name);
	}
	for (size_t i = 0; i < s->axes; i++) {
		if (!s->axis[i].used)
			return fail_at(p, s->axis[i].line, "no command uses"
			    " {%.60s}", s->axis[i].name);
	}
	return 0;
}

/* A grid has as many trials as the product of its lists; before any is
 * made. */
static int
check_grid(struct parser *p)
{
	struct rs_space *s = p->s;

	s->count = 1;
	for (size_t i = 0; i < s->axes; i++) {
		const struct rs_axis *a = &s->axis[i];

		if (a->kind != RS_AXIS_LIST)
			return fail_at(p, a->line, "a grid needs the values"
			    " of '%.60s' one by one; ranges are for random and"
			    " halving", a->name);
		s->count *= a->list.n;	/* at most 10^5 x 10^3 */
		if (s->count > RS_SPACE_TRIALS)
			return fail_at(p, a->line, "the grid has more than %d"
			    " trials", RS_SPACE_TRIALS);
	}
	return 0;
}

static int
check_whole(struct parser *p)
{
	struct rs_space *s = p->s;

	if (s->script.len == 0)
		return rs_fail(p->e, "%.200s: has no run line", s->path);
	if (s->metric[0] == '\0')
		return rs_fail(p->e, "%.200s: names no metric that decides",
		    s->path);
	if (s->search == RS_SEARCH_HALVING && !p->have_budget)
		return rs_fail(p->e, "%.200s: halving needs a line: budget NAME"
		    " LEAST GREATEST", s->path);
	if (s->search != RS_SEARCH_HALVING && p->have_budget)
		return fail_at(p, p->budget.line, "a budget is for halving");
	if (s->search == RS_SEARCH_GRID && check_grid(p) < 0)
		return -1;
	if (p->have_budget) {
		rs_grow(&s->axis, &s->room, s->axes + 1, sizeof(*s->axis));
		s->axis[s->axes++] = p->budget;
		p->budget.name = NULL;
		s->budgeted = true;
	}
	return check_holes(p);
}

/* One line of n bytes. */
static int
read_line(struct parser *p, const char *c, size_t n)
{
	char *line;
	int status;

	for (size_t i = 0; i < n; i++) {
		const unsigned char x = (unsigned char)c[i];

		if (x == '\r' && i + 1 == n)
			return fail(p, "ends with a carriage return, as lines"
			    " from Windows do (tr -d '\\r' takes them away)");
		if ((x < 0x20 && x != '\t') || x == 0x7f)
			return fail(p, "a control character, 0x%02x", x);
	}
	line = rs_memdup(c, n);
	status = split(p, line);
	if (status == 0)
		status = read_statement(p);
	free(line);
	rs_lines_free(&p->w.text);
	p->w.text = (struct rs_lines){ 0 };
	return status;
}

/* The ledger is JSON, which is UTF-8, so what goes into it must be. */
static bool
is_utf8(const char *text, size_t n)
{
	json_t *j = json_stringn(text, n);
	const bool good = j != NULL;

	json_decref(j);
	return good;
}

int
rs_space_parse(struct rs_space *s, const char *path, const char *text,
    size_t n, struct rs_err *e)
{
	struct parser p = { .s = s, .e = e };
	int status = 0;

	*s = (struct rs_space){ .path = rs_strdup(path) };
	rs_buf_str(&s->script, "");
	for (size_t at = 0; at < n && status == 0; ) {
		const char *end = memchr(text + at, '\n', n - at);
		const size_t len = end != NULL ? (size_t)(end - text) - at :
		    n - at;

		p.line++;
		if (!is_utf8(text + at, len))
			status = fail(&p, "is not UTF-8");
		else
			status = read_line(&p, text + at, len);
		at += len + 1;
	}
	if (status == 0)
		status = check_whole(&p);
	free(p.budget.name);
	free(p.run);
	free(p.w.quoted);
	return status;
}

int
rs_space_read(struct rs_space *s, const char *path, struct rs_err *e)
{
	struct rs_buf b = { 0 };
	int status;

	*s = (struct rs_space){ 0 };
	status = rs_source_whole(path, RS_SPACE_MAX, &b, e);
	if (status == 0)
		status = rs_space_parse(s, path, b.data, b.len, e);
	rs_buf_free(&b);
	return status;
}

void
rs_space_free(struct rs_space *s)
{
	for (size_t i = 0; i < s->axes; i++) {
		free(s->axis[i].name);
		rs_lines_free(&s->axis[i].list);
	}
	free(s->axis);
	free(s->path);
	rs_lines_free(&s->data);
	rs_buf_free(&s->script);
	*s = (struct rs_space){ 0 };
}
