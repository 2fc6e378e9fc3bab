/* rs-clean: event logs as text, named, typed and filtered, into a stream. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "data/longtail.h"
#include "io/date.h"
#include "io/gather.h"
#include "io/missing.h"
#include "io/picks.h"
#include "io/rows.h"
#include "io/table.h"
#include "io/where.h"

static const char *const quotings[] = { "auto", "none", NULL };

static struct rs_list files, columns, conditions;
static const char *delimiter = "auto", *encoding, *time_format, *output;
static const char *rejects_path, *max_errors_text = "0";
static int quoting = RS_QUOTE_AUTO;
static bool no_header, jsonl, ragged, integer_ids, report;

/* How many bad records are borne: a count, or a share of all. */
static uint64_t max_errors;
static double max_share = -1;

/* What is done with a column of a row. */
enum kind { LABEL, NAME, ID, REAL, TIME };

/* The columns once more, so small that all of them share a cache line. */
struct column {
	uint16_t at;		/* which field */
	uint8_t kind;
};

static struct rs_picks picks;
static struct column plan[RS_COLUMNS_MAX];
static struct rs_where *where;
static struct rs_writer *out;
static struct rs_gather *rows;
static struct rs_sink *rejects;
static struct rs_longtail *tail[2];	/* of users and items, on demand */
static int tail_column[2];

/* Where each row went: all but kept and those counted here are an error. */
static uint64_t seen, kept, bad, blank;
static uint64_t *filtered;		/* by condition */
static uint64_t *missing;		/* by column */
static char first_bad[1024];

static char why[512];
static float tenths[100];

static void
parse_max_errors(void)
{
	const size_t n = strlen(max_errors_text);

	if (n > 0 && max_errors_text[n - 1] == '%') {
		if (rs_parse_real(max_errors_text, n - 1, &max_share) &&
		    max_share >= 0 && max_share <= 100)
			return;
	} else if (rs_parse_count(max_errors_text, n, &max_errors)) {
		return;
	}
	rs_misuse("--max-errors %s: should be a number or a share like 1%%",
	    max_errors_text);
}

static struct rs_dialect
parse_dialect(void)
{
	struct rs_dialect d = {
		.quoting = (enum rs_quoting)quoting, .encoding = encoding,
		.headless = no_header, .jsonl = jsonl, .ragged = ragged,
	};

	if (strcmp(delimiter, "tab") == 0 || strcmp(delimiter, "\\t") == 0)
		d.delimiter = "\t";
	else if (strcmp(delimiter, "comma") == 0)
		d.delimiter = ",";
	else if (strcmp(delimiter, "auto") != 0)
		d.delimiter = delimiter;
	if (d.delimiter != NULL && (d.delimiter[0] == '\0' ||
	    strlen(d.delimiter) > 15 || strpbrk(d.delimiter, "\r\n\"")))
		rs_misuse("--delimiter '%s': should be 1 to 15 characters, no"
		    " quote and no line end", delimiter);
	if (jsonl && (d.delimiter != NULL || no_header || ragged ||
	    rs_given("quote")))
		rs_misuse("--jsonl goes with none of --delimiter, --quote,"
		    " --no-header, --ragged");
	if (ragged && (d.delimiter != NULL || rs_given("quote")))
		rs_misuse("--ragged is blank-separated: it goes with neither"
		    " --delimiter nor --quote");
	return d;
}

static void
parse_columns(void)
{
	struct rs_err e;

	for (size_t i = 0; i < columns.n; i++) {
		if (rs_picks_parse(&picks, columns.item[i], &e) < 0)
			rs_misuse("-c %s: %s", columns.item[i], e.text);
	}
	where = rs_zalloc(rs_size(conditions.n, sizeof(*where)));
	filtered = rs_zalloc(rs_size(conditions.n, sizeof(*filtered)));
	for (size_t i = 0; i < conditions.n; i++) {
		if (rs_where_parse(&where[i], conditions.item[i], &e) < 0)
			rs_misuse("--where %s", e.text);
	}
	if (time_format != NULL && rs_date_check(time_format) != NULL)
		rs_misuse("--time-format '%s' %s", time_format,
		    rs_date_check(time_format));
}

/* One line of the reject list: file, line, reason, the record. */
static void
reject(const struct rs_rows *r, const struct rs_record *rec,
    const char *reason)
{
	static struct rs_buf b;
	char number[RS_NUM_MAX];

	if (rejects == NULL)
		return;
	b.len = 0;
	rs_text_tsv(&b, rs_rows_file(r), strlen(rs_rows_file(r)));
	rs_buf_char(&b, '\t');
	rs_buf_put(&b, number, rs_format_u64(number, rec->line));
	rs_buf_char(&b, '\t');
	rs_text_tsv(&b, reason, strlen(reason));
	rs_buf_char(&b, '\t');
	rs_text_tsv(&b, rec->text, rec->text_len);
	rs_buf_char(&b, '\n');
	rs_sink_put(rejects, b.data, b.len);
}

