/*
 * dict: ids as they came in, and the dense indices 0.. that stand for them.
 *
 * The table is open addressing with linear probing over slots of 8 bytes, so
 * one cache line holds eight: the index, and as a tag the low half of the
 * key whose high bits chose the place.  Only where a tag is equal are the
 * bytes looked at, wrongly so once in 2^32.
 *
 * The key is the XXH3-64 that a block brings with it for each string.  It has
 * no secret, so somebody can make as many strings as he likes with one and
 * the same hash.  Such a flood shows as a long probe or as many equal tags of
 * different ids, neither of which happens by chance; then, once and for all,
 * the table is built again with XXH3 under a random seed as its key.  Nothing
 * but the places in the table depends on that seed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "data/dict.h"

enum {
	SLOTS_LEAST = 1024,
	/* Full to 5/8, the longest probe among 2^32 random keys is about
	 * ln 2^32 / (5/8 - 1 - ln 5/8) = 234. */
	PROBE_MAX = 512,
	/* Different ids with equal tags in one probe: one has chance 2^-32. */
	FALSE_MAX = 8,
	TEXT_MAX = 12,
	BATCH = 64,		/* lookups in flight: memory is slow, not us */
};

struct slot {
	uint32_t tag, index;	/* RS_DICT_NONE: empty */
};

/* An id.  Most are short enough to lie here, so that looking one up costs
 * two cache lines: that of its slot and this. */
struct name {
	uint32_t n;
	char text[TEXT_MAX];	/* n <= TEXT_MAX, else at in its last 8 */
};

struct label {
	uint64_t at;
	size_t n;
};

struct rs_dict {
	struct slot *slot;	/* (slots) */
	size_t slots;		/* a power of two */
	int shift;		/* 64 - log2(slots) */
	bool keyed;		/* the key is under seed */
	uint64_t seed;

	uint32_t size;
	struct name *name;	/* (size) */
	struct rs_buf bytes;	/* the long ones, one behind the other */
	uint64_t *hash;		/* (size) rs_hash of each */
	uint64_t *count;	/* (size) */
	size_t name_room, hash_room, count_room;

	struct label *label;	/* (labels <= size); those behind have none */
	size_t labels, label_room;
	struct rs_buf label_bytes;
};

static void
make_table(struct rs_dict *d, size_t slots)
{
	free(d->slot);
	d->slots = slots;
	d->shift = 64 - __builtin_ctzll(slots);
	d->slot = rs_table(rs_size(slots, sizeof(*d->slot)));
	memset(d->slot, 0xff, slots * sizeof(*d->slot));
}

struct rs_dict *
rs_dict_new(void)
{
	struct rs_dict *d = rs_zalloc(sizeof(*d));

	make_table(d, SLOTS_LEAST);
	return d;
}

void
rs_dict_free(struct rs_dict *d)
{
	if (d == NULL)
		return;
	free(d->slot);
	free(d->name);
	rs_buf_free(&d->bytes);
	free(d->hash);
	free(d->count);
	free(d->label);
	rs_buf_free(&d->label_bytes);
	free(d);
}

static inline uint64_t
key_of(const struct rs_dict *d, const char *p, size_t n, uint64_t hash)
{
	return d->keyed ? rs_hash_keyed(p, n, d->seed) : hash;
}

static inline const char *
text_of(const struct rs_dict *d, const struct name *m)
{
	uint64_t at;

	if (m->n <= TEXT_MAX)
		return m->text;
	memcpy(&at, m->text + TEXT_MAX - sizeof(at), sizeof(at));
	return d->bytes.data + at;
}

static uint64_t
key_at(const struct rs_dict *d, uint32_t i)
{
	return key_of(d, text_of(d, &d->name[i]), d->name[i].n, d->hash[i]);
}

static inline uint64_t
load64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t
load32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* memcmp(p, q, n) == 0 without a call for what most ids are: 4 to 16 bytes,
 * seen as two words that may overlap. */
static inline bool
same(const char *p, const char *q, size_t n)
{
	if (n > 16 || n < 4)
		return memcmp(p, q, n) == 0;
	if (n >= 8)
		return ((load64(p) ^ load64(q)) |
		    (load64(p + n - 8) ^ load64(q + n - 8))) == 0;
	return ((load32(p) ^ load32(q)) |
	    (load32(p + n - 4) ^ load32(q + n - 4))) == 0;
}

static inline bool
equal(const struct rs_dict *d, uint32_t i, const char *p, size_t n)
{
	const struct name *m = &d->name[i];

	return m->n == n && same(text_of(d, m), p, n);
}

/* The slot of an id or the empty one where it belongs; *flood is set where
 * the way there was longer than chance makes it. */
