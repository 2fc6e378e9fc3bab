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
		const enum rs_param_kind kind = r->algorithm->params[i].kind;
		const bool word = kind != RS_PARAM_REAL &&
		    kind != RS_PARAM_COUNT;
		char text[RS_PARAM_TEXT_MAX];

		rs_buf_printf(&b, "%s\"%s\": %s%s%s", i > 0 ? ", " : "",
		    r->algorithm->params[i].name, word ? "\"" : "",
		    rs_values_text(r->fit.values, i, text), word ? "\"" : "");
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
