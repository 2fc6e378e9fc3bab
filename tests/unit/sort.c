/* Sorting with spill against qsort, bytes and rows kept aside. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/bitset.h"
#include "data/sort.h"
#include "data/spill.h"
#include "data/spool.h"
#include "test.h"

enum { WORDS = 3 };

static unsigned keys;

/* By the keys, then by the last word, which is the order of putting. */
static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	for (unsigned k = 0; k < keys; k++)
		if (x[k] != y[k])
			return x[k] < y[k] ? -1 : 1;
	return (x[WORDS - 1] > y[WORDS - 1]) - (x[WORDS - 1] < y[WORDS - 1]);
}

/* Records with many equal keys, small and large. */
static void
make(uint64_t *r, size_t i, uint64_t kinds)
{
	const uint64_t draw = rs_below(kinds, rs_draw(1, RS_DRAW_SYNTH, i));

	r[0] = draw % 3 == 0 ? draw : draw << 50 | draw;
	r[1] = rs_below(5, rs_draw(2, RS_DRAW_SYNTH, i)) << (i % 60);
	r[2] = i;
}

static void
compare_with_qsort(size_t n, uint64_t kinds, size_t memory)
{
	struct rs_sort *s = rs_sort_new(WORDS, keys, memory);
	uint64_t *all = rs_alloc((n + 1) * WORDS * sizeof(*all));
	const uint64_t *r;

	for (size_t i = 0; i < n; i++) {
		make(all + i * WORDS, i, kinds);
		rs_sort_put(s, all + i * WORDS);
	}
	ok(rs_sort_count(s) == n, "count");
	qsort(all, n, WORDS * sizeof(*all), compare);
	for (int round = 0; round < 2; round++) {
		size_t i = 0;

		rs_sort_rewind(s);
		for (; (r = rs_sort_next(s)) != NULL && i < n; i++)
			if (!ok(memcmp(r, all + i * WORDS,
			    WORDS * sizeof(*all)) == 0, "record %zu of %zu,"
			    " %u keys, %zu bytes", i, n, keys, memory))
				break;
		ok(i == n && r == NULL, "%zu of %zu", i, n);
	}
	free(all);
	rs_sort_free(s);
}

static void
test_any_budget_gives_the_stable_order(void)
{
	static const size_t sizes[] = { 0, 1, 2, 1000, 1024, 1025, 60000 };

	for (keys = 1; keys <= 2; keys++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			compare_with_qsort(sizes[i], 100, 1);
			compare_with_qsort(sizes[i], UINT64_MAX, 1 << 17);
			compare_with_qsort(sizes[i], 3, 1 << 30);
		}
}

static void
test_signed_keys_keep_their_order(void)
{
	static const int64_t t[] = { INT64_MIN, -5, -1, 0, 1, INT64_MAX };

	for (size_t i = 1; i < sizeof(t) / sizeof(t[0]); i++)
		ok(rs_sort_signed(t[i - 1]) < rs_sort_signed(t[i]),
		    "%" PRId64, t[i]);
}

/* All bytes come back from memory, from the file and across the border. */
static void
test_a_spill_gives_back_what_was_put(void)
{
	enum { N = 3 << 20 };
	unsigned char *all = rs_alloc(N), *got = rs_alloc(N);

	for (size_t i = 0; i < N; i++)
		all[i] = (unsigned char)rs_draw(3, RS_DRAW_SYNTH, i);
	for (size_t memory = 0; memory <= 4 << 20; memory += 1 << 20) {
		struct rs_spill *s = rs_spill_new(memory);
		size_t at = 0;

		for (size_t n = 1; at < N; at += n) {
			n = n * 3 % 99991;
			n = n < N - at ? n : N - at;
			rs_spill_put(s, all + at, n);
		}
		ok(rs_spill_size(s) == N, "size");
		for (uint64_t i = 0; i < 300; i++) {
			const size_t from = rs_below(N,
			    rs_draw(4, RS_DRAW_SYNTH, i));
			const size_t n = rs_below(N - from,
			    rs_draw(5, RS_DRAW_SYNTH, i)) % 200000;

			rs_spill_get(s, from, got, n);
			ok(memcmp(got, all + from, n) == 0, "%zu at %zu with"
			    " %zu in memory", n, from, memory);
		}
		rs_spill_free(s);
	}
	free(all);
	free(got);
}

