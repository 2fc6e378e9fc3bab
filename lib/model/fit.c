/* fit: epochs of learning, judged and kept. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/sink.h"
#include "model/fit.h"

/* Names of the best model's tensors within a checkpoint. */
static const char BEST[] = "best.";

/* A string column as the file has it. */
struct strings {
	char *bytes;
	int64_t *at;		/* (n + 1) */
};

struct rs_run_state {
	void *learning;			/* the algorithm's */
	float *popularity;		/* (I) */
	float rating_min, rating_max, rating_mean;	/* of train's values */
	struct strings id[2], label;
	struct rs_model *checkpoint;	/* that was begun from */
	uint64_t epoch;			/* done */
	struct rs_tensors *best;	/* copies, with patience */
	uint64_t best_epoch, waited;
	double best_metric;
};

static const char *const ID_BYTES[2] = { "user_ids", "item_ids" };
static const char *const ID_AT[2] = { "user_id_offsets", "item_id_offsets" };

static void
meta_count(struct rs_tensors *t, const char *key, uint64_t n)
{
	char text[RS_NUM_MAX];

	text[rs_format_u64(text, n)] = '\0';
	rs_tensors_meta(t, key, text);
}

static uint64_t
meta_get_count(const struct rs_tensors *t, const char *key)
{
	const char *text = rs_tensors_meta_get(t, key);
	uint64_t n = 0;

	if (text == NULL || !rs_parse_u64(text, strlen(text), &n))
		return 0;
	return n;
}

static void
meta_real(struct rs_tensors *t, const char *key, float x)
{
	char text[RS_NUM_MAX];

	text[rs_format_f32(text, x)] = '\0';
	rs_tensors_meta(t, key, text);
}

/* All that is known before the first epoch: what makes two runs one. */
static void
describe(const struct rs_run *r, struct rs_tensors *t)
{
	struct rs_buf lines = { 0 };
	char hex[17];

	rs_tensors_meta(t, "format", "rs-tools 1");
	rs_tensors_meta(t, "algorithm", r->algorithm->name);
	rs_tensors_meta(t, "score", rs_score_kind_name(
	    rs_values_kind(r->fit.values)));
	if (r->preset != NULL)
		rs_tensors_meta(t, "preset", r->preset);
	meta_count(t, "users", r->fit.train->users);
	meta_count(t, "items", r->fit.train->items);
	meta_count(t, "pairs", r->fit.train->nnz);
	meta_count(t, "seed", r->fit.seed);
	if (r->algorithm->factors > 0)
		meta_count(t, "factors", r->fit.factors);
	if (r->algorithm->epochs > 0)
		meta_count(t, "epochs", r->fit.epochs);
	rs_values_write(r->fit.values, t);
	meta_count(t, "train_rows", r->rows);
	snprintf(hex, sizeof(hex), "%016" PRIx64, r->fingerprint);
	rs_tensors_meta(t, "train_fingerprint", hex);
	if (rs_values_kind(r->fit.values) == RS_SCORE_RATING) {
		meta_real(t, "rating_min", r->state->rating_min);
		meta_real(t, "rating_max", r->state->rating_max);
		meta_real(t, "rating_mean", r->state->rating_mean);
	}
	rs_lines_write(&r->lines, &lines);
	rs_tensors_meta(t, "lines", lines.data != NULL ? lines.data : "");
	rs_buf_free(&lines);
}

/* Whoever answers from the pairs has them in any case: as what is seen, or,
 * where that is not wanted, as a history that nobody is spared.  An offset
 * array is I64 in the file and never as large as 2^63. */
static void
add_pairs(const struct rs_run *r, struct rs_tensors *t, bool whole)
{
	const struct rs_csr *m = r->fit.train;
	const bool seen = r->seen && whole;

	if (!seen && !r->algorithm->remembers)
		return;
	rs_tensors_add(t, seen ? "seen_indptr" : "history_indptr",
	    RS_TENSOR_I64, m->users + 1, 0, m->start, 1);
	rs_tensors_add(t, seen ? "seen_indices" : "history_indices",
	    RS_TENSOR_U32, m->nnz, 0, m->item, 1);
}

static void
add_strings(struct rs_tensors *t, const char *bytes, const char *at,
    const struct strings *s, uint64_t n)
{
	if (s->at == NULL)
		return;
	rs_tensors_add(t, bytes, RS_TENSOR_U8, (uint64_t)s->at[n], 0,
	    s->bytes, 1);
	rs_tensors_add(t, at, RS_TENSOR_I64, n + 1, 0, s->at, 1);
}