static inline size_t
probe(const struct rs_dict *d, const char *p, size_t n, uint64_t key,
    bool *flood)
{
	const size_t mask = d->slots - 1;
	const uint32_t tag = (uint32_t)key;
	size_t at = key >> d->shift, steps = 0;
	int wrong = 0;

	for (; d->slot[at].index != RS_DICT_NONE; at = (at + 1) & mask) {
		if (d->slot[at].tag == tag) {
			if (equal(d, d->slot[at].index, p, n))
				break;
			wrong++;
		}
		steps++;
	}
	*flood = steps > PROBE_MAX || wrong > FALSE_MAX;
	return at;
}

/* Put all ids into a table of that size; they are known to differ. */
static void
rebuild(struct rs_dict *d, size_t slots)
{
	const size_t mask = slots - 1;

	make_table(d, slots);
	for (uint32_t i = 0; i < d->size; i++) {
		const uint64_t key = key_at(d, i);
		size_t at = key >> d->shift;

		while (d->slot[at].index != RS_DICT_NONE)
			at = (at + 1) & mask;
		d->slot[at] = (struct slot){ (uint32_t)key, i };
	}
}

/* Names are read at random, so they live in large pages, which realloc would
 * not keep. */
static void
grow_names(struct rs_dict *d)
{
	const size_t room = d->name_room == 0 ? SLOTS_LEAST :
	    2 * d->name_room;
	struct name *name = rs_table(rs_size(room, sizeof(*name)));

	if (d->size > 0)
		memcpy(name, d->name, d->size * sizeof(*name));
	free(d->name);
	d->name = name;
	d->name_room = room;
}

static void
append(struct rs_dict *d, const char *p, size_t n, uint64_t hash)
{
	const uint32_t i = d->size;
	const size_t need = (size_t)i + 1;
	struct name *m;

	if (need > d->name_room)
		grow_names(d);
	rs_grow(&d->hash, &d->hash_room, need, sizeof(*d->hash));
	rs_grow(&d->count, &d->count_room, need, sizeof(*d->count));
	m = &d->name[i];
	*m = (struct name){ .n = (uint32_t)n };
	if (n <= TEXT_MAX) {
		if (n > 0)
			memcpy(m->text, p, n);
	} else {
		const uint64_t at = d->bytes.len;

		memcpy(m->text + TEXT_MAX - sizeof(at), &at, sizeof(at));
		rs_buf_put(&d->bytes, p, n);
	}
	d->hash[i] = hash;
	d->count[i] = 0;
	d->size++;
}

static uint32_t
add_key(struct rs_dict *d, const char *p, size_t n, uint64_t hash,
    uint64_t key)
{
	bool flood;
	size_t at = probe(d, p, n, key, &flood);

	if (d->slot[at].index != RS_DICT_NONE)
		return d->slot[at].index;
	if (d->size >= RS_DICT_MAX)
		return RS_DICT_NONE;
	d->slot[at] = (struct slot){ (uint32_t)key, d->size };
	append(d, p, n, hash);
	if (flood && !d->keyed) {
		d->keyed = true;
		d->seed = rs_hash_secret();
		rebuild(d, d->slots);
	}
	if (d->size > d->slots / 8 * 5)
		rebuild(d, d->slots * 2);
	return d->size - 1;
}

uint32_t
rs_dict_add(struct rs_dict *d, const char *p, size_t n, uint64_t hash)
{
	return add_key(d, p, n, hash, key_of(d, p, n, hash));
}

static inline uint32_t
find_key(const struct rs_dict *d, const char *p, size_t n, uint64_t key)
{
	bool flood;

	return d->slot[probe(d, p, n, key, &flood)].index;
}

uint32_t
rs_dict_find(const struct rs_dict *d, const char *p, size_t n, uint64_t hash)
{
	return find_key(d, p, n, key_of(d, p, n, hash));
}

uint32_t
rs_dict_size(const struct rs_dict *d)
{
	return d->size;
}

const char *
rs_dict_name(const struct rs_dict *d, uint32_t i, size_t *n)
{
	*n = d->name[i].n;
	return text_of(d, &d->name[i]);
}

uint64_t
rs_dict_hash(const struct rs_dict *d, uint32_t i)
{
	return d->hash[i];
}

size_t
rs_dict_memory(const struct rs_dict *d)
{
	return sizeof(*d) + d->slots * sizeof(*d->slot) + d->bytes.room +
	    d->name_room * sizeof(*d->name) + d->hash_room * sizeof(*d->hash) +
	    d->count_room * sizeof(*d->count) +
	    d->label_room * sizeof(*d->label) + d->label_bytes.room;
}

uint64_t *
rs_dict_counts(struct rs_dict *d)
{
	return d->count;
}

uint64_t
rs_dict_count(const struct rs_dict *d, uint32_t i)
{
	return d->count[i];
}

bool
rs_dict_labelled(const struct rs_dict *d)
{
	return d->label_bytes.len > 0;
}

const char *
rs_dict_label(const struct rs_dict *d, uint32_t i, size_t *n)
{
	*n = i < d->labels ? d->label[i].n : 0;
	return *n > 0 ? d->label_bytes.data + d->label[i].at : NULL;
}

