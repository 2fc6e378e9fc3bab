/* model: a file is hostile until checked, and answers what it learned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "kernel/dot.h"
#include "kernel/topk.h"
#include "model/fit.h"
#include "model/model.h"
#include "test.h"

enum { USERS = 5, ITEMS = 7, D = 3 };

struct bytes {
	char *p;
	size_t n;
};

static struct rs_pool *pool;

static struct rs_csr
pairs(void)
{
	const struct rs_csr_opts o = { .repeats = RS_REPEATS_SUM,
	    .users = USERS, .items = ITEMS };
	struct rs_csr_builder *b = rs_csr_builder_new(&o);
	struct rs_csr m;
	struct rs_err e;

	for (uint32_t u = 0; u < USERS; u++)
		for (uint32_t k = 0; k <= u; k++)
			rs_csr_builder_add(b, u, (u * 2 + k * 3) % ITEMS,
			    (float)(1 + k), &e);
	ok(rs_csr_builder_done(b, pool, &m, &e) == 0, "%s", e.text);
	return m;
}

static struct rs_dict *
dict(const char *prefix, int n, bool labels)
{
	struct rs_dict *d = rs_dict_new();

	for (int i = 0; i < n; i++) {
		char id[256];	/* room for gcc, which sees longer ones */
		const int len = snprintf(id, sizeof(id), "%s%d", prefix, i);

		rs_dict_add(d, id, (size_t)len, rs_hash(id, (size_t)len));
		if (labels && i % 2 == 0)
			rs_dict_set_label(d, (uint32_t)i, "Title", 5);
	}
	return d;
}

/* A small trained model of every kind of tensor, as the bytes of its file. */
static struct bytes
train(const char *algorithm, uint64_t d)
{
	struct rs_csr m = pairs();
	struct rs_values v;
	struct rs_run run = {
		.algorithm = rs_algorithm_find(algorithm),
		.fit = { .train = &m, .weighted = true, .pool = pool,
		    .values = &v, .factors = d, .epochs = 3, .seed = 1 },
		.seen = true,
		.dict = { dict("u", USERS, false), dict("i", ITEMS, true) },
	};
	struct rs_run_result result;
	struct rs_err e;
	struct bytes b = { 0 };
	char path[] = "model.XXXXXX";

	rs_values_init(&v, run.algorithm);
	ok(strcmp(algorithm, "als") != 0 ||
	    rs_values_set(&v, "unobserved=0.1", &e) == 0, "%s", e.text);
	rs_dict_note(run.dict[0], "user", &run.lines);
	rs_dict_note(run.dict[1], "item", &run.lines);
	struct rs_tensors *t = rs_run_go(&run, &result, &e);
	if (!ok(t != NULL, "%s", e.text))
		exit(1);
	const int fd = mkstemp(path);
	struct rs_sink *s = rs_sink_open(path);
	rs_tensors_write(t, s);
	rs_sink_close(s);
	close(fd);
	FILE *f = fopen(path, "rb");
	b.p = rs_aligned(1 << 16);
	b.n = fread(b.p, 1, 1 << 16, f);
	fclose(f);
	unlink(path);
	ok(b.n == rs_tensors_size(t), "the size is known beforehand");
	rs_tensors_free(t);
	rs_run_free(&run);
	rs_dict_free((struct rs_dict *)(uintptr_t)run.dict[0]);
	rs_dict_free((struct rs_dict *)(uintptr_t)run.dict[1]);
	rs_lines_free(&run.lines);
	rs_csr_free(&m);
	return b;
}

/* NULL, or the sentence that refuses these bytes. */
static const char *
refused(const char *p, size_t n)
{
	static struct rs_err e;
	struct rs_tensors *t = rs_tensors_memory("small", p, n, &e);
	struct rs_model *m = t != NULL ? rs_model_of(t, &e) : NULL;
	const bool good = m != NULL;

	rs_model_close(m);
	rs_tensors_free(t);
	return good ? NULL : e.text;
}

static void
test_every_prefix_is_refused(const struct bytes *b)
{
	for (size_t n = 0; n < b->n; n++) {
		/* Its own memory, so that a byte too far is seen. */
		char *p = rs_memdup(b->p, n);

		ok(refused(p, n) != NULL, "prefix of %zu bytes", n);
		free(p);
	}
	const char *why = refused(b->p, b->n);
	ok(why == NULL, "the whole: %s", why);
}

