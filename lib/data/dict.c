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
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
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
	PUT_BYTES = 1 << 28,	/* bytes of strings handed to a writer at once */
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

int
rs_dict_take(struct rs_dict *d, const struct rs_block *b, struct rs_err *e)
{
	const struct rs_vec *id = rs_block_get(b, "id");
	const struct rs_vec *count = rs_block_get(b, "count");
	const struct rs_vec *label = rs_block_get(b, "label");

	for (size_t i = 0; i < b->rows; i++) {
		const uint64_t row = b->first + i;
		uint32_t at;
		size_t n;
		const char *p;

		at = add_entry(d, id, id->code != NULL ? id->code[i] :
		    (uint32_t)i);
		if (at == RS_DICT_NONE)
			return rs_fail(e, "more than %" PRIu32 " ids",
			    RS_DICT_MAX);
		if (at != row) {
			p = rs_vec_str(id, i, &n);
			return rs_fail(e, "id \"%.*s\" stands in row %"
			    PRIu32 " and again in row %" PRIu64,
			    (int)(n < 200 ? n : 200), p, at, row);
		}
		if (count->i64[i] < 0)
			return rs_fail(e, "row %" PRIu64 ": count %" PRId64,
			    row, count->i64[i]);
		d->count[at] = (uint64_t)count->i64[i];
		if (label == NULL)
			continue;
		p = rs_vec_str(label, i, &n);
		if (n > 0)
			rs_dict_set_label(d, at, p, n);
	}
	return 0;
}

static int
check_columns(const struct rs_head *h, struct rs_err *e)
{
	const int id = rs_head_find(h, "id");
	const int count = rs_head_find(h, "count");
	const int label = rs_head_find(h, "label");

	if (id < 0 || h->column[id].type != RS_STR ||
	    count < 0 || h->column[count].type != RS_I64 ||
	    (label >= 0 && h->column[label].type != RS_STR))
		return rs_fail(e, "not a dictionary, which has the columns "
		    "id:str count:i64 [label:str]");
	return 0;
}

struct rs_dict *
rs_dict_read(struct rs_reader *r, struct rs_err *e)
{
	struct rs_dict *d = rs_dict_new();
	struct rs_err why;
	struct rs_block *b;
	int more = 0;

	if (check_columns(rs_reader_head(r), &why) < 0)
		goto bad;
	while ((more = rs_reader_next(r, &b)) == 1)
		if (rs_dict_take(d, b, &why) < 0)
			goto bad;
	if (more == 0)
		return d;
	*e = *rs_reader_err(r);		/* names the stream itself */
	rs_dict_free(d);
	return NULL;
bad:
	rs_fail(e, "%s: %.400s", rs_reader_name(r), why.text);
	rs_dict_free(d);
	return NULL;
}

struct rs_dict *
rs_dict_open(const char *path, struct rs_err *e)
{
	struct rs_reader *r = rs_reader_open(path, e);
	struct rs_dict *d;

	if (r == NULL)
		return NULL;
	d = rs_dict_read(r, e);
	rs_reader_close(r);
	return d;
}

void
rs_dict_columns(const struct rs_dict *d, struct rs_head *h)
{
	rs_head_column(h, "id", RS_STR);
	rs_head_column(h, "count", RS_I64);
	if (rs_dict_labelled(d))
		rs_head_column(h, "label", RS_STR);
}

/* What one put to a writer holds: up to RS_BLOCK_ROWS rows. */
struct part {
	struct rs_buf id, label;
	uint32_t *id_off, *label_off;	/* (RS_BLOCK_ROWS + 1) */
	int64_t *count;
};

/* Fill p with ids from first on and return how many went in. */
static uint32_t
fill_part(const struct rs_dict *d, uint32_t first, struct part *p)
{
	uint32_t n = 0;

	p->id.len = p->label.len = 0;
	p->id_off[0] = p->label_off[0] = 0;
	while (n < RS_BLOCK_ROWS && first + n < d->size &&
	    p->id.len + p->label.len < PUT_BYTES) {
		size_t len;
		const char *s = rs_dict_name(d, first + n, &len);

		rs_buf_put(&p->id, s, len);
		s = rs_dict_label(d, first + n, &len);
		rs_buf_put(&p->label, s, len);
		p->count[n] = (int64_t)d->count[first + n];
		n++;
		p->id_off[n] = (uint32_t)p->id.len;
		p->label_off[n] = (uint32_t)p->label.len;
	}
	return n;
}

