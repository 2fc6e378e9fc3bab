/* rs-confidence: how much each row, or each pair, counts. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "cli/tool.h"
#include "data/combined.h"
#include "data/spool.h"
#include "data/weight.h"

static const char *const COMBINES[] = {	/* enum rs_combining */
	"sum", "max", "first", "last", "count", NULL,
};
static const char *const SCALES[] = {
	"none", "alpha", "linear", "log", "bm25", "tfidf", NULL,
};

/* Everything that was asked for. */
struct plan {
	struct rs_events events;
	bool mapped;			/* --events was given */
	int combine;			/* -1: rows stay */
	struct rs_scaling scaling;
	struct rs_ageing age;
	bool now_given;
};

static struct plan plan = {
	.combine = -1,
	.scaling = { .scale = RS_SCALE_NONE, .alpha = 1, .eps = 1, .k1 = 100,
	    .b = 0.8 },
};
static struct rs_reader *in;

/* Observed so far. */
static int64_t latest = INT64_MIN;
static struct rs_totals totals;

static bool
sees_time(void)
{
	return plan.age.half_life > 0 && !plan.now_given;
}

/* The weight of each event of the block, looked up once an entry. */
static void
event_bases(const struct rs_block *b, double *base)
{
	const struct rs_vec *v = rs_block_get(b, "event");
	double *known = rs_alloc(rs_size(v->entries, sizeof(*known)));

	for (uint32_t i = 0; i < v->entries; i++) {
		const double *w = rs_events_find(&plan.events,
		    v->bytes + v->off[i], v->off[i + 1] - v->off[i]);

		known[i] = w != NULL ? *w : NAN;
	}
	for (size_t i = 0; i < b->rows; i++) {
		base[i] = known[v->code != NULL ? v->code[i] : i];
		if (isnan(base[i])) {
			size_t n;
			const char *name = rs_vec_str(v, i, &n);

			rs_bad("%s: row %" PRIu64 ": event %.*s has no weight"
			    " in --events", rs_reader_name(in),
			    b->first + i + 1, (int)(n < 200 ? n : 200), name);
		}
	}
	free(known);
}

/* What each row is worth before age and scale. */
static void
base_weights(const struct rs_block *b, double *base)
{
	const struct rs_vec *v = rs_block_get(b, "weight");

	if (plan.mapped) {
		event_bases(b, base);
		return;
	}
	if (v == NULL)
		v = rs_block_get(b, "value");
	for (size_t i = 0; i < b->rows; i++) {
		base[i] = 1;
		if (v == NULL || plan.combine == RS_COMBINE_COUNT)
			continue;
		base[i] = rs_vec_real(v, i);
		if (!isfinite(base[i]))
			rs_bad("%s: row %" PRIu64 ": the weight is not finite",
			    rs_reader_name(in), b->first + i + 1);
	}
}

static void
age_weights(const struct rs_block *b, double *base)
{
	const struct rs_vec *time = rs_block_get(b, "time");

	for (size_t i = 0; plan.age.half_life > 0 && i < b->rows; i++)
		base[i] = rs_weight_aged(&plan.age, base[i],
		    time->i64[i]);
}

/* The scaled weight as it is stored, or the end with the row's number. */
static float
scaled(uint32_t user, uint32_t item, double r, uint64_t row)
{
	const char *why = rs_weight_refused(&plan.scaling, r);
	const char *what = plan.combine >= 0 ? "pair" : "row";
	float w;

	if (why != NULL)
		rs_bad("%s: %s %" PRIu64 ": the weight %g %s",
		    rs_reader_name(in), what, row + 1, r, why);
	w = (float)rs_weight_scaled(&plan.scaling, &totals, user, item, r);
	if (!isfinite(w))
		rs_bad("%s: %s %" PRIu64 ": the weight %g does not fit when"
		    " scaled", rs_reader_name(in), what, row + 1, r);
	return w;
}

static void
add_total(uint32_t user, uint32_t item, double r, uint64_t row)
{
	const char *why = rs_weight_refused(&plan.scaling, r);
	struct rs_err e;

	if (why != NULL)
		rs_bad("%s: row %" PRIu64 ": the weight %g %s",
		    rs_reader_name(in), row + 1, r, why);
	if (rs_totals_add(&totals, user, item, r, &e) < 0)
		rs_bad("%s: %s", rs_reader_name(in), e.text);
}