/* The model of this moment; whole: with what only serving needs. */
static struct rs_tensors *
assemble(const struct rs_run *r, bool whole)
{
	const struct rs_run_state *s = r->state;
	const struct rs_csr *m = r->fit.train;
	struct rs_tensors *t = rs_tensors_new();

	describe(r, t);
	meta_count(t, "epoch", s->epoch);
	r->algorithm->export(s->learning, t);
	rs_tensors_add(t, "item_popularity", RS_TENSOR_F32, m->items, 0,
	    s->popularity, 1);
	add_pairs(r, t, whole);
	if (!whole)
		return t;
	add_strings(t, ID_BYTES[0], ID_AT[0], &s->id[0], m->users);
	add_strings(t, ID_BYTES[1], ID_AT[1], &s->id[1], m->items);
	add_strings(t, "item_labels", "item_label_offsets", &s->label,
	    m->items);
	return t;
}

static void
strings_of(struct strings *s, const struct rs_dict *d, uint32_t n,
    const char *(*get)(const struct rs_dict *, uint32_t, size_t *))
{
	size_t len, all = 0;

	for (uint32_t i = 0; i < n; i++) {
		get(d, i, &len);
		all += len;
	}
	s->bytes = rs_alloc(all + 1);
	s->at = rs_alloc(rs_size(n + (size_t)1, sizeof(*s->at)));
	all = 0;
	for (uint32_t i = 0; i < n; i++) {
		const char *p = get(d, i, &len);

		s->at[i] = (int64_t)all;
		if (len > 0)
			memcpy(s->bytes + all, p, len);
		all += len;
	}
	s->at[n] = (int64_t)all;
}

static int
add_dicts(struct rs_run *r, struct rs_err *e)
{
	const uint64_t size[2] = { r->fit.train->users, r->fit.train->items };
	static const char *const side[2] = { "user", "item" };
	struct rs_run_state *s = r->state;

	for (int i = 0; i < 2; i++) {
		if (r->dict[i] == NULL)
			continue;
		if (rs_dict_check(r->dict[i], side[i], &r->lines, e) < 0)
			return -1;
		if (rs_dict_size(r->dict[i]) < size[i])
			return rs_fail(e, "the %s dictionary has %" PRIu32
			    " ids, train %" PRIu64, side[i],
			    rs_dict_size(r->dict[i]), size[i]);
		strings_of(&s->id[i], r->dict[i], (uint32_t)size[i],
		    rs_dict_name);
	}
	if (r->dict[1] != NULL && rs_dict_labelled(r->dict[1]))
		strings_of(&s->label, r->dict[1], (uint32_t)size[1],
		    rs_dict_label);
	return 0;
}

static void
count_popularity(struct rs_run *r)
{
	const struct rs_csr *m = r->fit.train;
	uint32_t *n = rs_zalloc(rs_size(m->items + 1, sizeof(*n)));
	float *p = rs_alloc(rs_size(m->items + 1, sizeof(*p)));

	for (uint64_t i = 0; i < m->nnz; i++)
		n[m->item[i]]++;
	for (uint64_t i = 0; i < m->items; i++)
		p[i] = (float)n[i];
	free(n);
	r->state->popularity = p;
}

/* Between what ratings lie, and their mean. */
static void
find_ratings(struct rs_run *r)
{
	const struct rs_csr *m = r->fit.train;
	float least = m->weight != NULL && m->nnz > 0 ? m->weight[0] : 1;
	float most = least;
	double sum = 0;

	for (uint64_t i = 0; m->weight != NULL && i < m->nnz; i++) {
		least = m->weight[i] < least ? m->weight[i] : least;
		most = m->weight[i] > most ? m->weight[i] : most;
		sum += (double)m->weight[i];
	}
	r->state->rating_min = least;
	r->state->rating_max = most;
	r->state->rating_mean = m->weight == NULL ? 1 :
	    (float)(sum / (double)m->nnz);
}

/* Copies of the algorithm's own tensors, named with a prefix. */
static struct rs_tensors *
copies(const struct rs_tensors *from)
{
	struct rs_tensors *to = rs_tensors_new();

	for (size_t i = 0; i < rs_tensors_count(from); i++) {
		const struct rs_tensor *t = rs_tensors_at(from, i);
		char *p = rs_alloc(rs_size(t->shape[0], t->row) + 1);

		for (size_t k = 0; k < t->shape[0]; k++)
			memcpy(p + k * t->row,
			    (const char *)t->data + k * t->stride, t->row);
		rs_tensors_keep(to, p);
		rs_tensors_add(to, t->name, t->type, t->shape[0],
		    t->dims == 2 ? t->shape[1] : 0, p,
		    t->dims == 2 ? t->shape[1] : 1);
	}
	return to;
}

