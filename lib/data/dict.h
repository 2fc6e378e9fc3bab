/*
 * dict: ids as they came in, and the dense indices 0.. that stand for them.
 *
 *	struct rs_dict *d = rs_dict_open("shop/item.rsi", &err);
 *	i = rs_dict_find(d, p, n, rs_hash(p, n));
 *	if (i != RS_DICT_NONE)
 *		p = rs_dict_name(d, i, &n);
 *	rs_dict_free(d);
 *
 * An id is any bytes, up to RS_STRING_MAX; its index is the order of adding
 * and never changes.  Each id has a count and may have a label.  As a stream
 * a dictionary has the columns id:str count:i64 and, where any id has one,
 * label:str ("" is no label); row i is the id of index i.
 *
 * A dictionary is known by its digest: XXH3-64 over the XXH3-64 of each id
 * (u64, little-endian) in order of index.  The digest of the first n ids
 * stays what it was when ids are appended, so what was indexed with a
 * dictionary still belongs to it after it was extended.  Counts and labels
 * are not part of it.  Indexed streams say in their end (and, where it was
 * known before the first row, in their header)
 *
 *	dictionary <TAB> user <TAB> 16 hex digits <TAB> n
 *
 * Keys that an enemy chose to collide cost no more than a second hash of
 * each: see dict.c.  Threads may share a dictionary that nobody changes.
 */
#ifndef RS_DATA_DICT_H
#define RS_DATA_DICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "io/lines.h"
#include "io/stream.h"

#define RS_DICT_NONE UINT32_MAX		/* no such id */
#define RS_DICT_MAX (UINT32_MAX - 1)	/* ids in one dictionary */

struct rs_dict;

struct rs_dict *rs_dict_new(void);		/* yours */
void rs_dict_free(struct rs_dict *d);		/* NULL is nothing */

/* The index of the id of n bytes whose rs_hash is hash; added where it is
 * new.  RS_DICT_NONE: the dictionary is full. */
uint32_t rs_dict_add(struct rs_dict *d, const char *p, size_t n,
    uint64_t hash);
uint32_t rs_dict_find(const struct rs_dict *d, const char *p, size_t n,
    uint64_t hash);				/* or RS_DICT_NONE */

uint32_t rs_dict_size(const struct rs_dict *d);
const char *rs_dict_name(const struct rs_dict *d, uint32_t i,
    size_t *n);					/* borrowed; no NUL */
uint64_t rs_dict_hash(const struct rs_dict *d, uint32_t i);
size_t rs_dict_memory(const struct rs_dict *d);	/* bytes it holds */

/* Counts: an array of rs_dict_size, yours to change; moves when one adds. */
uint64_t *rs_dict_counts(struct rs_dict *d);
uint64_t rs_dict_count(const struct rs_dict *d, uint32_t i);

/* Labels.  NULL and *n 0 where an id has none; borrowed; no NUL. */
bool rs_dict_labelled(const struct rs_dict *d);
const char *rs_dict_label(const struct rs_dict *d, uint32_t i, size_t *n);
void rs_dict_set_label(struct rs_dict *d, uint32_t i, const char *p,
    size_t n);

/*
 * The indices of a whole column of strings, rows of them to out.  Each
 * distinct entry of the block is looked up once.  rs_dict_map adds what is
 * new, in the order of the rows, and returns -1 where the dictionary is full;
 * rs_dict_match leaves RS_DICT_NONE and returns how many rows got it.
 */
int rs_dict_map(struct rs_dict *d, const struct rs_vec *v, size_t rows,
    uint32_t *out);
size_t rs_dict_match(const struct rs_dict *d, const struct rs_vec *v,
    size_t rows, uint32_t *out);

/* Streams.  rs_dict_read reads a dictionary to the end of r (which stays
 * open); rs_dict_open does so for a file.  NULL with a sentence that names
 * the stream.  rs_dict_take adds one block that has the columns id:str
 * count:i64 ?label:str; -1 with a sentence.  rs_dict_write puts all rows to a
 * writer whose head has the columns of rs_dict_columns. */
struct rs_dict *rs_dict_read(struct rs_reader *r, struct rs_err *e); /* yours */
struct rs_dict *rs_dict_open(const char *path, struct rs_err *e); /* yours */
int rs_dict_take(struct rs_dict *d, const struct rs_block *b,
    struct rs_err *e);
void rs_dict_columns(const struct rs_dict *d, struct rs_head *h);
void rs_dict_write(const struct rs_dict *d, struct rs_writer *w);

/* DIR/NAME.rsi, where -D DIR keeps the dictionary of column NAME: yours. */
char *rs_dict_path(const char *dir, const char *name);

/* The new dictionary of the same ids, counts and labels with old index
 * order[i] at i, for i in 0..n-1: yours. */
struct rs_dict *rs_dict_reorder(const struct rs_dict *d,
    const uint32_t *order, uint32_t n);

/* The digest of the first n ids. */
uint64_t rs_dict_digest(const struct rs_dict *d, uint32_t n);

/* Say in lines (of a header or an end) that column name holds indices of d:
 * replaces its "dictionary" and "size" lines. */
void rs_dict_note(const struct rs_dict *d, const char *name,
    struct rs_lines *lines);

/* Whether what lines say of column name fits d: 1 = it was made with d or an
 * ancestor of d, 0 = they say nothing, -1 = another dictionary (a sentence
 * with both digests). */
int rs_dict_check(const struct rs_dict *d, const char *name,
    const struct rs_lines *lines, struct rs_err *e);

/* The same between two "dictionary" lines, of a stream and of a model, say:
 * the digests must be equal where n is; where n differs nobody can tell, and
 * that is refused too. */
int rs_dict_agree(const char *name, const struct rs_lines *a,
    const struct rs_lines *b, struct rs_err *e);

#endif
