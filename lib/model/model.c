/* model: what was learned, for those who ask it. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "kernel/activation.h"
#include "kernel/dot.h"
#include "model/algorithm.h"
#include "model/model.h"

struct rs_model {
	const struct rs_algorithm *algorithm;
	const struct rs_tensors *t;
	struct rs_tensors *file;	/* t, where it is ours */
	uint64_t users, items;
	struct rs_lines lines;
	const float *popularity;	/* (I) */
	const int64_t *pair_start;	/* (U + 1), NULL: not stored */
	const uint32_t *pair;
	bool has_seen;			/* the pairs are not to come back */
	struct rs_dict *own[2];
	const struct rs_dict *dict[2];
	enum rs_score_kind kind;
	void *state;			/* the algorithm's */
	bool is_linear;
	struct rs_linear linear;
};

static const char *const KIND[] = {
	[RS_SCORE_DOT] = "dot",
	[RS_SCORE_PROBABILITY] = "probability",
	[RS_SCORE_RATING] = "rating",
};

static const char *const SIDE[2] = { "user", "item" };

/* The names of the tensors of a side's strings. */
static const struct strings {
	const char *bytes, *offsets;
} IDS[2] = {
	{ "user_ids", "user_id_offsets" },
	{ "item_ids", "item_id_offsets" },
}, LABELS = { "item_labels", "item_label_offsets" };

static int
refuse(const struct rs_model *m, struct rs_err *e, const char *why)
{
	return rs_fail(e, "%s: %s", rs_model_name(m), why);
}

static int
read_count(const struct rs_model *m, const char *key, uint64_t *n,
    struct rs_err *e)
{
	const char *text = rs_model_meta(m, key);

	if (text == NULL || !rs_parse_u64(text, strlen(text), n) ||
	    *n > RS_DICT_MAX)
		return rs_fail(e, "%s: metadata %s is no count",
		    rs_model_name(m), key);
	return 0;
}

static int
read_head(struct rs_model *m, struct rs_err *e)
{
	const char *format = rs_model_meta(m, "format");
	const char *name = rs_model_meta(m, "algorithm");
	const char *kind = rs_model_meta(m, "score");
	const char *lines = rs_model_meta(m, "lines");

	if (format == NULL || strncmp(format, "rs-tools ", 9) != 0)
		return refuse(m, e, "a safetensors file, but no model of "
		    "rs-fit");
	if (strcmp(format, "rs-tools 1") != 0)
		return rs_fail(e, "%s: made in the format %.40s, and this "
		    "program reads rs-tools 1", rs_model_name(m), format);
	m->algorithm = name != NULL ? rs_algorithm_find(name) : NULL;
	if (m->algorithm == NULL)
		return rs_fail(e, "%s: algorithm %.40s is not known here",
		    rs_model_name(m), name != NULL ? name : "(none)");
	struct rs_values v;
	if (rs_values_read(&v, m->algorithm, m->t, e) < 0)
		return -1;
	m->kind = rs_values_kind(&v);
	if (kind == NULL || strcmp(kind, KIND[m->kind]) != 0)
		return refuse(m, e, "metadata score is not what the "
		    "algorithm gives");
	if (read_count(m, "users", &m->users, e) < 0 ||
	    read_count(m, "items", &m->items, e) < 0)
		return -1;
	struct rs_err why;
	if (lines != NULL &&
	    rs_lines_parse(&m->lines, lines, strlen(lines), &why) < 0)
		return rs_fail(e, "%s: provenance: %s", rs_model_name(m),
		    why.text);
	return 0;
}

static int
read_popularity(struct rs_model *m, struct rs_err *e)
{
	const struct rs_tensor *t = rs_tensors_want(m->t, "item_popularity",
	    RS_TENSOR_F32, m->items, 0, e);

	if (t == NULL)
		return -1;
	m->popularity = t->data;
	for (uint64_t i = 0; i < m->items; i++)
		if (!(m->popularity[i] >= 0) ||
		    m->popularity[i] - m->popularity[i] != 0)
			return refuse(m, e, "item_popularity has a value that "
			    "is no count");
	return 0;
}

