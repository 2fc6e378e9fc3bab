/* tool: begin, loop, end. */
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "cli/parse.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "kernel/cpu.h"

enum { SIDES_MAX = 64 };

static struct timespec began;
static uint64_t rows_in, rows_out;

/* Side streams that are open, and what those read so far were made by. */
static struct {
	const struct rs_reader *reader;
	char *role;
} side[SIDES_MAX];
static size_t sides;
static struct rs_lines side_lines, roles;

void
rs_note(const char *fmt, ...)
{
	va_list ap;

	if (rs_quiet_wanted)
		return;
	va_start(ap, fmt);
	rs_vsay(fmt, ap);
	va_end(ap);
}

void
rs_note_count(uint64_t n, const char *what)
{
	char text[RS_NUM_MAX];

	if (n > 0)
		rs_note("%s: %s", what, rs_commas(text, n));
}

void
rs_bad(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	rs_vsay(fmt, ap);
	va_end(ap);
	exit(RS_BAD);
}

void
rs_misuse(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	rs_vsay(fmt, ap);
	va_end(ap);
	exit(RS_MISUSE);
}

bool
rs_verbose(void)
{
	return rs_verbose_wanted;
}

/* A file that we open must not become stdin, stdout or stderr. */
static void
keep_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

void
rs_begin(int argc, char **argv, const char *summary,
    const struct rs_opt *opts)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;

	clock_gettime(CLOCK_MONOTONIC, &began);
	keep_standard_files();
	json_set_alloc_funcs(rs_alloc, free);	/* no memory is no bad JSON */
	if (argc > 0)
		rs_prog = slash != NULL ? slash + 1 : argv[0];
	rs_parse_options(argc, argv, summary, opts);
	rs_cpu();	/* refuses an RS_CPU that is no path here */
}

/* Whether a column of type t answers the demand "u32|str". */
static bool
type_allowed(const char *types, size_t n, enum rs_type t)
{
	const char *name = rs_type_name(t);
	const char *end = types + n;

	while (types < end) {
		size_t word = strcspn(types, "|");

		if (word > (size_t)(end - types))
			word = (size_t)(end - types);
		if (word == strlen(name) && memcmp(types, name, word) == 0)
			return true;
		types += word + 1;
	}
	return false;
}

static void
demand_one(const struct rs_reader *in, const char *word, size_t n)
{
	const struct rs_head *h = rs_reader_head(in);
	const bool optional = *word == '?';
	const char *colon = memchr(word, ':', n);
	char name[RS_NAME_MAX + 1];
	size_t types;
	int c;

	snprintf(name, sizeof(name), "%.*s",
	    (int)(colon - word) - optional, word + optional);
	c = rs_head_find(h, name);
	if (c < 0 && optional)
		return;
	if (c < 0)
		rs_bad("%s: has no column %s", rs_reader_name(in), name);
	types = n - (size_t)(colon + 1 - word);
	if (!type_allowed(colon + 1, types, h->column[c].type))
		rs_bad("%s: column %s is %s and should be %.*s%s",
		    rs_reader_name(in), name,
		    rs_type_name(h->column[c].type), (int)types, colon + 1,
		    h->column[c].type == RS_STR ?
		    " (rs-index makes indices of ids)" : "");
}

void
rs_demand(const struct rs_reader *in, const char *columns)
{
	while (*columns != '\0') {
		const size_t n = strcspn(columns, " ");

		if (n > 0)
			demand_one(in, columns, n);
		columns += n + (columns[n] == ' ');
	}
}

struct rs_source *
rs_source_in(const char *path)
{
	struct rs_err e;
	struct rs_source *s = rs_source_open(path, &e);

	if (s == NULL)
		rs_die("%s", e.text);
	return s;
}

struct rs_reader *
rs_in_of(struct rs_source *s, const char *columns)
{
	struct rs_err e;
	struct rs_reader *r = rs_reader_of(s, &e);

	if (r == NULL)
		rs_bad("%s", e.text);
	rs_demand(r, columns);
	return r;
}

struct rs_reader *
rs_in_file(const char *path, const char *columns)
{
	if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO))
		rs_misuse("stdin is a terminal, and a stream is expected"
		    " (rs-clean makes one from text)");
	return rs_in_of(rs_source_in(path), columns);
}

struct rs_reader *
rs_in(const char *columns)
{
	return rs_in_file("-", columns);
}

/* The second stream of a role is ROLE2, so that two -x are told apart: yours. */
static char *
name_role(const char *role)
{
	struct rs_buf name = { 0 };
	size_t n = 1;

	for (size_t i = 0; i < roles.n; i++)
		n += strcmp(roles.line[i], role) == 0;
	rs_lines_add_raw(&roles, role);
	rs_buf_str(&name, role);
	if (n > 1)
		rs_buf_printf(&name, "%zu", n);
	return name.data;
}

struct rs_reader *
rs_side(const char *role, const char *path, const char *columns)
{
	struct rs_reader *r = rs_in_file(path, columns);

	if (sides == SIDES_MAX)
		rs_misuse("more than %d streams named by options", SIDES_MAX);
	side[sides].reader = r;
	side[sides++].role = name_role(role);
	return r;
}

static void
remember(const char *role, const char *line)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "with\t%s\t%s", role, line);
	rs_lines_add_raw(&side_lines, b.data);
	rs_buf_free(&b);
}

