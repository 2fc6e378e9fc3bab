/*
 * Any bytes as what rs-fit learns from: a first line "als factors=3 alpha=2"
 * and a stream, made whole, which is judged by as well (but for "alone").
 */
#include <fcntl.h>

#include "cli/train.h"
#include "guard.h"
#include "model/judge.h"
#include "seal.h"
#include "tiny.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct job {
	char *line;
	const char *path;
	struct rs_pool *pool;
};

struct learned {
	bool alone;			/* not judged */
	struct rs_values values;
	struct rs_csr train, valid;
	struct rs_labelled labelled, valid_labelled;
	struct rs_judge judge;
	struct rs_run run;
};

static int
judge(void *arg, const struct rs_model *m, double *metric, struct rs_err *e)
{
	const struct learned *l = arg;

	return rs_judge_model(&l->judge, m, metric, e);
}

static void
choose(struct learned *l, char *line)
{
	char *save, *word = strtok_r(line, " ", &save);
	const struct rs_algorithm *a = word != NULL ?
	    rs_algorithm_find(word) : NULL;
	struct rs_fit *f = &l->run.fit;

	if (a == NULL)
		a = rs_algorithms[(unsigned char)*line % 10];
	tiny_begin(&l->values, a);
	f->epochs = 2;
	f->factors = a->factors > 0 ? 3 : 0;
	while (word != NULL && (word = strtok_r(NULL, " ", &save)) != NULL) {
		if (strncmp(word, "factors=", 8) == 0 && a->factors > 0)
			f->factors = 1 + strtoul(word + 8, NULL, 10) %
			    TINY_FACTORS;
		else if (strcmp(word, "alone") == 0)
			l->alone = true;
		else
			tiny_set(&l->values, word);
	}
	l->run.algorithm = a;
	f->values = &l->values;
	f->seed = 1;
}

static void
read_valid(struct learned *l, const struct job *j,
    const struct rs_reader *in)
{
	struct rs_err e;

	if (rs_judge_choose(&l->judge, NULL, l->run.algorithm->name,
	    rs_values_kind(&l->values), &e) < 0)
		return;
	rs_valid_read(j->path, l->judge.ratings, in, &l->train, j->pool,
	    &l->valid, l->judge.labels ? &l->valid_labelled : NULL);
	l->judge.labelled = &l->valid_labelled;
	l->judge.valid = &l->valid;
	l->judge.train = &l->train;
	l->judge.pool = j->pool;
	l->run.judge = judge;
	l->run.metrics = l->judge.ms.n;
	l->run.every = l->run.patience = 1;
	l->run.arg = l;
}

static void
learn(void *arg)
{
	const struct job *j = arg;
	static struct learned l;
	struct rs_reader *in;

	l = (struct learned){ .run = { .seen = true } };
	choose(&l, j->line);
	in = rs_train_begin(&l.values);
	rs_train_read(in, &l.values, j->pool, &l.train, &l.labelled);
	if (l.train.users <= TINY_IDS && l.train.items <= TINY_IDS) {
		l.run.fit.train = &l.train;
		l.run.fit.weighted = l.train.weight != NULL;
		if (rs_train_labelled(in, &l.values))
			l.run.fit.labelled = &l.labelled;
		l.run.fit.pool = j->pool;
		l.run.want_loss = true;
		if (!l.alone)
			read_valid(&l, j, in);
		tiny_go(&l.run);
	}
	rs_reader_close(in);
	rs_csr_free(&l.train);
	rs_csr_free(&l.valid);
	rs_labelled_free(&l.labelled);
	rs_labelled_free(&l.valid_labelled);
	rs_judge_free(&l.judge);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *lf = memchr(data, '\n', size);
	static struct job j;
	struct rs_buf whole = { 0 };
	uint8_t *copy;
	size_t n;
	int fd;

	if (lf == NULL || lf - data > 200)
		return 0;
	if (j.pool == NULL)
		j.pool = rs_pool_new(1);
	n = (size_t)(lf - data);
	copy = rs_memdup(lf + 1, size - n - 1);
	(void)seal_whole(copy, size - n - 1, &whole);
	j.line = rs_memdup(data, n);
	j.path = guard_file(0, whole.data, whole.len);
	fd = open(j.path, O_RDONLY);
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		abort();
	close(fd);
	(void)guard(learn, &j);
	free(j.line);
	rs_buf_free(&whole);
	free(copy);
	return 0;
}
