/* ids: the indices of one side, for whoever compares tables. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "data/ids.h"

struct rs_ids {
	const struct rs_dict *dict;
	uint32_t base;
	struct rs_dict *more;	/* id i of it has the index base + i */
	/* The last text looked up: lists have their user on every line. */
	char last[RS_NUM_MAX];
	size_t last_n;		/* 0: none */
	uint32_t last_i;
};

struct rs_ids *
rs_ids_new(const struct rs_dict *dict, uint64_t base)
{
	struct rs_ids *ids = rs_zalloc(sizeof(*ids));

	assert(base <= RS_DICT_MAX);
	ids->dict = dict;
	ids->base = (uint32_t)base;
	if (dict != NULL && rs_dict_size(dict) > base)
		ids->base = rs_dict_size(dict);
	ids->more = rs_dict_new();
	return ids;
}

static uint32_t
find_more(struct rs_ids *ids, const char *p, size_t n, uint64_t hash)
{
	const uint32_t i = rs_dict_add(ids->more, p, n, hash);

	/* The last index stands for none. */
	if (i >= RS_DICT_MAX - ids->base)
		rs_die("more than 2^32 different ids");
	return ids->base + i;
}

static uint32_t
find(struct rs_ids *ids, const char *p, size_t n, uint64_t hash)
{
	uint64_t v;
	uint32_t i;

	if (ids->dict != NULL) {
		i = rs_dict_find(ids->dict, p, n, hash);
		if (i != RS_DICT_NONE)
			return i;
	} else if (ids->base > 0 && rs_parse_u64(p, n, &v) && v < ids->base) {
		return (uint32_t)v;
	}
	return find_more(ids, p, n, hash);
}

/* A call of its own: inlined, gcc takes the hash's branches for long keys to
 * read beyond a short array. */
__attribute__((noinline)) static uint32_t
find_text(struct rs_ids *ids, const char *p, size_t n)
{
	return find(ids, p, n, rs_hash(p, n));
}

uint32_t
rs_ids_str(struct rs_ids *ids, const char *p, size_t n)
{
	if (n > 0 && n == ids->last_n && memcmp(p, ids->last, n) == 0)
		return ids->last_i;
	ids->last_i = find_text(ids, p, n);
	ids->last_n = n <= sizeof(ids->last) ? n : 0;
	memcpy(ids->last, p, ids->last_n);
	return ids->last_i;
}

uint32_t
rs_ids_index(struct rs_ids *ids, uint32_t index)
{
	char room[RS_NUM_MAX];
	size_t n;

	if (index < ids->base)
		return index;
	n = rs_format_u64(room, index);
	return find_text(ids, room, n);
}

void
rs_ids_column(struct rs_ids *ids, const struct rs_vec *v, size_t rows,
    uint32_t *out)
{
	uint32_t *entry;

	if (v->type == RS_U32) {
		for (size_t i = 0; i < rows; i++)
			out[i] = i > 0 && v->u32[i] == v->u32[i - 1] ?
			    out[i - 1] : rs_ids_index(ids, v->u32[i]);
		return;
	}
	/* Each distinct entry once, in the order of the rows. */
	assert(v->type == RS_STR);
	entry = rs_alloc(rs_size(v->entries, sizeof(*entry)) + 1);
	for (uint32_t e = 0; e < v->entries; e++)
		entry[e] = UINT32_MAX;
	for (size_t i = 0; i < rows; i++) {
		const uint32_t e = v->code != NULL ? v->code[i] : (uint32_t)i;

		if (entry[e] == UINT32_MAX)
			entry[e] = rs_ids_str(ids, v->bytes + v->off[e],
			    v->off[e + 1] - v->off[e]);
		out[i] = entry[e];
	}
	free(entry);
}

uint64_t
rs_ids_base(const struct rs_ids *ids)
{
	return ids->base;
}

uint64_t
rs_ids_size(const struct rs_ids *ids)
{
	return (uint64_t)ids->base + rs_dict_size(ids->more);
}

const char *
rs_ids_name(const struct rs_ids *ids, uint32_t i, char *room, size_t *n)
{
	if (i >= ids->base)
		return rs_dict_name(ids->more, i - ids->base, n);
	if (ids->dict != NULL && i < rs_dict_size(ids->dict))
		return rs_dict_name(ids->dict, i, n);
	*n = rs_format_u64(room, i);
	return room;
}

void
rs_ids_free(struct rs_ids *ids)
{
	if (ids == NULL)
		return;
	rs_dict_free(ids->more);
	free(ids);
}
