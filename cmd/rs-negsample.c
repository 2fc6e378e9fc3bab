/* rs-negsample: behind each positive, items that its user is not known to
 * like. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/real.h"
#include "cli/dicts.h"
#include "cli/tool.h"
#include "data/negative.h"
#include "data/spool.h"

enum { BY_UNIFORM, BY_POPULARITY };
static const char *const WAYS[] = { "uniform", "popularity", NULL };

/* An index may not cost more than this without rows to show for it. */
enum { INDEX_FREE = 1 << 24, INDEX_PER_ROW = 4096 };

/* The positives as they come in. */
struct positives {
	struct rs_spool *rows;
	struct rs_csr_builder *known;
	uint64_t *count;	/* rows of each item */
	size_t items, room;
};

/* The items that can be drawn. */
struct universe {
	uint32_t *item;		/* ascending; NULL: all below size */
	uint32_t size;
	double *weight;		/* NULL: uniform */
};

/* Rows on their way out: which of the block, with which item and label. */
struct batch {
	struct rs_block block;		/* as it goes out */
	uint32_t *from, *item;		/* (RS_BLOCK_ROWS) */
	uint8_t *label;			/* (RS_BLOCK_ROWS) */
};

/* What a negative does not have from its positive. */
static bool
is_measure(const char *name)
{
	static const char *const measure[] = {
		"value", "weight", "score", "rank", "count",
	};

	for (size_t i = 0; i < sizeof(measure) / sizeof(measure[0]); i++) {
		if (strcmp(name, measure[i]) == 0)
			return true;
	}
	return false;
}

/* A known pair is counted once, wherever it stands. */
static void
add_known(struct rs_csr_builder *known, const struct rs_reader *in,
    const struct rs_block *b)
{
	struct rs_err e;

	if (rs_csr_builder_put(known, b, &e) < 0)
		rs_bad("%s: %s", rs_reader_name(in), e.text);
}

static void
read_known(const char *path, struct rs_csr_builder *known,
    struct rs_lines *dictionaries)
{
	struct rs_reader *r = rs_side("exclude", path, "user:u32 item:u32");
	static const char *const side[] = { "user", "item" };
	struct rs_err e;

	for (struct rs_block *b; (b = rs_read(r)) != NULL; )
		add_known(known, r, b);
	for (size_t i = 0; i < 2; i++) {
		if (rs_dict_agree(side[i], dictionaries, rs_reader_end(r),
		    &e) < 0)
			rs_bad("stdin and %s: %s", path, e.text);
	}
	rs_reader_close(r);
}

static void
count_items(struct positives *p, struct rs_reader *in,
    const struct rs_block *b, const struct rs_dict *items)
{
	const uint32_t limit = items != NULL ? rs_dict_size(items) :
	    UINT32_MAX;
	const uint32_t *item = rs_block_get(b, "item")->u32;

	for (size_t i = 0; i < b->rows; i++) {
		if (item[i] >= limit)
			rs_dict_beyond(items, "item", in, b->first + i + 1,
			    item[i]);
		if (item[i] >= INDEX_FREE && item[i] / INDEX_PER_ROW >
		    b->first + i)
			rs_bad("%s: row %" PRIu64 ": item %" PRIu32 " is out"
			    " of all proportion to the rows",
			    rs_reader_name(in), b->first + i + 1, item[i]);
		if (item[i] >= p->items) {
			const size_t old = p->room;

			rs_grow(&p->count, &p->room, (size_t)item[i] + 1,
			    sizeof(*p->count));
			memset(p->count + old, 0,
			    (p->room - old) * sizeof(*p->count));
			p->items = (size_t)item[i] + 1;
		}
		p->count[item[i]]++;
	}
}

static void
read_positives(struct positives *p, struct rs_reader *in, uint64_t memory,
    const struct rs_dict *items)
{
	p->rows = rs_spool_new(rs_reader_head(in), memory);
	for (struct rs_block *b; (b = rs_read(in)) != NULL; ) {
		/* The builder knows how to refuse an absurd index. */
		add_known(p->known, in, b);
		count_items(p, in, b, items);
		rs_spool_put(p->rows, b);
	}
	if (items != NULL)
		rs_dict_belongs(items, "item", in);
}

static void
make_universe(struct universe *u, const struct positives *p,
    const struct rs_dict *items, int way, double power)
{
	const size_t n = items != NULL ? rs_dict_size(items) : p->items;

	if (items == NULL)
		u->item = rs_alloc(rs_size(n, sizeof(*u->item)));
	if (way == BY_POPULARITY)
		u->weight = rs_alloc(rs_size(n, sizeof(*u->weight)));
	for (size_t i = 0; i < n; i++) {
		const uint64_t count = items != NULL ?
		    rs_dict_count(items, (uint32_t)i) : p->count[i];

		if (items == NULL && count == 0)
			continue;
		if (items == NULL)
			u->item[u->size] = (uint32_t)i;
		if (way == BY_POPULARITY)
			u->weight[u->size] = rs_pow((double)count, power);
		u->size++;
	}
}