static void
test_every_bit_flip_is_refused(const struct bytes *b)
{
	for (size_t i = 0; i < b->n * 8; i++) {
		b->p[i / 8] ^= (char)(1 << i % 8);
		ok(refused(b->p, b->n) != NULL, "bit %zu", i);
		b->p[i / 8] ^= (char)(1 << i % 8);
	}
}

/* Make the checksum right again. */
static void
seal(struct bytes *b)
{
	const uint64_t sum = rs_hash(b->p, b->n - 8);

	memcpy(b->p + b->n - 8, &sum, 8);
}

/* Where a tensor's bytes lie in the file. */
static char *
find(const struct bytes *b, const char *name)
{
	struct rs_err e;
	struct rs_tensors *t = rs_tensors_memory("small", b->p, b->n, &e);
	char *p = b->p + ((const char *)rs_tensors_get(t, name)->data - b->p);

	rs_tensors_free(t);
	return p;
}

/* Write n bytes into a tensor at an offset; the file must be refused with a
 * sentence that has words in it. */
static void
spoil(struct bytes *b, const char *name, size_t at, const void *bytes,
    size_t n, const char *words)
{
	char *p = find(b, name) + at, was[64];

	memcpy(was, p, n);
	memcpy(p, bytes, n);
	seal(b);
	const char *why = refused(b->p, b->n);
	ok(why != NULL && strstr(why, words) != NULL, "%s[%zu]: %s", name, at,
	    why != NULL ? why : "accepted");
	memcpy(p, was, n);
	seal(b);
}

static void
test_sealed_nonsense_is_refused(struct bytes *b)
{
	const uint32_t item = ITEMS, zero = 0;
	const int64_t minus = -1, far = 1000, one = 1;
	const float nan = __builtin_nanf(""), inf = __builtin_inff();

	spoil(b, "seen_indices", 0, &item, 4, "seen_indices");
	spoil(b, "seen_indices", 8, &zero, 4, "seen_indices");
	spoil(b, "seen_indptr", 0, &one, 8, "seen_indptr");
	spoil(b, "seen_indptr", 8, &minus, 8, "seen_indptr");
	spoil(b, "seen_indptr", 8 * USERS, &far, 8, "seen_indptr");
	spoil(b, "user_id_offsets", 8, &far, 8, "user_id_offsets");
	spoil(b, "item_id_offsets", 8, &minus, 8, "item_id_offsets");
	spoil(b, "item_label_offsets", 16, &far, 8, "item_label_offsets");
	spoil(b, "user_ids", 0, "u1", 2, "repeats an id");
	spoil(b, "item_ids", 0, "x", 1, "dictionary");
	spoil(b, "item_popularity", 4, &minus, 4, "item_popularity");
	spoil(b, "user_factors", 4, &nan, 4, "not finite");
	spoil(b, "item_factors", 8, &inf, 4, "not finite");
}

/* The header with one piece of text replaced by another. */
static void
reword(const struct bytes *b, const char *from, const char *to,
    const char *words)
{
	uint64_t len, now;
	struct rs_buf out = { 0 };

	memcpy(&len, b->p, 8);
	char *head = rs_memdup(b->p + 8, (size_t)len);
	char *at = strstr(head, from);
	if (!ok(at != NULL, "the header has %s", from)) {
		free(head);
		return;
	}
	now = len - strlen(from) + strlen(to);
	while (now % 8 != 0)
		now++;
	rs_buf_put(&out, &now, 8);
	rs_buf_put(&out, head, (size_t)(at - head));
	rs_buf_str(&out, to);
	rs_buf_str(&out, at + strlen(from));
	while (out.len < 8 + now)
		rs_buf_char(&out, ' ');
	rs_buf_put(&out, b->p + 8 + len, b->n - 8 - (size_t)len);
	char *p = rs_aligned(out.len);
	memcpy(p, out.data, out.len);
	struct bytes w = { p, out.len };
	seal(&w);
	const char *why = refused(w.p, w.n);
	ok(why != NULL && strstr(why, words) != NULL, "%s: %s", to,
	    why != NULL ? why : "accepted");
	free(p);
	free(head);
	rs_buf_free(&out);
}

