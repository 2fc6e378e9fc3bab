/*
 * writer: rows gathered into blocks, blocks into a stream.
 *
 * Rows wait in one array a column until a block is full.  Strings wait as
 * codes into a list of the distinct strings of the block, in the order in
 * which they first appear; so what is written is a function of the rows, and
 * not of the entries and codes in which they came.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/format.h"
#include "io/pack.h"

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
struct slot {
	uint64_t key;
	uint32_t len;
	uint32_t entry;		/* NONE: free */
};

enum { KEY_MAX = 8 };

/* The distinct strings of a column in the block that is being filled. */
struct intern {
	struct rs_buf bytes;
	uint32_t *off;		/* entries + 1 */
	uint64_t *hash;		/* entries */
	uint32_t entries;
	/* 1 << slot_bits of them, a third of them free at least.  The table is
	 * only as large as the block needs, so that it stays in the cache. */
	struct slot *slot;
	unsigned slot_bits;
	uint64_t seed;		/* of the hash that says where; 0: none */
	uint32_t *map;		/* entries of the input: ours, or NONE */
	size_t map_room;
};

struct rs_writer {
	struct rs_sink *sink;
	struct rs_head *head;
	struct rs_lines end;
	struct rs_digest print;
	void **col;		/* RS_BLOCK_ROWS values or codes each */
	struct intern *intern;	/* one a column; used where it is str */
	uint64_t *scratch;
	uint32_t *lengths;	/* of strings, while a block is written */
	uint32_t *index;	/* rows kept, while a block is put */
	size_t pending;		/* rows waiting */
	uint64_t rows, blocks;
	struct rs_buf out;
};

static void
intern_clear(struct intern *t)
{
	t->bytes.len = 0;
	t->entries = 0;
	t->off[0] = 0;
	memset(t->slot, 0xff, sizeof(*t->slot) << t->slot_bits);
}

/* The high bits of a product: crafted ids with equal low hash bits still
 * spread. */
static size_t
home(const struct intern *t, uint64_t hash)
{
	return (hash * 0x9e3779b97f4a7c15u) >> (64 - t->slot_bits);
}

/* The same for a string, whose hash may be one that many others have. */
static size_t
home_of(const struct intern *t, const char *s, size_t n, uint64_t hash)
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
set_slot(struct intern *t, size_t at, uint32_t e)
{
	const uint32_t len = t->off[e + 1] - t->off[e];

	t->slot[at] = (struct slot){
		.key = key_of(t->bytes.data + t->off[e], len, t->hash[e]),
		.len = len, .entry = e,
	};
}

/* Put all entries into the slots. */
static void
set_slots(struct intern *t)
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
intern_grow(struct intern *t)
{
	t->slot_bits++;
	free(t->slot);
	t->slot = rs_alloc(sizeof(*t->slot) << t->slot_bits);
	set_slots(t);
}

