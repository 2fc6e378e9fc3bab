/* Dictionaries against a list that is searched from end to end. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/dict.h"
#include "test.h"

enum { ROWS = 3000, ID_MAX = 256 };

/* A string that is a function of i: of 0 to 40 bytes, any bytes. */
static size_t
make_id(uint64_t i, char *p)
{
	const uint64_t draw = rs_draw(5, RS_DRAW_SYNTH, i);
	const size_t n = (size_t)(draw % 41);

	for (size_t k = 0; k < n; k++)
		p[k] = (char)(rs_draw2(5, RS_DRAW_SYNTH, i, k) >> (i % 50));
	return n;
}

static void
test_an_index_is_the_order_of_adding(void)
{
	struct rs_dict *d = rs_dict_new();
	struct { char p[ID_MAX]; size_t n; } *list = rs_alloc(ROWS *
	    sizeof(*list));
	uint32_t known = 0;

	for (uint64_t i = 0; i < ROWS; i++) {
		char id[ID_MAX];
		const size_t n = make_id(rs_below(2000,
		    rs_draw(6, RS_DRAW_SYNTH, i)), id);
		const uint64_t hash = rs_hash(id, n);
		uint32_t slow = 0;

		while (slow < known && (list[slow].n != n ||
		    memcmp(list[slow].p, id, n) != 0))
			slow++;
		ok(rs_dict_find(d, id, n, hash) ==
		    (slow < known ? slow : RS_DICT_NONE), "row %" PRIu64, i);
		if (slow == known) {
			memcpy(list[known].p, id, n);
			list[known++].n = n;
		}
		ok(rs_dict_add(d, id, n, hash) == slow, "row %" PRIu64, i);
	}
	ok(rs_dict_size(d) == known, "%" PRIu32 " ids", known);
	for (uint32_t i = 0; i < known; i++) {
		size_t n;
		const char *p = rs_dict_name(d, i, &n);

		ok(n == list[i].n && memcmp(p, list[i].p, n) == 0 &&
		    rs_dict_hash(d, i) == rs_hash(p, n), "id %" PRIu32, i);
	}
	free(list);
	rs_dict_free(d);
}

/*
 * Of 17 to 128 bytes XXH3 multiplies two words, each mixed with a secret that
 * everybody knows; where one factor is made 0, the other says nothing.
 */
static void
test_equal_hashes_are_no_flood(void)
{
	enum { KEYS = 200000 };
	struct rs_dict *d = rs_dict_new();
	char key[ID_MAX] = { 0 };
	uint64_t hash = 0;

	memcpy(key, XXH3_kSecret, 8);
	for (uint32_t i = 0; i < KEYS; i++) {
		memcpy(key + 8, &i, sizeof(i));
		if (i == 0)
			hash = rs_hash(key, 32);
		ok(rs_hash(key, 32) == hash, "key %" PRIu32, i);
		ok(rs_dict_add(d, key, 32, hash) == i, "key %" PRIu32, i);
	}
	for (uint32_t i = 0; i < KEYS; i++) {
		memcpy(key + 8, &i, sizeof(i));
		ok(rs_dict_find(d, key, 32, hash) == i, "key %" PRIu32, i);
	}
	rs_dict_free(d);
}

/* A column of the block given as codes, its entries in a foreign order with
 * doubles and unused ones among them. */
static void
test_a_column_is_indexed_in_the_order_of_its_rows(void)
{
	static const char bytes[] = "unusedcatamybobcat";
	static const uint32_t off[] = { 0, 6, 9, 12, 15, 18 };
	static const uint32_t code[] = { 3, 2, 4, 3, 1, 2 };
	static const uint32_t want[] = { 0, 1, 2, 0, 2, 1 };
	const struct rs_vec v = {
		.type = RS_STR, .code = code, .entries = 5, .off = off,
		.bytes = bytes,
	};
	struct rs_dict *d = rs_dict_new();
	uint32_t out[6];

	ok(rs_dict_match(d, &v, 6, out) == 6, "nothing is known");
	ok(out[0] == RS_DICT_NONE, "so nothing is found");
	ok(rs_dict_map(d, &v, 6, out) == 0, "map");
	ok(memcmp(out, want, sizeof(want)) == 0, "order of rows");
	ok(rs_dict_size(d) == 3, "the unused entry is not added");
	ok(rs_dict_match(d, &v, 6, out) == 0, "all are known");
	ok(memcmp(out, want, sizeof(want)) == 0, "the same again");
	rs_dict_free(d);
}

static void
test_plain_columns_of_any_length(void)
{
	enum { N = 1000 };
	struct rs_dict *d = rs_dict_new(), *slow = rs_dict_new();
	char *bytes = rs_alloc(N * 40);
	uint32_t *off = rs_alloc((N + 1) * sizeof(*off)), out[N];
	struct rs_vec v = { .type = RS_STR, .entries = N };

	for (int round = 0; round < 3; round++) {
		off[0] = 0;
		for (uint32_t i = 0; i < N; i++)
			off[i + 1] = off[i] + (uint32_t)make_id(
			    rs_below(700, rs_draw2(7, RS_DRAW_SYNTH,
			    (uint64_t)round, i)), bytes + off[i]);
		v.off = off;
		v.bytes = bytes;
		rs_dict_map(d, &v, N, out);
		for (uint32_t i = 0; i < N; i++) {
			const size_t n = off[i + 1] - off[i];

			ok(out[i] == rs_dict_add(slow, bytes + off[i], n,
			    rs_hash(bytes + off[i], n)), "row %" PRIu32, i);
		}
	}
	free(bytes);
	free(off);
	rs_dict_free(d);
	rs_dict_free(slow);
}