/* Offsets (n + 1) from 0 to end that never fall. */
static int
check_offsets(const struct rs_model *m, const char *name, const int64_t *at,
    uint64_t n, uint64_t end, struct rs_err *e)
{
	for (uint64_t i = 0; i < n; i++)
		if (at[i] > at[i + 1])
			return rs_fail(e, "%s: %s falls at row %" PRIu64,
			    rs_model_name(m), name, i);
	if (at[0] != 0 || (uint64_t)at[n] != end)
		return rs_fail(e, "%s: %s does not go from 0 to %" PRIu64,
		    rs_model_name(m), name, end);
	return 0;
}

static int
read_pairs(struct rs_model *m, struct rs_err *e)
{
	const bool seen = rs_tensors_get(m->t, "seen_indptr") != NULL;
	const char *starts = seen ? "seen_indptr" : "history_indptr";
	const char *items = seen ? "seen_indices" : "history_indices";
	const struct rs_tensor *at, *item;

	m->has_seen = seen;
	if (!seen && rs_tensors_get(m->t, starts) == NULL)
		return !m->algorithm->remembers ? 0 : refuse(m, e, "has no "
		    "pairs to answer from (history_indptr)");
	at = rs_tensors_want(m->t, starts, RS_TENSOR_I64, m->users + 1, 0, e);
	item = at == NULL ? NULL : rs_tensors_want(m->t, items,
	    RS_TENSOR_U32, UINT64_MAX, 0, e);
	if (item == NULL)
		return -1;
	if (check_offsets(m, starts, at->data, m->users, item->shape[0], e) <
	    0)
		return -1;
	m->pair_start = at->data;
	m->pair = item->data;
	for (uint64_t u = 0; u < m->users; u++)
		for (int64_t i = m->pair_start[u]; i < m->pair_start[u + 1];
		    i++)
			if (m->pair[i] >= m->items ||
			    (i > m->pair_start[u] &&
			    m->pair[i] <= m->pair[i - 1]))
				return rs_fail(e, "%s: %s: the items"
				    " of user %" PRIu64 " are not ascending "
				    "indices below %" PRIu64,
				    rs_model_name(m), items, u, m->items);
	return 0;
}

/* The strings of rows 0..n-1, none longer than an id may be. */
static int
read_strings(const struct rs_model *m, const struct strings *s, uint64_t n,
    const char **bytes, const int64_t **at, struct rs_err *e)
{
	const struct rs_tensor *b = rs_tensors_want(m->t, s->bytes,
	    RS_TENSOR_U8, UINT64_MAX, 0, e);
	const struct rs_tensor *o = b == NULL ? NULL :
	    rs_tensors_want(m->t, s->offsets, RS_TENSOR_I64, n + 1, 0, e);

	if (o == NULL ||
	    check_offsets(m, s->offsets, o->data, n, b->shape[0], e) < 0)
		return -1;
	*bytes = b->data;
	*at = o->data;
	for (uint64_t i = 0; i < n; i++)
		if ((*at)[i + 1] - (*at)[i] > RS_STRING_MAX)
			return rs_fail(e, "%s: %s: row %" PRIu64 " is longer "
			    "than %d bytes", rs_model_name(m), s->bytes, i,
			    RS_STRING_MAX);
	return 0;
}

static int
read_labels(struct rs_model *m, struct rs_dict *d, struct rs_err *e)
{
	const char *bytes;
	const int64_t *at;

	if (rs_tensors_get(m->t, LABELS.bytes) == NULL)
		return 0;
	if (read_strings(m, &LABELS, m->items, &bytes, &at, e) < 0)
		return -1;
	for (uint64_t i = 0; i < m->items; i++)
		if (at[i] < at[i + 1])
			rs_dict_set_label(d, (uint32_t)i, bytes + at[i],
			    (size_t)(at[i + 1] - at[i]));
	return 0;
}

static int
read_dict(struct rs_model *m, enum rs_side side, struct rs_err *e)
{
	const uint64_t n = side == RS_USER ? m->users : m->items;
	const char *bytes;
	const int64_t *at;
	struct rs_err why;

	if (rs_tensors_get(m->t, IDS[side].bytes) == NULL)
		return 0;
	if (read_strings(m, &IDS[side], n, &bytes, &at, e) < 0)
		return -1;
	struct rs_dict *d = m->own[side] = rs_dict_new();
	for (uint64_t i = 0; i < n; i++) {
		const size_t len = (size_t)(at[i + 1] - at[i]);

		if (rs_dict_add(d, bytes + at[i], len,
		    rs_hash(bytes + at[i], len)) != i)
			return rs_fail(e, "%s: %s: row %" PRIu64 " repeats an "
			    "id", rs_model_name(m), IDS[side].bytes, i);
	}
	if (rs_dict_check(d, SIDE[side], &m->lines, &why) < 0)
		return rs_fail(e, "%s: its dictionary: %s", rs_model_name(m),
		    why.text);
	m->dict[side] = d;
	return side == RS_ITEM ? read_labels(m, d, e) : 0;
}