/* How many items there are, as far as the stream says. */
static void
finish_totals(void)
{
	const char *size = rs_lines_get(rs_reader_end(in), "size\titem");
	uint64_t items = 0;

	if (size == NULL)
		size = rs_lines_get(&rs_reader_head(in)->lines,
		    "size\titem");
	if (size != NULL && !rs_parse_u64(size, strlen(size), &items))
		rs_bad("%s: size item %s is no number", rs_reader_name(in),
		    size);
	rs_totals_done(&totals, items);
}

static void
look_at_times(const struct rs_block *b)
{
	const struct rs_vec *time = rs_block_get(b, "time");

	for (size_t i = 0; sees_time() && i < b->rows; i++)
		latest = time->i64[i] > latest ? time->i64[i] : latest;
}

/* Rows that stay rows. */

/* The block with its weight column, at the place where the head has it. */
struct rewrite {
	struct rs_block block;
	float *weight;
	double *base;
	int at;			/* column of weight in the output */
};

static void
rewrite_init(struct rewrite *w, const struct rs_head *head)
{
	w->block.head = head;
	w->block.col = rs_zalloc(rs_size(head->columns,
	    sizeof(*w->block.col)));
	w->weight = rs_alloc(RS_BLOCK_ROWS * sizeof(*w->weight));
	w->base = rs_alloc(RS_BLOCK_ROWS * sizeof(*w->base));
	w->at = rs_head_find(head, "weight");
}

static void
rewrite_free(struct rewrite *w)
{
	free(w->block.col);
	free(w->weight);
	free(w->base);
}

static void
put_weighted(struct rewrite *w, const struct rs_block *b,
    struct rs_writer *out)
{
	const struct rs_vec *user = rs_block_get(b, "user");
	const struct rs_vec *item = rs_block_get(b, "item");
	const bool indexed = user->type == RS_U32 && item->type == RS_U32;
	size_t to = 0;

	base_weights(b, w->base);
	age_weights(b, w->base);
	for (size_t i = 0; i < b->rows; i++)
		w->weight[i] = scaled(indexed ? user->u32[i] : 0,
		    indexed ? item->u32[i] : 0, w->base[i], b->first + i);
	for (size_t c = 0; c < b->head->columns; c++) {
		if ((int)to == w->at)
			to++;
		if (strcmp(b->head->column[c].name, "weight") != 0)
			w->block.col[to++] = b->col[c];
	}
	w->block.col[w->at] = (struct rs_vec){ .type = RS_F32,
		.f32 = w->weight };
	w->block.rows = b->rows;
	rs_writer_put(out, &w->block);
}

static void
total_rows(struct rs_spool *rows, double *base)
{
	rs_spool_rewind(rows, NULL);
	for (struct rs_block *b; (b = rs_spool_next(rows)) != NULL; ) {
		const struct rs_vec *user = rs_block_get(b, "user");
		const struct rs_vec *item = rs_block_get(b, "item");

		base_weights(b, base);
		age_weights(b, base);
		for (size_t i = 0; i < b->rows; i++)
			add_total(user->u32[i], item->u32[i], base[i],
			    b->first + i);
	}
	plan.age.future = 0;	/* they are counted when they are written */
	finish_totals();
}

/* Rows wait only for what the last of them can change: the latest time, or
 * the sums of all. */
static void
weigh_rows(struct rs_writer *out, uint64_t memory)
{
	const bool total = rs_scale_needs_totals(plan.scaling.scale);
	struct rs_spool *rows = NULL;
	struct rewrite w;

	rewrite_init(&w, rs_writer_head(out));
	if (total || sees_time())
		rows = rs_spool_new(rs_reader_head(in), memory);
	for (struct rs_block *b; (b = rs_read(in)) != NULL; ) {
		look_at_times(b);
		if (rows != NULL)
			rs_spool_put(rows, b);
		else
			put_weighted(&w, b, out);
	}
	if (sees_time())
		plan.age.now = latest;
	if (total)
		total_rows(rows, w.base);
	if (rows != NULL) {
		rs_spool_rewind(rows, NULL);
		for (struct rs_block *b; (b = rs_spool_next(rows)) != NULL; )
			put_weighted(&w, b, out);
		rs_spool_free(rows);
	}
	rewrite_free(&w);
}