static void
keep_best(struct rs_run *r)
{
	struct rs_run_state *s = r->state;
	struct rs_tensors *t = rs_tensors_new();

	rs_tensors_free(s->best);
	r->algorithm->export(s->learning, t);
	s->best = copies(t);
	rs_tensors_free(t);
}

/* The run's end: the model of the best epoch, where that is asked for. */
static struct rs_tensors *
final(struct rs_run *r)
{
	struct rs_run_state *s = r->state;
	struct rs_tensors *t = assemble(r, true), *out;

	if (s->best == NULL)
		return t;
	meta_count(t, "epoch", s->best_epoch);
	out = rs_tensors_new();
	for (size_t i = 0; i < rs_tensors_meta_count(t); i++) {
		const char *key = rs_tensors_meta_key(t, i);

		rs_tensors_meta(out, key, rs_tensors_meta_get(t, key));
	}
	for (size_t i = 0; i < rs_tensors_count(t); i++) {
		const struct rs_tensor *x = rs_tensors_at(t, i);
		const struct rs_tensor *b = rs_tensors_get(s->best, x->name);

		if (b != NULL)
			x = b;
		rs_tensors_add(out, x->name, x->type, x->shape[0],
		    x->dims == 2 ? x->shape[1] : 0, x->data,
		    x->dims == 2 ? x->stride / rs_tensor_size(x->type) : 1);
	}
	rs_tensors_free(t);
	return out;
}

/* Checkpoints: a model, with the best one so far and how long ago that was. */
static void
save(const struct rs_run *r)
{
	const struct rs_run_state *s = r->state;
	struct rs_tensors *t = assemble(r, false);
	struct rs_sink *sink;
	char text[RS_NUM_MAX];

	rs_tensors_meta(t, "checkpoint", "1");
	if (r->algorithm->keep != NULL)
		r->algorithm->keep(s->learning, t);
	if (s->best != NULL) {
		meta_count(t, "best_epoch", s->best_epoch);
		meta_count(t, "best_waited", s->waited);
		text[rs_format_f64(text, s->best_metric)] = '\0';
		rs_tensors_meta(t, "best_metric", text);
		for (size_t i = 0; i < rs_tensors_count(s->best); i++) {
			const struct rs_tensor *x = rs_tensors_at(s->best, i);
			char name[256];

			snprintf(name, sizeof(name), "%s%s", BEST, x->name);
			rs_tensors_add(t, name, x->type, x->shape[0],
			    x->dims == 2 ? x->shape[1] : 0, x->data,
			    x->dims == 2 ? x->shape[1] : 1);
		}
	}
	sink = rs_sink_open(r->checkpoint);
	rs_tensors_write(t, sink);
	rs_sink_close(sink);
	rs_tensors_free(t);
}

/* Whether what we say of key, a checkpoint says too. */
static int
same(const struct rs_tensors *want, const char *key, const struct rs_model *m,
    struct rs_err *e)
{
	const char *ours = rs_tensors_meta_get(want, key);
	const char *theirs = rs_model_meta(m, key);

	if (theirs != NULL && strcmp(ours, theirs) == 0)
		return 0;
	if (strcmp(key, "lines") == 0)
		return rs_fail(e, "%s: a checkpoint of another run: train was "
		    "made otherwise, or the options were others",
		    rs_model_name(m));
	return rs_fail(e, "%s: a checkpoint of another run: its %s is %.100s,"
	    " not %.100s", rs_model_name(m), key,
	    theirs != NULL ? theirs : "unknown", ours);
}

/* 0 where m is a checkpoint of this very run. */
static int
same_run(const struct rs_run *r, const struct rs_model *m, struct rs_err *e)
{
	struct rs_tensors *want = rs_tensors_new();
	int status = 0;

	describe(r, want);
	if (rs_model_meta(m, "checkpoint") == NULL)
		status = rs_fail(e, "%s: a model, but no checkpoint",
		    rs_model_name(m));
	/* The plainest difference first: lines has all others in it. */
	for (size_t i = 0; status == 0 && i < rs_tensors_meta_count(want);
	    i++) {
		const char *key = rs_tensors_meta_key(want, i);

		if (strcmp(key, "lines") != 0)
			status = same(want, key, m, e);
	}
	if (status == 0)
		status = same(want, "lines", m, e);
	rs_tensors_free(want);
	return status;
}

