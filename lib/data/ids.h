/*
 * ids: the indices of one side, users or items, for whoever compares tables
 * that know different ones.
 *
 *	struct rs_ids *ids = rs_ids_new(dict, items);
 *	i = rs_ids_str(ids, p, n);		(by name)
 *	i = rs_ids_index(ids, row.item);	(by index)
 *	if (i >= base)
 *		...				(the dictionary lacks it)
 *	p = rs_ids_name(ids, i, room, &n);
 *
 * Indices below base are those of a dictionary and model.  Whatever else
 * turns up gets the next free index, so that sets of a few large numbers stay
 * small.  Without a dictionary an index is its own name, in decimal.
 */
#ifndef RS_DATA_IDS_H
#define RS_DATA_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "data/dict.h"
#include "io/stream.h"

struct rs_ids;

/* dict, borrowed, may be NULL; base counts its ids at least. */
struct rs_ids *rs_ids_new(const struct rs_dict *dict, uint64_t base);

uint32_t rs_ids_str(struct rs_ids *ids, const char *p, size_t n);
uint32_t rs_ids_index(struct rs_ids *ids, uint32_t index);

/* A whole column, u32 or str. */
void rs_ids_column(struct rs_ids *ids, const struct rs_vec *v, size_t rows,
    uint32_t *out);

uint64_t rs_ids_base(const struct rs_ids *ids);
uint64_t rs_ids_size(const struct rs_ids *ids);	/* all that turned up */

/* The name of an index, borrowed; in room (RS_NUM_MAX bytes) where it is a
 * number. */
const char *rs_ids_name(const struct rs_ids *ids, uint32_t i, char *room,
    size_t *n);
void rs_ids_free(struct rs_ids *ids);

#endif
