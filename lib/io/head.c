/* head: the columns and lines that a stream begins with; blocks by name. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/stream.h"

static const struct {
	const char *name;
	size_t size;
} types[] = {
	[RS_U8] = { "u8", 1 },
	[RS_U32] = { "u32", 4 },
	[RS_I64] = { "i64", 8 },
	[RS_F32] = { "f32", 4 },
	[RS_STR] = { "str", 4 },
};

const char *
rs_type_name(enum rs_type t)
{
	return types[t].name;
}

size_t
rs_type_size(enum rs_type t)
{
	return types[t].size;
}

int
rs_type_parse(const char *name, enum rs_type *t)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(name, types[i].name) == 0) {
			*t = (enum rs_type)i;
			return 0;
		}
	}
	return -1;
}

struct rs_vec *
rs_block_get(const struct rs_block *b, const char *name)
{
	const int i = rs_head_find(b->head, name);

	return i < 0 ? NULL : &b->col[i];
}

struct rs_head *
rs_head_new(void)
{
	return rs_zalloc(sizeof(struct rs_head));
}

struct rs_head *
rs_head_copy(const struct rs_head *h)
{
	struct rs_head *copy = rs_head_new();

	for (size_t i = 0; i < h->columns; i++)
		rs_head_column(copy, h->column[i].name, h->column[i].type);
	rs_lines_copy(&copy->lines, &h->lines);
	return copy;
}

void
rs_head_column(struct rs_head *h, const char *name, enum rs_type t)
{
	rs_grow(&h->column, &h->room, h->columns + 1, sizeof(*h->column));
	h->column[h->columns++] = (struct rs_column){ rs_strdup(name), t };
}

void
rs_head_drop_column(struct rs_head *h, const char *name)
{
	const int i = rs_head_find(h, name);

	if (i < 0)
		return;
	free(h->column[i].name);
	h->columns--;
	memmove(&h->column[i], &h->column[i + 1],
	    (h->columns - (size_t)i) * sizeof(*h->column));
}

int
rs_head_find(const struct rs_head *h, const char *name)
{
	for (size_t i = 0; i < h->columns; i++) {
		if (strcmp(h->column[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

void
rs_head_free(struct rs_head *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->columns; i++)
		free(h->column[i].name);
	free(h->column);
	rs_lines_free(&h->lines);
	free(h);
}