void
rs_dict_set_label(struct rs_dict *d, uint32_t i, const char *p, size_t n)
{
	rs_grow(&d->label, &d->label_room, (size_t)i + 1, sizeof(*d->label));
	while (d->labels <= i)
		d->label[d->labels++] = (struct label){ 0, 0 };
	d->label[i] = (struct label){ d->label_bytes.len, n };
	rs_buf_put(&d->label_bytes, p, n);
}

/* The first id with the tag of key, which it most likely is. */
static inline uint32_t
guess(const struct rs_dict *d, uint64_t key)
{
	const size_t mask = d->slots - 1;
	size_t at = key >> d->shift;

	while (d->slot[at].index != RS_DICT_NONE &&
	    d->slot[at].tag != (uint32_t)key)
		at = (at + 1) & mask;
	return d->slot[at].index;
}

/* One batch of entries, of which each read of memory was asked for well
 * before it is used: the slot, then the id. */
static void
find_batch(const struct rs_dict *d, const struct rs_vec *v, uint32_t first,
    uint32_t n, uint32_t *out)
{
	uint64_t key[BATCH];

	for (uint32_t j = 0; j < n; j++) {
		const uint32_t e = first + j, at = v->off[e];
		const uint32_t len = v->off[e + 1] - at;
		const uint64_t hash = v->hash != NULL ? v->hash[e] :
		    rs_hash(v->bytes + at, len);

		key[j] = key_of(d, v->bytes + at, len, hash);
		__builtin_prefetch(&d->slot[key[j] >> d->shift]);
	}
	for (uint32_t j = 0; j < n; j++) {
		out[j] = guess(d, key[j]);
		if (out[j] != RS_DICT_NONE)
			__builtin_prefetch(&d->name[out[j]]);
	}
	for (uint32_t j = 0; j < n; j++) {
		const uint32_t at = v->off[first + j];
		const uint32_t len = v->off[first + j + 1] - at;

		if (out[j] != RS_DICT_NONE &&
		    !equal(d, out[j], v->bytes + at, len))
			out[j] = find_key(d, v->bytes + at, len, key[j]);
	}
}

/* The index of each entry, RS_DICT_NONE where it is new. */
static void
find_entries(const struct rs_dict *d, const struct rs_vec *v, uint32_t *out)
{
	for (uint32_t e = 0; e < v->entries; e += BATCH) {
		const uint32_t left = v->entries - e;

		find_batch(d, v, e, left < BATCH ? left : BATCH, out + e);
	}
}

static uint32_t
add_entry(struct rs_dict *d, const struct rs_vec *v, uint32_t e)
{
	const uint32_t at = v->off[e], n = v->off[e + 1] - at;

	return rs_dict_add(d, v->bytes + at, n, v->hash != NULL ?
	    v->hash[e] : rs_hash(v->bytes + at, n));
}

int
rs_dict_map(struct rs_dict *d, const struct rs_vec *v, size_t rows,
    uint32_t *out)
{
	uint32_t *of = v->code == NULL ? out :
	    rs_alloc(rs_size(v->entries, sizeof(*of)));
	int result = 0;

	find_entries(d, v, of);
	for (size_t i = 0; i < rows; i++) {
		const uint32_t e = v->code != NULL ? v->code[i] : (uint32_t)i;

		if (of[e] == RS_DICT_NONE &&
		    (of[e] = add_entry(d, v, e)) == RS_DICT_NONE) {
			result = -1;
			break;
		}
		out[i] = of[e];
	}
	if (of != out)
		free(of);
	return result;
}

size_t
rs_dict_match(const struct rs_dict *d, const struct rs_vec *v, size_t rows,
    uint32_t *out)
{
	uint32_t *of = v->code == NULL ? out :
	    rs_alloc(rs_size(v->entries, sizeof(*of)));
	size_t unknown = 0;

	find_entries(d, v, of);
	for (size_t i = 0; i < rows; i++) {
		out[i] = v->code != NULL ? of[v->code[i]] : of[i];
		unknown += out[i] == RS_DICT_NONE;
	}
	if (of != out)
		free(of);
	return unknown;
}

struct rs_dict *
rs_dict_reorder(const struct rs_dict *d, const uint32_t *order, uint32_t n)
{
	struct rs_dict *to = rs_dict_new();

	for (uint32_t i = 0; i < n; i++) {
		const uint32_t old = order[i];
		size_t len;
		const char *p = rs_dict_name(d, old, &len);

		rs_dict_add(to, p, len, d->hash[old]);
		to->count[i] = d->count[old];
		p = rs_dict_label(d, old, &len);
		if (p != NULL)
			rs_dict_set_label(to, i, p, len);
	}
	return to;
}

uint64_t
rs_dict_digest(const struct rs_dict *d, uint32_t n)
{
	return rs_hash(d->hash, n * sizeof(*d->hash));
}
