/*
 * dictfile: a dictionary as a stream, there and back.
 *
 * Nothing here knows more of a dictionary than dict.h tells.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "data/dict.h"

enum { PUT_BYTES = 1 << 28 };	/* of strings handed to a writer at once */

/* The string of row i, with the hash that the block may have of it. */
static uint32_t
add_row(struct rs_dict *d, const struct rs_vec *v, size_t i)
{
	const uint32_t e = v->code != NULL ? v->code[i] : (uint32_t)i;
	size_t n;
	const char *p = rs_vec_str(v, i, &n);

	return rs_dict_add(d, p, n, v->hash != NULL ? v->hash[e] :
	    rs_hash(p, n));
}

int
rs_dict_take(struct rs_dict *d, const struct rs_block *b, struct rs_err *e)
{
	const struct rs_vec *id = rs_block_get(b, "id");
	const struct rs_vec *count = rs_block_get(b, "count");
	const struct rs_vec *label = rs_block_get(b, "label");

	for (size_t i = 0; i < b->rows; i++) {
		const uint64_t row = b->first + i;
		uint32_t at;
		size_t n;
		const char *p;

		at = add_row(d, id, i);
		if (at == RS_DICT_NONE)
			return rs_fail(e, "more than %" PRIu32 " ids",
			    RS_DICT_MAX);
		if (at != row) {
			p = rs_vec_str(id, i, &n);
			return rs_fail(e, "id \"%.*s\" stands in row %"
			    PRIu32 " and again in row %" PRIu64,
			    (int)(n < 200 ? n : 200), p, at, row);
		}
		if (count->i64[i] < 0)
			return rs_fail(e, "row %" PRIu64 ": count %" PRId64,
			    row, count->i64[i]);
		rs_dict_counts(d)[at] = (uint64_t)count->i64[i];
		if (label == NULL)
			continue;
		p = rs_vec_str(label, i, &n);
		if (n > 0)
			rs_dict_set_label(d, at, p, n);
	}
	return 0;
}

static int
check_columns(const struct rs_head *h, struct rs_err *e)
{
	const int id = rs_head_find(h, "id");
	const int count = rs_head_find(h, "count");
	const int label = rs_head_find(h, "label");

	if (id < 0 || h->column[id].type != RS_STR ||
	    count < 0 || h->column[count].type != RS_I64 ||
	    (label >= 0 && h->column[label].type != RS_STR))
		return rs_fail(e, "not a dictionary, which has the columns "
		    "id:str count:i64 [label:str]");
	return 0;
}

struct rs_dict *
rs_dict_read(struct rs_reader *r, struct rs_err *e)
{
	struct rs_dict *d = rs_dict_new();
	struct rs_err why;
	struct rs_block *b;
	int more = 0;

	if (check_columns(rs_reader_head(r), &why) < 0)
		goto bad;
	while ((more = rs_reader_next(r, &b)) == 1)
		if (rs_dict_take(d, b, &why) < 0)
			goto bad;
	if (more == 0)
		return d;
	*e = *rs_reader_err(r);		/* names the stream itself */
	rs_dict_free(d);
	return NULL;
bad:
	rs_fail(e, "%s: %.400s", rs_reader_name(r), why.text);
	rs_dict_free(d);
	return NULL;
}

struct rs_dict *
rs_dict_open(const char *path, struct rs_err *e)
{
	struct rs_reader *r = rs_reader_open(path, e);
	struct rs_dict *d;

	if (r == NULL)
		return NULL;
	d = rs_dict_read(r, e);
	rs_reader_close(r);
	return d;
}

void
rs_dict_columns(const struct rs_dict *d, struct rs_head *h)
{
	rs_head_column(h, "id", RS_STR);
	rs_head_column(h, "count", RS_I64);
	if (rs_dict_labelled(d))
		rs_head_column(h, "label", RS_STR);
}

/* What one put to a writer holds: up to RS_BLOCK_ROWS rows. */
struct part {
	struct rs_buf id, label;
	uint32_t *id_off, *label_off;	/* (RS_BLOCK_ROWS + 1) */
	uint64_t *hash;			/* (RS_BLOCK_ROWS) of the ids */
	int64_t *count;			/* (RS_BLOCK_ROWS) */
};

/* Fill p with ids from first on and return how many went in. */
static uint32_t
fill_part(const struct rs_dict *d, uint32_t first, struct part *p)
{
	uint32_t n = 0;

	p->id.len = p->label.len = 0;
	p->id_off[0] = p->label_off[0] = 0;
	while (n < RS_BLOCK_ROWS && first + n < rs_dict_size(d) &&
	    p->id.len + p->label.len < PUT_BYTES) {
		size_t len;
		const char *s = rs_dict_name(d, first + n, &len);

		rs_buf_put(&p->id, s, len);
		s = rs_dict_label(d, first + n, &len);
		rs_buf_put(&p->label, s, len);
		p->hash[n] = rs_dict_hash(d, first + n);
		p->count[n] = (int64_t)rs_dict_count(d, first + n);
		n++;
		p->id_off[n] = (uint32_t)p->id.len;
		p->label_off[n] = (uint32_t)p->label.len;
	}
	return n;
}

void
rs_dict_write(const struct rs_dict *d, struct rs_writer *w)
{
	const size_t offsets = (RS_BLOCK_ROWS + 1) * sizeof(uint32_t);
	struct part p = {
		.id_off = rs_alloc(offsets), .label_off = rs_alloc(offsets),
		.hash = rs_alloc(RS_BLOCK_ROWS * sizeof(*p.hash)),
		.count = rs_alloc(RS_BLOCK_ROWS * sizeof(*p.count)),
	};
	struct rs_vec col[3] = {
		{ .type = RS_STR }, { .type = RS_I64 }, { .type = RS_STR },
	};
	struct rs_block b = { .head = rs_writer_head(w), .col = col };

	for (uint32_t n, i = 0; i < rs_dict_size(d); i += n) {
		n = fill_part(d, i, &p);
		b.rows = n;
		b.first = i;
		col[0].entries = col[2].entries = n;
		col[0].off = p.id_off;
		col[0].bytes = p.id.data;
		col[0].hash = p.hash;
		col[1].i64 = p.count;
		col[2].off = p.label_off;
		col[2].bytes = p.label.data;
		rs_writer_put(w, &b);
	}
	rs_buf_free(&p.id);
	rs_buf_free(&p.label);
	free(p.id_off);
	free(p.label_off);
	free(p.hash);
	free(p.count);
}

char *
rs_dict_path(const char *dir, const char *name)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "%s/%s.rsi", dir, name);
	return b.data;
}
