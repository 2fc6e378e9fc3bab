/* spelling: users and items as the ids that their indices stand for. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cli/spelling.h"
#include "cli/tool.h"

void
rs_spelling_begin(struct rs_spelling *s, const char *dir,
    const struct rs_reader *in)
{
	static const char *const names[] = { "user", "item" };
	const struct rs_head *h = rs_reader_head(in);

	*s = (struct rs_spelling){ 0 };
	for (size_t i = 0; i < RS_SPELLING_SIDES; i++) {
		struct rs_spelling_side *d = &s->side[i];

		d->name = names[i];
		d->column = rs_head_find(h, d->name);
		if (d->column < 0 || dir == NULL ||
		    h->column[d->column].type != RS_U32)
			continue;
		d->dict = rs_dict_side(dir, d->name);
		rs_dict_belongs(d->dict, d->name, in);
	}
}

void
rs_spelling_lines(const struct rs_spelling *s, struct rs_lines *lines)
{
	char key[64];

	for (size_t i = 0; i < RS_SPELLING_SIDES; i++) {
		if (s->side[i].dict == NULL)
			continue;
		snprintf(key, sizeof(key), "dictionary\t%s", s->side[i].name);
		rs_lines_drop(lines, key);
	}
}

void
rs_spelling_head(const struct rs_spelling *s, struct rs_head *h)
{
	for (size_t i = 0; i < RS_SPELLING_SIDES; i++) {
		if (s->side[i].dict != NULL)
			h->column[s->side[i].column].type = RS_STR;
	}
	rs_spelling_lines(s, &h->lines);
}

void
rs_spelling_column(struct rs_spelling_side *s, struct rs_reader *in,
    const struct rs_block *b, size_t c, struct rs_vec *v)
{
	const char *id;
	size_t n;

	if (s->off == NULL)
		s->off = rs_alloc((RS_BLOCK_ROWS + 1) * sizeof(*s->off));
	s->bytes.len = 0;
	for (size_t i = 0; i < b->rows; i++) {
		s->off[i] = (uint32_t)s->bytes.len;
		id = rs_spelling_id(s, in, b, c, i, &n);
		if (s->bytes.len + n > RS_BODY_MAX)
			rs_bad("%s: the ids of a block are over %d bytes",
			    rs_reader_name(in), RS_BODY_MAX);
		rs_buf_put(&s->bytes, id, n);
	}
	s->off[b->rows] = (uint32_t)s->bytes.len;
	*v = (struct rs_vec){ .type = RS_STR, .entries = (uint32_t)b->rows,
		.off = s->off, .bytes = s->bytes.data };
}

void
rs_spelling_belongs(const struct rs_spelling *s, const struct rs_reader *first,
    const struct rs_reader *r)
{
	struct rs_err e;

	for (size_t i = 0; i < RS_SPELLING_SIDES; i++) {
		const struct rs_spelling_side *d = &s->side[i];

		if (d->dict != NULL)
			rs_dict_belongs(d->dict, d->name, r);
		if (first != r && rs_dict_agree(d->name, rs_reader_end(first),
		    rs_reader_end(r), &e) < 0)
			rs_bad("%s: %s", rs_reader_name(r), e.text);
	}
}

void
rs_spelling_free(struct rs_spelling *s)
{
	for (size_t i = 0; i < RS_SPELLING_SIDES; i++) {
		rs_dict_free(s->side[i].dict);
		free(s->side[i].off);
		rs_buf_free(&s->side[i].bytes);
	}
}