static void
test_hostile_headers_are_refused(const struct bytes *b)
{
	reword(b, "\"dtype\":\"F32\"", "\"dtype\":\"F16\"", "dtype");
	reword(b, "\"shape\":[5,3]", "\"shape\":[5,4]", "shape");
	reword(b, "\"shape\":[5,3]",
	    "\"shape\":[4611686018427387904,4611686018427387904]",
	    "impossible");
	reword(b, "\"shape\":[5,3]", "\"shape\":[-5,-3]", "impossible");
	reword(b, "\"shape\":[5,3]", "\"shape\":[5,3.0]", "impossible");
	reword(b, "\"shape\":[5,3]", "\"shape\":[3,5]", "user_factors");
	reword(b, "\"shape\":[5,3]", "\"shape\":[1,1,1,5,3]", "shape");
	reword(b, "\"shape\":[5,3]", "\"shape\":15", "shape");
	reword(b, "\"data_offsets\":[", "\"data_offsets\":[1,", "data_off");
	reword(b, "\"users\":\"5\"", "\"users\":\"1152921504606846976\"",
	    "users");
	reword(b, "\"users\":\"5\"", "\"users\":\"4\"", "");
	reword(b, "\"users\":\"5\"", "\"users\":5", "string");
	reword(b, "\"algorithm\":\"als\"", "\"algorithm\":\"magic\"",
	    "magic");
	reword(b, "\"format\":\"rs-tools 1\"", "\"format\":\"rs-tools 2\"",
	    "rs-tools 2");
	reword(b, "\"score\":\"dot\"", "\"score\":\"rating\"", "score");
	reword(b, "\"parameter.alpha\":\"1\"", "\"parameter.alpha\":\"x\"",
	    "alpha");
	reword(b, "\"parameter.alpha\"", "\"parameter.beta\"", "alpha");
	reword(b, "\"pairs\"", "\"users\"", "");
	reword(b, "\"item_popularity\"", "\"item_factors\"", "");
	reword(b, "\"xxh3\"", "\"sum\"", "checksum");
	reword(b, "{", "[", "");
}

static struct rs_model *
opened(const struct bytes *b, struct rs_tensors **t)
{
	struct rs_err e;
	struct rs_model *m;

	*t = rs_tensors_memory("small", b->p, b->n, &e);
	m = *t != NULL ? rs_model_of(*t, &e) : NULL;
	if (!ok(m != NULL, "%s", e.text))
		exit(1);
	return m;
}

static void
test_a_model_answers(const struct bytes *b)
{
	struct rs_tensors *t;
	struct rs_model *m = opened(b, &t);
	struct rs_linear lin;
	float all[ITEMS], some[2], *row;
	const uint32_t item[2] = { 6, 1 };
	struct rs_err e;
	size_t n;

	ok(rs_model_users(m) == USERS && rs_model_items(m) == ITEMS, "sizes");
	ok(rs_model_linear(m, &lin), "linear");
	rs_model_score(m, 3, NULL, ITEMS, all);
	rs_model_score(m, 3, item, 2, some);
	ok(some[0] == all[6] && some[1] == all[1], "one score for a pair");
	ok(rs_model_seen(m, 4, &n) != NULL && n == 5, "%zu seen", n);
	ok(rs_dict_size(rs_model_dict(m, RS_USER)) == USERS, "users' ids");
	ok(memcmp(rs_dict_label(rs_model_dict(m, RS_ITEM), 2, &n), "Title",
	    5) == 0 && n == 5, "labels");
	ok(rs_dict_label(rs_model_dict(m, RS_ITEM), 1, &n) == NULL, "none");
	row = rs_aligned(rs_model_row(m) * sizeof(*row));
	ok(rs_model_fold(m, item, NULL, 2, row, &e) == 0, "%s", e.text);
	rs_model_score_row(m, row, item, 2, some);
	ok(some[0] - some[0] == 0 && some[1] - some[1] == 0, "finite");
	free(row);
	rs_model_close(m);
	rs_tensors_free(t);
}

