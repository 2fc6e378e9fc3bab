/* intern: the distinct strings of a column in a block. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "io/intern.h"

enum {
	SLOT_BITS = 10,		/* of a new table; it grows */
	/* Two thirds full, the longest way among 65,536 random hashes is about
	 * ln 2^16 / (2/3 - 1 - ln 2/3) = 154 slots. */
	WAY_MAX = 512,
	GROUP = 32,		/* rows whose slots are fetched at once */
};

static const uint32_t NONE = UINT32_MAX;

/*
 * An entry and enough of it to know it by: a string of up to 8 bytes is its
 * length and key, so that no other memory need be looked at; of a longer one
 * the key is the hash.
 */
struct rs_intern_slot {
	uint64_t key;
	uint32_t len;
	uint32_t entry;		/* NONE: free */
};

enum { KEY_MAX = 8 };

void
rs_intern_clear(struct rs_intern *t)
{
	t->bytes.len = 0;
	t->entries = 0;
	t->off[0] = 0;
	memset(t->slot, 0xff, sizeof(*t->slot) << t->slot_bits);
}

void
rs_intern_init(struct rs_intern *t)
{
	*t = (struct rs_intern){ .slot_bits = SLOT_BITS };
	t->off = rs_alloc((RS_BLOCK_ROWS + 1) * sizeof(*t->off));
	t->hash = rs_alloc(RS_BLOCK_ROWS * sizeof(*t->hash));
	t->slot = rs_alloc(sizeof(*t->slot) << SLOT_BITS);
	rs_intern_clear(t);
}

void
rs_intern_free(struct rs_intern *t)
{
	rs_buf_free(&t->bytes);
	free(t->off);
	free(t->hash);
	free(t->slot);
	free(t->map);
}

/* The high bits of a product: crafted ids with equal low hash bits still
 * spread. */
static size_t
home(const struct rs_intern *t, uint64_t hash)
{
	return (hash * 0x9e3779b97f4a7c15u) >> (64 - t->slot_bits);
}

/* The same for a string, whose hash may be one that many others have. */
static size_t
home_of(const struct rs_intern *t, const char *s, size_t n, uint64_t hash)
{
	return home(t, t->seed == 0 ? hash : rs_hash_keyed(s, n, t->seed));
}

static uint64_t
key_of(const char *s, size_t n, uint64_t hash)
{
	uint32_t head, tail;

	if (n > KEY_MAX)
		return hash;
	if (n < 4)
		return n == 0 ? 0 : (uint64_t)(unsigned char)s[0] |
		    (uint64_t)(unsigned char)s[n / 2] << 8 |
		    (uint64_t)(unsigned char)s[n - 1] << 16;
	memcpy(&head, s, 4);
	memcpy(&tail, s + n - 4, 4);	/* they may overlap */
	return head | (uint64_t)tail << 32;
}

static void
set_slot(struct rs_intern *t, size_t at, uint32_t e)
{
	const uint32_t len = t->off[e + 1] - t->off[e];

	t->slot[at] = (struct rs_intern_slot){
		.key = key_of(t->bytes.data + t->off[e], len, t->hash[e]),
		.len = len, .entry = e,
	};
}

/* Put all entries into the slots. */
static void
set_slots(struct rs_intern *t)
{
	const size_t mask = ((size_t)1 << t->slot_bits) - 1;

	memset(t->slot, 0xff, sizeof(*t->slot) << t->slot_bits);
	for (uint32_t e = 0; e < t->entries; e++) {
		size_t at = home_of(t, t->bytes.data + t->off[e],
		    t->off[e + 1] - t->off[e], t->hash[e]);

		while (t->slot[at].entry != NONE)
			at = (at + 1) & mask;
		set_slot(t, at, e);
	}
}

static void
intern_grow(struct rs_intern *t)
{
	t->slot_bits++;
	free(t->slot);
	t->slot = rs_alloc(sizeof(*t->slot) << t->slot_bits);
	set_slots(t);
}