/* A side stream was read to its end: keep what it was made by and from. */
static void
remember_side(const struct rs_reader *r)
{
	const struct rs_lines *head = &rs_reader_head(r)->lines;
	const struct rs_lines *end = rs_reader_end(r);
	char *role = NULL;

	for (size_t i = 0; i < sides; i++) {
		if (side[i].reader == r) {
			role = side[i].role;
			side[i] = side[--sides];
			break;
		}
	}
	if (role == NULL)
		return;
	for (size_t i = 0; i < head->n; i++) {
		if (rs_lines_has(head->line[i], "by") ||
		    rs_lines_has(head->line[i], "part"))
			remember(role, head->line[i]);
	}
	for (size_t i = 0; i < end->n; i++) {
		if (rs_lines_has(end->line[i], "input") ||
		    rs_lines_has(end->line[i], "with"))
			remember(role, end->line[i]);
	}
	free(role);
}

struct rs_block *
rs_read(struct rs_reader *in)
{
	struct rs_block *b;
	const int more = rs_reader_next(in, &b);

	if (more < 0)
		rs_bad("%s", rs_reader_err(in)->text);
	if (more == 0) {
		remember_side(in);
		return NULL;
	}
	rs_progress(rs_reader_rows(in), 0, "rows");
	return b;
}

struct rs_writer *
rs_out(const char *path, const struct rs_head *head)
{
	const bool to_stdout = path == NULL || strcmp(path, "-") == 0;
	struct rs_head *h;
	struct rs_writer *w;
	char *by;

	if (to_stdout && isatty(STDOUT_FILENO))
		rs_misuse("will not write a stream to a terminal"
		    " (name a file with -o, or pipe it into rs-cat)");
	h = rs_head_copy(head);
	by = rs_by_line();
	rs_lines_add_raw(&h->lines, by);
	w = rs_writer_new(rs_sink_open(path), h);
	rs_head_free(h);
	free(by);
	return w;
}

struct rs_writer *
rs_out_like(const char *path, const struct rs_reader *in)
{
	return rs_out(path, rs_reader_head(in));
}

const struct rs_lines *
rs_side_lines(void)
{
	return &side_lines;
}

/* What a line is about: "size user" of "size<TAB>user<TAB>6040", all of a
 * line of another key.  Two lines about the same do not stand in one end. */
static bool
about_the_same(const char *a, const char *b)
{
	size_t n;

	if (!rs_lines_has(a, "size") && !rs_lines_has(a, "dictionary"))
		return strcmp(a, b) == 0;
	n = strcspn(a, "\t");
	if (a[n] == '\t')
		n += 1 + strcspn(a + n + 1, "\t");
	return strncmp(a, b, n) == 0 && (b[n] == '\t' || b[n] == '\0');
}

static void
add_once(struct rs_lines *l, const char *line)
{
	/* Two inputs may be equal; they are two all the same. */
	for (size_t i = 0; !rs_lines_has(line, "input") && i < l->n; i++) {
		if (about_the_same(l->line[i], line))
			return;
	}
	rs_lines_add_raw(l, line);
}

void
rs_inherit(struct rs_writer *out, const struct rs_reader *in)
{
	static const char *const own[] = { "rows", "blocks", "fingerprint" };
	const struct rs_lines *end = in != NULL ? rs_reader_end(in) : NULL;

	for (size_t i = 0; end != NULL && i < end->n; i++) {
		bool its_own = false;

		for (size_t k = 0; k < sizeof(own) / sizeof(own[0]); k++)
			its_own = its_own || rs_lines_has(end->line[i], own[k]);
		if (!its_own)
			add_once(rs_writer_end(out), end->line[i]);
	}
	for (size_t i = 0; i < side_lines.n; i++)
		add_once(rs_writer_end(out), side_lines.line[i]);
}

static double
seconds(const struct timespec *t)
{
	return (double)t->tv_sec + (double)t->tv_nsec * 1e-9;
}

void
rs_count_in(uint64_t rows)
{
	rows_in += rows;
}

/* A tool that has nothing to do with rows says nothing of them. */
static void
summarize(bool of_rows)
{
	char in[RS_NUM_MAX], out[RS_NUM_MAX], rows[2 * RS_NUM_MAX + 20] = "";
	struct timespec now, cpu;

	clock_gettime(CLOCK_MONOTONIC, &now);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	if (of_rows)
		snprintf(rows, sizeof(rows), "%s rows in, %s rows out, ",
		    rs_commas(in, rows_in), rs_commas(out, rows_out));
	rs_say("%s%.2f s, %.2f s CPU, %.1f MiB", rows,
	    seconds(&now) - seconds(&began), seconds(&cpu),
	    (double)rs_peak_memory() / (1 << 20));
}

static void
forget_sides(void)
{
	while (sides > 0)
		free(side[--sides].role);
	rs_lines_free(&side_lines);
	rs_lines_free(&roles);
}

int
rs_end(struct rs_reader *in, struct rs_writer *out)
{
	const bool of_rows = in != NULL || out != NULL || rows_in > 0;

	rs_progress_end();
	if (in != NULL)
		rows_in += rs_reader_rows(in);
	if (out != NULL) {
		rows_out += rs_writer_rows(out);
		rs_inherit(out, in);
		rs_writer_close(out);
	}
	rs_reader_close(in);
	forget_sides();
	if (rs_verbose_wanted)
		summarize(of_rows);
	return RS_OK;
}
