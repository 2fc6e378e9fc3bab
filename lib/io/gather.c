/* gather: a block that is filled row by row. */
#include <stdlib.h>

#include "base/mem.h"
#include "io/gather.h"

struct rs_gather *
rs_gather_new(const struct rs_head *h)
{
	struct rs_gather *g = rs_zalloc(sizeof(*g));

	g->head = rs_head_copy(h);
	g->col = rs_zalloc(rs_size(h->columns, sizeof(*g->col)));
	g->text = rs_zalloc(rs_size(h->columns, sizeof(*g->text)));
	for (size_t i = 0; i < h->columns; i++) {
		g->col[i].type = h->column[i].type;
		if (h->column[i].type == RS_STR)
			g->text[i].off = rs_zalloc((RS_GATHER_ROWS + 1) *
			    sizeof(*g->text[i].off));
		else
			g->col[i].any = rs_alloc(RS_GATHER_ROWS *
			    rs_type_size(h->column[i].type));
	}
	return g;
}

char *
rs_gather_more(struct rs_gather *g, size_t c, size_t n)
{
	struct rs_gather_text *t = &g->text[c];

	rs_grow(&t->bytes, &t->room, t->off[g->rows] + n, 1);
	return t->bytes + t->off[g->rows];
}

struct rs_block
rs_gather_block(struct rs_gather *g)
{
	for (size_t i = 0; i < g->head->columns; i++) {
		struct rs_vec *v = &g->col[i];

		if (v->type != RS_STR)
			continue;
		v->entries = (uint32_t)g->rows;
		v->off = g->text[i].off;
		/* All strings may be empty, with nothing allocated yet. */
		v->bytes = g->text[i].bytes != NULL ? g->text[i].bytes : "";
	}
	return (struct rs_block){ .head = g->head, .rows = g->rows,
	    .col = g->col };
}

void
rs_gather_put(struct rs_gather *g, struct rs_writer *w)
{
	const struct rs_block b = rs_gather_block(g);

	if (b.rows > 0)
		rs_writer_put(w, &b);
	g->rows = 0;
	g->bytes = 0;
}

void
rs_gather_free(struct rs_gather *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->head->columns; i++) {
		if (g->col[i].type != RS_STR)
			free(g->col[i].any);
		free(g->text[i].off);
		free(g->text[i].bytes);
	}
	rs_head_free(g->head);
	free(g->col);
	free(g->text);
	free(g);
}