/* A new entry, whose slot is free. */
static uint32_t
intern_new(struct rs_intern *t, size_t at, const char *s, size_t n,
    uint64_t hash)
{
	const uint32_t e = t->entries++;

	assert(n <= RS_STRING_MAX);
	if (t->bytes.len + n > RS_BODY_MAX / 2)
		rs_die("65,536 rows with more than 512 MiB of text in a"
		    " column: shorten or drop it");
	rs_buf_put(&t->bytes, s, n);
	t->off[e + 1] = (uint32_t)t->bytes.len;
	t->hash[e] = hash;
	if ((size_t)t->entries * 3 > (size_t)2 << t->slot_bits)
		intern_grow(t);
	else
		set_slot(t, at, e);
	return e;
}

/* The entry of a string, new or not. */
static uint32_t
intern(struct rs_intern *t, const char *s, size_t n, uint64_t hash,
    uint64_t key)
{
	const size_t mask = ((size_t)1 << t->slot_bits) - 1;
	const struct rs_intern_slot *slot;
	size_t at = home_of(t, s, n, hash);
	int way = 0;

	for (; (slot = &t->slot[at])->entry != NONE; at = (at + 1) & mask) {
		if (slot->key == key && slot->len == n && (n <= KEY_MAX ||
		    memcmp(t->bytes.data + t->off[slot->entry], s, n) == 0))
			return slot->entry;
		way++;
	}
	if (way > WAY_MAX && t->seed == 0) {
		/* So many collide only where somebody chose them to. */
		t->seed = rs_hash_secret();
		set_slots(t);
		return intern(t, s, n, hash, key);
	}
	return intern_new(t, at, s, n, hash);
}

/* The same for strings that are not coded; groups of them, so that the misses
 * of the cache overlap. */
static void
put_plain(struct rs_intern *t, uint32_t *code, const struct rs_vec *v,
    const uint32_t *index, size_t from, size_t n)
{
	uint64_t hash[GROUP] = { 0 }, key[GROUP];
	bool again[GROUP];	/* it is the string before it, as in runs */
	const char *before = NULL;
	size_t before_len = SIZE_MAX;
	uint64_t before_key = 0;

	for (size_t i = 0; i < n; i += GROUP) {
		const size_t group = n - i < GROUP ? n - i : GROUP;

		for (size_t k = 0; k < group; k++) {
			const size_t e = index != NULL ? index[i + k] :
			    from + i + k;
			const char *s = v->bytes + v->off[e];
			const size_t len = v->off[e + 1] - v->off[e];

			/* Of short strings one branch, not one on the length
			 * and one on the bytes: neither could be foreseen. */
			key[k] = len <= KEY_MAX ? key_of(s, len, 0) : 0;
			again[k] = ((key[k] == before_key) &
			    (len == before_len)) && (len <= KEY_MAX ||
			    memcmp(s, before, len) == 0);
			before = s;
			before_len = len;
			before_key = key[k];
			if (again[k])
				continue;
			hash[k] = v->hash != NULL ? v->hash[e] :
			    rs_hash(s, len);
			if (len > KEY_MAX)
				key[k] = hash[k];
			__builtin_prefetch(&t->slot[home(t, hash[k])]);
		}
		for (size_t k = 0; k < group; k++) {
			const size_t e = index != NULL ? index[i + k] :
			    from + i + k;

			code[i + k] = again[k] ? code[i + k - 1] :
			    intern(t, v->bytes + v->off[e],
			    v->off[e + 1] - v->off[e], hash[k], key[k]);
		}
	}
}

void
rs_intern_put(struct rs_intern *t, uint32_t *code, const struct rs_vec *v,
    const uint32_t *index, size_t from, size_t n)
{
	uint32_t last = NONE, last_ours = NONE;

	if (v->code == NULL) {
		put_plain(t, code, v, index, from, n);
		return;
	}
	rs_grow(&t->map, &t->map_room, v->entries, sizeof(*t->map));
	memset(t->map, 0xff, v->entries * sizeof(*t->map));
	for (size_t i = 0; i < n; i++) {
		const size_t row = index != NULL ? index[i] : from + i;
		const uint32_t e = v->code[row];
		const char *s = v->bytes + v->off[e];
		const size_t len = v->off[e + 1] - v->off[e];
		uint32_t ours = e == last ? last_ours : t->map[e];

		if (ours == NONE) {
			const uint64_t hash = v->hash != NULL ? v->hash[e] :
			    rs_hash(s, len);

			ours = intern(t, s, len, hash, key_of(s, len, hash));
		}
		t->map[e] = ours;
		code[i] = ours;
		last = e;
		last_ours = ours;
	}
}