/* A record that is no good: an error, unless so many are borne. */
static void
drop_bad(const struct rs_rows *r, const struct rs_record *rec,
    const char *reason)
{
	bad++;
	reject(r, rec, reason);
	if (bad == 1)
		snprintf(first_bad, sizeof(first_bad), "%s:%" PRIu64 ": %s",
		    rs_rows_file(r), rec->line, reason);
	if (max_share >= 0 || bad <= max_errors)
		return;
	if (max_errors == 0)
		rs_bad("%s", first_bad);
	rs_bad("%s:%" PRIu64 ": %s (more bad lines than --max-errors %s"
	    " bears; the first was %s)", rs_rows_file(r), rec->line, reason,
	    max_errors_text, first_bad);
}

static void
drop_missing(const struct rs_rows *r, const struct rs_record *rec, size_t c)
{
	char reason[RS_NAME_MAX + 8];

	missing[c]++;
	if (rejects == NULL)
		return;
	snprintf(reason, sizeof(reason), "no %s", picks.pick[c].name);
	reject(r, rec, reason);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Spreadsheets and data frames make 17850.0 of 17850: take that back. */
static void
drop_fraction(struct rs_field *f)
{
	size_t i = f->n;

	while (i > 0 && f->p[i - 1] == '0')
		i--;
	if (i == f->n || i < 2 || f->p[i - 1] != '.')
		return;
	for (size_t k = f->p[0] == '-'; k < i - 1; k++) {
		if (!is_digit(f->p[k]))
			return;
	}
	if (f->p[0] != '-' || i > 2)
		f->n = i - 1;
}

/* Say in why what is wrong with a field: false. */
static bool
complain(const struct rs_pick *k, const struct rs_field *f, const char *what)
{
	const int n = f->n < 80 ? (int)f->n : 80;

	snprintf(why, sizeof(why), "%.100s '%.*s%s' %s", k->name, n, f->p,
	    f->n > 80 ? "..." : "", what);
	return false;
}

static bool
take_str(size_t c, const char *p, size_t n)
{
	if (__builtin_expect(n > RS_STRING_MAX, 0)) {
		snprintf(why, sizeof(why), "%.100s has %zu bytes, the limit is"
		    " %d", picks.pick[c].name, n, RS_STRING_MAX);
		return false;
	}
	rs_gather_str(rows, c, p, n);
	return true;
}

static bool
take_real(size_t c, const struct rs_field *f)
{
	/* The first that rounds to infinity. */
	static const double infinite = 0x1.ffffffp127;
	float *to = &rows->col[c].f32[rows->rows];
	double x;

	/* Ratings, 5 or 4.5, are most of what is read here; n / 10 is what
	 * the parser divides too. */
	if (f->n == 1 && is_digit(f->p[0])) {
		*to = (float)(f->p[0] - '0');
		return true;
	}
	if (f->n == 3 && f->p[1] == '.' && is_digit(f->p[0]) &&
	    is_digit(f->p[2])) {
		*to = tenths[10 * (f->p[0] - '0') + f->p[2] - '0'];
		return true;
	}
	if (!rs_parse_real(f->p, f->n, &x))
		return complain(&picks.pick[c], f, "is no number");
	if (x >= infinite || x <= -infinite)
		return complain(&picks.pick[c], f, "is too large");
	*to = (float)x;
	return true;
}

static bool
take_time(size_t c, const struct rs_field *f)
{
	int64_t *v = &rows->col[c].i64[rows->rows];

	if (time_format == NULL) {
		if (rs_date_guess(f->p, f->n, v))
			return true;
		return complain(&picks.pick[c], f, "is neither seconds since"
		    " 1970 nor like 2011-12-09 12:50:00 (see --time-format)");
	}
	if (rs_date_parse(time_format, f->p, f->n, v))
		return true;
	return complain(&picks.pick[c], f, "is not as --time-format says");
}

/* Set column c of the next row. */
static inline bool
take(size_t c, const struct rs_field *f)
{
	struct rs_field g = *f;

	switch (plan[c].kind) {
	case REAL:
		return take_real(c, f);
	case TIME:
		return take_time(c, f);
	case ID:
		drop_fraction(&g);
		break;
	case LABEL:
		if (rs_missing(f))
			g.n = 0;
		break;
	default:
		break;
	}
	return take_str(c, g.p, g.n);
}

static void
put_rows(void)
{
	const struct rs_block b = rs_gather_block(rows);

	for (int i = 0; i < 2; i++) {
		if (tail[i] != NULL && rs_longtail_put(tail[i],
		    &b.col[tail_column[i]], b.rows) < 0)
			rs_bad("too many distinct ids for --report");
	}
	kept += b.rows;
	rs_gather_put(rows, out);
}

/* Whether all conditions hold; a row for which one does not is counted. */
static bool
passes(const struct rs_rows *r, const struct rs_record *rec)
{
	for (size_t i = 0; i < conditions.n; i++) {
		const int holds = rs_where_holds(&where[i], rec->field);

		if (holds > 0)
			continue;
		if (holds == 0) {
			filtered[i]++;
			return false;
		}
		snprintf(why, sizeof(why), "'%.*s' is no number, for --where"
		    " '%.200s'", (int)(rec->field[where[i].at].n < 80 ?
		    rec->field[where[i].at].n : 80),
		    rec->field[where[i].at].p, where[i].text);
		drop_bad(r, rec, why);
		return false;
	}
	return true;
}

static void
take_record(const struct rs_rows *r, const struct rs_record *rec)
{
	seen++;
	if (__builtin_expect(rec->bad != NULL, 0)) {
		drop_bad(r, rec, rec->bad);
		return;
	}
	if (!passes(r, rec))
		return;
	/* A row that lacks its user may hold what it likes otherwise. */
	for (size_t c = 0; c < picks.n; c++) {
		if (rs_missing(&rec->field[plan[c].at]) &&
		    plan[c].kind != LABEL) {
			drop_missing(r, rec, c);
			return;
		}
	}
	for (size_t c = 0; c < picks.n; c++) {
		if (!take(c, &rec->field[plan[c].at])) {
			drop_bad(r, rec, why);
			return;
		}
	}
	rs_gather_row(rows);
	if (rs_gather_full(rows)) {
		put_rows();
		rs_progress(rs_source_raw(rs_rows_source(r)),
		    rs_source_size(rs_rows_source(r)), "bytes");
	}
}

/* What was not said is taken from the header of the first file. */
static void
guess_columns(const struct rs_rows *r)
{
	struct rs_buf b = { 0 };
	struct rs_err e;

	if (rs_picks_guess(&picks, r, &e) < 0)
		rs_bad("%s", e.text);
	for (size_t i = 0; i < picks.n; i++)
		rs_buf_printf(&b, " %s=%s", picks.pick[i].name,
		    picks.pick[i].from.p);
	rs_note("columns by their names:%s", b.data);
	rs_buf_free(&b);
}

static void
start_tail(int i, const char *name)
{
	tail_column[i] = rs_head_find(rs_writer_head(out), name);
	if (tail_column[i] >= 0)
		tail[i] = rs_longtail_new();
}

/* The columns are known now. */
static void
start_output(void)
{
	struct rs_head *h = rs_head_new();

	for (size_t i = 0; i < picks.n; i++)
		rs_head_column(h, picks.pick[i].name, picks.pick[i].type);
	out = rs_out(output, h);
	rows = rs_gather_new(h);
	rs_gather_behind(rows, out);
	missing = rs_zalloc(rs_size(picks.n, sizeof(*missing)));
	rs_head_free(h);
	if (rejects_path != NULL)
		rejects = rs_sink_append(rejects_path);
	if (report) {
		start_tail(0, "user");
		start_tail(1, "item");
	}
}

/* Several files are one table: their headers must agree. */
static void
check_header(const struct rs_rows *r, const struct rs_rows *first)
{
	const size_t n = rs_rows_width(r), want = rs_rows_width(first);

	if (n != want)
		rs_bad("%s: has %zu columns where %s has %zu", rs_rows_file(r),
		    n, rs_rows_file(first), want);
	for (size_t i = 0; i < n && rs_rows_name(r, i) != NULL; i++) {
		if (strcmp(rs_rows_name(r, i), rs_rows_name(first, i)) != 0)
			rs_bad("%s: column %zu is '%s' where %s has '%s'",
			    rs_rows_file(r), i + 1, rs_rows_name(r, i),
			    rs_rows_file(first), rs_rows_name(first, i));
	}
}

static struct rs_rows *
open_rows(const char *path, const struct rs_dialect *d)
{
	struct rs_err e;
	struct rs_rows *r = rs_rows_open(path, d, &e);

	if (r != NULL)
		return r;
	if (strncmp(e.text, "no encoding", 11) == 0)
		rs_misuse("--from: %s", e.text);
	rs_die("%s", e.text);
}

static void
add_input_line(uint64_t digest)
{
	char hex[20];

	snprintf(hex, sizeof(hex), "%016" PRIx64, digest);
	rs_lines_add(rs_writer_end(out), 2, "input", hex);
}

static void
make_plan(void)
{
	for (size_t c = 0; c < picks.n; c++) {
		const struct rs_pick *k = &picks.pick[c];
		enum kind kind = k->may_miss ? LABEL : NAME;

		if (k->type == RS_F32)
			kind = REAL;
		else if (k->type == RS_I64)
			kind = TIME;
		else if (integer_ids && (strcmp(k->name, "user") == 0 ||
		    strcmp(k->name, "item") == 0))
			kind = ID;
		plan[c] = (struct column){ (uint16_t)k->at, (uint8_t)kind };
	}
}

/* Read the header, and make sense of the options by it. */
static void
begin(struct rs_rows *r, const struct rs_rows *first)
{
	const int got = rs_rows_begin(r);
	struct rs_err e;

	if (got < 0)
		rs_bad("%s", rs_rows_err(r)->text);
	if (got == 0 && !no_header && !jsonl && !ragged)
		rs_bad("%s: is empty: not even a header (see --no-header)",
		    rs_rows_file(r));
	if (got == 0 && picks.n == 0 && !ragged)
		rs_bad("%s: is empty: without -c nothing says which columns",
		    rs_rows_file(r));
	if (picks.n == 0)
		guess_columns(r);
	if (got > 0 && !jsonl && first != NULL && rs_rows_width(first) > 0)
		check_header(r, first);
	if (got > 0 && rs_picks_find(&picks, r, &e) < 0)
		rs_bad("%s", e.text);
	for (size_t i = 0; i < conditions.n && got > 0; i++) {
		if (rs_where_find(&where[i], r, &e) < 0)
			rs_bad("%s", e.text);
	}
	make_plan();
}

static void
read_rows(struct rs_rows *r)
{
	struct rs_record rec;
	const uint64_t before = seen;
	int more;

	while ((more = rs_rows_next(r, &rec)) == 1)
		take_record(r, &rec);
	if (more < 0)
		rs_bad("%s", rs_rows_err(r)->text);
	if (seen > before && rs_rows_unseen(r) != NULL)
		rs_bad("%s: no line has the key '%s'", rs_rows_file(r),
		    rs_rows_unseen(r));
	put_rows();
	rs_gather_wait(rows);
	blank += rs_rows_blank(r);
	add_input_line(rs_rows_digest(r));
}

static void
read_files(const struct rs_dialect *d)
{
	static const char *standard = "-";
	const char **path = files.n > 0 ? files.item : &standard;
	const size_t n = files.n > 0 ? files.n : 1;
	struct rs_rows *first = NULL;

	for (size_t i = 0; i < n; i++) {
		struct rs_rows *r = open_rows(path[i], d);

		begin(r, first);
		if (i == 0)
			start_output();
		read_rows(r);
		if (first == NULL)
			first = r;
		else
			rs_rows_close(r);
	}
	rs_rows_close(first);
	rs_gather_free(rows);
	rs_progress_end();
}

static void
check_share(void)
{
	char a[RS_NUM_MAX], b[RS_NUM_MAX];

	if (max_share < 0 || (double)bad * 100 <= (double)seen * max_share)
		return;
	rs_bad("%s of %s lines are bad, more than --max-errors %s; the first:"
	    " %s", rs_commas(a, bad), rs_commas(b, seen), max_errors_text,
	    first_bad);
}

/* Every row is accounted for. */
static void
summarise(void)
{
	struct rs_buf b = { 0 };
	char number[RS_NUM_MAX], in[RS_NUM_MAX], good[RS_NUM_MAX];
	char gone[RS_NUM_MAX];
	uint64_t dropped = bad;

	for (size_t i = 0; i < conditions.n; i++) {
		dropped += filtered[i];
		if (filtered[i] > 0)
			rs_buf_printf(&b, ", %s not %s",
			    rs_commas(number, filtered[i]), where[i].text);
	}
	for (size_t c = 0; c < picks.n; c++) {
		dropped += missing[c];
		if (missing[c] > 0)
			rs_buf_printf(&b, ", %s without %s",
			    rs_commas(number, missing[c]),
			    picks.pick[c].name);
	}
	if (bad > 0)
		rs_buf_printf(&b, ", %s bad", rs_commas(number, bad));
	assert(seen == kept + dropped);
	assert(kept == rs_writer_rows(out));
	if (blank > 0)
		rs_buf_printf(&b, "; %s blank line%s skipped",
		    rs_commas(number, blank), blank == 1 ? "" : "s");
	rs_buf_str(&b, "");
	rs_note("%s row%s, %s kept, %s dropped%s%s", rs_commas(in, seen),
	    seen == 1 ? "" : "s", rs_commas(good, kept),
	    rs_commas(gone, dropped), dropped > 0 ? ": " : "",
	    b.data + (dropped > 0 ? 2 : 0));
	if (bad > 0)
		rs_note("the first bad one: %s", first_bad);
	rs_buf_free(&b);
}

static void
print_tail_cell(struct rs_buf *b, struct rs_longtail *l, double percent)
{
	rs_buf_char(b, '\t');
	if (l != NULL)
		rs_buf_printf(b, "%.12g", rs_longtail_quantile(l, percent));
}

/* Rows per user and per item: quantiles in percent, as TSV on stderr. */
static void
print_report(void)
{
	static const double percents[] = {
		0, 1, 2, 3, 4, 5, 10, 25, 50, 75, 90, 95, 96, 97, 98, 99, 100,
	};
	struct rs_buf b = { 0 };

	rs_buf_str(&b, "quantile\tuser\titem\n");
	for (size_t i = 0; i < sizeof(percents) / sizeof(*percents); i++) {
		rs_buf_printf(&b, "%g%%", percents[i]);
		print_tail_cell(&b, tail[0], percents[i]);
		print_tail_cell(&b, tail[1], percents[i]);
		rs_buf_char(&b, '\n');
	}
	rs_buf_printf(&b, "ids");
	for (int i = 0; i < 2; i++) {
		rs_buf_char(&b, '\t');
		if (tail[i] != NULL)
			rs_buf_printf(&b, "%" PRIu32,
			    rs_longtail_ids(tail[i]));
	}
	rs_buf_char(&b, '\n');
	fwrite(b.data, 1, b.len, stderr);
	rs_buf_free(&b);
}

int
main(int argc, char **argv)
{
	const struct rs_opt opts[] = {
		RS_OPT_LIST('c', "columns", "NAME=COLUMN,...", &columns,
		    "columns by header name or number"),
		RS_OPT_STR(0, "delimiter", "tab|comma|STRING|auto", &delimiter,
		    "what stands between fields"),
		RS_OPT_CHOICE(0, "quote", quotings, &quoting,
		    "auto: CSV has quotes, TSV has none"),
		RS_OPT_FLAG(0, "no-header", &no_header,
		    "the first line is a row"),
		RS_OPT_FLAG(0, "jsonl", &jsonl, "one JSON object a line"),
		RS_OPT_FLAG(0, "ragged", &ragged,
		    "lines of a user and its items, blank-separated"),
		RS_OPT_STR(0, "from", "ENCODING", &encoding,
		    "encoding of the text, if not UTF-8"),
		RS_OPT_STR(0, "time-format", "FMT", &time_format,
		    "how times are written, as for strptime"),
		RS_OPT_LIST(0, "where", "EXPR", &conditions,
		    "keep rows for which all of these hold"),
		RS_OPT_FLAG(0, "integer-ids", &integer_ids,
		    "make 17850.0 the id 17850"),
		{ RS_KIND_STR, 0, "rejects", "FILE",
		    "append dropped lines and reasons to FILE",
		    (const char **){ &rejects_path }, 0, 0, NULL,
		    RS_OPT_IS_FILE | RS_OPT_IS_SILENT },
		RS_OPT_STR(0, "max-errors", "N|N%", &max_errors_text,
		    "bad lines that are dropped, not an error"),
		{ RS_KIND_FLAG, 0, "report", NULL,
		    "print quantiles of rows per user and item",
		    (bool *){ &report }, 0, 0, NULL, RS_OPT_IS_SILENT },
		RS_OPT_OUTPUT(&output),
		RS_OPT_PROGRESS,
		RS_OPT_OPERAND_FILES("FILE...", &files, 0, 1e9,
		    "CSV, TSV or JSON lines, gzipped or not"),
		RS_OPT_END
	};
	struct rs_dialect dialect;

	rs_begin(argc, argv, "turn event logs (CSV, TSV, JSON lines) into a"
	    " stream", opts);
	parse_max_errors();
	dialect = parse_dialect();
	parse_columns();
	for (int i = 0; i < 100; i++)
		tenths[i] = (float)(i / 10.0);
	read_files(&dialect);
	check_share();
	summarise();
	if (report)
		print_report();
	if (rejects != NULL)
		rs_sink_close(rejects);
	rs_count_in(seen);
	return rs_end(NULL, out);
}