void
rs_dict_write(const struct rs_dict *d, struct rs_writer *w)
{
	const size_t offsets = (RS_BLOCK_ROWS + 1) * sizeof(uint32_t);
	struct part p = {
		.id_off = rs_alloc(offsets), .label_off = rs_alloc(offsets),
		.count = rs_alloc(RS_BLOCK_ROWS * sizeof(*p.count)),
	};
	struct rs_vec col[3] = {
		{ .type = RS_STR }, { .type = RS_I64 }, { .type = RS_STR },
	};
	struct rs_block b = { .head = rs_writer_head(w), .col = col };

	for (uint32_t n, i = 0; i < d->size; i += n) {
		n = fill_part(d, i, &p);
		b.rows = n;
		b.first = i;
		col[0].entries = col[2].entries = n;
		col[0].off = p.id_off;
		col[0].bytes = p.id.data;
		col[0].hash = d->hash + i;
		col[1].i64 = p.count;
		col[2].off = p.label_off;
		col[2].bytes = p.label.data;
		rs_writer_put(w, &b);
	}
	rs_buf_free(&p.id);
	rs_buf_free(&p.label);
	free(p.id_off);
	free(p.label_off);
	free(p.count);
}

char *
rs_dict_path(const char *dir, const char *name)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "%s/%s.rsi", dir, name);
	return b.data;
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

/* "dictionary<TAB>user": the key of a line about column name; yours. */
static char *
key_of_line(const char *what, const char *name)
{
	struct rs_buf b = { 0 };

	rs_buf_printf(&b, "%s\t%s", what, name);
	return b.data;
}

void
rs_dict_note(const struct rs_dict *d, const char *name, struct rs_lines *lines)
{
	char *size = key_of_line("size", name);
	char *dict = key_of_line("dictionary", name);
	char hex[17], n[RS_NUM_MAX];

	n[rs_format_u64(n, d->size)] = '\0';
	snprintf(hex, sizeof(hex), "%016" PRIx64, rs_dict_digest(d, d->size));
	rs_lines_drop(lines, size);
	rs_lines_drop(lines, dict);
	rs_lines_add(lines, 3, "size", name, n);
	rs_lines_add(lines, 4, "dictionary", name, hex, n);
	free(size);
	free(dict);
}

static bool
parse_hex16(const char *s, uint64_t *v)
{
	*v = 0;
	for (int i = 0; i < 16; i++) {
		const char c = s[i];

		if (c >= '0' && c <= '9')
			*v = *v << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*v = *v << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* What lines say of the dictionary of column name: 1 and its digest and
 * size, 0 = nothing, -1 = nonsense. */
static int
find_line(const struct rs_lines *lines, const char *name, uint64_t *digest,
    uint64_t *n, struct rs_err *e)
{
	char *key = key_of_line("dictionary", name);
	const char *s = rs_lines_get(lines, key);

	free(key);
	if (s == NULL)
		return 0;
	if (!parse_hex16(s, digest) || s[16] != '\t' ||
	    !rs_parse_u64(s + 17, strlen(s + 17), n) || *n > RS_DICT_MAX)
		return rs_fail(e, "malformed line \"dictionary %s %.100s\"",
		    name, s);
	return 1;
}

int
rs_dict_check(const struct rs_dict *d, const char *name,
    const struct rs_lines *lines, struct rs_err *e)
{
	uint64_t digest, n, own;
	const int found = find_line(lines, name, &digest, &n, e);

	if (found <= 0)
		return found;
	if (n > d->size)
		return rs_fail(e, "made with %s %s dictionary of %" PRIu64
		    " ids (%016" PRIx64 "), not with this one of %" PRIu32
		    " (%016" PRIx64 ")", name[0] == 'i' ? "an" : "a", name,
		    n, digest, d->size,
		    rs_dict_digest(d, d->size));
	own = rs_dict_digest(d, (uint32_t)n);
	if (own != digest)
		return rs_fail(e, "made with the %s dictionary %016" PRIx64
		    ", not with this one, whose first %" PRIu64
		    " ids are %016" PRIx64, name, digest, n, own);
	return 1;
}

int
rs_dict_agree(const char *name, const struct rs_lines *a,
    const struct rs_lines *b, struct rs_err *e)
{
	uint64_t digest[2], n[2];
	const int x = find_line(a, name, &digest[0], &n[0], e);
	const int y = x < 0 ? -1 : find_line(b, name, &digest[1], &n[1], e);

	if (y < 0)
		return -1;
	if (x == 0 || y == 0)
		return 0;
	if (digest[0] != digest[1] || n[0] != n[1])
		return rs_fail(e, "made with different %s dictionaries: "
		    "%016" PRIx64 " of %" PRIu64 " ids and %016" PRIx64
		    " of %" PRIu64, name, digest[0], n[0], digest[1], n[1]);
	return 1;
}