static void
test_popularity_scores_everybody_alike(void)
{
	struct bytes b = train("pop", 0);
	struct rs_tensors *t;
	struct rs_model *m = opened(&b, &t);
	float one[ITEMS], other[ITEMS];

	rs_model_score(m, 0, NULL, ITEMS, one);
	rs_model_score(m, 4, NULL, ITEMS, other);
	ok(memcmp(one, other, sizeof(one)) == 0, "alike");
	ok(memcmp(one, rs_model_popularity(m), sizeof(one)) == 0, "counts");
	struct rs_linear lin;
	ok(rs_model_linear(m, &lin) && lin.item.d == 0, "only biases");
	struct rs_topk_items *items = rs_topk_items_new(&lin.item, NULL, 0);
	const struct rs_topk_ask ask = { .users = lin.user.row,
	    .stride = lin.user.stride, .n = USERS, .k = 3 };
	struct rs_hit hit[USERS * 3];
	size_t count[USERS];
	struct rs_err e;
	ok(rs_topk_run(items, &ask, hit, count, pool, &e) == 0, "%s", e.text);
	ok(count[4] == 3 && one[hit[12].item] >= one[hit[13].item] &&
	    hit[12].score == one[hit[12].item], "the best of a bias");
	rs_topk_items_free(items);
	rs_model_close(m);
	rs_tensors_free(t);
	free(b.p);
}

static void
test_a_dictionary_must_be_the_models(const struct bytes *b)
{
	struct rs_tensors *t;
	struct rs_model *m = opened(b, &t);
	struct rs_dict *more = dict("u", USERS + 4, false);
	struct rs_dict *other = dict("v", USERS, false);
	struct rs_dict *fewer = dict("u", USERS - 1, false);
	struct rs_err e;

	ok(rs_model_use(m, RS_USER, more, &e) == 0, "an extended one: %s",
	    e.text);
	ok(rs_model_dict(m, RS_USER) == more, "is used");
	ok(rs_model_use(m, RS_USER, other, &e) < 0, "another one");
	ok(rs_model_use(m, RS_USER, fewer, &e) < 0, "a shorter one");
	struct rs_lines l = { 0 };
	ok(rs_model_agree(m, &l, &e) == 0, "a stream that says nothing");
	rs_dict_note(other, "user", &l);
	ok(rs_model_agree(m, &l, &e) < 0, "a stream of another");
	rs_lines_free(&l);
	rs_model_close(m);
	rs_tensors_free(t);
	rs_dict_free(more);
	rs_dict_free(other);
	rs_dict_free(fewer);
}

static void
test_parameters_are_read_strictly(void)
{
	const struct rs_algorithm *a = rs_algorithm_find("als");
	static const char *const bad[] = { "alfa=1", "alpha", "alpha=",
	    "alpha=1x", "alpha=nan", "alpha=-1", "cg-steps=0", "cg-steps=2.5",
	    "solver=qr", "", "=", "=1" };
	struct rs_values v;
	struct rs_err e;

	rs_values_init(&v, a);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(rs_values_set(&v, bad[i], &e) < 0, "'%s'", bad[i]);
	ok(rs_values_set(&v, "alpha=40", &e) == 0, "%s", e.text);
	for (const struct rs_preset *p = a->presets; p->name != NULL; p++)
		ok(rs_values_preset(&v, p->name, &e) != NULL, "%s: %s",
		    p->name, e.text);
	ok(rs_values_get(&v, "alpha") == 40, "a given value stays");
	ok(rs_values_preset(&v, "best", &e) == NULL, "no such preset");
	ok(rs_algorithm_find("ALS") == NULL && rs_algorithm_find("") == NULL,
	    "no such algorithm");
}

int
main(void)
{
	pool = rs_pool_new(2);
	struct bytes b = train("als", D);
	test_every_prefix_is_refused(&b);
	test_every_bit_flip_is_refused(&b);
	test_sealed_nonsense_is_refused(&b);
	test_hostile_headers_are_refused(&b);
	test_a_model_answers(&b);
	test_popularity_scores_everybody_alike();
	test_a_dictionary_must_be_the_models(&b);
	test_parameters_are_read_strictly();
	free(b.p);
	rs_pool_free(pool);
	return test_end();
}
