/*
 * reader: a stream, checked byte by byte.
 *
 * Nothing that a length claims is allocated before bytes of about that many
 * have come: bodies are read in growing pieces.  Each part's checksum is
 * verified before anything in it is looked at; the checks behind that guard
 * against writers that are wrong or hostile.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/format.h"
#include "io/pack.h"

/* The decoded strings of one column: arrays that live from block to block. */
struct strings {
	uint32_t *code;		/* rows */
	uint32_t *off;		/* entries + 1 */
	uint64_t *hash;		/* entries */
};

struct rs_reader {
	struct rs_source *src;
	struct rs_head *head;
	struct rs_lines end;
	struct rs_err err;
	struct rs_digest print;
	struct rs_block block;
	struct strings *strings;	/* one a column; used where it is str */
	struct rs_stored *stored;	/* one a column */
	uint64_t *scratch;		/* RS_BLOCK_ROWS, for fingerprints */
	unsigned char *part;	/* marker, length, body, sum */
	size_t room;
	uint32_t body;		/* length of the body in part */
	uint64_t rows, blocks, fingerprint;
	bool ended;
};

static int fail(struct rs_reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Leave "stdin: ..." in r->err. */
static int
fail(struct rs_reader *r, const char *fmt, ...)
{
	struct rs_err e;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e.text, sizeof(e.text), fmt, ap);
	va_end(ap);
	return rs_fail(&r->err, "%s: %.400s", rs_source_name(r->src), e.text);
}

/* The source's own sentence names it already. */
static int
source_failed(struct rs_reader *r)
{
	r->err = *rs_source_err(r->src);
	return -1;
}

