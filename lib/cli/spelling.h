/*
 * spelling: users and items of a stream as the ids that their indices stand
 * for.
 *
 *	rs_spelling_begin(&s, dir, in);	(dir NULL: indices stay indices)
 *	rs_spelling_head(&s, head);		(of what will be written)
 *	side = rs_spelling_side(&s, c);
 *	if (side != NULL)
 *		id = rs_spelling_id(side, in, block, c, row, &n);
 *	rs_spelling_belongs(&s, in, in);	(behind the end)
 *	rs_spelling_free(&s);
 *
 * What does not go together ends the process with a message.
 */
#ifndef RS_CLI_SPELLING_H
#define RS_CLI_SPELLING_H

#include "base/buf.h"
#include "cli/dicts.h"
#include "io/stream.h"

enum { RS_SPELLING_USER, RS_SPELLING_ITEM, RS_SPELLING_SIDES };

/* A column of indices that becomes one of ids. */
struct rs_spelling_side {
	const char *name;
	int column;		/* -1: there is none */
	struct rs_dict *dict;	/* NULL: not needed or not given */
	uint32_t *off;		/* ids of one block, for a stream of ids */
	struct rs_buf bytes;
};

struct rs_spelling {
	struct rs_spelling_side side[RS_SPELLING_SIDES];
};

/* Read the dictionaries of dir that in needs. */
void rs_spelling_begin(struct rs_spelling *s, const char *dir,
    const struct rs_reader *in);

/* Make a copy of in's head that of the stream of ids; and take from lines, of
 * its end, what is no longer so. */
void rs_spelling_head(const struct rs_spelling *s, struct rs_head *h);
void rs_spelling_lines(const struct rs_spelling *s, struct rs_lines *lines);

/* Whose column c is; NULL where it is shown as it is. */
static inline struct rs_spelling_side *
rs_spelling_side(struct rs_spelling *s, size_t c)
{
	for (size_t i = 0; i < RS_SPELLING_SIDES; i++) {
		if (s->side[i].column == (int)c && s->side[i].dict != NULL)
			return &s->side[i];
	}
	return NULL;
}

/* The id that stands for row i of column c: borrowed, no NUL. */
static inline const char *
rs_spelling_id(const struct rs_spelling_side *s, struct rs_reader *in,
    const struct rs_block *b, size_t c, size_t i, size_t *n)
{
	const uint32_t index = b->col[c].u32[i];

	if (index >= rs_dict_size(s->dict))
		rs_dict_beyond(s->dict, s->name, in, b->first + i + 1, index);
	return rs_dict_name(s->dict, index, n);
}

/* The whole column as strings, to v: borrowed until the next call. */
void rs_spelling_column(struct rs_spelling_side *s, struct rs_reader *in,
    const struct rs_block *b, size_t c, struct rs_vec *v);

/* Behind the end of r: its indices are of our dictionaries, and of those of
 * the first stream (which may be r). */
void rs_spelling_belongs(const struct rs_spelling *s,
    const struct rs_reader *first, const struct rs_reader *r);
void rs_spelling_free(struct rs_spelling *s);

#endif