static struct rs_dict *
three(void)
{
	struct rs_dict *d = rs_dict_new();

	rs_dict_add(d, "amy", 3, rs_hash("amy", 3));
	rs_dict_add(d, "", 0, rs_hash("", 0));
	rs_dict_add(d, "a long id of thirty-one bytes..", 31,
	    rs_hash("a long id of thirty-one bytes..", 31));
	rs_dict_counts(d)[2] = 7;
	rs_dict_set_label(d, 1, "nobody", 6);
	return d;
}

static void
test_the_digest_of_a_prefix_stays(void)
{
	struct rs_dict *d = three(), *other = rs_dict_new();
	struct rs_lines l = { 0 };
	struct rs_err e;

	rs_dict_note(d, "user", &l);
	ok(rs_dict_check(d, "user", &l, &e) == 1, "it fits itself");
	rs_dict_add(d, "new", 3, rs_hash("new", 3));
	ok(rs_dict_check(d, "user", &l, &e) == 1, "it fits when extended");
	ok(rs_dict_check(d, "item", &l, &e) == 0, "nothing about items");
	ok(rs_dict_check(other, "user", &l, &e) == -1, "one with fewer ids");
	for (int i = 0; i < 3; i++)
		rs_dict_add(other, (char[]){ (char)i }, 1,
		    rs_hash((char[]){ (char)i }, 1));
	ok(rs_dict_check(other, "user", &l, &e) == -1, "one of other ids");
	ok(strstr(e.text, "first 3 ids") != NULL, "%s", e.text);
	rs_lines_free(&l);
	rs_lines_add_raw(&l, "dictionary\tuser\t0123\t4");
	ok(rs_dict_check(d, "user", &l, &e) == -1, "a malformed line");
	rs_lines_free(&l);
	rs_dict_free(d);
	rs_dict_free(other);
}

static void
test_reordering_takes_counts_and_labels_along(void)
{
	struct rs_dict *d = three();
	struct rs_dict *r = rs_dict_reorder(d, (uint32_t[]){ 2, 1 }, 2);
	size_t n;

	ok(rs_dict_size(r) == 2 && rs_dict_count(r, 0) == 7, "count");
	ok(rs_dict_label(r, 0, &n) == NULL && n == 0, "no label");
	ok(memcmp(rs_dict_label(r, 1, &n), "nobody", 6) == 0, "label");
	ok(rs_dict_find(r, "", 0, rs_hash("", 0)) == 1, "found");
	ok(rs_dict_find(r, "amy", 3, rs_hash("amy", 3)) == RS_DICT_NONE,
	    "left away");
	rs_dict_free(d);
	rs_dict_free(r);
}

static void
test_a_dictionary_comes_back_from_its_file(void)
{
	const char *path = "dict-test.rsi";
	struct rs_dict *d = three(), *back;
	struct rs_head *h = rs_head_new();
	struct rs_writer *w;
	struct rs_err e = { "" };

	rs_dict_columns(d, h);
	w = rs_writer_new(rs_sink_open(path), h);
	rs_dict_write(d, w);
	rs_writer_close(w);
	rs_head_free(h);
	back = rs_dict_open(path, &e);
	if (ok(back != NULL, "%s", e.text)) {
		size_t n;

		ok(rs_dict_size(back) == 3, "3 ids");
		ok(rs_dict_digest(back, 3) == rs_dict_digest(d, 3), "digest");
		ok(rs_dict_count(back, 2) == 7, "count");
		ok(rs_dict_label(back, 0, &n) == NULL, "no label");
		ok(rs_dict_label(back, 1, &n) != NULL && n == 6, "label");
	}
	remove(path);
	rs_dict_free(d);
	rs_dict_free(back);
}

/* A stream of the columns id and count with these rows. */
static void
write_rows(const char *path, const char *bytes, const uint32_t *off,
    int64_t *count, uint32_t rows)
{
	struct rs_head *h = rs_head_new();
	struct rs_vec col[] = {
		{ .type = RS_STR, .entries = rows, .off = off,
		    .bytes = bytes },
		{ .type = RS_I64, .i64 = count },
	};
	const struct rs_block b = { .head = h, .rows = rows, .col = col };
	struct rs_writer *w;

	rs_head_column(h, "id", RS_STR);
	rs_head_column(h, "count", RS_I64);
	w = rs_writer_new(rs_sink_open(path), h);
	rs_writer_put(w, &b);
	rs_writer_close(w);
	rs_head_free(h);
}

static void
test_what_is_no_dictionary_is_refused(void)
{
	const char *path = "dict-test.rsi";
	const uint32_t off[] = { 0, 1, 2, 3 };
	struct rs_err e;

	write_rows(path, "aba", off, (int64_t[]){ 1, 1, 1 }, 3);
	ok(rs_dict_open(path, &e) == NULL, "an id twice");
	ok(strstr(e.text, "row 0 and again in row 2") != NULL, "%s", e.text);
	write_rows(path, "abc", off, (int64_t[]){ 1, -1, 1 }, 3);
	ok(rs_dict_open(path, &e) == NULL, "a negative count");
	ok(rs_dict_open("no-such-file.rsi", &e) == NULL, "no file");
	remove(path);
}

int
main(void)
{
	test_an_index_is_the_order_of_adding();
	test_equal_hashes_are_no_flood();
	test_a_column_is_indexed_in_the_order_of_its_rows();
	test_plain_columns_of_any_length();
	test_the_digest_of_a_prefix_stays();
	test_reordering_takes_counts_and_labels_along();
	test_a_dictionary_comes_back_from_its_file();
	test_what_is_no_dictionary_is_refused();
	return test_end();
}