static uint32_t
u32_at(const unsigned char *p)
{
	uint32_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

static uint64_t
u64_at(const unsigned char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

/* Read n more bytes to part + at, in growing pieces; 1 done, 0 cut off. */
static int
take(struct rs_reader *r, size_t at, size_t n)
{
	const size_t end = at + n;
	size_t piece = 1 << 20;
	ssize_t got;

	while (at < end) {
		if (piece > end - at)
			piece = end - at;
		/* The bit unpackers read up to 8 bytes behind. */
		rs_grow(&r->part, &r->room, at + piece + 16, 1);
		got = rs_source_read(r->src, r->part + at, piece);
		if (got < 0)
			return source_failed(r);
		if ((size_t)got < piece)
			return 0;
		at += piece;
		piece *= 2;
	}
	return 1;
}

static int
cut_off(struct rs_reader *r)
{
	char rows[RS_NUM_MAX];

	return fail(r, "stream ends after %s rows without its end mark"
	    " (was its writer killed?)", rs_commas(rows, r->rows));
}

static int
sum_is_right(const struct rs_reader *r, size_t n)
{
	return rs_hash(r->part, n) == u64_at(r->part + n);
}

static int
parse_column(struct rs_reader *r, const char *line)
{
	size_t n;
	char **f = rs_lines_fields(line, &n);
	enum rs_type type;
	int status = 0;

	if (n != 3 || f[1][0] == '\0' || strlen(f[1]) > RS_NAME_MAX)
		status = fail(r, "a column line of its header is wrong");
	else if (rs_type_parse(f[2], &type) < 0)
		status = fail(r, "column %s has the unknown type %s", f[1],
		    f[2]);
	else if (rs_head_find(r->head, f[1]) >= 0)
		status = fail(r, "two columns are named %s", f[1]);
	else if (r->head->columns == RS_COLUMNS_MAX)
		status = fail(r, "more than %d columns", RS_COLUMNS_MAX);
	else
		rs_head_column(r->head, f[1], type);
	free(f);
	return status;
}

/* Lower-case keys may be unknown; a capital says: understand or refuse. */
static int
check_keys(struct rs_reader *r, const struct rs_lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *s = l->line[i];

		if (*s >= 'A' && *s <= 'Z')
			return fail(r, "needs a newer reader: the key %.*s is"
			    " unknown here", (int)strcspn(s, "\t"), s);
	}
	return 0;
}

static int
parse_header(struct rs_reader *r, const char *text, size_t n)
{
	struct rs_lines all = { 0 };
	struct rs_err e;
	int status = 0;

	if (rs_lines_parse(&all, text, n, &e) < 0)
		status = fail(r, "its header has %s", e.text);
	for (size_t i = 0; i < all.n && status == 0; i++) {
		if (rs_lines_has(all.line[i], "column"))
			status = parse_column(r, all.line[i]);
		else
			rs_lines_add_raw(&r->head->lines, all.line[i]);
	}
	rs_lines_free(&all);
	if (status == 0)
		status = check_keys(r, &r->head->lines);
	return status;
}

bool
rs_stream_ahead(struct rs_source *s)
{
	char head[RS_MAGIC_SIZE];

	/* Somebody may wait for the answer to a line that is shorter. */
	return rs_source_peek(s, head, 1) == 1 && head[0] == RS_MAGIC[0] &&
	    rs_source_peek(s, head, sizeof(head)) == (ssize_t)sizeof(head) &&
	    memcmp(head, RS_MAGIC, sizeof(head)) == 0;
}

static int
read_header(struct rs_reader *r)
{
	const size_t fixed = RS_MAGIC_SIZE + 8;
	uint32_t version, length;
	int got;

	rs_grow(&r->part, &r->room, fixed, 1);
	memset(r->part, 0, fixed);
	got = take(r, 0, RS_MAGIC_SIZE);
	if (got < 0)
		return -1;
	if (got == 0 && rs_source_offset(r->src) == 0)
		return fail(r, "empty where a stream should begin"
		    " (did its writer fail?)");
	if (memcmp(r->part, RS_MAGIC, RS_MAGIC_SIZE) != 0)
		return fail(r, "not a stream (rs-clean makes one from text)");
	got = take(r, RS_MAGIC_SIZE, 8);
	if (got <= 0)
		return got < 0 ? -1 : cut_off(r);
	version = u32_at(r->part + RS_MAGIC_SIZE);
	length = u32_at(r->part + RS_MAGIC_SIZE + 4);
	if (version != RS_VERSION_NUMBER)
		return fail(r, "a stream of version %" PRIu32 ", and this"
		    " program reads version %d", version, RS_VERSION_NUMBER);
	if (length > RS_TEXT_MAX)
		return fail(r, "a header of %" PRIu32 " bytes is over the"
		    " limit of %d", length, RS_TEXT_MAX);
	got = take(r, fixed, (size_t)length + RS_PART_SUM);
	if (got <= 0)
		return got < 0 ? -1 : cut_off(r);
	if (!sum_is_right(r, fixed + length))
		return fail(r, "header: checksum mismatch");
	return parse_header(r, (const char *)r->part + fixed, length);
}

static void
make_room(struct rs_reader *r)
{
	const size_t n = r->head->columns;

	r->block.head = r->head;
	r->block.col = rs_zalloc(rs_size(n, sizeof(*r->block.col)));
	r->strings = rs_zalloc(rs_size(n, sizeof(*r->strings)));
	r->stored = rs_zalloc(rs_size(n, sizeof(*r->stored)));
	r->scratch = rs_alloc(RS_BLOCK_ROWS * sizeof(*r->scratch));
	for (size_t i = 0; i < n; i++) {
		struct rs_vec *v = &r->block.col[i];
		struct strings *s = &r->strings[i];

		v->type = r->head->column[i].type;
		if (v->type != RS_STR) {
			v->any = rs_aligned(RS_BLOCK_ROWS *
			    rs_type_size(v->type));
			continue;
		}
		s->code = rs_aligned(RS_BLOCK_ROWS * sizeof(*s->code));
		s->off = rs_aligned((RS_BLOCK_ROWS + 1) * sizeof(*s->off));
		s->hash = rs_aligned(RS_BLOCK_ROWS * sizeof(*s->hash));
	}
	rs_fingerprint_begin(&r->print, r->head);
}

struct rs_reader *
rs_reader_of(struct rs_source *s, struct rs_err *e)
{
	struct rs_reader *r = rs_zalloc(sizeof(*r));

	r->src = s;
	r->head = rs_head_new();
	if (read_header(r) < 0) {
		*e = r->err;
		rs_reader_close(r);
		return NULL;
	}
	make_room(r);
	return r;
}

struct rs_reader *
rs_reader_open(const char *path, struct rs_err *e)
{
	struct rs_source *s = rs_source_open(path, e);

	return s == NULL ? NULL : rs_reader_of(s, e);
}

/* The lengths of n strings become offsets, and their bytes entries of v. */
static const unsigned char *
read_strings(struct rs_vec *v, struct strings *s, const unsigned char *at,
    const unsigned char *end, size_t n, struct rs_err *e)
{
	size_t sum = 0;

	at = rs_pack_read(at, end, sizeof(*s->off), s->off, n, e);
	if (at == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const uint32_t length = s->off[i];

		if (length > RS_STRING_MAX || length > (size_t)(end - at) - sum) {
			rs_fail(e, "a string of %" PRIu32 " bytes", length);
			return NULL;
		}
		s->off[i] = (uint32_t)sum;
		sum += length;
	}
	s->off[n] = (uint32_t)sum;
	v->entries = (uint32_t)n;
	v->off = s->off;
	v->bytes = (const char *)at;
	for (size_t i = 0; i < n; i++)
		s->hash[i] = rs_hash(at + s->off[i], s->off[i + 1] - s->off[i]);
	v->hash = s->hash;
	return at + sum;
}

static int
check_codes(const uint32_t *code, size_t rows, uint32_t entries,
    struct rs_err *e)
{
	uint32_t most = 0;

	for (size_t i = 0; i < rows; i++)
		most = code[i] > most ? code[i] : most;
	if (most >= entries)
		return rs_fail(e, "entry %" PRIu32 " of a dictionary of %"
		    PRIu32, most, entries);
	return 0;
}

static const unsigned char *
read_str_column(struct rs_vec *v, struct strings *s, const unsigned char *at,
    const unsigned char *end, size_t rows, struct rs_err *e)
{
	const unsigned kind = end - at >= 4 ? u32_at(at) : 0;
	uint32_t entries;

	at += 4;
	if (kind == RS_STRINGS_PLAIN) {
		v->code = NULL;
		return read_strings(v, s, at, end, rows, e);
	}
	if (kind != RS_STRINGS_DICTIONARY || end - at < 4) {
		rs_fail(e, "unknown encoding %u of strings", kind);
		return NULL;
	}
	entries = u32_at(at);
	at += 4;
	if (entries == 0 || entries > rows) {
		rs_fail(e, "a dictionary of %" PRIu32 " for %zu rows", entries,
		    rows);
		return NULL;
	}
	at = read_strings(v, s, at, end, entries, e);
	if (at == NULL)
		return NULL;
	at = rs_pack_read(at, end, sizeof(*s->code), s->code, rows, e);
	if (at == NULL || check_codes(s->code, rows, entries, e) < 0)
		return NULL;
	v->code = s->code;
	return at;
}

static int
read_column(struct rs_reader *r, size_t c, const unsigned char *at,
    const unsigned char *end)
{
	struct rs_vec *v = &r->block.col[c];
	const size_t rows = r->block.rows;
	const size_t size = rs_type_size(v->type);
	struct rs_err e;

	r->stored[c].bytes += (uint64_t)(end - at);
	if (at < end && *at < RS_ENCODINGS)	/* its kind, of any type */
		r->stored[c].blocks[*at]++;
	if (v->type == RS_STR)
		at = read_str_column(v, &r->strings[c], at, end, rows, &e);
	else
		at = rs_pack_read(at, end, size, v->any, rows, &e);
	if (at != NULL && at != end) {
		rs_fail(&e, "bytes left over");
		at = NULL;
	}
	if (at == NULL)
		return fail(r, "block %" PRIu64 ": column %s: %s", r->blocks,
		    r->head->column[c].name, e.text);
	if (v->type == RS_STR)
		rs_fingerprint_strings(&r->print, v->code, v->hash, rows,
		    r->scratch);
	else
		rs_fingerprint_numbers(&r->print, v->any, rows * size);
	return 0;
}

static int
read_block(struct rs_reader *r)
{
	const unsigned char *at = r->part + RS_PART_HEAD;
	const unsigned char *end = at + r->body;
	uint64_t first;

	if (r->body < RS_BLOCK_HEAD)
		return fail(r, "block %" PRIu64 ": too short", r->blocks);
	first = u64_at(at);
	r->block.rows = u32_at(at + 8);
	at += RS_BLOCK_HEAD;
	if (first != r->rows || r->rows % RS_BLOCK_ROWS != 0)
		return fail(r, "block %" PRIu64 ": is not the next one: a"
		    " block was lost, doubled or moved", r->blocks);
	if (r->block.rows == 0 || r->block.rows > RS_BLOCK_ROWS)
		return fail(r, "block %" PRIu64 ": has %zu rows", r->blocks,
		    r->block.rows);
	r->block.first = first;
	for (size_t c = 0; c < r->head->columns; c++) {
		uint32_t length;

		if (end - at < 4 || (length = u32_at(at)) > end - at - 4)
			return fail(r, "block %" PRIu64 ": column %s: is cut"
			    " off", r->blocks, r->head->column[c].name);
		at += 4;
		if (read_column(r, c, at, at + length) < 0)
			return -1;
		at += length;
	}
	if (at != end)
		return fail(r, "block %" PRIu64 ": bytes left over", r->blocks);
	r->rows += r->block.rows;
	r->blocks++;
	return 0;
}

/* The end's own count must be the number that was seen. */
static int
check_count(struct rs_reader *r, const char *key, uint64_t seen)
{
	const char *said = rs_lines_get(&r->end, key);
	uint64_t n;

	if (said == NULL || !rs_parse_u64(said, strlen(said), &n))
		return fail(r, "its end does not tell its %s", key);
	if (n != seen)
		return fail(r, "its end tells of %" PRIu64 " %s, but there"
		    " were %" PRIu64, n, key, seen);
	return 0;
}

static int
read_end(struct rs_reader *r)
{
	const char *said;
	char seen[17], extra;
	struct rs_err e;
	ssize_t more;

	if (rs_lines_parse(&r->end, (const char *)r->part + RS_PART_HEAD,
	    r->body, &e) < 0)
		return fail(r, "its end has %s", e.text);
	if (check_keys(r, &r->end) < 0 ||
	    check_count(r, "rows", r->rows) < 0 ||
	    check_count(r, "blocks", r->blocks) < 0)
		return -1;
	r->fingerprint = rs_digest_value(&r->print);
	snprintf(seen, sizeof(seen), "%016" PRIx64, r->fingerprint);
	said = rs_lines_get(&r->end, "fingerprint");
	if (said == NULL || strcmp(said, seen) != 0)
		return fail(r, "its fingerprint is %s, but its end says %s",
		    seen, said != NULL ? said : "nothing");
	more = rs_source_read(r->src, &extra, 1);
	if (more < 0)
		return source_failed(r);
	if (more > 0)
		return fail(r, "bytes follow its end mark (rs-cat joins"
		    " streams)");
	r->ended = true;
	return 0;
}

int
rs_reader_next(struct rs_reader *r, struct rs_block **b)
{
	bool block, end;
	uint32_t limit;
	int got;

	if (r->ended)
		return 0;
	got = take(r, 0, RS_PART_HEAD);
	if (got <= 0)
		return got < 0 ? -1 : cut_off(r);
	block = memcmp(r->part, RS_MARK_BLOCK, 4) == 0;
	end = memcmp(r->part, RS_MARK_END, 4) == 0;
	r->body = u32_at(r->part + 4);
	limit = block ? RS_BODY_MAX : RS_TEXT_MAX;
	if (!block && !end)
		return fail(r, "damaged behind row %" PRIu64 ": neither a"
		    " block nor an end", r->rows);
	if (r->body > limit)
		return fail(r, "block %" PRIu64 ": %" PRIu32 " bytes are over"
		    " the limit of %" PRIu32, r->blocks, r->body, limit);
	got = take(r, RS_PART_HEAD, (size_t)r->body + RS_PART_SUM);
	if (got <= 0)
		return got < 0 ? -1 : cut_off(r);
	if (!sum_is_right(r, RS_PART_HEAD + (size_t)r->body))
		return fail(r, "%s %" PRIu64 ": checksum mismatch",
		    block ? "block" : "end behind block", r->blocks);
	if (end)
		return read_end(r);
	if (read_block(r) < 0)
		return -1;
	*b = &r->block;
	return 1;
}

const struct rs_head *
rs_reader_head(const struct rs_reader *r)
{
	return r->head;
}

const char *
rs_reader_name(const struct rs_reader *r)
{
	return rs_source_name(r->src);
}

struct rs_source *
rs_reader_source(struct rs_reader *r)
{
	return r->src;
}

const struct rs_lines *
rs_reader_end(const struct rs_reader *r)
{
	return &r->end;
}

uint64_t
rs_reader_rows(const struct rs_reader *r)
{
	return r->rows;
}

uint64_t
rs_reader_fingerprint(const struct rs_reader *r)
{
	return r->fingerprint;
}

const struct rs_err *
rs_reader_err(const struct rs_reader *r)
{
	return &r->err;
}

const struct rs_stored *
rs_reader_stored(const struct rs_reader *r, size_t c)
{
	return &r->stored[c];
}

void
rs_reader_close(struct rs_reader *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; r->strings != NULL && i < r->head->columns; i++) {
		if (r->block.col[i].type != RS_STR)
			free(r->block.col[i].any);
		free(r->strings[i].code);
		free(r->strings[i].off);
		free(r->strings[i].hash);
	}
	free(r->strings);
	free(r->stored);
	free(r->block.col);
	free(r->scratch);
	free(r->part);
	rs_lines_free(&r->end);
	rs_head_free(r->head);
	rs_source_close(r->src);
	free(r);
}
