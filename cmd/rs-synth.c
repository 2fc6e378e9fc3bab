/* rs-synth: write an invented web-shop log or rating set as TSV. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/pool.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "data/synth.h"

enum {
	PIECE = 16384,		/* rows that one task makes */
	PIECES = 32,		/* tasks between two writes */
	LINE_MAX = 128,		/* no line is longer */
};

enum { BY_TIME, BY_USER };
static const char *const ORDERS[] = { "time", "user", NULL };

static const char SHOP_HEAD[] =
    "USER_ID\tITEM_ID\tEVENT_TYPE\tTIMESTAMP\tDISCOUNT\n";
static const char RATINGS_HEAD[] = "user_id\titem_id\trating\ttimestamp\n";

/* A stretch of rows, or of users, and the text made of it. */
struct piece {
	uint64_t from, to;
	struct rs_buf text;
};

/* What one thread needs to make a user's rows. */
struct room {
	struct rs_synth_row *row;
	uint64_t *scratch;
	size_t rows, scratches;
};

struct work {
	const struct rs_synth *synth;
	const struct rs_synth_plan *plan;
	int order;
	struct piece piece[PIECES];
	struct room *room;	/* (threads) */
};

static char *
put_event(char *p, const struct rs_synth_row *r)
{
	const char *event = rs_synth_event[r->event];
	const size_t n = strlen(event);

	p += rs_format_u64(p, (uint64_t)r->user + 1);
	*p++ = '\t';
	*p++ = 'p';
	p += rs_format_u64(p, (uint64_t)r->item + 1);
	*p++ = '\t';
	memcpy(p, event, n);
	p += n;
	*p++ = '\t';
	p += rs_format_i64(p, r->time);
	memcpy(p, r->discount ? "\tYes\n" : "\tNo\n", 5);
	return p + (r->discount ? 5 : 4);
}

static char *
put_rating(char *p, const struct rs_synth_row *r)
{
	p += rs_format_u64(p, (uint64_t)r->user + 1);
	*p++ = '\t';
	p += rs_format_u64(p, (uint64_t)r->item + 1);
	*p++ = '\t';
	p += rs_format_u64(p, r->stars / 2);
	*p++ = '.';
	*p++ = r->stars % 2 ? '5' : '0';
	*p++ = '\t';
	p += rs_format_i64(p, r->time);
	*p++ = '\n';
	return p;
}

static void
put_row(const struct work *w, struct rs_buf *b, const struct rs_synth_row *r)
{
	char *p = rs_buf_room(b, LINE_MAX);
	char *end = w->plan->kind == RS_SYNTH_SHOP ? put_event(p, r) :
	    put_rating(p, r);

	b->len += (size_t)(end - p);
}

static void
make_by_time(const struct work *w, struct piece *piece)
{
	struct rs_synth_row row[256];

	for (uint64_t n = piece->from; n < piece->to; ) {
		const uint64_t left = piece->to - n;
		const size_t rows = left < 256 ? left : 256;

		rs_synth_rows(w->synth, n, rows, row);
		for (size_t i = 0; i < rows; i++)
			put_row(w, &piece->text, &row[i]);
		n += rows;
	}
}

static void
make_by_user(const struct work *w, struct piece *piece, struct room *room)
{
	for (uint64_t u = piece->from; u < piece->to; u++) {
		const size_t n = rs_synth_count(w->synth, u);

		rs_grow(&room->row, &room->rows, n, sizeof(*room->row));
		rs_grow(&room->scratch, &room->scratches, 4 * n,
		    sizeof(*room->scratch));
		rs_synth_user(w->synth, u, room->row, room->scratch);
		for (size_t k = 0; k < n; k++)
			put_row(w, &piece->text, &room->row[k]);
	}
}

static void
make_piece(void *arg, size_t task, int thread)
{
	struct work *w = arg;
	struct piece *piece = &w->piece[task];

	piece->text.len = 0;
	if (w->order == BY_USER)
		make_by_user(w, piece, &w->room[thread]);
	else
		make_by_time(w, piece);
}

/* The end of the piece that begins at from: rows, or users with as many. */
static uint64_t
piece_end(const struct work *w, uint64_t from)
{
	uint64_t to = from;

	if (w->order == BY_TIME)
		return w->plan->rows - from < PIECE ? w->plan->rows :
		    from + PIECE;
	while (to < w->plan->users && rs_synth_first(w->synth, to) <
	    rs_synth_first(w->synth, from) + PIECE)
		to++;
	return to;
}

static void
write_rows(struct work *w, uint64_t threads, struct rs_sink *out)
{
	const uint64_t end = w->order == BY_USER ? w->plan->users :
	    w->plan->rows;
	struct rs_pool *pool = rs_pool_new((int)threads);
	uint64_t at = 0;

	w->room = rs_zalloc(rs_size(threads, sizeof(*w->room)));
	while (at < end) {
		size_t n = 0;

		for (; n < PIECES && at < end; n++) {
			w->piece[n].from = at;
			w->piece[n].to = at = piece_end(w, at);
		}
		rs_pool_run(pool, n, make_piece, w);
		for (size_t i = 0; i < n; i++)
			rs_sink_put(out, w->piece[i].text.data,
			    w->piece[i].text.len);
		rs_progress(w->order == BY_USER ?
		    rs_synth_first(w->synth, at) : at, w->plan->rows, "rows");
	}
	rs_progress_end();
	rs_pool_free(pool);
	for (size_t i = 0; i < PIECES; i++)
		rs_buf_free(&w->piece[i].text);
	for (uint64_t t = 0; t < threads; t++) {
		free(w->room[t].row);
		free(w->room[t].scratch);
	}
	free(w->room);
}

