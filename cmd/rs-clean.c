/* rs-clean: event logs as text, named, typed and filtered, into a stream. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/account.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "data/longtail.h"
#include "io/date.h"
#include "io/gather.h"
#include "io/intake.h"
#include "io/picks.h"
#include "io/rows.h"
#include "io/where.h"

static const char *const quotings[] = { "auto", "none", NULL };

static struct rs_list files, columns, conditions;
static const char *delimiter = "auto", *encoding, *time_format, *output;
static const char *rejects, *max_errors = "0";
static int quoting = RS_QUOTE_AUTO;
static bool no_header, jsonl, ragged, integer_ids, report;

static struct rs_picks picks;
static struct rs_where *where;
static struct rs_writer *out;
static struct rs_gather *rows;
static struct rs_intake intake;
static struct rs_account account;
static struct rs_longtail *tail[2];	/* of users and items, on demand */
static int tail_column[2];

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
	for (size_t i = 0; i < conditions.n; i++) {
		if (rs_where_parse(&where[i], conditions.item[i], &e) < 0)
			rs_misuse("--where %s", e.text);
	}
	if (time_format != NULL && rs_date_check(time_format) != NULL)
		rs_misuse("--time-format '%s' %s", time_format,
		    rs_date_check(time_format));
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
	account.kept += b.rows;
	rs_gather_put(rows, out);
}

/* Whether all conditions hold; a row for which one does not is counted. */
static bool
passes(const struct rs_rows *r, const struct rs_record *rec)
{
	static char why[512];

	for (size_t i = 0; i < conditions.n; i++) {
		const int holds = rs_where_holds(&where[i], rec->field);

		if (holds > 0)
			continue;
		if (holds == 0) {
			account.filtered[i]++;
			return false;
		}
		snprintf(why, sizeof(why), "'%.*s' is no number, for --where"
		    " '%.200s'", (int)(rec->field[where[i].at].n < 80 ?
		    rec->field[where[i].at].n : 80),
		    rec->field[where[i].at].p, where[i].text);
		rs_account_bad(&account, r, rec, why);
		return false;
	}
	return true;
}

static void
take_record(const struct rs_rows *r, const struct rs_record *rec)
{
	const char *wrong;
	int lacks;

	account.seen++;
	if (__builtin_expect(rec->bad != NULL, 0)) {
		rs_account_bad(&account, r, rec, rec->bad);
		return;
	}
	if (!passes(r, rec))
		return;
	/* A row that lacks its user may hold what it likes otherwise. */
	lacks = rs_intake_missing(&intake, rec->field);
	if (lacks >= 0) {
		rs_account_missing(&account, r, rec, (size_t)lacks);
		return;
	}
	wrong = rs_intake_take(&intake, rec->field);
	if (wrong != NULL) {
		rs_account_bad(&account, r, rec, wrong);
		return;
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
	intake.rows = rows;
	rs_head_free(h);
	rs_account_open(&account, &picks, where, conditions.n, rejects);
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
	rs_intake_plan(&intake);
}

static void
read_rows(struct rs_rows *r)
{
	struct rs_record rec;
	const uint64_t before = account.seen;
	int more;

	while ((more = rs_rows_next(r, &rec)) == 1)
		take_record(r, &rec);
	if (more < 0)
		rs_bad("%s", rs_rows_err(r)->text);
	if (account.seen > before && rs_rows_unseen(r) != NULL)
		rs_bad("%s: no line has the key '%s'", rs_rows_file(r),
		    rs_rows_unseen(r));
	put_rows();
	rs_gather_wait(rows);
	account.blank += rs_rows_blank(r);
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
		    (const char **){ &rejects }, 0, 0, NULL,
		    RS_OPT_IS_FILE | RS_OPT_IS_SILENT },
		RS_OPT_STR(0, "max-errors", "N|N%", &max_errors,
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
	rs_account_begin(&account, max_errors);
	dialect = parse_dialect();
	parse_columns();
	intake = (struct rs_intake){ .picks = &picks,
		.time_format = time_format, .integer_ids = integer_ids };
	read_files(&dialect);
	rs_account_check(&account);
	assert(account.kept == rs_writer_rows(out));
	rs_account_note(&account);
	if (report)
		print_report();
	rs_account_close(&account);
	rs_count_in(account.seen);
	return rs_end(NULL, out);
}