static int
check_linear(const struct rs_model *m, const struct rs_topk_factors *f,
    enum rs_side side, struct rs_err *e)
{
	for (size_t r = 0; r < f->n; r++) {
		const float *row = f->row + r * f->stride;
		float x = f->bias != NULL ? f->bias[r] - f->bias[r] : 0;

		for (size_t k = 0; k < f->d; k++)
			x += row[k] - row[k];
		if (x != 0)
			return rs_fail(e, "%s: the factors of %s %zu are not "
			    "finite", rs_model_name(m), SIDE[side], r);
	}
	return 0;
}

static int
read_model(struct rs_model *m, struct rs_err *e)
{
	if (read_head(m, e) < 0 || read_popularity(m, e) < 0 ||
	    read_pairs(m, e) < 0 || read_dict(m, RS_USER, e) < 0 ||
	    read_dict(m, RS_ITEM, e) < 0)
		return -1;
	m->state = m->algorithm->open(m, e);
	if (m->state == NULL)
		return -1;
	m->is_linear = m->algorithm->linear != NULL &&
	    m->algorithm->linear(m->state, &m->linear);
	if (!m->is_linear)
		return 0;
	return check_linear(m, &m->linear.user, RS_USER, e) < 0 ||
	    check_linear(m, &m->linear.item, RS_ITEM, e) < 0 ? -1 : 0;
}

struct rs_model *
rs_model_of(const struct rs_tensors *t, struct rs_err *e)
{
	struct rs_model *m = rs_zalloc(sizeof(*m));

	m->t = t;
	if (read_model(m, e) < 0) {
		rs_model_close(m);
		return NULL;
	}
	return m;
}

struct rs_model *
rs_model_open(const char *path, struct rs_err *e)
{
	struct rs_tensors *t = rs_tensors_open(path, e);
	struct rs_model *m;

	if (t == NULL)
		return NULL;
	m = rs_model_of(t, e);
	if (m == NULL)
		rs_tensors_free(t);
	else
		m->file = t;
	return m;
}

void
rs_model_close(struct rs_model *m)
{
	if (m == NULL)
		return;
	if (m->state != NULL && m->algorithm->close != NULL)
		m->algorithm->close(m->state);
	rs_dict_free(m->own[RS_USER]);
	rs_dict_free(m->own[RS_ITEM]);
	rs_lines_free(&m->lines);
	rs_tensors_free(m->file);
	free(m);
}

const char *
rs_model_name(const struct rs_model *m)
{
	return rs_tensors_name(m->t);
}

const char *
rs_model_algorithm(const struct rs_model *m)
{
	return m->algorithm->name;
}

enum rs_score_kind
rs_model_kind(const struct rs_model *m)
{
	return m->kind;
}

const char *
rs_score_kind_name(enum rs_score_kind k)
{
	return KIND[k];
}

uint64_t
rs_model_users(const struct rs_model *m)
{
	return m->users;
}

uint64_t
rs_model_items(const struct rs_model *m)
{
	return m->items;
}

const char *
rs_model_meta(const struct rs_model *m, const char *key)
{
	return rs_tensors_meta_get(m->t, key);
}

const struct rs_tensors *
rs_model_tensors(const struct rs_model *m)
{
	return m->t;
}

const struct rs_lines *
rs_model_lines(const struct rs_model *m)
{
	return &m->lines;
}

bool
rs_model_linear(const struct rs_model *m, struct rs_linear *lin)
{
	if (m->is_linear)
		*lin = m->linear;
	return m->is_linear;
}

void
rs_model_score(const struct rs_model *m, uint32_t user, const uint32_t *item,
    size_t n, float *score)
{
	const struct rs_topk_factors *u = &m->linear.user;

	assert(user < m->users);
	if (m->is_linear)
		rs_topk_scores(u->row + (size_t)user * u->stride,
		    u->bias != NULL ? u->bias[user] : 0, &m->linear.item,
		    item, n, score);
	else
		m->algorithm->score(m->state, user, item, n, score);
}