static void
put_item(const struct work *w, struct rs_buf *b, uint64_t item)
{
	const char *prefix = w->plan->kind == RS_SYNTH_SHOP ? "p" : "";

	rs_buf_printf(b, "%s%" PRIu64 "\t", prefix, item + 1);
	rs_synth_item_name(w->synth, item, b);
	rs_buf_char(b, '\t');
	rs_synth_group_name(rs_synth_item_group(w->synth, item), b);
	rs_buf_char(b, '\n');
}

static void
put_tastes(const struct work *w, struct rs_buf *b, uint64_t user)
{
	uint64_t one, two;

	rs_synth_tastes(w->synth, user, &one, &two);
	rs_buf_printf(b, "%" PRIu64 "\t", user + 1);
	rs_synth_group_name(one, b);
	rs_buf_char(b, '\t');
	rs_synth_group_name(two, b);
	rs_buf_char(b, '\n');
}

static void
write_side(const struct work *w, const char *path, const char *head,
    uint64_t n, void (*put)(const struct work *, struct rs_buf *, uint64_t))
{
	struct rs_sink *s = rs_sink_open(path);
	struct rs_buf b = { 0 };

	rs_sink_put(s, head, strlen(head));
	for (uint64_t i = 0; i < n; i++) {
		put(w, &b, i);
		if (b.len < 1 << 16 && i + 1 < n)
			continue;
		rs_sink_put(s, b.data, b.len);
		b.len = 0;
	}
	rs_buf_free(&b);
	rs_sink_close(s);
}

/* The defaults are a shop's; ratings have their own. */
static void
complete(struct rs_synth_plan *p, const char *kind, const char *start)
{
	if (strcmp(kind, "shop") == 0)
		p->kind = RS_SYNTH_SHOP;
	else if (strcmp(kind, "ratings") == 0)
		p->kind = RS_SYNTH_RATINGS;
	else
		rs_misuse("%s: neither shop nor ratings", kind);
	if (p->kind == RS_SYNTH_RATINGS) {
		if (!rs_given("users"))
			p->users = 6000;
		if (!rs_given("items"))
			p->items = 4000;
		if (!rs_given("rows"))
			p->rows = 1000000;
	}
	if (!rs_parse_i64(start, strlen(start), &p->start) &&
	    !rs_parse_iso_time(start, strlen(start), &p->start))
		rs_misuse("--start: %s is no time", start);
}

int
main(int argc, char **argv)
{
	struct rs_synth_plan plan = { .users = 100000, .items = 2465,
	    .rows = 800000, .groups = 24, .zipf = 1.3, .span = 365 * 86400,
	    .seed = 1 };
	struct work w = { .plan = &plan };
	struct rs_list kind = { 0 };
	const char *start = "2024-01-01", *path = NULL, *catalogue = NULL,
	    *tastes = NULL, *head;
	char text[RS_NUM_MAX];
	uint64_t threads = (uint64_t)rs_cpus();
	struct rs_sink *out;
	struct rs_synth *synth;
	struct rs_err err;
	const struct rs_opt opts[] = {
		RS_OPT_COUNT(0, "users", "N", &plan.users, 1, 4e9,
		    "users; ratings have 6,000"),
		RS_OPT_COUNT(0, "items", "N", &plan.items, 1, 4e9,
		    "items; ratings have 4,000"),
		RS_OPT_COUNT(0, "rows", "N", &plan.rows, 1, 1e14,
		    "rows; ratings have 1,000,000"),
		RS_OPT_COUNT(0, "groups", "N", &plan.groups, 1, 10000,
		    "groups of items that tastes are made of"),
		RS_OPT_REAL(0, "zipf", "S", &plan.zipf, 0, 10,
		    "exponent of the items' popularity"),
		RS_OPT_STR(0, "start", "TIME", &start,
		    "time of the first row: a date or seconds"),
		RS_OPT_SPAN(0, "span", &plan.span,
		    "time from the first row to the last"),
		RS_OPT_CHOICE(0, "order", ORDERS, &w.order,
		    "rows by time, or ratings user by user"),
		RS_OPT_FILE(0, "catalogue", "FILE", &catalogue,
		    "write the items' names and categories to FILE"),
		RS_OPT_FILE(0, "tastes", "FILE", &tastes,
		    "write the users' true tastes to FILE"),
		RS_OPT_SEED(&plan.seed),
		RS_OPT_OUTPUT(&path),
		RS_OPT_THREADS(&threads),
		RS_OPT_PROGRESS,
		RS_OPT_OPERANDS("shop|ratings", &kind, 1, 1,
		    "what to write"),
		RS_OPT_END
	};

	rs_begin(argc, argv, "write an invented log as TSV", opts);
	complete(&plan, kind.item[0], start);
	if (w.order == BY_USER && plan.kind == RS_SYNTH_SHOP)
		rs_misuse("a shop's log is in order of time");
	synth = rs_synth_new(&plan, &err);
	if (synth == NULL)
		rs_misuse("%s", err.text);
	w.synth = synth;
	if (catalogue != NULL)
		write_side(&w, catalogue, "ITEM_ID\tNAME\tCATEGORY\n",
		    plan.items, put_item);
	if (tastes != NULL)
		write_side(&w, tastes, "USER_ID\tFIRST\tSECOND\n",
		    plan.users, put_tastes);
	out = rs_sink_open(path);
	head = plan.kind == RS_SYNTH_SHOP ? SHOP_HEAD : RATINGS_HEAD;
	rs_sink_put(out, head, strlen(head));
	write_rows(&w, threads, out);
	rs_sink_close(out);
	rs_synth_free(synth);
	if (rs_verbose())
		rs_say("%s rows written", rs_commas(text, plan.rows));
	return rs_end(NULL, NULL);
}
