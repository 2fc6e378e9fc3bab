/* spool: the rows of a stream held back, to be read again. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/spill.h"
#include "data/spool.h"

/* Where a column of a block begins in the spill, and what is there: numbers;
 * or strings: offsets, hashes, bytes, and codes where there are any. */
struct place {
	uint64_t at;
	uint32_t entries, bytes;
	bool coded;
};

struct spot {
	uint64_t first;
	uint32_t rows;
};

/* What the columns of the block in hand are read to. */
struct room {
	void *any;
	uint32_t *code, *off;
	uint64_t *hash;
	char *bytes;
	size_t any_room, code_room, off_room, hash_room, bytes_room;
};

struct rs_spool {
	struct rs_head *head;
	struct rs_spill *spill;
	struct spot *spot;	/* (blocks) */
	struct place *place;	/* (blocks, columns) */
	size_t blocks, spot_room, place_room;
	uint64_t rows;

	size_t next;
	uint8_t *want;		/* (columns) */
	struct rs_block block;
	struct room *in;	/* (columns) */
};

struct rs_spool *
rs_spool_new(const struct rs_head *head, size_t memory)
{
	struct rs_spool *s = rs_zalloc(sizeof(*s));
	const size_t n = head->columns;

	s->head = rs_head_copy(head);
	s->spill = rs_spill_new(memory);
	s->want = rs_zalloc(n);
	s->in = rs_zalloc(rs_size(n, sizeof(*s->in)));
	s->block.head = s->head;
	s->block.col = rs_zalloc(rs_size(n, sizeof(*s->block.col)));
	return s;
}

void
rs_spool_free(struct rs_spool *s)
{
	if (s == NULL)
		return;
	for (size_t c = 0; c < s->head->columns; c++) {
		free(s->in[c].any);
		free(s->in[c].code);
		free(s->in[c].off);
		free(s->in[c].hash);
		free(s->in[c].bytes);
	}
	free(s->in);
	free(s->block.col);
	free(s->want);
	free(s->spot);
	free(s->place);
	rs_spill_free(s->spill);
	rs_head_free(s->head);
	free(s);
}

uint64_t
rs_spool_rows(const struct rs_spool *s)
{
	return s->rows;
}

static void
put_strings(struct rs_spill *to, const struct rs_vec *v, size_t rows,
    struct place *p)
{
	p->entries = v->entries;
	p->bytes = v->off[v->entries];
	p->coded = v->code != NULL;
	rs_spill_put(to, v->off, ((size_t)v->entries + 1) * sizeof(*v->off));
	rs_spill_put(to, v->hash, v->entries * sizeof(*v->hash));
	rs_spill_put(to, v->bytes, p->bytes);
	if (p->coded)
		rs_spill_put(to, v->code, rows * sizeof(*v->code));
}

void
rs_spool_put(struct rs_spool *s, const struct rs_block *b)
{
	const size_t n = s->head->columns;

	rs_grow(&s->spot, &s->spot_room, s->blocks + 1, sizeof(*s->spot));
	rs_grow(&s->place, &s->place_room, rs_size(s->blocks + 1, n),
	    sizeof(*s->place));
	s->spot[s->blocks] = (struct spot){ s->rows, (uint32_t)b->rows };
	for (size_t c = 0; c < n; c++) {
		struct place *p = &s->place[s->blocks * n + c];
		const struct rs_vec *v = &b->col[c];

		*p = (struct place){ .at = rs_spill_size(s->spill) };
		if (v->type == RS_STR)
			put_strings(s->spill, v, b->rows, p);
		else
			rs_spill_put(s->spill, v->any,
			    b->rows * rs_type_size(v->type));
	}
	s->blocks++;
	s->rows += b->rows;
}

void
rs_spool_rewind(struct rs_spool *s, const uint8_t *want)
{
	s->next = 0;
	for (size_t c = 0; c < s->head->columns; c++)
		s->want[c] = want == NULL || want[c] != 0;
}

/* Read n elements of size bytes at *at to a list with room. */
static void
get(struct rs_spool *s, uint64_t *at, void *list, size_t *room, size_t n,
    size_t size)
{
	void *p;

	rs_grow(list, room, n, size);
	memcpy(&p, list, sizeof(p));
	rs_spill_get(s->spill, *at, p, n * size);
	*at += n * size;
}

static void
get_strings(struct rs_spool *s, const struct place *p, size_t rows,
    struct room *in, struct rs_vec *v)
{
	uint64_t at = p->at;

	get(s, &at, &in->off, &in->off_room, (size_t)p->entries + 1,
	    sizeof(*in->off));
	get(s, &at, &in->hash, &in->hash_room, p->entries,
	    sizeof(*in->hash));
	get(s, &at, &in->bytes, &in->bytes_room, p->bytes, 1);
	if (p->coded)
		get(s, &at, &in->code, &in->code_room, rows,
		    sizeof(*in->code));
	v->code = p->coded ? in->code : NULL;
	v->entries = p->entries;
	v->off = in->off;
	v->bytes = in->bytes;
	v->hash = in->hash;
}

struct rs_block *
rs_spool_next(struct rs_spool *s)
{
	const size_t n = s->head->columns;
	struct rs_block *b = &s->block;

	if (s->next == s->blocks)
		return NULL;
	b->first = s->spot[s->next].first;
	b->rows = s->spot[s->next].rows;
	for (size_t c = 0; c < n; c++) {
		const struct place *p = &s->place[s->next * n + c];
		struct rs_vec *v = &b->col[c];
		uint64_t at = p->at;

		*v = (struct rs_vec){ .type = s->head->column[c].type };
		if (!s->want[c])
			continue;
		if (v->type == RS_STR) {
			get_strings(s, p, b->rows, &s->in[c], v);
			continue;
		}
		get(s, &at, &s->in[c].any, &s->in[c].any_room, b->rows,
		    rs_type_size(v->type));
		v->any = s->in[c].any;
	}
	s->next++;
	return b;
}