/* A new entry, whose slot is free. */
static uint32_t
intern_new(struct intern *t, size_t at, const char *s, size_t n, uint64_t hash)
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
intern(struct intern *t, const char *s, size_t n, uint64_t hash, uint64_t key)
{
	const size_t mask = ((size_t)1 << t->slot_bits) - 1;
	const struct slot *slot;
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
put_plain(struct intern *t, uint32_t *code, const struct rs_vec *v,
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

/* Append n strings of v, rows index[0..n-1] or from.. where index is NULL. */
static void
put_strings(struct intern *t, uint32_t *code, const struct rs_vec *v,
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

static void
put_numbers(void *to, const struct rs_vec *v, const uint32_t *index,
    size_t from, size_t n)
{
	const size_t size = rs_type_size(v->type);

	if (index == NULL) {
		memcpy(to, (const char *)v->any + from * size, n * size);
		return;
	}
	switch (v->type) {
	case RS_U8:
		for (size_t i = 0; i < n; i++)
			((uint8_t *)to)[i] = v->u8[index[i]];
		break;
	case RS_I64:
		for (size_t i = 0; i < n; i++)
			((int64_t *)to)[i] = v->i64[index[i]];
		break;
	case RS_U32:
	case RS_F32:
	case RS_STR:
		for (size_t i = 0; i < n; i++)
			((uint32_t *)to)[i] = v->u32[index[i]];
		break;
	}
}

/* Begin a part in w->out; end_part fills in its length. */
static void
begin_part(struct rs_writer *w, const char *mark)
{
	w->out.len = 0;
	rs_buf_put(&w->out, mark, 4);
	rs_buf_put(&w->out, "\0\0\0\0", 4);
}

static void
end_part(struct rs_writer *w)
{
	const uint32_t body = (uint32_t)(w->out.len - RS_PART_HEAD);
	uint64_t sum;

	memcpy(w->out.data + 4, &body, sizeof(body));
	sum = rs_hash(w->out.data, w->out.len);
	rs_buf_put(&w->out, &sum, sizeof(sum));
	rs_sink_put(w->sink, w->out.data, w->out.len);
}

static void
write_strings(struct rs_writer *w, struct intern *t, const uint32_t *code)
{
	const size_t rows = w->pending;
	struct rs_pack plain, lengths, codes;
	size_t plain_size, plain_bytes = 0, size;
	uint32_t kind = RS_STRINGS_DICTIONARY;

	for (size_t i = 0; i < rows; i++) {
		w->lengths[i] = t->off[code[i] + 1] - t->off[code[i]];
		plain_bytes += w->lengths[i];
	}
	rs_pack_choose(&plain, 4, w->lengths, rows);
	plain_size = plain.size + plain_bytes;
	rs_pack_choose(&codes, 4, code, rows);
	if (t->entries < rows) {
		uint32_t *entry = (uint32_t *)(void *)w->scratch;

		for (size_t e = 0; e < t->entries; e++)
			entry[e] = t->off[e + 1] - t->off[e];
		rs_pack_choose(&lengths, 4, entry, t->entries);
		size = 4 + lengths.size + t->bytes.len + codes.size;
		if (size < plain_size) {
			rs_buf_put(&w->out, &kind, 4);
			rs_buf_put(&w->out, &t->entries, 4);
			rs_pack_write(&lengths, 4, entry, t->entries, &w->out);
			rs_buf_put(&w->out, t->bytes.data, t->bytes.len);
			rs_pack_write(&codes, 4, code, rows, &w->out);
			return;
		}
	}
	kind = RS_STRINGS_PLAIN;
	rs_buf_put(&w->out, &kind, 4);
	rs_pack_write(&plain, 4, w->lengths, rows, &w->out);
	for (size_t i = 0; i < rows; i++)
		rs_buf_put(&w->out, t->bytes.data + t->off[code[i]],
		    w->lengths[i]);
}

static void
write_column(struct rs_writer *w, size_t c)
{
	const enum rs_type type = w->head->column[c].type;
	const size_t size = rs_type_size(type);
	struct intern *t = &w->intern[c];
	struct rs_pack p;
	const size_t at = w->out.len;
	uint32_t length;

	rs_buf_put(&w->out, "\0\0\0\0", 4);
	if (type == RS_STR) {
		write_strings(w, t, w->col[c]);
		rs_fingerprint_strings(&w->print, w->col[c], t->hash,
		    w->pending, w->scratch);
		intern_clear(t);
	} else {
		rs_pack_choose(&p, size, w->col[c], w->pending);
		rs_pack_write(&p, size, w->col[c], w->pending, &w->out);
		rs_fingerprint_numbers(&w->print, w->col[c],
		    w->pending * size);
	}
	if (w->out.len > RS_BODY_MAX)
		rs_die("a block of more than 1 GiB: its strings are too long");
	length = (uint32_t)(w->out.len - at - 4);
	memcpy(w->out.data + at, &length, sizeof(length));
}

static void
write_block(struct rs_writer *w)
{
	const uint32_t rows = (uint32_t)w->pending;

	begin_part(w, RS_MARK_BLOCK);
	rs_buf_put(&w->out, &w->rows, sizeof(w->rows));
	rs_buf_put(&w->out, &rows, sizeof(rows));
	for (size_t c = 0; c < w->head->columns; c++)
		write_column(w, c);
	end_part(w);
	w->rows += w->pending;
	w->blocks++;
	w->pending = 0;
}

static void
write_header(struct rs_writer *w)
{
	const uint32_t version = RS_VERSION_NUMBER;
	struct rs_buf text = { 0 };
	uint32_t length;
	uint64_t sum;

	for (size_t i = 0; i < w->head->columns; i++)
		rs_buf_printf(&text, "column\t%s\t%s\n",
		    w->head->column[i].name,
		    rs_type_name(w->head->column[i].type));
	rs_lines_write(&w->head->lines, &text);
	if (text.len > RS_TEXT_MAX)
		rs_die("a header of more than %d bytes", RS_TEXT_MAX);
	length = (uint32_t)text.len;
	rs_buf_put(&w->out, RS_MAGIC, RS_MAGIC_SIZE);
	rs_buf_put(&w->out, &version, sizeof(version));
	rs_buf_put(&w->out, &length, sizeof(length));
	rs_buf_put(&w->out, text.data, text.len);
	sum = rs_hash(w->out.data, w->out.len);
	rs_buf_put(&w->out, &sum, sizeof(sum));
	rs_sink_put(w->sink, w->out.data, w->out.len);
	rs_buf_free(&text);
}

struct rs_writer *
rs_writer_new(struct rs_sink *s, const struct rs_head *head)
{
	struct rs_writer *w = rs_zalloc(sizeof(*w));
	const size_t n = head->columns;

	w->sink = s;
	w->head = rs_head_copy(head);
	w->col = rs_zalloc(rs_size(n, sizeof(*w->col)));
	w->intern = rs_zalloc(rs_size(n, sizeof(*w->intern)));
	w->scratch = rs_alloc(RS_BLOCK_ROWS * sizeof(*w->scratch));
	w->lengths = rs_alloc(RS_BLOCK_ROWS * sizeof(*w->lengths));
	w->index = rs_alloc(RS_BLOCK_ROWS * sizeof(*w->index));
	for (size_t i = 0; i < n; i++) {
		struct intern *t = &w->intern[i];

		w->col[i] = rs_aligned(RS_BLOCK_ROWS *
		    rs_type_size(head->column[i].type));
		if (head->column[i].type != RS_STR)
			continue;
		t->off = rs_alloc((RS_BLOCK_ROWS + 1) * sizeof(*t->off));
		t->hash = rs_alloc(RS_BLOCK_ROWS * sizeof(*t->hash));
		t->slot_bits = SLOT_BITS;
		t->slot = rs_alloc(sizeof(*t->slot) << SLOT_BITS);
		intern_clear(t);
	}
	rs_fingerprint_begin(&w->print, w->head);
	write_header(w);
	return w;
}

const struct rs_head *
rs_writer_head(const struct rs_writer *w)
{
	return w->head;
}

struct rs_lines *
rs_writer_end(struct rs_writer *w)
{
	return &w->end;
}

uint64_t
rs_writer_rows(const struct rs_writer *w)
{
	return w->rows + w->pending;
}

/* n rows of b, from its row from on, or the rows index[from ..]. */
static void
put(struct rs_writer *w, const struct rs_block *b, const uint32_t *index,
    size_t from, size_t n)
{
	for (size_t c = 0; c < w->head->columns; c++) {
		const struct rs_vec *v = &b->col[c];
		const size_t size = rs_type_size(v->type);
		const uint32_t *rows = index != NULL ? index + from : NULL;
		void *to = (char *)w->col[c] + w->pending * size;

		assert(v->type == w->head->column[c].type);
		if (v->type == RS_STR)
			put_strings(&w->intern[c], to, v, rows, from, n);
		else
			put_numbers(to, v, rows, from, n);
	}
	w->pending += n;
	if (w->pending == RS_BLOCK_ROWS)
		write_block(w);
}

void
rs_writer_put_rows(struct rs_writer *w, const struct rs_block *b,
    const uint32_t *index, size_t n)
{
	for (size_t i = 0, take; i < n; i += take) {
		take = RS_BLOCK_ROWS - w->pending;
		take = take < n - i ? take : n - i;
		put(w, b, index, i, take);
	}
}

void
rs_writer_put(struct rs_writer *w, const struct rs_block *b)
{
	rs_writer_put_rows(w, b, NULL, b->rows);
}

void
rs_writer_put_kept(struct rs_writer *w, const struct rs_block *b,
    const uint8_t *keep)
{
	size_t n = 0;

	for (size_t i = 0; i < b->rows; i++) {
		w->index[n] = (uint32_t)i;
		n += keep[i] != 0;
		if (n == RS_BLOCK_ROWS) {
			rs_writer_put_rows(w, b, w->index, n);
			n = 0;
		}
	}
	rs_writer_put_rows(w, b, w->index, n);
}

static void
free_writer(struct rs_writer *w)
{
	for (size_t i = 0; i < w->head->columns; i++) {
		free(w->col[i]);
		rs_buf_free(&w->intern[i].bytes);
		free(w->intern[i].off);
		free(w->intern[i].hash);
		free(w->intern[i].slot);
		free(w->intern[i].map);
	}
	free(w->col);
	free(w->intern);
	free(w->scratch);
	free(w->lengths);
	free(w->index);
	rs_lines_free(&w->end);
	rs_head_free(w->head);
	rs_buf_free(&w->out);
	free(w);
}

void
rs_writer_flush(struct rs_writer *w)
{
	if (w->pending > 0)
		write_block(w);
	rs_sink_flush(w->sink);
}

uint64_t
rs_writer_close(struct rs_writer *w)
{
	uint64_t print;

	if (w->pending > 0)
		write_block(w);
	print = rs_digest_value(&w->print);
	begin_part(w, RS_MARK_END);
	rs_buf_printf(&w->out, "rows\t%" PRIu64 "\nblocks\t%" PRIu64 "\n",
	    w->rows, w->blocks);
	rs_lines_write(&w->end, &w->out);
	rs_buf_printf(&w->out, "fingerprint\t%016" PRIx64 "\n", print);
	if (w->out.len > RS_TEXT_MAX)
		rs_die("an end of more than %d bytes", RS_TEXT_MAX);
	end_part(w);
	rs_sink_close(w->sink);
	free_writer(w);
	return print;
}

void
rs_writer_abort(struct rs_writer *w)
{
	rs_sink_abort(w->sink);
	free_writer(w);
}