static int
resume_best(struct rs_run *r, struct rs_err *e)
{
	struct rs_run_state *s = r->state;
	const struct rs_tensors *t = rs_model_tensors(s->checkpoint);
	const char *metric = rs_tensors_meta_get(t, "best_metric");
	struct rs_tensors *now;

	if (metric == NULL || r->patience == 0)
		return 0;
	if (!rs_parse_real(metric, strlen(metric), &s->best_metric))
		return rs_fail(e, "%s: its best_metric is no number",
		    rs_tensors_name(t));
	s->best_epoch = meta_get_count(t, "best_epoch");
	s->waited = meta_get_count(t, "best_waited");
	now = rs_tensors_new();
	r->algorithm->export(s->learning, now);
	s->best = rs_tensors_new();
	for (size_t i = 0; i < rs_tensors_count(now); i++) {
		const struct rs_tensor *x = rs_tensors_at(now, i);
		const uint64_t cols = x->dims == 2 ? x->shape[1] : 0;
		char name[256];

		snprintf(name, sizeof(name), "%s%s", BEST, x->name);
		const struct rs_tensor *b = rs_tensors_want(t, name, x->type,
		    x->shape[0], cols, e);
		if (b == NULL) {
			rs_tensors_free(now);
			return -1;
		}
		rs_tensors_add(s->best, x->name, x->type, x->shape[0], cols,
		    b->data, cols > 0 ? cols : 1);
	}
	rs_tensors_free(now);
	return 0;
}