static struct rs_head *
rows_head(void)
{
	struct rs_head *h = rs_head_copy(rs_reader_head(in));
	const int c = rs_head_find(h, "weight");

	if (c >= 0 && h->column[c].type != RS_F32) {
		rs_head_drop_column(h, "weight");
		rs_head_column(h, "weight", RS_F32);
	} else if (c < 0) {
		rs_head_column(h, "weight", RS_F32);
	}
	return h;
}

/* Pairs. */

static struct rs_combined *
combine_rows(uint64_t memory)
{
	struct rs_combined *c = rs_combined_new(
	    (enum rs_combining)plan.combine, memory);
	double *base = rs_alloc(RS_BLOCK_ROWS * sizeof(*base));

	for (struct rs_block *b; (b = rs_read(in)) != NULL; ) {
		const uint32_t *user = rs_block_get(b, "user")->u32;
		const uint32_t *item = rs_block_get(b, "item")->u32;
		const struct rs_vec *time = rs_block_get(b, "time");

		look_at_times(b);
		base_weights(b, base);
		for (size_t i = 0; i < b->rows; i++)
			rs_combined_put(c, user[i], item[i], time != NULL ?
			    time->i64[i] : 0, base[i]);
	}
	if (sees_time())
		plan.age.now = latest;
	free(base);
	return c;
}

static void
total_pair(const struct rs_pair *p, uint64_t n, void *arg)
{
	(void)arg;
	add_total(p->user, p->item, p->weight, n);
}

struct pairs_out {
	struct rs_writer *out;
	struct rs_block block;
};

static void
put_pair(const struct rs_pair *p, uint64_t n, void *arg)
{
	struct pairs_out *o = arg;
	struct rs_vec *col = o->block.col;
	const size_t i = o->block.rows++;

	col[0].u32[i] = p->user;
	col[1].u32[i] = p->item;
	col[2].f32[i] = scaled(p->user, p->item, p->weight, n);
	if (o->block.head->columns > 3)
		col[3].i64[i] = p->time;
	if (o->block.rows == RS_BLOCK_ROWS) {
		rs_writer_put(o->out, &o->block);
		o->block.rows = 0;
	}
}

static void
weigh_pairs(struct rs_writer *out, uint64_t memory)
{
	struct rs_combined *pairs = combine_rows(memory);
	struct pairs_out o = { .out = out };
	struct rs_vec col[4];

	if (rs_scale_needs_totals(plan.scaling.scale)) {
		rs_combined_each(pairs, &plan.age, total_pair, NULL);
		plan.age.future = 0;
		finish_totals();
	}
	o.block.head = rs_writer_head(out);
	o.block.col = col;
	for (size_t c = 0; c < o.block.head->columns; c++) {
		col[c] = (struct rs_vec){
			.type = o.block.head->column[c].type };
		col[c].any = rs_alloc(RS_BLOCK_ROWS *
		    rs_type_size(col[c].type));
	}
	rs_combined_each(pairs, &plan.age, put_pair, &o);
	if (o.block.rows > 0)
		rs_writer_put(out, &o.block);
	for (size_t c = 0; c < o.block.head->columns; c++)
		free(col[c].any);
	rs_combined_free(pairs);
}

/* user item weight, and time where there is one, by user and item. */
static struct rs_head *
pairs_head(void)
{
	const struct rs_head *old = rs_reader_head(in);
	struct rs_head *h = rs_head_new();

	rs_head_column(h, "user", RS_U32);
	rs_head_column(h, "item", RS_U32);
	rs_head_column(h, "weight", RS_F32);
	if (rs_head_find(old, "time") >= 0)
		rs_head_column(h, "time", RS_I64);
	rs_lines_copy(&h->lines, &old->lines);
	rs_lines_drop(&h->lines, "sorted");
	rs_lines_add(&h->lines, 3, "sorted", "user", "item");
	return h;
}

static void
need(const char *option, bool used, const char *with)
{
	if (rs_given(option) && !used)
		rs_misuse("--%s goes with %s", option, with);
}