void
rs_model_score_pairs(const struct rs_model *m, const uint32_t *user,
    const uint32_t *item, size_t n, float *score)
{
	size_t run;

	if (!m->is_linear && m->algorithm->score_pairs != NULL) {
		m->algorithm->score_pairs(m->state, user, item, n, score);
		return;
	}
	for (size_t i = 0; i < n; i += run) {
		run = 1;
		while (i + run < n && user[i + run] == user[i])
			run++;
		rs_model_score(m, user[i], item + i, run, score + i);
	}
}

void
rs_model_link(const struct rs_model *m, float *score, size_t n)
{
	if (m->kind == RS_SCORE_PROBABILITY)
		rs_sigmoid(score, score, n);
}

size_t
rs_model_row(const struct rs_model *m)
{
	return m->algorithm->fold == NULL ? 0 : m->algorithm->row(m->state);
}

int
rs_model_fold(const struct rs_model *m, const uint32_t *item,
    const float *weight, size_t n, float *row, struct rs_err *e)
{
	if (m->algorithm->fold == NULL)
		return rs_fail(e, "%s: a %s model takes in nobody new",
		    rs_model_name(m), m->algorithm->name);
	return m->algorithm->fold(m->state, item, weight, n, row, e);
}

void
rs_model_score_row(const struct rs_model *m, const float *row,
    const uint32_t *item, size_t n, float *score)
{
	if (m->is_linear)
		rs_topk_scores(row, row[rs_stride(m->linear.item.d)],
		    &m->linear.item, item, n, score);
	else
		m->algorithm->score_row(m->state, row, item, n, score);
}

const float *
rs_model_popularity(const struct rs_model *m)
{
	return m->popularity;
}

bool
rs_model_sparse(const struct rs_model *m)
{
	return m->algorithm->sparse;
}

bool
rs_model_compares(const struct rs_model *m)
{
	return m->algorithm->similar != NULL;
}

void
rs_model_similar(const struct rs_model *m, uint32_t to, const uint32_t *item,
    size_t n, float *score)
{
	assert(to < m->items);
	m->algorithm->similar(m->state, to, item, n, score);
}

bool
rs_model_has_seen(const struct rs_model *m)
{
	return m->has_seen;
}

const uint32_t *
rs_model_seen(const struct rs_model *m, uint32_t user, size_t *n)
{
	uint64_t first;

	*n = 0;
	return m->has_seen ? rs_model_history(m, user, n, &first) : NULL;
}

const uint32_t *
rs_model_history(const struct rs_model *m, uint32_t user, size_t *n,
    uint64_t *first)
{
	const int64_t *at = m->pair_start;

	assert(user < m->users);
	*n = 0;
	*first = 0;
	if (at == NULL)
		return NULL;
	*n = (size_t)(at[user + (size_t)1] - at[user]);
	*first = (uint64_t)at[user];
	return m->pair + at[user];
}

uint64_t
rs_model_pairs(const struct rs_model *m)
{
	return m->pair_start != NULL ? (uint64_t)m->pair_start[m->users] : 0;
}

const struct rs_dict *
rs_model_dict(const struct rs_model *m, enum rs_side side)
{
	return m->dict[side];
}

int
rs_model_use(struct rs_model *m, enum rs_side side, const struct rs_dict *d,
    struct rs_err *e)
{
	const uint64_t n = side == RS_USER ? m->users : m->items;
	struct rs_err why;

	if (rs_dict_check(d, SIDE[side], &m->lines, &why) < 0)
		return refuse(m, e, why.text);
	if (rs_dict_size(d) < n)
		return rs_fail(e, "%s: has %" PRIu64 " %ss, the dictionary "
		    "only %" PRIu32, rs_model_name(m), n, SIDE[side],
		    rs_dict_size(d));
	m->dict[side] = d;
	return 0;
}

int
rs_model_agree(const struct rs_model *m, const struct rs_lines *lines,
    struct rs_err *e)
{
	struct rs_err why;

	for (int s = 0; s < 2; s++)
		if (rs_dict_agree(SIDE[s], lines, &m->lines, &why) < 0)
			return rs_fail(e, "this stream and the model %s: %s",
			    rs_model_name(m), why.text);
	return 0;
}