/* Begin, from the checkpoint where there is one. */
static int
begin(struct rs_run *r, struct rs_err *e)
{
	struct rs_run_state *s = r->state;
	struct rs_fit f = r->fit;

	if (r->checkpoint != NULL && access(r->checkpoint, F_OK) == 0) {
		s->checkpoint = rs_model_open(r->checkpoint, e);
		if (s->checkpoint == NULL || same_run(r, s->checkpoint, e) < 0)
			return -1;
		s->epoch = meta_get_count(rs_model_tensors(s->checkpoint),
		    "epoch");
		f.warm = s->checkpoint;
		f.gmf = f.mlp = NULL;
		f.resumed = s->epoch;
	}
	s->learning = r->algorithm->begin(&f, e);
	if (s->learning == NULL)
		return -1;
	return s->checkpoint != NULL ? resume_best(r, e) : 0;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* True where the judgement was the last one that patience grants. */
static bool
weigh(struct rs_run *r, double metric)
{
	struct rs_run_state *s = r->state;

	if (r->patience == 0)
		return false;
	if (s->best == NULL || (r->more_is_better ? metric > s->best_metric :
	    metric < s->best_metric)) {
		keep_best(r);
		s->best_metric = metric;
		s->best_epoch = s->epoch;
		s->waited = 0;
		return false;
	}
	return ++s->waited >= r->patience;
}

static int
judge(struct rs_run *r, struct rs_epoch *now, struct rs_err *e)
{
	struct rs_tensors *t = assemble(r, false);
	struct rs_model *m = rs_model_of(t, e);
	int status = m == NULL ? -1 : r->judge(r->arg, m, now->metric, e);

	if (status == 0 && now->metric[0] - now->metric[0] != 0)
		status = rs_fail(e, "the first metric has no value: nobody in "
		    "the validation part can be judged");
	now->judged = status == 0;
	rs_model_close(m);
	rs_tensors_free(t);
	return status;
}

/* One epoch.  1 = go on, 0 = that was the last, -1 = see *e. */
static int
one_epoch(struct rs_run *r, struct rs_run_result *result, struct rs_err *e)
{
	struct rs_run_state *s = r->state;
	struct rs_epoch now = { .epoch = s->epoch + 1, .loss = NAN };
	const double from = seconds();
	struct rs_err why;
	bool enough = false;

	if (r->algorithm->epoch(s->learning, s->epoch,
	    r->want_loss ? &now.loss : NULL, &why) < 0)
		return rs_fail(e, "epoch %" PRIu64 ": %s", now.epoch,
		    why.text);
	if (r->want_loss && r->algorithm->epochs > 0 && isinf(now.loss))
		return rs_fail(e, "epoch %" PRIu64 ": the loss is no longer "
		    "finite", now.epoch);
	s->epoch++;
	now.seconds = seconds() - from;
	if (r->judge != NULL &&
	    (s->epoch % r->every == 0 || s->epoch == r->fit.epochs)) {
		if (judge(r, &now, &why) < 0)
			return rs_fail(e, "epoch %" PRIu64 ": %s", now.epoch,
			    why.text);
		enough = weigh(r, now.metric[0]);
	}
	if (r->tell != NULL)
		r->tell(r->arg, &now);
	if (r->checkpoint != NULL && (s->epoch % r->checkpoint_every == 0 ||
	    s->epoch == r->fit.epochs || enough))
		save(r);
	result->stopped = enough;
	return !enough && s->epoch < r->fit.epochs;
}

struct rs_tensors *
rs_run_go(struct rs_run *r, struct rs_run_result *result, struct rs_err *e)
{
	struct rs_run_state *s = r->state = rs_zalloc(sizeof(*s));
	int more;

	assert(r->judge == NULL || (r->every > 0 && r->metrics > 0 &&
	    r->metrics <= RS_JUDGED_MAX));
	*result = (struct rs_run_result){ 0 };
	if (r->algorithm->settle != NULL)
		r->algorithm->settle(r->fit.values, r->fit.train);
	count_popularity(r);
	find_ratings(r);
	if (add_dicts(r, e) < 0 || begin(r, e) < 0)
		return NULL;
	result->resumed = s->epoch;
	/* A checkpoint may already be at the end. */
	more = s->epoch < r->fit.epochs &&
	    !(r->patience > 0 && s->waited >= r->patience);
	while (more > 0)
		more = one_epoch(r, result, e);
	if (more < 0)
		return NULL;
	result->epochs = s->epoch;
	result->epoch = s->best != NULL ? s->best_epoch : s->epoch;
	return final(r);
}

void
rs_run_free(struct rs_run *r)
{
	struct rs_run_state *s = r->state;

	if (s == NULL)
		return;
	if (s->learning != NULL)
		r->algorithm->end(s->learning);
	rs_tensors_free(s->best);
	rs_model_close(s->checkpoint);
	free(s->popularity);
	free(s->id[0].bytes);
	free(s->id[0].at);
	free(s->id[1].bytes);
	free(s->id[1].at);
	free(s->label.bytes);
	free(s->label.at);
	free(s);
	r->state = NULL;
}

void
rs_run_plan(const struct rs_run *r, uint64_t users, uint64_t items,
    struct rs_plan *p)
{
	const struct rs_algorithm *a = r->algorithm;
	const int threads = rs_pool_threads(r->fit.pool);
	/* What is as large as a batch does not grow where there are many. */
	const uint64_t many = 1 << 20;
	const uint64_t full = a->memory(&r->fit, users, items, many, threads);
	const uint64_t pair = (a->memory(&r->fit, users, items, 2 * many,
	    threads) - full) / many;
	const uint64_t none = full - pair * many;
	const uint64_t building = r->fit.weighted ? 20 : 12;
	const uint64_t built = r->fit.weighted ? 8 : 4;

	*p = (struct rs_plan){
		.memory = none + (users + 1) * sizeof(uint64_t) +
		    items * (sizeof(float) + sizeof(uint32_t)),
		.memory_pair = building > built + pair ? building :
		    built + pair,
		.file = 8192 + a->tensors(&r->fit, users, items) +
		    items * sizeof(float),
	};
	if (r->fit.labelled != NULL)	/* its rows */
		p->memory_pair += 2 * sizeof(uint32_t) + sizeof(float);
	if (r->patience > 0)
		p->memory += a->tensors(&r->fit, users, items);
	if (r->seen || a->remembers) {
		p->file += (users + 1) * sizeof(int64_t);
		p->file_pair = sizeof(uint32_t);
		if (a->remembers && r->fit.weighted)
			p->file_pair += sizeof(float);
	}
}

uint64_t
rs_run_plan_dict(const struct rs_dict *d, uint32_t n)
{
	uint64_t bytes = (n + (uint64_t)1) * sizeof(int64_t);
	size_t len;

	for (uint32_t i = 0; i < n; i++) {
		rs_dict_name(d, i, &len);
		bytes += len;
	}
	if (rs_dict_labelled(d)) {
		bytes += (n + (uint64_t)1) * sizeof(int64_t);
		for (uint32_t i = 0; i < n; i++) {
			rs_dict_label(d, i, &len);
			bytes += len;
		}
	}
	return bytes;
}
