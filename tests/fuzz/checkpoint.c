/*
 * Any bytes as a model to begin from: a run's own checkpoint, or factors and
 * layers of another run (the first byte says which).  The run has the
 * settings that the model itself tells, and as many users, items and pairs.
 */
#include "base/num.h"
#include "guard.h"
#include "seal.h"
#include "tiny.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct job {
	unsigned kind;
	const uint8_t *model;
	size_t size;
	const char *path;
	struct rs_pool *pool;
};

/* A number that a model's metadata tell, at most as large. */
static uint64_t
told(const struct rs_model *m, const char *key, uint64_t most)
{
	const char *text = rs_model_meta(m, key);
	uint64_t n;

	if (text == NULL || !rs_parse_u64(text, strlen(text), &n))
		return 0;
	return n < most ? n : most;
}

/* nnz pairs of users and items, in turn. */
static void
some_pairs(struct rs_csr *m, uint64_t users, uint64_t items, uint64_t nnz)
{
	*m = (struct rs_csr){ .users = users, .items = items };
	m->start = rs_zalloc((users + 1) * sizeof(*m->start));
	m->item = rs_zalloc(users * items * sizeof(*m->item));
	for (uint64_t u = 0; u < users; u++) {
		const uint64_t share = nnz * (u + 1) / users -
		    nnz * u / users;

		for (uint64_t i = 0; i < items && i < share; i++)
			m->item[m->nnz++] = (uint32_t)i;
		m->start[u + 1] = m->nnz;
	}
	m->weight = rs_alloc((m->nnz + 1) * sizeof(*m->weight));
	for (uint64_t i = 0; i < m->nnz; i++)
		m->weight[i] = (float)(1 + i % 5);
}

static int
judge(void *arg, const struct rs_model *m, double *metric, struct rs_err *e)
{
	(void)arg;
	(void)m;
	/* A run that ends well would write its checkpoint. */
	*metric = 0;
	return rs_fail(e, "enough");
}

static void
set_up(struct rs_run *r, const struct rs_model *m)
{
	const char *lines = rs_model_meta(m, "lines");
	const char *print = rs_model_meta(m, "train_fingerprint");
	struct rs_err e;

	r->preset = rs_model_meta(m, "preset");
	r->rows = told(m, "train_rows", UINT64_MAX);
	r->fingerprint = print != NULL ? strtoull(print, NULL, 16) : 0;
	if (lines != NULL)
		(void)rs_lines_parse(&r->lines, lines, strlen(lines), &e);
	r->fit.seed = told(m, "seed", UINT64_MAX);
	r->fit.factors = told(m, "factors", 64);
	if (r->fit.factors == 0)
		r->fit.factors = r->algorithm->factors > 0 ? TINY_FACTORS : 0;
	r->fit.epochs = told(m, "epoch", UINT64_MAX) + 1;
	if (told(m, "epochs", UINT64_MAX) > 0)
		r->fit.epochs = told(m, "epochs", UINT64_MAX);
}

static void
begin_from(struct job *j, const struct rs_model *m,
    const struct rs_tensors *t)
{
	const uint64_t users = told(m, "users", TINY_IDS);
	const uint64_t items = told(m, "items", TINY_IDS);
	struct rs_values v;
	struct rs_run r = { .algorithm =
	    rs_algorithm_find(rs_model_algorithm(m)) };
	struct rs_csr train;
	struct rs_err e;

	if (users == 0 || items == 0 ||
	    rs_values_read(&v, r.algorithm, t, &e) < 0)
		return;
	some_pairs(&train, users, items, told(m, "pairs", users * items));
	set_up(&r, m);
	r.fit.values = &v;
	r.fit.train = &train;
	r.fit.weighted = true;
	r.fit.pool = j->pool;
	r.judge = judge;
	r.metrics = r.every = 1;
	r.patience = j->kind >> 2 & 1;
	switch (j->kind & 3) {
	case 0:
	case 1:
		r.checkpoint = j->path;
		r.checkpoint_every = UINT64_MAX;
		break;
	case 2:
		r.fit.warm = m;
		break;
	case 3:
		r.fit.gmf = r.fit.mlp = m;
		r.algorithm = rs_algorithm_find("neumf");
		tiny_begin(&v, r.algorithm);
		break;
	}
	tiny_go(&r);
	rs_lines_free(&r.lines);
	rs_csr_free(&train);
}

static void
open_it(void *arg)
{
	struct job *j = arg;
	struct rs_err e;
	struct rs_tensors *t = rs_tensors_memory("fuzz", j->model, j->size,
	    &e);
	struct rs_model *m = t != NULL ? rs_model_of(t, &e) : NULL;

	if (m != NULL)
		begin_from(j, m, t);
	rs_model_close(m);
	rs_tensors_free(t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct job j;
	uint8_t *copy;

	if (size == 0)
		return 0;
	if (j.pool == NULL)
		j.pool = rs_pool_new(1);
	copy = rs_aligned(size);
	memcpy(copy, data + 1, size - 1);
	seal_model(copy, size - 1);
	j.kind = data[0];
	j.model = copy;
	j.size = size - 1;
	j.path = guard_file(1, copy, size - 1);
	(void)guard(open_it, &j);
	free(copy);
	return 0;
}