static void
check_options(const char *events, const char *now)
{
	const enum rs_scale s = plan.scaling.scale;
	struct rs_err e;

	need("alpha", s == RS_SCALE_ALPHA || s == RS_SCALE_LINEAR ||
	    s == RS_SCALE_LOG, "--scale alpha, linear or log");
	need("eps", s == RS_SCALE_LOG, "--scale log");
	need("k1", s == RS_SCALE_BM25, "--scale bm25");
	need("b", s == RS_SCALE_BM25, "--scale bm25");
	need("now", plan.age.half_life > 0, "--half-life");
	need("events", plan.combine != RS_COMBINE_COUNT,
	    "sum, max, first or last: --combine count does not look at weights");
	need("half-life", plan.combine != RS_COMBINE_COUNT,
	    "sum, max, first or last: --combine count does not look at weights");
	if (rs_given("half-life") && plan.age.half_life <= 0)
		rs_misuse("--half-life must be above 0");
	if (s == RS_SCALE_LOG && !(plan.scaling.eps > 0))
		rs_misuse("--eps must be above 0");
	plan.mapped = events != NULL;
	if (events != NULL && rs_events_parse(&plan.events, events, &e) < 0)
		rs_misuse("--events: %s", e.text);
	plan.now_given = now != NULL;
	if (now != NULL && !rs_parse_i64(now, strlen(now), &plan.age.now) &&
	    !rs_parse_iso_time(now, strlen(now), &plan.age.now))
		rs_misuse("--now: %s is no time", now);
}

static void
demand_columns(void)
{
	rs_demand(in, plan.combine >= 0 ||
	    rs_scale_needs_totals(plan.scaling.scale) ?
	    "user:u32 item:u32" : "user:u32|str item:u32|str");
	rs_demand(in, "?time:i64");
	if (plan.mapped)
		rs_demand(in, "event:str");
	else
		rs_demand(in,
		    "?weight:f32|u8|u32|i64 ?value:f32|u8|u32|i64");
	if (plan.age.half_life > 0)
		rs_demand(in, "time:i64");
}

static void
report(void)
{
	char n[RS_NUM_MAX];

	if (plan.age.future > 0)
		rs_note("%s rows are later than --now and count in full",
		    rs_commas(n, plan.age.future));
}

int
main(int argc, char **argv)
{
	const char *events = NULL, *now = NULL, *path = NULL;
	uint64_t memory = 1000000000;
	int scale = RS_SCALE_NONE;
	const struct rs_opt opts[] = {
		RS_OPT_STR(0, "events", "NAME=WEIGHT,...", &events,
		    "weights of events"),
		RS_OPT_CHOICE(0, "combine", COMBINES, &plan.combine,
		    "make one row of all rows of a pair"),
		RS_OPT_CHOICE(0, "scale", SCALES, &scale,
		    "r | A r | 1 + A r | 1 + A ln(1 + r/E) | ..."),
		RS_OPT_REAL(0, "alpha", "A", &plan.scaling.alpha, -1e30, 1e30,
		    "A of the scale"),
		RS_OPT_REAL(0, "eps", "E", &plan.scaling.eps, 0, 1e30,
		    "E of --scale log"),
		RS_OPT_REAL(0, "k1", "K", &plan.scaling.k1, 0, 1e30,
		    "saturation of --scale bm25"),
		RS_OPT_REAL(0, "b", "B", &plan.scaling.b, 0, 1,
		    "length normalization of --scale bm25"),
		RS_OPT_SPAN(0, "half-life", &plan.age.half_life,
		    "halve a weight for each SPAN of age"),
		RS_OPT_STR(0, "now", "TIME", &now,
		    "age counts from here (default: the latest time)"),
		RS_OPT_MEMORY(&memory),
		RS_OPT_OUTPUT(&path),
		RS_OPT_PROGRESS,
		RS_OPT_END
	};
	struct rs_writer *out;
	struct rs_head *head;

	rs_begin(argc, argv, "form weights", opts);
	plan.scaling.scale = (enum rs_scale)scale;
	check_options(events, now);
	in = rs_in("");
	demand_columns();
	head = plan.combine >= 0 ? pairs_head() : rows_head();
	out = rs_out(path, head);
	rs_head_free(head);
	if (plan.combine >= 0)
		weigh_pairs(out, memory);
	else
		weigh_rows(out, memory);
	report();
	rs_totals_free(&totals);
	rs_events_free(&plan.events);
	return rs_end(in, out);
}
