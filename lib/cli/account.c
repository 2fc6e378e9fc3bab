/* account: where each row of a text went. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/account.h"
#include "cli/tool.h"
#include "io/table.h"

void
rs_account_begin(struct rs_account *a, const char *bears)
{
	const size_t n = strlen(bears);

	*a = (struct rs_account){ .bears = bears, .max_share = -1 };
	if (n > 0 && bears[n - 1] == '%') {
		if (rs_parse_real(bears, n - 1, &a->max_share) &&
		    a->max_share >= 0 && a->max_share <= 100)
			return;
	} else if (rs_parse_count(bears, n, &a->max_bad)) {
		return;
	}
	rs_misuse("--max-errors %s: should be a number or a share like 1%%",
	    bears);
}

void
rs_account_open(struct rs_account *a, const struct rs_picks *picks,
    const struct rs_where *where, size_t conditions, const char *rejects)
{
	a->picks = picks;
	a->where = where;
	a->conditions = conditions;
	a->filtered = rs_zalloc(rs_size(conditions, sizeof(*a->filtered)));
	a->missing = rs_zalloc(rs_size(picks->n, sizeof(*a->missing)));
	if (rejects != NULL)
		a->rejects = rs_sink_append(rejects);
}

void
rs_account_close(struct rs_account *a)
{
	if (a->rejects != NULL)
		rs_sink_close(a->rejects);
	free(a->filtered);
	free(a->missing);
}

/* One line of the reject list: file, line, reason, the record. */
static void
reject(const struct rs_account *a, const struct rs_rows *r,
    const struct rs_record *rec, const char *reason)
{
	static struct rs_buf b;
	char number[RS_NUM_MAX];

	if (a->rejects == NULL)
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
	rs_sink_put(a->rejects, b.data, b.len);
}

void
rs_account_bad(struct rs_account *a, const struct rs_rows *r,
    const struct rs_record *rec, const char *reason)
{
	a->bad++;
	reject(a, r, rec, reason);
	if (a->bad == 1)
		snprintf(a->first_bad, sizeof(a->first_bad), "%s:%" PRIu64
		    ": %s", rs_rows_file(r), rec->line, reason);
	if (a->max_share >= 0 || a->bad <= a->max_bad)
		return;
	if (a->max_bad == 0)
		rs_bad("%s", a->first_bad);
	rs_bad("%s:%" PRIu64 ": %s (more bad lines than --max-errors %s"
	    " bears; the first was %s)", rs_rows_file(r), rec->line, reason,
	    a->bears, a->first_bad);
}

void
rs_account_missing(struct rs_account *a, const struct rs_rows *r,
    const struct rs_record *rec, size_t c)
{
	char reason[RS_NAME_MAX + 8];

	a->missing[c]++;
	if (a->rejects == NULL)
		return;
	snprintf(reason, sizeof(reason), "no %s", a->picks->pick[c].name);
	reject(a, r, rec, reason);
}

void
rs_account_check(const struct rs_account *a)
{
	char some[RS_NUM_MAX], all[RS_NUM_MAX];

	if (a->max_share < 0 ||
	    (double)a->bad * 100 <= (double)a->seen * a->max_share)
		return;
	rs_bad("%s of %s lines are bad, more than --max-errors %s; the first:"
	    " %s", rs_commas(some, a->bad), rs_commas(all, a->seen),
	    a->bears, a->first_bad);
}

void
rs_account_note(const struct rs_account *a)
{
	struct rs_buf b = { 0 };
	char number[RS_NUM_MAX], in[RS_NUM_MAX], good[RS_NUM_MAX];
	char gone[RS_NUM_MAX];
	uint64_t dropped = a->bad;

	for (size_t i = 0; i < a->conditions; i++) {
		dropped += a->filtered[i];
		if (a->filtered[i] > 0)
			rs_buf_printf(&b, ", %s not %s",
			    rs_commas(number, a->filtered[i]),
			    a->where[i].text);
	}
	for (size_t c = 0; c < a->picks->n; c++) {
		dropped += a->missing[c];
		if (a->missing[c] > 0)
			rs_buf_printf(&b, ", %s without %s",
			    rs_commas(number, a->missing[c]),
			    a->picks->pick[c].name);
	}
	if (a->bad > 0)
		rs_buf_printf(&b, ", %s bad", rs_commas(number, a->bad));
	assert(a->seen == a->kept + dropped);
	if (a->blank > 0)
		rs_buf_printf(&b, "; %s blank line%s skipped",
		    rs_commas(number, a->blank), a->blank == 1 ? "" : "s");
	rs_buf_str(&b, "");
	rs_note("%s row%s, %s kept, %s dropped%s%s", rs_commas(in, a->seen),
	    a->seen == 1 ? "" : "s", rs_commas(good, a->kept),
	    rs_commas(gone, dropped), dropped > 0 ? ": " : "",
	    b.data + (dropped > 0 ? 2 : 0));
	if (a->bad > 0)
		rs_note("the first bad one: %s", a->first_bad);
	rs_buf_free(&b);
}
