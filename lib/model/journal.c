/* journal: lines of JSON that tell what a run is and how each epoch went. */
#include <inttypes.h>

#include "base/buf.h"
#include "base/num.h"
#include "model/journal.h"

static void
put_number(struct rs_buf *b, double x)
{
	char text[RS_NUM_MAX];

	if (x - x != 0) {
		rs_buf_str(b, "null");
		return;
	}
	rs_buf_put(b, text, rs_format_f64(text, x));
}

/* A number as such, a list of them as an array, a word between quotes. */
static void
put_value(struct rs_buf *b, const struct rs_values *v, size_t i)
{
	char text[RS_PARAM_TEXT_MAX];

	switch (v->algorithm->params[i].kind) {
	case RS_PARAM_REAL:
	case RS_PARAM_COUNT:
		put_number(b, v->value[i]);
		return;
	case RS_PARAM_REALS:
	case RS_PARAM_COUNTS:
		rs_buf_str(b, "[");
		for (size_t k = 0; k < v->list[i].n; k++) {
			rs_buf_str(b, k > 0 ? ", " : "");
			put_number(b, v->list[i].at[k]);
		}
		rs_buf_str(b, "]");
		return;
	case RS_PARAM_CHOICE:
	case RS_PARAM_LAW:
		rs_buf_printf(b, "\"%s\"", rs_values_text(v, i, text));
	}
}

void
rs_journal_run(struct rs_sink *s, const struct rs_run *r)
{
	const struct rs_csr *m = r->fit.train;
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "{\"algorithm\": \"%s\"", r->algorithm->name);
	if (r->algorithm->factors > 0)
		rs_buf_printf(&b, ", \"factors\": %" PRIu64, r->fit.factors);
	rs_buf_printf(&b, ", \"epochs\": %" PRIu64 ", \"seed\": %" PRIu64
	    ", \"parameters\": {", r->fit.epochs, r->fit.seed);
	for (size_t i = 0; r->algorithm->params[i].name != NULL; i++) {
		rs_buf_printf(&b, "%s\"%s\": ", i > 0 ? ", " : "",
		    r->algorithm->params[i].name);
		put_value(&b, r->fit.values, i);
	}
	rs_buf_printf(&b, "}, \"users\": %" PRIu64 ", \"items\": %" PRIu64
	    ", \"pairs\": %" PRIu64 ", \"train_fingerprint\": \"%016" PRIx64
	    "\"}\n", m->users, m->items, m->nnz, r->fingerprint);
	rs_sink_put(s, b.data, b.len);
	rs_buf_free(&b);
}

void
rs_journal_epoch(struct rs_sink *s, const struct rs_epoch *e,
    const struct rs_metrics *ms)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "{\"epoch\": %" PRIu64 ", \"loss\": ", e->epoch);
	put_number(&b, e->loss);
	for (size_t i = 0; e->judged && i < ms->n; i++) {
		rs_buf_printf(&b, ", \"%s\": ", ms->metric[i].name);
		put_number(&b, e->metric[i]);
	}
	rs_buf_printf(&b, ", \"seconds\": %.6f}\n", e->seconds);
	rs_sink_put(s, b.data, b.len);
	rs_buf_free(&b);
}