static void
check_block(const struct rs_block *b, uint64_t k, bool strings)
{
	static const char *const text[] = { "x", "", "yes" };

	ok(b->first == k * 1000 && b->rows == 1000, "block %" PRIu64, k);
	for (size_t i = 0; i < b->rows; i++) {
		size_t n;
		const char *p;

		ok(b->col[0].u32[i] == k * 1000 + i, "row %zu", i);
		if (!strings) {
			ok(b->col[1].off == NULL, "not wanted");
			continue;
		}
		p = rs_vec_str(&b->col[1], i, &n);
		ok(n == strlen(text[(i + k) % 3]) &&
		    memcmp(p, text[(i + k) % 3], n) == 0, "string %zu", i);
	}
}

static void
test_a_spool_gives_the_rows_again(void)
{
	static const uint32_t off[] = { 0, 1, 1, 4 };
	static const uint64_t hash[3];
	static uint32_t number[1000], code[1000];
	struct rs_head *h = rs_head_new();
	struct rs_vec col[] = {
		{ .type = RS_U32, .u32 = number },
		{ .type = RS_STR, .code = code, .entries = 3, .off = off,
		    .bytes = "xyes", .hash = hash },
	};
	const struct rs_block b = { .head = h, .rows = 1000, .col = col };

	rs_head_column(h, "n", RS_U32);
	rs_head_column(h, "s", RS_STR);
	for (size_t memory = 0; memory <= 2 << 20; memory += 1 << 20) {
		struct rs_spool *s = rs_spool_new(h, memory);

		for (uint32_t k = 0; k < 200; k++) {
			for (uint32_t i = 0; i < 1000; i++) {
				number[i] = k * 1000 + i;
				code[i] = (i + k) % 3;
			}
			rs_spool_put(s, &b);
		}
		ok(rs_spool_rows(s) == 200000, "rows");
		for (int round = 0; round < 3; round++) {
			const uint8_t want[] = { 1, round != 1 };
			uint64_t k = 0;

			rs_spool_rewind(s, round == 2 ? NULL : want);
			for (struct rs_block *c;
			    (c = rs_spool_next(s)) != NULL; k++)
				check_block(c, k, round != 1);
			ok(k == 200, "all blocks");
		}
		rs_spool_free(s);
	}
	rs_head_free(h);
}

static void
test_a_bitset_tells_its_members_in_order(void)
{
	static const uint32_t in[] = {
		0, 63, 64, 65535, 65536, 1000000, UINT32_MAX - 1, UINT32_MAX,
	};
	const size_t n = sizeof(in) / sizeof(in[0]);
	struct rs_bitset s = { 0 };
	uint64_t at = 0;

	ok(!rs_bitset_next(&s, &at) && !rs_bitset_has(&s, 7), "empty");
	for (size_t i = n; i-- > 0; )
		rs_bitset_add(&s, in[i]);
	at = 0;
	for (size_t i = 0; i < n; i++, at++) {
		ok(rs_bitset_next(&s, &at) && at == in[i], "member %zu", i);
		ok(rs_bitset_has(&s, in[i]), "has %zu", i);
	}
	ok(!rs_bitset_next(&s, &at), "no more");
	ok(!rs_bitset_has(&s, 1) && !rs_bitset_has(&s, 999999), "others");
	rs_bitset_free(&s);
}

int
main(void)
{
	test_any_budget_gives_the_stable_order();
	test_signed_keys_keep_their_order();
	test_a_spill_gives_back_what_was_put();
	test_a_spool_gives_the_rows_again();
	test_a_bitset_tells_its_members_in_order();
	return test_end();
}