/* The input's columns and a label; sorted no longer by what changes. */
static struct rs_head *
make_head(const struct rs_reader *in)
{
	struct rs_head *h = rs_head_copy(rs_reader_head(in));
	const char *line = rs_lines_get(&h->lines, "sorted");
	bool stays = true;

	if (rs_head_find(h, "label") >= 0)
		rs_bad("%s: has a column label already", rs_reader_name(in));
	rs_head_column(h, "label", RS_U8);
	if (line != NULL) {
		size_t n;
		char **key = rs_lines_fields(line, &n);

		for (size_t i = 0; i < n; i++) {
			if (strcmp(key[i], "item") == 0 || is_measure(key[i]))
				stays = false;
		}
		free(key);
	}
	if (!stays)
		rs_lines_drop(&h->lines, "sorted");
	return h;
}

static void
batch_init(struct batch *t, const struct rs_head *head)
{
	t->block.head = head;
	t->block.col = rs_zalloc(rs_size(head->columns,
	    sizeof(*t->block.col)));
	for (size_t c = 0; c < head->columns; c++) {
		t->block.col[c].type = head->column[c].type;
		t->block.col[c].any = rs_alloc(RS_BLOCK_ROWS *
		    rs_type_size(head->column[c].type));
	}
	t->from = rs_alloc(RS_BLOCK_ROWS * sizeof(*t->from));
	t->item = rs_alloc(RS_BLOCK_ROWS * sizeof(*t->item));
	t->label = rs_alloc(RS_BLOCK_ROWS * sizeof(*t->label));
}

static void
batch_free(struct batch *t)
{
	for (size_t c = 0; c < t->block.head->columns; c++)
		free(t->block.col[c].any);
	free(t->block.col);
	free(t->from);
	free(t->item);
	free(t->label);
}

/* Column c of the batch from the block's; measures only of positives. */
static void
gather(struct batch *t, size_t c, const struct rs_vec *v)
{
	struct rs_vec *out = &t->block.col[c];
	const bool measure = is_measure(t->block.head->column[c].name);

	for (size_t i = 0; i < t->block.rows; i++) {
		const uint32_t r = t->from[i];
		const bool keep = !measure || t->label[i] != 0;

		switch (v->type) {
		case RS_U8:
			out->u8[i] = keep ? v->u8[r] : 0;
			break;
		case RS_U32:
			out->u32[i] = keep ? v->u32[r] : 0;
			break;
		case RS_I64:
			out->i64[i] = keep ? v->i64[r] : 0;
			break;
		case RS_F32:
			out->f32[i] = keep ? v->f32[r] : 0;
			break;
		case RS_STR:
			out->u32[i] = v->code != NULL ? v->code[r] : r;
			break;
		}
	}
}

static void
put_batch(struct batch *t, const struct rs_block *b, struct rs_writer *out)
{
	const struct rs_head *h = t->block.head;
	const size_t rows = t->block.rows;
	const int item = rs_head_find(h, "item");

	if (rows == 0)
		return;
	for (size_t c = 0; c + 1 < h->columns; c++) {
		if ((int)c == item)
			memcpy(t->block.col[c].u32, t->item,
			    rows * sizeof(*t->item));
		else
			gather(t, c, &b->col[c]);
	}
	memcpy(t->block.col[h->columns - 1].u8, t->label, rows);
	rs_writer_put(out, &t->block);
	t->block.rows = 0;
}

static void
add_row(struct batch *t, const struct rs_block *b, struct rs_writer *out,
    size_t row, uint32_t item, uint8_t label)
{
	const size_t i = t->block.rows++;

	t->from[i] = (uint32_t)row;
	t->item[i] = item;
	t->label[i] = label;
	if (t->block.rows == RS_BLOCK_ROWS)
		put_batch(t, b, out);
}

static void
sample_block(struct rs_negatives *g, const struct rs_block *b,
    struct batch *t, struct rs_writer *out, uint32_t *drawn, bool per_user)
{
	const uint32_t *user = rs_block_get(b, "user")->u32;
	const uint32_t *item = rs_block_get(b, "item")->u32;

	for (size_t i = 0; i < b->rows; i++) {
		const uint64_t nth = per_user ? 0 :
		    rs_negatives_occurrence(g, user[i], item[i]);
		const uint32_t n = rs_negatives_draw(g, user[i], item[i], nth,
		    drawn);

		add_row(t, b, out, i, item[i], 1);
		for (uint32_t k = 0; k < n; k++)
			add_row(t, b, out, i, drawn[k], 0);
	}
	put_batch(t, b, out);
}

/* Strings of a batch are codes into the block's entries. */
static void
borrow_strings(struct batch *t, const struct rs_block *b)
{
	for (size_t c = 0; c + 1 < t->block.head->columns; c++) {
		struct rs_vec *v = &t->block.col[c];

		if (v->type != RS_STR)
			continue;
		v->code = v->u32;
		v->entries = b->col[c].entries;
		v->off = b->col[c].off;
		v->bytes = b->col[c].bytes;
		v->hash = b->col[c].hash;
	}
}

static void
report(const struct rs_negative_counts *n, const struct universe *u)
{
	char rows[RS_NUM_MAX], lacking[RS_NUM_MAX], items[RS_NUM_MAX];

	if (n->short_rows > 0)
		rs_note("%s positives lack %s negatives: their users have"
		    " nearly all of the %s items", rs_commas(rows,
		    n->short_rows), rs_commas(lacking, n->lacking),
		    rs_commas(items, u->size));
	if (rs_verbose())
		rs_say("%s negatives, %.2f draws thrown back for each, %s"
		    " from running sums", rs_commas(rows, n->drawn),
		    n->drawn == 0 ? 0 :
		    (double)n->rejected / (double)n->drawn,
		    rs_commas(lacking, n->summed));
}

static void
write_samples(struct rs_negatives *g, struct rs_spool *rows, uint64_t n,
    struct rs_writer *out, bool per_user)
{
	uint32_t *drawn = rs_alloc(rs_size(n, sizeof(*drawn)));
	struct batch t = { 0 };

	batch_init(&t, rs_writer_head(out));
	rs_spool_rewind(rows, NULL);
	for (struct rs_block *b; (b = rs_spool_next(rows)) != NULL; ) {
		borrow_strings(&t, b);
		sample_block(g, b, &t, out, drawn, per_user);
	}
	batch_free(&t);
	free(drawn);
}

int
main(int argc, char **argv)
{
	struct rs_negative_plan plan = { .seed = 1 };
	struct rs_list exclude = { 0 };
	const char *dir = NULL, *path = NULL;
	uint64_t n = 1, memory = 1000000000,
	    threads = (uint64_t)rs_cpus();
	double power = 1;
	int way = BY_UNIFORM;
	const struct rs_opt opts[] = {
		RS_OPT_COUNT('n', "negatives", "N", &n, 1, 1000000,
		    "negatives for each positive"),
		RS_OPT_FILE('D', "dictionaries", "DIR", &dir,
		    "draw from all items of DIR/item.rsi"),
		RS_OPT_CHOICE(0, "by", WAYS, &way,
		    "chance of an item: the same, or its count^A"),
		RS_OPT_REAL(0, "power", "A", &power, 0, 10,
		    "A of --by popularity"),
		RS_OPT_FILES('x', "exclude", "FILE", &exclude,
		    "a stream of further known positives; repeatable"),
		RS_OPT_FLAG(0, "distinct", &plan.distinct,
		    "the negatives of a positive all differ"),
		RS_OPT_FLAG(0, "per-user", &plan.per_user,
		    "one distinct set for all positives of a user"),
		RS_OPT_FLAG(0, "unverified", &plan.unverified,
		    "known positives may be drawn too"),
		RS_OPT_SEED(&plan.seed),
		RS_OPT_MEMORY(&memory),
		RS_OPT_OUTPUT(&path),
		RS_OPT_THREADS(&threads),
		RS_OPT_PROGRESS,
		RS_OPT_END
	};
	struct positives p = { 0 };
	struct universe u = { 0 };
	struct rs_dict *items = NULL;
	struct rs_head *head;
	struct rs_csr known;
	struct rs_err e;

	rs_begin(argc, argv, "put sampled negatives behind each positive",
	    opts);
	if (rs_given("power") && way != BY_POPULARITY)
		rs_misuse("--power goes with --by popularity");
	plan.n = (uint32_t)n;
	struct rs_reader *in = rs_in("user:u32 item:u32");
	head = make_head(in);
	if (dir != NULL) {
		items = rs_dict_side(dir, "item");
		rs_dict_belongs(items, "item", in);
	}
	p.known = rs_csr_builder_new(&(struct rs_csr_opts){
		.repeats = RS_REPEATS_DISTINCT });
	read_positives(&p, in, memory, items);
	for (size_t i = 0; i < exclude.n; i++)
		read_known(exclude.item[i], p.known,
		    (struct rs_lines *)rs_reader_end(in));
	make_universe(&u, &p, items, way, power);
	plan.weight = u.weight;
	struct rs_pool *pool = rs_pool_new((int)threads);
	if (rs_csr_builder_done(p.known, pool, &known, &e) < 0)
		rs_bad("%s", e.text);
	rs_pool_free(pool);
	struct rs_negatives *g = rs_negatives_new(&plan, &known, u.item,
	    u.size);
	struct rs_writer *out = rs_out(path, head);
	rs_head_free(head);
	write_samples(g, p.rows, n, out, plan.per_user);
	report(rs_negatives_counts(g), &u);
	rs_negatives_free(g);
	rs_spool_free(p.rows);
	rs_dict_free(items);
	free(p.count);
	free(u.item);
	free(u.weight);
	return rs_end(in, out);
}
